"""The newest of what reaches somebody, asked for way by way.

As one condition the ways by which something is theirs are an "or" that no index answers: a database
would look at all that is published anywhere to find what is theirs. Each by itself it finds by an
index, and only the newest of each can be among the newest of all. Ids are asked for by themselves:
with all that a row shows joined to them, PostgreSQL began with that.
"""

from collections.abc import Collection, Iterator
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    func,
    select,
    union,
    union_all,
)

from intranet.extensions import db
from intranet.people.access import own_agency_ids
from intranet.people.models import Person
from intranet.publications.access import OPEN, ways_near, ways_sent
from intranet.publications.models import Publication, PublicationKind


def sent_ids(
    person: Person, *conditions: ColumnElement[bool], order: SQLColumnExpression[Any], limit: int
) -> list[UUID]:
    """Ids of what was sent to the person and fits `conditions`, the first in an order."""
    ways = union(*_sent(person, *conditions)).subquery()
    asked = select(Publication.id).where(Publication.id.in_(select(ways.c.id)))
    return list(db.session.scalars(asked.order_by(order, Publication.id).limit(limit)))


def sent_count(person: Person, *conditions: ColumnElement[bool]) -> int:
    """How many of those there are."""
    ways = union(*_sent(person, *conditions)).subquery()
    return db.session.scalar(select(func.count()).select_from(ways)) or 0


def newest_ids(
    person: Person, *conditions: ColumnElement[bool], kinds: Collection[PublicationKind], limit: int
) -> list[UUID]:
    """Ids of the newest publications that reach the person and fit `conditions`."""
    order = (Publication.published_at.desc(), Publication.id.desc())
    found = [
        select(Publication.id, Publication.published_at)
        .where(way, Publication.published_at.is_not(None), *conditions)
        .order_by(*order)
        .limit(limit)
        .subquery()
        for way in _ways(person, kinds)
    ]
    ways = union_all(*(select(each.c.id, each.c.published_at) for each in found)).subquery()
    newest = (
        select(ways.c.id)
        .group_by(ways.c.id, ways.c.published_at)
        .order_by(ways.c.published_at.desc(), ways.c.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(newest))


def _sent(person: Person, *conditions: ColumnElement[bool]) -> list[Select[UUID]]:
    return [
        select(Publication.id).where(way, Publication.published_at.is_not(None), *conditions)
        for way in ways_sent(person)
    ]


def _ways(person: Person, kinds: Collection[PublicationKind]) -> Iterator[ColumnElement[bool]]:
    for way in ways_sent(person):
        yield and_(way, Publication.kind.in_(kinds))
    for way in ways_near(person):
        yield and_(
            way,
            Publication.kind.in_(kinds),
            Publication.visibility.is_not(None),
            Publication.withdrawn_at.is_(None),
        )
    if own_agency_ids(person):
        for kind, reach in product(kinds, OPEN):
            if kind != PublicationKind.ANNOUNCEMENT:
                yield and_(
                    Publication.kind == kind,
                    Publication.visibility == reach,
                    Publication.withdrawn_at.is_(None),
                )
