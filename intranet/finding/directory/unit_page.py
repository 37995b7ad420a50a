"""The page of a unit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from intranet.finding.directory import queries
from intranet.finding.directory.entries import DirectoryEntry, entry_of
from intranet.finding.directory.faces import Face, faces_of
from intranet.finding.directory.organisation_chart import (
    DirectoryChartRow,
    DirectoryTree,
    branch_of,
    tree_of,
)
from intranet.finding.directory.post_contact import Addressed, post_of_unit
from intranet.finding.directory.queries import DirectoryFigures
from intranet.messaging.conversations.queries import main_channel_id
from intranet.organisation.agencies.models import Agency, Function, Post, Unit
from intranet.organisation.agencies.queries import (
    ancestors,
    carried_on_by,
    posts_of_unit,
    successors_of,
)
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import holders_of
from intranet.platform.core import clock

MAX_POSTS_SHOWN = 50
MAX_FUNCTIONS_SHOWN = 8


@dataclass(frozen=True)
class UnitPage:
    """A unit: its people and posts, its head, the units below, its channel."""

    unit: Unit
    figures: DirectoryFigures
    own_figures: DirectoryFigures
    people_count: int
    entries: Sequence[DirectoryEntry]
    has_more: bool
    has_below: bool
    functions: Sequence[Function]
    channel_id: UUID | None
    ancestors: Sequence[Unit] = ()
    below: Sequence[DirectoryChartRow] = ()
    successors: Sequence[Unit] = ()
    carried_on: Sequence[Unit] = ()
    addressed: Addressed | None = None

    @property
    def agency(self) -> Agency:
        """The agency of the unit."""
        return self.unit.agency

    @property
    def person_ids(self) -> list[UUID]:
        """The people in the posts shown."""
        return [entry.face["id"] for entry in self.entries if entry.face]

    @property
    def has_ended(self) -> bool:
        """Whether its last day has come. On that day its posts pass to its successor."""
        last = self.unit.valid_to
        return last is not None and last <= clock.today(self.agency.time_zone)

    @property
    def day_before_end(self) -> date | None:
        """The day before its last one, on which it still had its posts."""
        return self.unit.valid_to - timedelta(days=1) if self.unit.valid_to else None


def unit_page(viewer: Person, unit: Unit) -> UnitPage:
    """Build the page of a unit, in a number of queries that does not grow with it."""
    tree = tree_of(unit.agency)
    detail = unit_detail(viewer, unit, tree, limit=MAX_POSTS_SHOWN)
    posts = {entry.post.id: entry.post for entry in detail.entries}
    return replace(
        detail,
        ancestors=ancestors(unit),
        below=branch_of(viewer, tree, unit),
        successors=successors_of(unit),
        carried_on=carried_on_by(unit),
        addressed=post_of_unit(viewer, unit, posts.values()),
    )


def unit_detail(viewer: Person, unit: Unit, tree: DirectoryTree, *, limit: int) -> UnitPage:
    """Build the panel beside the tree: the unit's first posts, without units above or below."""
    now = clock.now()
    posts = posts_of_unit(unit.id, clock.today(unit.agency.time_zone))
    return UnitPage(
        unit=unit,
        figures=tree.of(unit.id),
        own_figures=tree.own(unit.id),
        people_count=queries.people_count_of_unit(unit, now),
        entries=entries_of_posts(viewer, posts[:limit]),
        has_more=len(posts) > limit,
        has_below=bool(tree.below(unit.id)),
        functions=_functions(posts),
        channel_id=main_channel_id(viewer, unit),
    )


def entries_of_posts(viewer: Person, posts: Sequence[Post]) -> list[DirectoryEntry]:
    """Return the entries of each post: holders first, then its vacant places."""
    now = clock.now()
    standing = holders_of([post.id for post in posts], now)
    empty = {post.fallback_id for post in posts if post.fallback_id and post.id not in standing}
    covering = holders_of(empty, now)
    rows = [row for found in (*standing.values(), *covering.values()) for row in found]
    faces = faces_of((row.person for row in rows), viewer)
    return [entry for post in posts for entry in _entries(post, standing, covering, faces)]


def _entries(
    post: Post,
    standing: Mapping[UUID, Sequence[Appointment]],
    covering: Mapping[UUID, Sequence[Appointment]],
    faces: Mapping[UUID, Face],
) -> list[DirectoryEntry]:
    rows = standing.get(post.id, ())
    found = [entry_of(row, faces) for row in rows]
    free = post.places - sum(row.kind == AppointmentKind.HOLDER for row in rows)
    if free > 0:
        fallback = covering.get(post.fallback_id, ()) if post.fallback_id else ()
        stand_ins = [row for row in rows if row.kind != AppointmentKind.HOLDER] or fallback
        names = tuple(faces[row.person_id] for row in stand_ins)
        found.append(DirectoryEntry(post, vacant=free, stand_ins=names))
    return found


def _functions(posts: Sequence[Post]) -> list[Function]:
    """Return the functions of a unit's posts, the commonest first."""
    by_post = queries.functions_of_posts([post.id for post in posts])
    counted = Counter(function.code for found in by_post.values() for function in found)
    known = {function.code: function for found in by_post.values() for function in found}
    return [known[code] for code, _ in counted.most_common(MAX_FUNCTIONS_SHOWN)]
