"""Say what is wrong with the replica that is set, and what settles it."""

import logging
import time
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import namedtuple_row

from intranet.config import BadSettingError, Settings
from intranet.platform.core.replica import CONNECT_SECONDS, PRIMARY, REPLICA

log = logging.getLogger("intranet.replica")

FAR_BEHIND_SECONDS = 2.0
ASKED_EVERY_SECONDS = 0.1
PAUSED = "SELECT pg_is_wal_replay_paused()"
AGE = "SELECT coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)::int"


class ReplicaAwayError(Exception):
    """The replica does not answer, or is behind; the text says how and what to do."""


def check_replica(settings: Settings) -> None:
    """Refuse a replica that can never be read from; one that is away may come back.

    Raises:
        BadSettingError: it is no replica of the database, or the primary loses commits.
    """
    if not settings.replica_url:
        return
    try:
        look(settings)
    except (ReplicaAwayError, psycopg.Error) as error:
        log.warning("pages are read from the primary for now: the replica %s", _in_words(error))


def look(settings: Settings) -> None:
    """Look whether pages can be read from the replica now.

    Raises:
        BadSettingError: they never can.
        ReplicaAwayError: they cannot now.
        psycopg.Error: the primary does not answer.
    """
    with _connected(settings.database_url) as primary:
        wanted = _row(primary, PRIMARY)
        if _row(primary, "SHOW synchronous_commit")[0] == "off":
            raise BadSettingError(
                "INTRANET_REPLICA_URL needs synchronous_commit on: without it people see what is "
                "not in the log yet, and a replica cannot have it. Turn it on in postgresql.conf."
            )
    try:
        with _connected(settings.replica_url) as replica:
            _compare(replica, wanted)
    except psycopg.Error as error:
        message = (
            f"does not answer ({type(error).__name__}): start it, or see INTRANET_REPLICA_URL."
        )
        raise ReplicaAwayError(message) from error


def _compare(replica: Connection[Any], wanted: Any) -> None:
    until = time.monotonic() + FAR_BEHIND_SECONDS
    while True:
        found = _row(replica, REPLICA, wanted.lsn)
        if not found.is_replica:
            raise BadSettingError(
                "INTRANET_REPLICA_URL names a server that takes writes: the primary itself, or one "
                "that was promoted. Name a streaming replica of INTRANET_DATABASE_URL."
            )
        if found.system_identifier != wanted.system_identifier:
            raise BadSettingError(
                "INTRANET_REPLICA_URL names a replica of another server than "
                "INTRANET_DATABASE_URL. Name one that was made from it by pg_basebackup."
            )
        if found.timeline_id != int(wanted.timeline, 16):
            raise ReplicaAwayError(
                "has not noted the primary's last promotion: run CHECKPOINT on both. If that does "
                "not help it follows another primary: make it anew by pg_basebackup."
            )
        if found.has_it:
            return
        if time.monotonic() > until:
            raise ReplicaAwayError(_why_behind(replica))
        time.sleep(ASKED_EVERY_SECONDS)


def _why_behind(replica: Connection[Any]) -> str:
    age_seconds = _row(replica, AGE)[0]
    behind = f"is behind: its last commit is {age_seconds / 60:.0f} minutes old"
    if _row(replica, PAUSED)[0]:
        return f"{behind}, and replaying is paused: run SELECT pg_wal_replay_resume() there."
    return f"{behind}. See pg_stat_replication on the primary, and the replica's log."


def _row(connection: Connection[Any], statement: str, *given: object) -> Any:
    return connection.execute(statement, given or None).fetchone()


def _connected(url: str) -> Connection[Any]:
    return psycopg.connect(
        url.replace("+psycopg", "", 1),
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        row_factory=namedtuple_row,
    )


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, ReplicaAwayError) else type(error).__name__
