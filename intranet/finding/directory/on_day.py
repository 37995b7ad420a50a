"""The organisation as on a day: the chart, a unit and a post, as a viewer may see them.

The structure of a day is seen by whoever sees today's. Who held a post is seen within the agency;
others see only people who hold it still. Who will hold one is known to those who administer people:
colleagues do not see the last day of an appointment before it is over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from flask import request

from intranet.finding.directory.entries import Tag, tags_of_kind
from intranet.finding.directory.faces import Face, faces_of
from intranet.finding.directory.queries import DirectoryFigures
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import successors_of
from intranet.organisation.agencies.roles import Act
from intranet.organisation.history.as_on import (
    OrganisationOn,
    PostOn,
    UnitOn,
    holders_on,
    places_taken_on,
)
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY


@dataclass(frozen=True)
class EntryOn:
    """A post as on a day, with a holder, or one who is not shown, or its vacant places."""

    post: PostOn
    face: Face | None = None
    appointment: Appointment | None = None
    tags: Sequence[Tag] = ()
    vacant: int = 0
    stand_ins: Sequence[Face] = ()


@dataclass(frozen=True)
class ChartRowOn:
    """A unit in the chart of a day. `figures` include everything below it."""

    unit: UnitOn
    figures: DirectoryFigures
    head: EntryOn | None
    has_children: bool = False
    is_open: bool = True

    @property
    def depth(self) -> int:
        """The number of levels below the root."""
        return self.unit.depth


@dataclass
class DirectoryOn:
    """The organisation as on a day, with the holders whom a viewer may see."""

    viewer: Person
    organisation: OrganisationOn
    shown: set[UUID] = field(default_factory=set)
    """The people who were shown."""

    @property
    def day(self) -> date:
        """The day."""
        return self.organisation.day

    @property
    def agency(self) -> Agency:
        """The agency."""
        return self.organisation.agency

    @property
    def is_ahead(self) -> bool:
        """Whether the day has not come yet."""
        return self.day > clock.today(self.agency.time_zone)

    @property
    def is_of_own(self) -> bool:
        """Whether the viewer holds a post in the agency."""
        return self.agency.id in own_agency_ids(self.viewer)

    @property
    def sees_holders(self) -> bool:
        """Whether the viewer sees who held posts on that day, also people who hold none now."""
        if self.is_ahead:
            return self.viewer.may(Act.PEOPLE, self.agency.id)
        return self.is_of_own

    def chart(self) -> list[ChartRowOn]:
        """Return every unit, from the root down."""
        posts = [post for some in self.organisation.posts.values() for post in some]
        entries = self.entries(posts, only_heads=True)
        own: dict[UUID, DirectoryFigures] = {}
        heads: dict[UUID, EntryOn] = {}
        for post in posts:
            vacant, found = entries[post.id]
            unit_id = post.unit.id
            more = DirectoryFigures(post.places, vacant)
            own[unit_id] = own.get(unit_id, DirectoryFigures()) + more
            if post.is_head and found:
                heads.setdefault(unit_id, found[0])
        totals = self._totals(own)
        return [
            ChartRowOn(unit, totals.get(unit.id, DirectoryFigures()), heads.get(unit.id))
            for unit in self.organisation.units.values()
        ]

    def entries(
        self, posts: Sequence[PostOn], *, only_heads: bool = False
    ) -> Mapping[UUID, tuple[int, list[EntryOn]]]:
        """Return the vacant places and the entries of posts, in the order given.

        Args:
            only_heads: entries of heads alone.
        """
        wanted = [post for post in posts if post.is_head or not only_heads]
        held = holders_on([post.id for post in wanted], self.agency, self.day)
        faces = self._faces(row for post in wanted for row in held.get(post.id, ()))
        found = {}
        for post in posts:
            rows = held.get(post.id, [])
            vacant = max(0, post.places - self._taken.get(post.id, 0))
            if self.is_ahead and not self.sees_holders:
                vacant, rows = 0, []  # it would say who leaves
            is_wanted = post.is_head or not only_heads
            found[post.id] = (
                vacant,
                list(_entries(post, rows, faces, vacant)) if is_wanted else [],
            )
        return found

    @cached_property
    def _taken(self) -> Mapping[UUID, int]:
        return places_taken_on(self.agency, self.day)

    def _faces(self, rows: Iterable[Appointment]) -> dict[UUID, Face]:
        """Return the faces of the people of these appointments whom the viewer may see in them."""
        now = clock.now()
        people = [
            row.person
            for row in rows
            if self.sees_holders or (not self.is_ahead and row.is_current(now))
        ]
        faces = faces_of(people, self.viewer)
        self.shown.update(faces)
        # The people there today say nothing of that day.
        return {key: {**face, "availability": None} for key, face in faces.items()}

    def _totals(self, own: Mapping[UUID, DirectoryFigures]) -> dict[UUID, DirectoryFigures]:
        totals = dict(own)
        for unit in reversed(self.organisation.units.values()):  # the deepest first
            if unit.parent_id and unit.id in totals:
                above = totals.get(unit.parent_id, DirectoryFigures())
                totals[unit.parent_id] = above + totals[unit.id]
        return totals


@dataclass(frozen=True)
class UnitOnPage:
    """A unit as on a day; None if it did not exist."""

    today: Unit
    directory: DirectoryOn
    unit: UnitOn | None
    ancestors: Sequence[UnitOn] = ()
    entries: Sequence[EntryOn] = ()
    below: Sequence[ChartRowOn] = ()
    successors: Sequence[Unit] = ()


@dataclass(frozen=True)
class PostOnPage:
    """A post as on a day; None if it did not exist."""

    today: Post
    directory: DirectoryOn
    post: PostOn | None
    ancestors: Sequence[UnitOn] = ()
    entries: Sequence[EntryOn] = ()


def asked_day(agency: Agency) -> date | None:
    """Return the day of `?on=`; None for today, and for what is no day."""
    try:
        day = date.fromisoformat(request.args.get("on", "")[:10])
    except ValueError:
        return None
    is_today = day == clock.today(agency.time_zone)
    return day if FIRST_DAY <= day <= LAST_DAY and not is_today else None


def directory_on(viewer: Person, agency: Agency, day: date) -> DirectoryOn:
    """Return the organisation of an agency as on a day, for a viewer."""
    return DirectoryOn(viewer, OrganisationOn(agency, day))


def unit_on(viewer: Person, unit: Unit, day: date) -> UnitOnPage:
    """Build the page of a unit as on a day."""
    directory = directory_on(viewer, unit.agency, day)
    organisation = directory.organisation
    found = organisation.units.get(unit.id)
    if found is None:
        return UnitOnPage(unit, directory, None, successors=successors_of(unit))
    entries = directory.entries(organisation.posts.get(unit.id, ()))
    below = {row.id for row in organisation.below(unit.id)}
    return UnitOnPage(
        unit,
        directory,
        found,
        organisation.ancestors(found),
        [entry for _vacant, some in entries.values() for entry in some],
        [row for row in directory.chart() if row.unit.id in below],
        successors_of(unit) if found.valid_to else (),
    )


def post_on(viewer: Person, post: Post, day: date) -> PostOnPage:
    """Build the page of a post as on a day."""
    directory = directory_on(viewer, post.unit.agency, day)
    found = _post(directory.organisation.posts.values(), post.id)
    if found is None:
        return PostOnPage(post, directory, None)
    ((_vacant, entries),) = directory.entries([found]).values()
    return PostOnPage(post, directory, found, directory.organisation.ancestors(found.unit), entries)


def _post(posts: Iterable[Collection[PostOn]], post_id: UUID) -> PostOn | None:
    return next((post for some in posts for post in some if post.id == post_id), None)


def _entries(
    post: PostOn, rows: Sequence[Appointment], faces: Mapping[UUID, Face], vacant: int
) -> Iterable[EntryOn]:
    for row in rows:
        face = faces.get(row.person_id)
        yield EntryOn(post, face, row, tags_of_kind(row.kind, is_head=post.is_head))
    if vacant:
        yield EntryOn(post, vacant=vacant)
