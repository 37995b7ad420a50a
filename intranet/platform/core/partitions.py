"""Cut a table of PostgreSQL into partitions by time, without copying it.

The table becomes the first partition as it is, so that cutting takes seconds at any size. Keys are
UUIDv7, which begin with the time: rows of a later date go into partitions of their own, one for
each year. The last one takes what comes after those, and stays empty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, cast
from uuid import UUID

import psycopg

from intranet.platform.core import clock
from intranet.platform.core.ids import first_at, made_at
from intranet.platform.core.partition_statements import (
    add_as,
    connected,
    exchange_locked,
    foreign_keys,
    indexes_of,
    is_cut,
    run,
)

YEARS_AHEAD = 2
"""How many whole years after this one have a partition of their own."""

_BOUND = re.compile(r"FROM \('?([^')]+)'?\) TO")
_PARTITIONS = """
    SELECT relname, pg_get_expr(relpartbound, pg_class.oid) FROM pg_class
    JOIN pg_inherits ON inhrelid = pg_class.oid WHERE inhparent = %s::regclass
"""
_UNCHECKED = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'f' AND confrelid = %s::regclass AND NOT convalidated AND conparentid = 0
"""


@dataclass(frozen=True)
class TimedTable:
    """A table that can be cut, and its column of UUIDv7 that tells to which time a row belongs."""

    name: str
    key: str


@dataclass(frozen=True)
class Partition:
    """A partition, and when it begins; None for the first, which has all that is older."""

    name: str
    begins: datetime | None


class NotByTimeError(Exception):
    """Some row is not older than the cut, so that the table cannot become the first partition."""


def partitions_of(table: str) -> list[Partition]:
    """Return the partitions of a table, the oldest first; none if it is not cut."""
    with connected() as connection:
        found = connection.execute(_PARTITIONS, [table]).fetchall()
    parts = [Partition(name, _beginning(bound)) for name, bound in found]
    return sorted(parts, key=lambda part: part.begins or datetime.min.replace(tzinfo=UTC))


def years_from(now: datetime) -> list[datetime]:
    """Return when partitions begin: with the next month, and with each year after that."""
    first = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    years = range(first.year + 1, now.year + YEARS_AHEAD + 2)
    return [first, *(datetime(year, 1, 1, tzinfo=UTC) for year in years)]


def cut(table: TimedTable, begins: Sequence[datetime]) -> None:
    """Make a table the first of its partitions, and have another begin at each of these times.

    Twice the table is locked for some milliseconds; what takes long goes on beside its writers. If
    this is interrupted, it can be run again.

    Raises:
        NotByTimeError: a row is of a later date than the first of these times.
        Unavailable: others kept the table locked for minutes.
    """
    with connected() as connection:
        if not is_cut(connection, table.name):
            _promise(connection, table, begins[0])
            exchange_locked(connection, lambda: _exchange(connection, table, begins))
        for on_table, name in connection.execute(_UNCHECKED, [table.name]).fetchall():
            run(connection, "ALTER TABLE {} VALIDATE CONSTRAINT {}", on_table, name)
        run(connection, "ANALYZE {}", table.name)


def prolong(table: TimedTable) -> None:
    """Add the partitions of the years to come, and renew the statistics of the whole.

    PostgreSQL renews those of each partition by itself, but not what it expects of all together.
    """
    parts = partitions_of(table.name)
    if not parts:
        return
    begins = cast("datetime", parts[-1].begins)
    with connected() as connection:
        while begins.year <= clock.now().year + YEARS_AHEAD:
            following = datetime(begins.year + 1, 1, 1, tzinfo=UTC)
            step = partial(_split_last, connection, table.name, begins, following)
            exchange_locked(connection, step)
            begins = following
        run(connection, "ANALYZE {}", table.name)


def _promise(connection: psycopg.Connection[Any], table: TimedTable, end: datetime) -> None:
    """Let PostgreSQL check that all rows are older than the cut, so that it need not do it then."""
    check = _check_of(table.name)
    condition = f"CHECK ({table.key} < '{first_at(end)}'::uuid) NOT VALID"
    drop = "ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}"

    def promise() -> None:
        run(connection, drop, table.name, check)
        run(connection, f"ALTER TABLE {{}} ADD CONSTRAINT {{}} {condition}", table.name, check)

    exchange_locked(connection, promise)
    try:
        run(connection, "ALTER TABLE {} VALIDATE CONSTRAINT {}", table.name, check)
    except psycopg.errors.CheckViolation as error:
        run(connection, drop, table.name, check)
        raise NotByTimeError from error


def _exchange(
    connection: psycopg.Connection[Any], table: TimedTable, begins: Sequence[datetime]
) -> None:
    """Put a table with partitions in the place of one without, in a transaction of the caller.

    Foreign keys to the table are made anew, for what is written from now on; those of rows that
    are there already are validated later, without a lock.
    """
    run(connection, "LOCK TABLE {}", table.name)
    referring = foreign_keys(connection, "confrelid = %s::regclass", table.name)
    outgoing = foreign_keys(
        connection, "conrelid = %s::regclass AND confrelid <> conrelid", table.name
    )
    until = f"_until_{begins[0]:%Y%m%d}"
    old = table.name + until
    run(connection, "ALTER TABLE {} RENAME TO {}", table.name, old)
    indexes = indexes_of(connection, old)
    for index in indexes:
        run(connection, "ALTER INDEX {} RENAME TO {}", index.name, index.name + until)
    run(
        connection,
        "CREATE TABLE {} (LIKE {} INCLUDING ALL EXCLUDING INDEXES EXCLUDING CONSTRAINTS)"
        " PARTITION BY RANGE ({})",
        *(table.name, old, table.key),
    )
    add_as(connection, table.name, indexes, key=table.key)
    for each in outgoing:
        each.add(connection, table.name)
    for each in referring:
        each.drop(connection, old if each.on_table == table.name else each.on_table)
    _attach(connection, table.name, old, None, begins[0])
    run(connection, "ALTER TABLE {} DROP CONSTRAINT {}", old, _check_of(table.name))
    for each in referring:
        each.add_unchecked(connection, old if each.on_table == table.name else each.on_table)
    for start, end in pairwise(begins):
        _add(connection, table.name, old, start, end)
    _add(connection, table.name, old, begins[-1], None)


def _split_last(
    connection: psycopg.Connection[Any], table: str, begins: datetime, following: datetime
) -> None:
    """Have the last partition, which is empty, begin later, and put a year before it."""
    last = _last_of(table)
    run(connection, "ALTER TABLE {} DETACH PARTITION {}", table, last)
    _add(connection, table, last, begins, following)
    _attach(connection, table, last, following, None)


def _add(
    connection: psycopg.Connection[Any],
    table: str,
    like: str,
    begins: datetime,
    end: datetime | None,
) -> None:
    """Add an empty partition with the indexes and the own foreign keys of another."""
    name = f"{table}_from_{begins:%Y%m%d}" if end else _last_of(table)
    run(connection, "CREATE TABLE {} (LIKE {} INCLUDING ALL)", name, like)
    to_the_whole = "conrelid = %s::regclass AND confrelid = %s::regclass"
    for each in foreign_keys(connection, to_the_whole, like, table):
        each.add(connection, name)
    _attach(connection, table, name, begins, end)


def _attach(
    connection: psycopg.Connection[Any],
    table: str,
    name: str,
    begins: datetime | None,
    end: datetime | None,
) -> None:
    low = f"'{first_at(begins)}'" if begins else "MINVALUE"
    high = f"'{first_at(end)}'" if end else "MAXVALUE"
    bounds = f"FOR VALUES FROM ({low}) TO ({high})"
    run(connection, f"ALTER TABLE {{}} ATTACH PARTITION {{}} {bounds}", table, name)


def _beginning(bound: str) -> datetime | None:
    found = _BOUND.search(bound)
    return made_at(UUID(found[1])) if found and found[1] != "MINVALUE" else None


def _last_of(table: str) -> str:
    return f"{table}_later"


def _check_of(table: str) -> str:
    return f"ck_{table}_before_cut"
