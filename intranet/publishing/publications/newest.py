"""Queries for the newest publications that reach a person, one branch for each index.

As one condition, the ways in which publications reach a person are an OR that no index answers: the
database would scan everything published. Each way alone uses an index, and only the newest of each
can be among the newest of all. The branches select ids only: with the joins of a row, PostgreSQL
started with those.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import OPEN, ways_near, ways_sent
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication


def sent_ids(
    person: Person, *conditions: ColumnElement[bool], order: SQLColumnExpression[Any], limit: int
) -> list[UUID]:
    """List ids of announcements to the person that meet `conditions`, the first in `order`."""
    ways = union(*_by(ways_sent(person), *conditions)).subquery()
    asked = select(Announcement.publication_id).where(
        Announcement.publication_id.in_(select(ways.c.id))
    )
    return list(db.session.scalars(asked.order_by(order, Announcement.publication_id).limit(limit)))


def counted(ways: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]) -> Select[int]:
    """Select the number of publications that meet `conditions` and at least one of `ways`.

    Each way is a condition that one index answers.
    """
    return select(func.count()).select_from(union(*_by(ways, *conditions)).subquery())


def newest_ids(
    person: Person, *conditions: ColumnElement[bool], kinds: Collection[str], limit: int
) -> list[UUID]:
    """List the ids of the newest publications that reach the person and meet `conditions`."""
    every = select(Publication.id, Publication.published_at).where(
        Publication.published_at.is_not(None), *conditions
    )
    few = [
        every.where(way).cte().prefix_with("MATERIALIZED", dialect="postgresql")
        for way in _few(person, kinds)
    ]
    found = [
        *(_newest(select(one.c.id, one.c.published_at), limit) for one in few),
        *(_newest(every.where(way), limit) for way in _many(person, kinds)),
    ]
    ways = union_all(*(select(one.subquery()) for one in found)).subquery()
    columns = (ways.c.id, ways.c.published_at)
    return list(db.session.scalars(_newest(select(*columns).group_by(*columns), limit)))


def _newest(wanted: Select[UUID, datetime | None], limit: int) -> Select[UUID, datetime | None]:
    """Return a query of ids and times limited to its newest rows."""
    id_, published_at = wanted.selected_columns
    return wanted.order_by(published_at.desc(), id_.desc()).limit(limit)


def _by(
    ways: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]
) -> list[Select[UUID]]:
    return [
        select(Publication.id).where(way, Publication.published_at.is_not(None), *conditions)
        for way in ways
    ]


def _few(person: Person, kinds: Collection[str]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions by which only a few publications reach the person.

    PostgreSQL has to materialise these. With a limit instead, its planner expects to find enough by
    walking all publications from the newest: of 200,000 that took 220 ms.
    """
    for way in ways_sent(person):
        yield and_(way, Publication.kind.in_(kinds))
    for way in ways_near(person)[1:]:
        yield _seen(way, kinds)


def _many(person: Person, kinds: Collection[str]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions by which many publications may reach the person, each along an index.

    The kind and visibility are literals in the statement, because PostgreSQL would make a generic
    plan for a kind with many rows.
    """
    for way in ways_near(person)[:1]:
        yield _seen(way, kinds)
    if not own_agency_ids(person):
        return
    for kind, reach in product(kinds, OPEN):
        if kind != ANNOUNCEMENT:
            yield and_(
                Publication.kind == _written(kind, Publication.kind),
                Publication.visibility == _written(reach, Publication.visibility),
                Publication.withdrawn_at.is_(None),
            )


def _seen(way: ColumnElement[bool], kinds: Collection[str]) -> ColumnElement[bool]:
    return and_(
        way,
        Publication.kind.in_(kinds),
        Publication.visibility.is_not(None),
        Publication.withdrawn_at.is_(None),
    )


def _written(value: str, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return bindparam(None, value, type_=column.type, literal_execute=True)
