"""The unit of work: one transaction with its locks and events. Every write goes through it."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, Table, Update, bindparam, inspect, select, update
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import ObjectDeletedError
from sqlalchemy.sql.base import ExecutableOption

from intranet.extensions import READS_FROM, Identified, Model, db
from intranet.platform.core import process_metrics, read_only
from intranet.platform.core.database import (
    CONNECTION,
    GONE,
    attach,
    execute_prepared,
    insert_into,
    on_sqlite,
    store_rows,
    write,
)
from intranet.platform.core.errors import NotFound, Unavailable
from intranet.platform.core.events import Hold, bus, dispatcher
from intranet.platform.core.per_request import forget
from intranet.platform.core.slow_statements import Transaction
from intranet.platform.core.types import id_parameter


class FairLock:
    """A fair lock, granted in the order of the requests.

    SQLite's own lock is unfair: with fifty writers the 95th percentile of waits was 34 ms, with
    this queue it is 0.6 ms.
    """

    def __init__(self, name: str) -> None:
        """Begin free; the name labels the metric of waiting times."""
        self._waits = process_metrics.lock_waits.labels(name)
        self._lock = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        """Wait until every earlier caller is done."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._line.append(mine)
        with self._waits.time():
            mine.acquire()

    def __exit__(self, *_error: object) -> None:
        """Hand the lock to the next caller."""
        with self._lock:
            if self._line:
                self._line.popleft().release()
            else:
                self._taken = False


Row = TypeVar("Row", bound=Identified)
Step = Callable[[frozenset[UUID]], None]
STRIPE_COUNT = 256
_writer = FairLock("writer")
_rows = [FairLock("row") for _stripe in range(STRIPE_COUNT)]


class Work:
    """The writes and events of one transaction."""

    def __init__(self, session: Session, turns: ExitStack, times: Transaction) -> None:
        """Store the session of the transaction."""
        self._session = session
        self._times = times
        self._turns = turns
        self._is_in_line = False
        self._gathered: dict[Step, set[UUID]] = {}
        self._gathered_last: dict[Step, set[UUID]] = {}
        self.remembered: dict[str, dict[Any, Any]] = {}
        """Values that packages keep until the commit, by a name of their own."""
        self.events: list[object] = []
        self.holds: list[Hold] = []

    def lock(self, row: Identified) -> None:
        """Read a row again and keep others from changing it until the commit.

        On PostgreSQL the process first takes a lock of its own for the first row, so that events
        are queued in the order of the commits. It takes none for further rows: PostgreSQL detects
        deadlocks, and this process would not.

        Raises:
            NotFound: the row was deleted.
        """
        with self._times.waiting():
            self._stand_in_line(_id_of(row))
            self._refresh(row)

    def _refresh(self, row: Identified) -> None:
        try:
            # Lock the row alone, not those that are joined to it. And lock it against changes
            # only: new rows may refer to it, as a message does to its author.
            self._session.refresh(row, with_for_update={"of": type(row), "key_share": True})
        except (InvalidRequestError, ObjectDeletedError) as error:
            raise NotFound from error
        self._expire_parts(row)

    def _expire_parts(self, row: Identified) -> None:
        """Have the row's parts read again: PostgreSQL joined them before it waited for the lock."""
        if on_sqlite():
            return
        for relation in inspect(type(row)).relationships:
            is_part = relation.cascade.delete_orphan and relation.lazy == "joined"
            if is_part:
                if part := getattr(row, relation.key):
                    self._session.expire(part)
                self._session.expire(row, [relation.key])

    def locked(self, kind: type[Row], row_id: UUID, *how: ExecutableOption) -> Row:
        """Read and lock a row by its id until the commit, in one query.

        Args:
            how: loader options. They must be constants, since a statement is cached for each.

        Raises:
            NotFound: there is no such row.
        """
        with self._times.waiting():
            self._stand_in_line(row_id)
            found: Row | None = self._session.scalar(_locking(kind, *how), {"row_id": row_id})
        if found is None:
            raise NotFound
        self._expire_parts(found)
        return found

    def read_locked(self, statement: Select[Any], row_id: UUID) -> SqlRow[Any]:
        """Do as `locked` with a statement that is built once and reads columns.

        Args:
            statement: locks the row that its parameter `row_id` names.

        Raises:
            NotFound: there is no such row.
        """
        with self._times.waiting():
            self._stand_in_line(row_id)
            found = execute_prepared(statement, row_id=row_id).first()
        if found is None:
            raise NotFound
        return found

    def _stand_in_line(self, row_id: UUID) -> None:
        if not self._is_in_line and not on_sqlite():
            self._is_in_line = True
            self._turns.enter_context(_rows[row_id.int % STRIPE_COUNT])

    def answer_first(self, hold: Hold) -> None:
        """Keep back the pushes of this transaction until this hold is released too."""
        self.holds.append(hold)

    def wait_outside(self) -> None:
        """Take no lock in this process from now on, so that the database can detect deadlocks.

        For a caller that is about to wait for another lock in the database, such as an advisory
        lock.
        """
        self._is_in_line = True

    def add(self, *rows: Model) -> None:
        """Add new rows."""
        self._session.add_all(rows)

    def store(self, rows: Sequence[Model]) -> None:
        """Insert the rows of one table that `detached_row` made with all their columns.

        Relationships and defaults are ignored: what belongs to a row is added by itself. It is
        meant for frequent writes, where detecting the changes would cost more than writing them.
        """
        self._session.flush()
        kind = type(rows[0])
        columns = inspect(kind).column_attrs.keys()
        store_rows(kind, [{name: vars(row)[name] for name in columns} for row in rows])
        for row in rows:
            attach(row)

    def change(self, row: Identified, **values: object) -> None:
        """Update columns of a locked row at once.

        It bypasses the session like `store`; other changes of the row wait for the next flush.
        """
        write(_changing(type(row), *values), [{"row_id": row.id, **values}])
        for name, value in values.items():
            set_committed_value(row, name, value)

    def add_unless_there(self, kind: type[Model], values: Mapping[str, Any]) -> bool:
        """Insert a row unless its key exists; wait for a transaction that is inserting it.

        Without this, two transactions that insert the same key would end in an error.

        Returns:
            Whether it was inserted; if not, the other row can be read now.
        """
        row = insert_into(kind).values(dict(values)).on_conflict_do_nothing()
        stored = self._session.execute(row.returning(*inspect(kind).primary_key))
        return stored.first() is not None

    def flush(self) -> None:
        """Write pending changes, so that they can be queried and referred to."""
        self._session.flush()

    def delete(self, row: Model) -> None:
        """Delete a row."""
        self._session.delete(row)

    def publish(self, event: object) -> None:
        """Publish an event: handlers within the transaction run now, others after the commit."""
        self._session.flush()
        self.events.append(event)
        bus.handle_within(event)

    def gather(self, step: Step, ids: Iterable[UUID], *, last: bool = False) -> None:
        """Run a step once for all these ids, right before the commit.

        In this way, work that follows from thousands of events is done in bulk.

        Args:
            last: after all steps that are not last.
        """
        steps = self._gathered_last if last else self._gathered
        steps.setdefault(step, set()).update(ids)

    def finish(self) -> None:
        """Run the gathered steps, and those that they gather."""
        while steps := self._gathered or self._gathered_last:
            self._session.flush()
            step, ids = next(iter(steps.items()))
            del steps[step]
            step(frozenset(ids))


@contextmanager
def unit_of_work() -> Iterator[Work]:
    """Yield the work of this transaction; the outermost block commits.

    Rows that the caller has loaded are expired, so that permissions and states are read again
    within the transaction.

    Raises:
        Unavailable: the database does not answer, or stayed locked. Nothing was stored.
        ReadOnly: the installation is moving to another database. Nothing was stored.
    """
    session = db.session()
    if joined := session.info.get("work"):
        yield joined
        return
    with ExitStack() as turns:
        times = turns.enter_context(Transaction())  # first, so that it logs after the locks
        if on_sqlite():
            turns.enter_context(_writer)
        session.rollback()
        session.info.pop(READS_FROM, None)  # a replica has not yet what is written now
        forget()
        work = session.info["work"] = Work(session, turns, times)
        try:
            session.info[CONNECTION] = session.connection(execution_options={"writes": True})
            times.begins()
            read_only.require_writable()
            yield work
            work.finish()
            session.commit()
            dispatcher().enqueue(work.events, work.holds)
        except GONE as error:
            session.rollback()
            raise Unavailable from error
        except DBAPIError as error:
            session.rollback()
            if read_only.is_refusal(error):
                raise read_only.ReadOnly from error
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(CONNECTION, None)
            del session.info["work"]


def is_at_work() -> bool:
    """Return whether the caller is within a unit of work already."""
    return db.session.registry.has() and "work" in db.session().info


@cache
def _locking(kind: type[Row], *how: ExecutableOption) -> Select[Row]:
    # Rows that are joined to it are not locked: see `Work.lock`.
    return (
        select(kind)
        .where(kind.id == id_parameter("row_id"))
        .options(*how)
        .with_for_update(of=kind, key_share=True)
        .execution_options(populate_existing=True)
    )


@cache
def _changing(kind: type[Row], *names: str) -> Update:
    table = cast("Table", kind.__table__)
    given_values: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(table).where(table.c.id == id_parameter("row_id")).values(given_values)


def _id_of(row: Identified) -> UUID:
    identity = inspect(row).identity
    if identity is None:
        return row.id
    found: UUID = identity[0]
    return found
