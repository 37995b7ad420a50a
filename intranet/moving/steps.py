"""Move the installation: copy, announce, stop writing for a moment, compare, hand over."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from flask import Flask

from intranet.config import Settings
from intranet.extensions import db
from intranet.moving.copying import Copying, TableSum
from intranet.moving.database import FilledDatabase, LeftDatabase
from intranet.moving.postgresql import said
from intranet.moving.postgresql_source import PostgresqlSource
from intranet.moving.postgresql_target import PostgresqlTarget
from intranet.moving.sqlite_source import SqliteSource
from intranet.moving.sqlite_target import SqliteTarget
from intranet.moving.tables import MoveError, Progress, shapes, unknown
from intranet.platform.core import clock, outbox_figures, schema, slow_statements
from intranet.platform.core.database import keep_private
from intranet.platform.core.read_only import LOOKED_EVERY_SECONDS

Applications = Callable[[Settings], AbstractContextManager[Flask]]

SQLITE = "sqlite:///"
FEW_CHANGES = 2_000
"""So many changes are copied in a second or two."""

MAX_ROUNDS = 5
CATCH_UP_SECONDS = 10
NOTICE_SECONDS = 2 * LOOKED_EVERY_SECONDS
"""The shortest time ahead at which writing can end: every process has looked by then."""

SETTLE_SECONDS, MAX_SETTLE_SECONDS = 2, 30
"""How long what was begun may go on writing: at least, and at most."""

PAUSE_SECONDS = 0.5
AGAIN = "Then run the same command again: it goes on where it was."


@dataclass(frozen=True)
class MovePlan:
    """How to move.

    `notice` is how long ahead people are told that they cannot write, `minutes` for about how
    long. `told` is called with the progress, `say` with each step.
    """

    notice: timedelta
    minutes: int
    told: Progress
    say: Callable[[str], object]


@dataclass(frozen=True)
class Moved:
    """The outcome: the sum of each table, and for how long nothing could be written."""

    sums: Mapping[str, TableSum]
    read_only_seconds: float


def move(settings: Settings, to: str, application: Applications, plan: MovePlan) -> Moved:
    """Move the installation to the database with this URL, while people read.

    Afterwards the database that was left is as it was, and cannot be written. After a failure the
    site goes on; after a kill the same call goes on where it was.

    Args:
        application: opens the application with these settings.

    Raises:
        MoveError: it cannot be moved, or not now.
    """
    if to == settings.database_url:
        raise MoveError("That is the database in use: name another one.")
    with (
        slow_statements.expected(),
        application(settings) as app,
        app.app_context(),
        _said_plainly(),
    ):
        if not schema.is_current(app):
            raise MoveError("The tables are of another version: run `intranet migrate` first.")
        with closing(_source(settings.database_url)) as source, closing(_target(to)) as target:
            going = _Moving(source, target, plan)
            going.prepare(lambda: _make_tables(replace(settings, database_url=to), application))
            return going.carry_out()


def cancel(settings: Settings) -> str | None:
    """End a move: the database in use can be written again.

    Returns:
        The kind of database to which the installation had moved; None if it had not.

    Raises:
        MoveError: no move is under way.
    """
    with _said_plainly(), closing(_source(settings.database_url)) as source:
        state = source.state()
        if state is None:
            raise MoveError("No move is under way.")
        source.forget()
        moved_to: str | None = state["moved_to"]
        return moved_to


def end_any(settings: Settings) -> None:
    """End a move that was under way when a restored copy was taken; mostly there was none."""
    with closing(_source(settings.database_url)) as source:
        if source.state() is not None:
            source.forget()


class _Moving:
    """One run of a move, perhaps not the first."""

    def __init__(self, source: LeftDatabase, target: FilledDatabase, plan: MovePlan) -> None:
        self._source = source
        self._target = target
        self._plan = plan
        self._tables = shapes(db.metadata)
        self._copying = Copying(source, target, self._tables, plan.told)

    def prepare(self, make_tables: Callable[[], object]) -> None:
        """Check both sides, make the tables of the target, and note changes from now on."""
        if strange := unknown(self._source.table_names(), self._tables):
            raise MoveError(f"These tables are not ours and would be lost: {', '.join(strange)}.")
        state = self._source.state()
        move_id = state["id"] if state else None
        if state and state["moved_to"]:
            if self._target.owner() != move_id:
                raise MoveError(
                    f"The installation moved to {state['moved_to']} already. To go on with this "
                    "database instead, run `intranet move --cancel`."
                )
            return
        self._target.require_fitting(move_id)
        move_id = move_id or secrets.token_hex(8)
        revision = self._source.revision()
        self._target.claim(move_id)
        if not self._target.noted("revision"):
            make_tables()
            self._target.prepare(revision)
        if self._target.noted("revision") != revision:
            raise MoveError(
                "The tables were migrated since the move began: run `intranet move --cancel`, "
                "then begin again with an empty database."
            )
        self._target.set_keys_aside()
        if state is None:
            self._source.begin(move_id, self._tables)

    def carry_out(self) -> Moved:
        """Copy, wait for the announced time, stop writing, compare, and hand over."""
        state = self._source.state()
        if state and state["moved_to"]:  # an earlier run was killed in its last moment
            sums = self._copying.compare()
            self._target.finish()
            return Moved(sums, 0)
        self._plan.say("Copying, while the site goes on.")
        self._copying.copy_all()
        self._copying.catch_up()
        for done, of in self._target.build_indexes():
            self._plan.told("indexes", done, of)
        for _round in range(MAX_ROUNDS):
            if self._copying.catch_up() < FEW_CHANGES:
                break
        with self._taken_back_if_it_fails():
            self._wait_for_the_time()
            began = time.monotonic()
            _let_work_end()
            self._source.refuse_writes(self._tables)
            self._copying.catch_up()
            self._plan.say("Comparing both databases.")
            sums = self._copying.compare()
            self._target.build_keys(self._tables)
            self._source.leave(self._target.kind)
        self._target.finish()
        return Moved(sums, time.monotonic() - began)

    def _wait_for_the_time(self) -> None:
        """Announce when nothing can be written, and copy changes until then."""
        state = self._source.state()
        begins_at = clock.now() + max(self._plan.notice, timedelta(seconds=NOTICE_SECONDS))
        if state and state["begins_at"]:  # an earlier run announced it, and was killed
            begins_at = datetime.fromisoformat(state["begins_at"])
        self._source.announce(begins_at.isoformat(), self._plan.minutes)
        shown = begins_at.astimezone().strftime("%H:%M:%S")
        self._plan.say(f"People are told that nothing can be written from {shown} on.")
        while (left := (begins_at - clock.now()).total_seconds()) > 0:
            time.sleep(min(left, CATCH_UP_SECONDS))
            self._copying.catch_up()

    @contextmanager
    def _taken_back_if_it_fails(self) -> Iterator[None]:
        """Let people write again if the block fails."""
        try:
            yield
        except BaseException:
            self._source.accept_writes()
            self._source.announce(None, 0)
            raise


def _let_work_end() -> None:
    """Wait for what was begun before the time: mails on their way, what follows from a commit."""
    limit = time.monotonic() + MAX_SETTLE_SECONDS
    time.sleep(SETTLE_SECONDS)
    while outbox_figures.count_claimed() and time.monotonic() < limit:
        time.sleep(PAUSE_SECONDS)


def _make_tables(settings: Settings, application: Applications) -> None:
    with application(settings) as app:
        schema.upgrade(app)


def _source(url: str) -> LeftDatabase:
    if url.startswith(SQLITE):
        return SqliteSource(Path(url.removeprefix(SQLITE)))
    return PostgresqlSource(_plain(url))


def _target(url: str) -> FilledDatabase:
    if url.startswith(SQLITE):
        path = Path(url.removeprefix(SQLITE))
        keep_private(path)
        return SqliteTarget(path)
    return PostgresqlTarget(_plain(url))


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Say what is wrong with a database in a sentence."""
    try:
        yield
    except (psycopg.errors.DiskFull, sqlite3.OperationalError) as error:
        if isinstance(error, sqlite3.Error) and "full" not in str(error):
            raise MoveError(f"SQLite could not go on: {error}. {AGAIN}") from error
        raise MoveError(f"No room is left on a disk: make some. {AGAIN}") from error
    except psycopg.OperationalError as error:
        raise MoveError(f"PostgreSQL could not go on: {said(error)}. {AGAIN}") from error
