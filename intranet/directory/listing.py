"""The posts of an agency as a list: who stands in them by name, then those nobody fills."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from intranet.agencies.models import Agency, Post, Unit
from intranet.agencies.queries import in_force
from intranet.core import clock
from intranet.directory import queries
from intranet.directory.entries import Entry, entry_of
from intranet.directory.faces import faces_of
from intranet.directory.filters import HEADS, VACANT, Condition, Filter
from intranet.extensions import db
from intranet.people.models import Appointment, Person
from intranet.people.queries import is_current

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
        except (ValueError, TypeError, AttributeError):
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
    rows = _rows(agency, Condition(narrowed), clock.now())
    asked = select(rows.c.rank, rows.c.key, rows.c.id).where(_chosen(rows, narrowed.only))
    backwards = before is not None and after is None
    if after:
        asked = asked.where(_is_beyond(rows, after))
    elif before:
        asked = asked.where(~_is_beyond(rows, before), rows.c.id != before.row_id)
    order = (rows.c.rank, rows.c.key, rows.c.id)
    asked = asked.order_by(*(part.desc() if backwards else part for part in order))
    places = [Place(*row) for row in db.session.execute(asked.limit(PAGE_ROWS + 1))]
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
    """How many rows there are, for each choice of what to show. One query."""
    rows = _rows(agency, Condition(narrowed), clock.now())
    total, heads, vacant = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((rows.c.is_head, 1), else_=0)), 0),
            func.coalesce(func.sum(rows.c.rank), 0),
        )
    ).one()
    shown = {None: total, HEADS: heads, VACANT: vacant}[narrowed.only]
    return Counts(int(shown), int(heads), int(vacant))


def _rows(agency: Agency, condition: Condition, now: datetime) -> Subquery:
    """Every row that fits, whether of heads or vacant: its place, and what it is."""
    filled = (
        select(
            literal(FILLED).label("rank"),
            Person.sort_key.label("key"),
            Appointment.id,
            Post.is_head,
        )
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.agency_id == agency.id, is_current(now), condition.people())
    )
    unfilled = (
        select(literal(UNFILLED), Post.sort_key, Post.id, Post.is_head)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.agency_id == agency.id,
            in_force(Post, clock.today(agency.time_zone)),
            queries.free_places(now) > 0,
            condition.vacancies(),
        )
    )
    return union_all(filled, unfilled).subquery()


def _chosen(rows: Subquery, only: str | None) -> ColumnElement[bool]:
    if only == HEADS:
        return cast("ColumnElement[bool]", rows.c.is_head)
    return rows.c.rank == UNFILLED if only == VACANT else true()


def _is_beyond(rows: Subquery, place: Place) -> ColumnElement[bool]:
    same_rank = rows.c.rank == place.rank
    same_key = and_(same_rank, rows.c.key == place.key)
    return or_(
        rows.c.rank > place.rank,
        and_(same_rank, rows.c.key > place.key),
        and_(same_key, rows.c.id > place.row_id),
    )


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
