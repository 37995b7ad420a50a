"""The posts of an agency as a list: people in posts by name, then vacant posts."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.entries import DirectoryEntry, entry_of
from intranet.finding.directory.faces import faces_of
from intranet.finding.directory.list_filters import HEADS, VACANT, Condition, PostListFilters
from intranet.finding.directory.queries import DirectoryFigures
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock

PAGE_SIZE = 50
FILLED, UNFILLED = 0, 1
ACTING_UNIT = 1_000_000
"""An acting holder counts so much beside holders; no post has so many."""


@dataclass(frozen=True)
class DirectoryListPosition:
    """The position of a row in the list: people first, then by key, then by id."""

    rank: int
    key: str
    row_id: UUID

    def __str__(self) -> str:
        """Encode it for an address."""
        return urlsafe_b64encode(
            json.dumps([self.rank, self.key, self.row_id.hex]).encode()
        ).decode()

    @classmethod
    def read(cls, text: str | None) -> "DirectoryListPosition | None":
        """Decode a position from an address; None if it is invalid."""
        try:
            rank, key, row_id = json.loads(urlsafe_b64decode(text or ""))
            return cls(int(rank), str(key).replace("\0", ""), UUID(row_id))
        except (ValueError, TypeError, AttributeError, OverflowError):
            return None


@dataclass(frozen=True)
class DirectoryListPage:
    """A page of the list, and where the pages around it begin."""

    entries: list[DirectoryEntry]
    before: DirectoryListPosition | None
    after: DirectoryListPosition | None


@dataclass(frozen=True)
class DirectoryListCounts:
    """The numbers of rows for a filter: all, heads, vacant posts; and the agency's figures."""

    shown: int
    heads: int
    vacant: int
    figures: DirectoryFigures


def page(
    viewer: Person,
    agency: Agency,
    narrowed: PostListFilters,
    *,
    after: DirectoryListPosition | None = None,
    before: DirectoryListPosition | None = None,
) -> DirectoryListPage:
    """Return the page after one position or before another; the first without either."""
    backwards = before is not None and after is None
    places = _places(agency, narrowed, after or before, backwards=backwards)
    has_more = len(places) > PAGE_SIZE
    places = places[:PAGE_SIZE]
    if backwards:
        places.reverse()
    has_before, has_after = (has_more, True) if backwards else (after is not None, has_more)
    return DirectoryListPage(
        _entries(viewer, places),
        places[0] if places and has_before else None,
        places[-1] if places and has_after else None,
    )


def counts(agency: Agency, narrowed: PostListFilters) -> DirectoryListCounts:
    """Count the rows for each choice of what to show: one query, two with words."""
    condition, now = Condition(narrowed), clock.now()
    row = db.session.execute(_totals(agency, condition, now)).one()
    here, headed, vacant, unheaded, places, free = (int(each or 0) for each in row)
    if condition.has_words:
        counted = (func.count(), func.count(case((Post.is_head, 1))))
        here, headed = db.session.execute(_filled(agency, condition, now, *counted)).one()
    heads = headed + unheaded
    shown = {None: here + vacant, HEADS: heads, VACANT: vacant}[narrowed.only]
    return DirectoryListCounts(shown, heads, vacant, DirectoryFigures(places, free))


def _totals(agency: Agency, condition: Condition, now: datetime) -> Select[*tuple[Any, ...]]:
    """Sum up the posts of an agency: people, vacant posts, both for heads; places and free ones.

    The first four are of posts that match the filter, the others of all.
    """
    # Post by post: joined, PostgreSQL reads all appointments of the network.
    # Holders and acting holders in one number, so that a post is looked up once.
    is_holder = Appointment.kind == AppointmentKind.HOLDER
    people = (
        select(func.coalesce(func.sum(case((is_holder, 1), else_=ACTING_UNIT)), 0))
        .where(Appointment.post_id == Post.id, is_current(now))
        .correlate(Post)
        .scalar_subquery()
    )
    each = (
        select(
            Post.is_head,
            Post.places,
            people.label("people"),
            in_force(Post, clock.today(agency.time_zone)).label("is_in_force"),
            condition.vacancies().label("fits"),
        )
        .join(Unit, Unit.id == Post.unit_id, isouter=True)  # left out unless the filter has units
        .where(Post.agency_id == agency.id)
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
        .c
    )
    holders = each.people % ACTING_UNIT
    here, free = holders + each.people // ACTING_UNIT, each.places - holders
    is_vacant = and_(each.is_in_force, free > 0)
    return select(
        func.sum(case((each.fits, here))),
        func.sum(case((and_(each.fits, each.is_head), here))),
        func.count(case((and_(each.fits, is_vacant), 1))),
        func.count(case((and_(each.fits, is_vacant, each.is_head), 1))),
        func.sum(case((each.is_in_force, each.places))),
        func.sum(case((is_vacant, free))),
    )


def _places(
    agency: Agency,
    narrowed: PostListFilters,
    beyond: DirectoryListPosition | None,
    *,
    backwards: bool,
) -> list[DirectoryListPosition]:
    """Return up to one position more than a page has: people by name, then vacant posts."""
    condition, now = Condition(narrowed), clock.now()
    people = (Person.sort_key, Appointment.id)
    posts = (Post.sort_key, Post.id)
    ranks = [
        (FILLED, people, _filled(agency, condition, now, *people)),
        (UNFILLED, posts, _unfilled(agency, condition, now, *posts)),
    ]
    if narrowed.only == VACANT:
        del ranks[FILLED]
    found: list[DirectoryListPosition] = []
    for rank, columns, rows in reversed(ranks) if backwards else ranks:
        if beyond and rank != beyond.rank and (rank < beyond.rank) != backwards:
            continue
        asked = rows.where(Post.is_head) if narrowed.only == HEADS else rows
        if beyond and rank == beyond.rank:
            asked = asked.where(_is_beyond(beyond, *columns, backwards=backwards))
        asked = asked.order_by(*(each.desc() if backwards else each for each in columns))
        room = PAGE_SIZE + 1 - len(found)
        if room:
            found += [
                DirectoryListPosition(rank, *row) for row in db.session.execute(asked.limit(room))
            ]
    return found


def _filled(agency: Agency, condition: Condition, now: datetime, *columns: Any) -> Select[Any]:
    """Select current appointments that match the filter, whether or not the post is a head."""
    return (
        select(*columns)
        .select_from(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.agency_id == agency.id, is_current(now), condition.people())
    )


def _unfilled(agency: Agency, condition: Condition, now: datetime, *columns: Any) -> Select[Any]:
    """Select matching posts with a vacant place."""
    return (
        select(*columns)
        .select_from(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.agency_id == agency.id,
            in_force(Post, clock.today(agency.time_zone)),
            queries.vacancies(now) > 0,
            condition.vacancies(),
        )
    )


def _is_beyond(
    place: DirectoryListPosition, key: Any, row_id: Any, *, backwards: bool
) -> ColumnElement[bool]:
    if backwards:
        return and_(key <= place.key, or_(key < place.key, row_id < place.row_id))
    return and_(key >= place.key, or_(key > place.key, row_id > place.row_id))


def _entries(viewer: Person, places: list[DirectoryListPosition]) -> list[DirectoryEntry]:
    filled = [place.row_id for place in places if place.rank == FILLED]
    empty = [place.row_id for place in places if place.rank == UNFILLED]
    appointments = {
        row.id: row
        for row in db.session.scalars(select(Appointment).where(Appointment.id.in_(filled)))
    }
    posts = {row.id: row for row in db.session.scalars(select(Post).where(Post.id.in_(empty)))}
    free = free_by_post(empty)
    faces = faces_of((row.person for row in appointments.values()), viewer)
    return [
        entry_of(appointments[place.row_id], faces)
        if place.rank == FILLED
        else DirectoryEntry(posts[place.row_id], vacant=free.get(place.row_id, 0))
        for place in places
    ]


def free_by_post(post_ids: list[UUID]) -> dict[UUID, int]:
    """Return the number of vacant places of each of these posts."""
    free = queries.vacancies(clock.now())
    rows = db.session.execute(select(Post.id, free).where(Post.id.in_(post_ids)))
    return {post_id: max(count, 0) for post_id, count in rows}
