"""Checks of `intranet doctor` on the database and on Redis."""

import time
from typing import Any
from uuid import uuid4

import psycopg
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from intranet.cli.doctor_findings import Patient, WrongError
from intranet.config import BadSettingError, check_mix
from intranet.extensions import db
from intranet.platform.core import outbox_figures, replica_checks, schema
from intranet.platform.core.database import MAX_CONNECTIONS

MIN_POSTGRESQL_VERSION = 15
MIN_REDIS_VERSION = 7
ANSWERS_WITHIN_SECONDS = 5
APART_SECONDS = 2.0
WAITED_LONG_SECONDS = 600
# If one of these is off, acknowledged commits may be lost in a power cut.
MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")


def database(patient: Patient) -> str:
    """Check that the database answers and is recent enough."""
    if patient.settings.on_sqlite:
        return f"SQLite {_asked(patient, 'SELECT sqlite_version()')}"
    version = str(_asked(patient, "SHOW server_version"))
    if int(version.split(".", maxsplit=1)[0]) < MIN_POSTGRESQL_VERSION:
        message = (
            f"PostgreSQL {version} is too old, it takes {MIN_POSTGRESQL_VERSION} or later: upgrade "
            "it with `pg_upgrade`, or set INTRANET_DATABASE_URL to a newer one."
        )
        raise WrongError(message)
    return f"PostgreSQL {version}"


def tables(patient: Patient) -> str:
    """Check that the tables are at the newest revision."""
    try:
        current = schema.is_current(patient.app)
        newer = schema.is_newer(patient.app)
    except SQLAlchemyError as error:
        raise gone(error) from error
    if newer:
        raise WrongError(schema.NEWER)
    if not current:
        raise WrongError("not current: run `intranet migrate`.")
    return "current"


def durability(patient: Patient) -> str:
    """Check that a commit is on the disk before it is acknowledged."""
    if patient.settings.on_sqlite:
        return "each commit is on the disk"
    off = [name for name in MUST_BE_ON if _asked(patient, f"SHOW {name}") in ("off", "local")]
    if off:
        message = (
            f"{', '.join(off)} {'are' if len(off) > 1 else 'is'} off, so messages that people saw "
            f"may be gone after a power cut: `ALTER SYSTEM RESET {off[0]}`, then "
            "`SELECT pg_reload_conf()`."
        )
        raise WrongError(message)
    return "each commit is on the disk"


def connections(patient: Patient) -> str:
    """Check that PostgreSQL accepts as many connections as all processes may need."""
    if patient.settings.on_sqlite:
        return "SQLite needs none"
    given = int(str(_asked(patient, "SHOW max_connections")))
    reserved = int(str(_asked(patient, "SHOW superuser_reserved_connections")))
    needed = (patient.workers + 1) * MAX_CONNECTIONS + reserved
    if needed > given:
        message = (
            f"max_connections is {given}, and {patient.workers} serving and one `intranet worker` "
            f"may need {needed}: `ALTER SYSTEM SET max_connections = {needed}` and start "
            "PostgreSQL anew. Name the number that serve with --workers."
        )
        raise WrongError(message)
    return f"{given} allowed, at most {needed} needed by {patient.workers} serving and one worker"


def replica(patient: Patient) -> str:
    """Check that pages can be read from the replica, if one is set."""
    settings = patient.settings
    if not settings.replica_url:
        return "none is set: every page is read from the database itself"
    try:
        check_mix(settings, workers=1)
        replica_checks.look(settings)
    except (BadSettingError, replica_checks.ReplicaAwayError) as error:
        message = (
            f"{error} Until then every page is read from the primary, as without "
            "INTRANET_REPLICA_URL."
        )
        raise WrongError(message) from error
    except psycopg.Error as error:
        message = (
            f"the primary does not answer ({type(error).__name__}): see INTRANET_DATABASE_URL."
        )
        raise WrongError(message) from error
    return "has all that was committed"


def clocks(patient: Patient) -> str:
    """Check that this machine and the database agree on the time."""
    if patient.settings.on_sqlite:
        return "one machine, one clock"
    apart = abs(float(str(_asked(patient, "SELECT extract(epoch FROM now())"))) - time.time())
    if apart > APART_SECONDS:
        message = (
            f"{apart:.0f} s between this machine and the database: `timedatectl set-ntp true` "
            "on both."
        )
        raise WrongError(message)
    return "this machine and the database agree"


def owed(patient: Patient) -> str:
    """Check that pending tasks are being done."""
    try:
        with patient.app.app_context():
            rows = outbox_figures.pending_by_kind()
    except SQLAlchemyError as error:
        raise gone(error) from error
    oldest = max((outbox_figures.age_seconds(row) for row in rows), default=0)
    if oldest > WAITED_LONG_SECONDS:
        message = f"the oldest has waited for {oldest / 60:.0f} minutes: start `intranet worker`."
        raise WrongError(message)
    if failed := sum(row.failed for row in rows):
        message = (
            f"{failed} could not be done: `intranet jobs` shows why, `intranet jobs --retry all` "
            "tries them again, and `intranet jobs --drop all` gives them up."
        )
        raise WrongError(message)
    return f"{sum(row.waiting for row in rows)} wait"


def redis(patient: Patient) -> str:
    """Check that Redis answers, is recent enough, and delivers messages."""
    url = patient.settings.redis_url
    if not url:
        if patient.workers > 1:
            raise WrongError("not set, and several processes need it: set INTRANET_REDIS_URL.")
        return "not set, and not needed by one process"
    try:
        version = _probed(url)
    except (RedisError, OSError) as error:
        message = f"does not answer ({type(error).__name__}): see INTRANET_REDIS_URL."
        raise WrongError(message) from error
    if int(version.split(".")[0]) < MIN_REDIS_VERSION:
        message = (
            f"version {version} is too old, it takes {MIN_REDIS_VERSION} or later: upgrade it, or "
            "set INTRANET_REDIS_URL to a newer one."
        )
        raise WrongError(message)
    return f"version {version}, heard what was told"


def _probed(url: str) -> str:
    """Return the version of Redis, once a published message has come back."""
    client: Any = Redis.from_url(
        url, socket_timeout=ANSWERS_WITHIN_SECONDS, socket_connect_timeout=ANSWERS_WITHIN_SECONDS
    )
    channel = f"intranet:doctor:{uuid4().hex}"
    with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
        version = str(client.info("server")["redis_version"])
        subscription.subscribe(channel)
        subscription.get_message(timeout=ANSWERS_WITHIN_SECONDS)
        client.publish(channel, "heard?")
        if subscription.get_message(timeout=ANSWERS_WITHIN_SECONDS) is None:
            message = (
                "answers, but what is told over it is not heard: `ACL SETUSER` with allchannels "
                "lets the user of INTRANET_REDIS_URL publish."
            )
            raise WrongError(message)
    return version


def _asked(patient: Patient, statement: str) -> object:
    try:
        with patient.app.app_context():
            return db.session.scalar(text(statement))
    except SQLAlchemyError as error:
        raise gone(error) from error


def gone(error: SQLAlchemyError) -> WrongError:
    """Return the finding for a database that does not answer."""
    return WrongError(f"does not answer ({type(error).__name__}): see INTRANET_DATABASE_URL.")
