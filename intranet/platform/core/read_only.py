"""Times when nothing can be written, because the installation moves to another database.

`intranet move` keeps a row in the table `moving` of the database that it leaves; without a move
there is no such table. Each process looks for it every few seconds, for its banner, and refuses to
begin writing once the announced time has come. From then on triggers in the database refuse to
write, whatever a process knows.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import psycopg
from flask import current_app
from sqlalchemy.exc import DBAPIError

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.database import GONE
from intranet.platform.core.errors import Unavailable
from intranet.platform.core.i18n import _l

TABLE = "moving"
REFUSAL = "intranet: nothing can be written while the installation moves"
"""The message of the triggers that refuse to write."""

DRIVERS_ERRORS = (sqlite3.Error, psycopg.Error)
LOOKED_EVERY_SECONDS = 3
RETRY_AFTER_SECONDS = 10
NAMES = {
    "sqlite": f"SELECT 1 FROM sqlite_master WHERE name = '{TABLE}'",  # noqa: S608 - ours
    "postgresql": f"SELECT 1 WHERE to_regclass('{TABLE}') IS NOT NULL",
}
ROW = f"SELECT begins_at, minutes, is_closed, moved_to FROM {TABLE}"  # noqa: S608 - ours
LAPSES_AFTER = timedelta(minutes=5)
"""How long after its begin an announced time is forgotten, if the database does not refuse by then.

Then the command that announced it was killed.
"""


class ReadOnly(Unavailable):
    """Nothing can be written for some minutes. Nothing was stored."""

    title = _l("Read only for a few minutes")
    words = _l(
        "The service is moving to another database, so nothing can be saved for a few minutes. "
        "Your text is still here. Try again in a moment."
    )
    retry_after = RETRY_AFTER_SECONDS
    request_id = ""  # nothing is broken, and nobody has to report it


@dataclass(frozen=True)
class ReadOnlyTime:
    """An announced time: when it begins, about how many minutes it takes.

    `moved_to` is the kind of database to which the installation has moved, once it has.
    """

    begins_at: datetime
    minutes: int
    moved_to: str

    @property
    def has_begun(self) -> bool:
        """Whether nothing can be written any more."""
        return clock.now() >= self.begins_at


class Watch:
    """The last known state of one application, and when it was read."""

    def __init__(self) -> None:
        """Begin without having looked."""
        self.announced: ReadOnlyTime | None = None
        self._looked_at = float("-inf")

    def look(self) -> ReadOnlyTime | None:
        """Return the announced time, read from the database every few seconds."""
        if time.monotonic() - self._looked_at >= LOOKED_EVERY_SECONDS:
            self._looked_at = time.monotonic()
            with suppress(*GONE, *DRIVERS_ERRORS):  # what is asked next will fail as well
                self.announced = read()
        return self.announced


def read() -> ReadOnlyTime | None:
    """Read the announced time from the database, on the session's own connection."""
    connection = db.session.connection()
    driver = cast("Any", connection.connection.driver_connection)
    if driver.execute(NAMES[connection.dialect.name]).fetchone() is None:
        return None
    row = driver.execute(ROW).fetchone()
    if row is None or row[0] is None:
        return None
    found = ReadOnlyTime(datetime.fromisoformat(row[0]), row[1], row[3] or "")
    has_lapsed = not row[2] and clock.now() > found.begins_at + LAPSES_AFTER
    return None if has_lapsed else found


def announced() -> ReadOnlyTime | None:
    """Return the read-only time that is announced or under way, if any."""
    watch: Watch = current_app.extensions.setdefault("read_only", Watch())
    return watch.look()


def has_begun() -> bool:
    """Return whether nothing can be written now."""
    found = announced()
    return found is not None and found.has_begun


_finishing: ContextVar[bool] = ContextVar("finishing", default=False)


@contextmanager
def finishing() -> Iterator[None]:
    """Let a block finish what was begun: the jobs under way, and what follows from a commit.

    It can write until the database refuses, which is some seconds later.
    """
    token = _finishing.set(True)
    try:
        yield
    finally:
        _finishing.reset(token)


def require_writable() -> None:
    """Refuse to begin writing in a read-only time.

    Raises:
        ReadOnly: nothing can be written now.
    """
    if has_begun() and not _finishing.get():
        raise ReadOnly


def is_refusal(error: DBAPIError) -> bool:
    """Return whether an error is the refusal of the database in a read-only time."""
    return REFUSAL in str(error.orig)
