"""Queries for the newest publications that reach a person, one branch for each index.

As one condition, the ways in which publications reach a person are an OR that no index answers: the
database would scan everything published. Each way alone uses an index, and only the newest of each
can be among the newest of all. The branches select ids only: with the joins of a row, PostgreSQL
started with those.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, id_parameter, ids_parameter
from intranet.publishing.publications.access import ways_sent_to
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.audience_membership import holdings_later, holdings_of
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.visibility import OPEN, is_open_to_reader, ways_near_to

Conditions = Callable[[], Sequence[ColumnElement[bool]]]
"""Returns conditions on `Publication` with parameters in place of what differs by reader.

A statement is built once for each such function, so it has to be one of a module.
"""


@per_request
def reader_values(person: Person) -> dict[str, Any]:
    """Return the values of the parameters that stand for the reader in these statements."""
    return holdings_of(person).parameters() | {
        "person_id": person.id,
        "agency_ids": list(own_agency_ids(person)),
    }


def sent_ids(
    person: Person, conditions: Conditions, *, order: SQLColumnExpression[Any], limit: int
) -> list[UUID]:
    """List ids of announcements to the person that meet `conditions`, the first in `order`."""
    asked = _sent(len(holdings_of(person).posts), conditions, order, limit)
    return list(execute_prepared(asked, **reader_values(person)).scalars())


@cache
def _sent(
    posts: int, conditions: Conditions, order: SQLColumnExpression[Any], limit: int
) -> Select[UUID]:
    ways = union(*_by(_ways_sent(posts), *conditions())).subquery()
    asked = select(Announcement.publication_id).where(
        Announcement.publication_id.in_(select(ways.c.id))
    )
    return asked.order_by(order, Announcement.publication_id).limit(limit)


def counted(ways: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]) -> Select[int]:
    """Select the number of publications that meet `conditions` and at least one of `ways`.

    Each way is a condition that one index answers.
    """
    return select(func.count()).select_from(union(*_by(ways, *conditions)).subquery())


def newest_ids(
    person: Person, conditions: Conditions, *, kinds: Sequence[str], limit: int, **given: object
) -> list[UUID]:
    """List the ids of the newest publications that reach the person and meet `conditions`.

    Args:
        given: values of the parameters in the conditions, beside those of `reader_values`.
    """
    asked = _kept(len(holdings_of(person).posts), conditions, tuple(kinds), limit)
    return list(execute_prepared(asked, **reader_values(person), **given).scalars())


def newest_ids_among(
    person: Person,
    *conditions: ColumnElement[bool],
    kinds: Sequence[str],
    limit: int,
    **given: object,
) -> list[UUID]:
    """List the same for conditions that are put together for this request."""
    asked = _asked(len(holdings_of(person).posts), conditions, kinds, limit)
    return list(execute_prepared(asked, **reader_values(person), **given).scalars())


@cache
def _kept(
    posts: int, conditions: Conditions, kinds: Sequence[str], limit: int
) -> Select[UUID, datetime | None]:
    return _asked(posts, conditions(), kinds, limit)


def _asked(
    posts: int, conditions: Sequence[ColumnElement[bool]], kinds: Sequence[str], limit: int
) -> Select[UUID, datetime | None]:
    """Return the statement for a person who holds this many posts."""
    every = select(Publication.id, Publication.published_at).where(
        Publication.published_at.is_not(None), *conditions
    )
    few = [
        every.where(way).cte().prefix_with("MATERIALIZED", dialect="postgresql")
        for way in _few(posts, kinds)
    ]
    found = [
        *(_newest(select(one.c.id, one.c.published_at), limit) for one in few),
        *(_newest(every.where(way), limit) for way in _many(posts, kinds)),
    ]
    ways = union_all(*(select(one.subquery()) for one in found)).subquery()
    columns = (ways.c.id, ways.c.published_at)
    return _newest(select(*columns).group_by(*columns), limit)


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


def _few(posts: int, kinds: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions by which only a few publications reach the person.

    PostgreSQL has to materialise these. With a limit instead, its planner expects to find enough by
    walking all publications from the newest: of 200,000 that took 220 ms.
    """
    for way in _ways_sent(posts):
        yield and_(way, Publication.kind.in_(kinds))
    for way in _ways_near(posts)[1:]:
        yield _seen(way, kinds)


def _many(posts: int, kinds: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions by which many publications may reach the person, each along an index.

    The kind and visibility are literals in the statement, because PostgreSQL would make a generic
    plan for a kind with many rows.
    """
    for way in _ways_near(posts)[:1]:
        yield _seen(way, kinds)
    if not posts:
        return
    for kind, reach in product(kinds, OPEN):
        if kind != ANNOUNCEMENT:
            yield and_(
                Publication.kind == _written(kind, Publication.kind),
                Publication.visibility == _written(reach, Publication.visibility),
                Publication.withdrawn_at.is_(None),
            )


@cache
def is_addressed(posts: int) -> ColumnElement[bool]:
    """Return the condition of `addressed_to` for `reader_values`, to who holds this many posts."""
    ways = list(_ways_sent(posts))
    if posts:
        ways.append(is_open_to_reader(id_parameter("person_id"), ids_parameter("agency_ids"), NOW))
    return and_(Publication.published_at.is_not(None), or_(*ways))


@cache
def _ways_sent(posts: int) -> Sequence[ColumnElement[bool]]:
    held = holdings_later(posts)
    return ways_sent_to(id_parameter("person_id"), ids_parameter("agency_ids"), held)


@cache
def _ways_near(posts: int) -> Sequence[ColumnElement[bool]]:
    if not posts:
        return ()
    return ways_near_to(id_parameter("person_id"), ids_parameter("agency_ids"), NOW)


def _seen(way: ColumnElement[bool], kinds: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        way,
        Publication.kind.in_(kinds),
        Publication.visibility.is_not(None),
        Publication.withdrawn_at.is_(None),
    )


def _written(value: str, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return literal(value, column.type, literal_execute=True)
