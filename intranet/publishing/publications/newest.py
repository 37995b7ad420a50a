"""The newest of what reaches somebody, asked for way by way.

As one condition the ways by which something is theirs are an "or" that no index answers: a database
would look at all that is published anywhere to find what is theirs. Each by itself it finds by an
index, and only the newest of each can be among the newest of all. Ids are asked for by themselves:
with all that a row shows joined to them, PostgreSQL began with that.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import Enum
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
from intranet.publishing.publications.models import Publication, PublicationKind


def sent_ids(
    person: Person, *conditions: ColumnElement[bool], order: SQLColumnExpression[Any], limit: int
) -> list[UUID]:
    """Ids of what was sent to the person and fits `conditions`, the first in an order."""
    ways = union(*_by(ways_sent(person), *conditions)).subquery()
    asked = select(Publication.id).where(Publication.id.in_(select(ways.c.id)))
    return list(db.session.scalars(asked.order_by(order, Publication.id).limit(limit)))


def counted(ways: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]) -> Select[int]:
    """Return how many publications come by one of these ways and fit `conditions`, as SQL."""
    return select(func.count()).select_from(union(*_by(ways, *conditions)).subquery())


def newest_ids(
    person: Person, *conditions: ColumnElement[bool], kinds: Collection[PublicationKind], limit: int
) -> list[UUID]:
    """Ids of the newest publications that reach the person and fit `conditions`."""
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
    """The first of an id and a time."""
    id_, published_at = wanted.selected_columns
    return wanted.order_by(published_at.desc(), id_.desc()).limit(limit)


def _by(
    ways: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]
) -> list[Select[UUID]]:
    return [
        select(Publication.id).where(way, Publication.published_at.is_not(None), *conditions)
        for way in ways
    ]


def _few(person: Person, kinds: Collection[PublicationKind]) -> Iterator[ColumnElement[bool]]:
    """The ways by which little is theirs, of all there is.

    PostgreSQL takes such a one as a step of its own. With a limit to it, it reckons that by going
    through all from the newest it has soon come upon so many: of 200,000 that took 220 ms.
    """
    for way in ways_sent(person):
        yield and_(way, Publication.kind.in_(kinds))
    for way in ways_near(person)[1:]:
        yield _seen(way, kinds)


def _many(person: Person, kinds: Collection[PublicationKind]) -> Iterator[ColumnElement[bool]]:
    """Those by which much may be theirs, each in the order of an index.

    Which kind reaches everybody is written into the statement: made for whatever kind comes, its
    plan would be for one of which there is much.
    """
    for way in ways_near(person)[:1]:
        yield _seen(way, kinds)
    if not own_agency_ids(person):
        return
    for kind, reach in product(kinds, OPEN):
        if kind != PublicationKind.ANNOUNCEMENT:
            yield and_(
                Publication.kind == _written(kind, Publication.kind),
                Publication.visibility == _written(reach, Publication.visibility),
                Publication.withdrawn_at.is_(None),
            )


def _seen(way: ColumnElement[bool], kinds: Collection[PublicationKind]) -> ColumnElement[bool]:
    return and_(
        way,
        Publication.kind.in_(kinds),
        Publication.visibility.is_not(None),
        Publication.withdrawn_at.is_(None),
    )


def _written(value: Enum, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return bindparam(None, value, type_=column.type, literal_execute=True)
