"""The posts of an agency as a list: who stands in them by name, then those nobody fills."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.entries import Entry, entry_of
from intranet.finding.directory.faces import faces_of
from intranet.finding.directory.filters import HEADS, VACANT, Condition, Filter
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock

PAGE_ROWS = 50
FILLED, UNFILLED = 0, 1


@dataclass(frozen=True)
class Place:
    """Where a row stands in the list: people first, then by key, then by id."""

    rank: int
    key: str
    row_id: UUID

    def __str__(self) -> str:
        """For an address."""
        return urlsafe_b64encode(
            json.dumps([self.rank, self.key, self.row_id.hex]).encode()
        ).decode()

    @classmethod
    def read(cls, text: str | None) -> "Place | None":
        """What an address says; None where it says nothing that can be read."""
        try:
            rank, key, row_id = json.loads(urlsafe_b64decode(text or ""))
            return cls(int(rank), str(key).replace("\0", ""), UUID(row_id))
        except (ValueError, TypeError, AttributeError, OverflowError):
            return None


@dataclass(frozen=True)
class Page:
    """One page of the list, and where the pages around it begin."""

    entries: list[Entry]
    before: Place | None
    after: Place | None


@dataclass(frozen=True)
class Counts:
    """How many rows a filter gives: all, those of heads, those that nobody fills."""

    shown: int
    heads: int
    vacant: int


def page(
    viewer: Person,
    agency: Agency,
    narrowed: Filter,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> Page:
    """The page after one place or before another; the first if neither is named."""
    backwards = before is not None and after is None
    places = _places(agency, narrowed, after or before, backwards=backwards)
    has_more = len(places) > PAGE_ROWS
    places = places[:PAGE_ROWS]
    if backwards:
        places.reverse()
    has_before, has_after = (has_more, True) if backwards else (after is not None, has_more)
    return Page(
        _entries(viewer, places),
        places[0] if places and has_before else None,
        places[-1] if places and has_after else None,
    )


def counts(agency: Agency, narrowed: Filter) -> Counts:
    """How many rows there are, for each choice of what to show. Two queries."""
    condition, now = Condition(narrowed), clock.now()
    counted = (func.count(), func.count(case((Post.is_head, 1))))
    filled = _filled(agency, condition, now, *counted, by_name=condition.has_words)
    here, headed = db.session.execute(filled).one()
    vacant, unheaded = db.session.execute(_unfilled(agency, condition, now, *counted)).one()
    heads = headed + unheaded
    return Counts({None: here + vacant, HEADS: heads, VACANT: vacant}[narrowed.only], heads, vacant)


def _places(
    agency: Agency, narrowed: Filter, beyond: Place | None, *, backwards: bool
) -> list[Place]:
    """Up to one place more than a page has: people by name first, then what nobody fills."""
    condition, now = Condition(narrowed), clock.now()
    people = (Person.sort_key, Appointment.id)
    posts = (Post.sort_key, Post.id)
    ranks = [
        (FILLED, people, _filled(agency, condition, now, *people)),
        (UNFILLED, posts, _unfilled(agency, condition, now, *posts)),
    ]
    if narrowed.only == VACANT:
        del ranks[FILLED]
    found: list[Place] = []
    for rank, columns, rows in reversed(ranks) if backwards else ranks:
        if beyond and rank != beyond.rank and (rank < beyond.rank) != backwards:
            continue
        asked = rows.where(Post.is_head) if narrowed.only == HEADS else rows
        if beyond and rank == beyond.rank:
            asked = asked.where(_is_beyond(beyond, *columns, backwards=backwards))
        asked = asked.order_by(*(each.desc() if backwards else each for each in columns))
        room = PAGE_ROWS + 1 - len(found)
        if room:
            found += [Place(rank, *row) for row in db.session.execute(asked.limit(room))]
    return found


def _filled(
    agency: Agency, condition: Condition, now: datetime, *columns: Any, by_name: bool = True
) -> Select[Any]:
    """Who stands in a post and fits, whether at its head or not.

    Args:
        by_name: something is asked of the person.
    """
    asked = (
        select(*columns)
        .select_from(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.agency_id == agency.id, is_current(now), condition.people())
    )
    return asked.join(Person, Person.id == Appointment.person_id) if by_name else asked


def _unfilled(agency: Agency, condition: Condition, now: datetime, *columns: Any) -> Select[Any]:
    """Posts with a place that nobody fills, and that fit."""
    return (
        select(*columns)
        .select_from(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.agency_id == agency.id,
            in_force(Post, clock.today(agency.time_zone)),
            queries.free_places(now) > 0,
            condition.vacancies(),
        )
    )


def _is_beyond(place: Place, key: Any, row_id: Any, *, backwards: bool) -> ColumnElement[bool]:
    if backwards:
        return and_(key <= place.key, or_(key < place.key, row_id < place.row_id))
    return and_(key >= place.key, or_(key > place.key, row_id > place.row_id))


def _entries(viewer: Person, places: list[Place]) -> list[Entry]:
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
        else Entry(posts[place.row_id], vacant=free.get(place.row_id, 0))
        for place in places
    ]


def free_by_post(post_ids: list[UUID]) -> dict[UUID, int]:
    """How many places of each of these posts nobody fills."""
    free = queries.free_places(clock.now())
    rows = db.session.execute(select(Post.id, free).where(Post.id.in_(post_ids)))
    return {post_id: max(count, 0) for post_id, count in rows}
