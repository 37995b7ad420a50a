"""The posts of an agency as a list: people in posts by name, then vacant posts."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.entries import DirectoryEntry, entry_of
from intranet.finding.directory.faces import faces_of
from intranet.finding.directory.list_filters import HEADS, VACANT, Condition, PostListFilters
from intranet.finding.directory.queries import DirectoryFigures
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import among

PAGE_SIZE = 50
FILLED, UNFILLED = 0, 1


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
    """Count the rows for each choice of what to show."""
    figures, condition = queries.figures_of(agency), Condition(narrowed)
    if condition.is_open:
        people, headed = figures.people, figures.heads
        free = list(figures.vacant.values())
    else:
        matching = _matching(agency, narrowed)
        people = sum(row.people for row in matching)
        headed = sum(row.people for row in matching if row.is_head)
        free = [row.is_head for row in db.session.execute(_vacant(agency, condition, Post.is_head))]
    heads = headed + sum(free)
    shown = {None: people + len(free), HEADS: heads, VACANT: len(free)}[narrowed.only]
    return DirectoryListCounts(shown, heads, len(free), figures.whole)


@per_request
def _matching(agency: Agency, narrowed: PostListFilters) -> Sequence[Row[UUID, bool, int]]:
    """Return the posts with people that match the filter, and how many each has.

    Names are looked up post by post: by name from the first on, PostgreSQL looked at all people of
    the network to find the few with a rare word, and once more to count them.
    """
    condition = Condition(narrowed)
    people = select(func.count()).select_from(Appointment)
    if condition.has_words:
        people = people.join(Person, Person.id == Appointment.person_id)
    people = people.where(
        Appointment.post_id == Post.id, is_current(clock.now()), condition.people()
    )
    each = (
        select(
            Post.id, Post.is_head, people.correlate(Post, Unit).scalar_subquery().label("people")
        )
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.agency_id == agency.id)
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return db.session.execute(select(each).where(each.c.people > 0)).all()


def _places(
    agency: Agency,
    narrowed: PostListFilters,
    beyond: DirectoryListPosition | None,
    *,
    backwards: bool,
) -> list[DirectoryListPosition]:
    """Return up to one position more than a page has: people by name, then vacant posts."""
    condition = Condition(narrowed)
    people = (Person.sort_key, Appointment.id)
    posts = (Post.sort_key, Post.id)
    ranks = [
        (FILLED, people, _filled(agency, narrowed, *people)),
        (UNFILLED, posts, _vacant(agency, condition, *posts)),
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


def _filled(agency: Agency, narrowed: PostListFilters, *columns: Any) -> Select[Any]:
    """Select current appointments that match the filter, whether or not the post is a head."""
    condition = Condition(narrowed)
    found = (
        select(*columns)
        .select_from(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.agency_id == agency.id, is_current(clock.now()), condition.people())
    )
    if condition.has_words:
        some = [row.id for row in _matching(agency, narrowed)]
        found = found.where(among(Appointment.post_id, some))
    return found


def _vacant(agency: Agency, condition: Condition, *columns: Any) -> Select[Any]:
    """Select matching posts with a vacant place."""
    return (
        select(*columns)
        .select_from(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(among(Post.id, list(queries.figures_of(agency).vacant)), condition.vacancies())
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
