"""Checks of `intranet doctor` on what an installation needs as it grows."""

from sqlalchemy.exc import SQLAlchemyError

from intranet.cli import server_locks
from intranet.cli.doctor_findings import Patient, WrongError
from intranet.cli.service_checks import gone
from intranet.messaging.messages import partitions
from intranet.platform.core import clock, read_only
from intranet.platform.core.partitions import partitions_of


def cut_by_time(patient: Patient) -> str:
    """Check that very many messages are cut by time, into partitions that reach far enough."""
    if patient.settings.on_sqlite:
        return "SQLite is not cut by time"
    try:
        with patient.app.app_context():
            count = partitions.estimated_messages()
            parts = [partitions_of(table.name) for table in partitions.TIMED_TABLES]
    except SQLAlchemyError as error:
        raise gone(error) from error
    is_cut = all(parts)
    if not is_cut and count >= partitions.WORTH_CUTTING:
        message = f"about {count:,} messages are in one table: run `intranet partition`."
        raise WrongError(message)
    for last in [each[-1] for each in parts if each]:
        if last.begins and last.begins <= clock.now():
            message = (
                f"the last partition, {last.name}, is in use: start `intranet worker`, of which a "
                "daily job adds those of the years to come."
            )
            raise WrongError(message)
    return "cut by time" if is_cut else "not cut by time, and too few to need it"


def writing(patient: Patient) -> str:
    """Check that no move to another database has left people unable to write."""
    try:
        with patient.app.app_context():
            found = read_only.read()
    except SQLAlchemyError as error:
        raise gone(error) from error
    if found is None:
        return "people can write"
    if found.moved_to:
        message = (
            f"all of this moved to {found.moved_to}, and nothing can be written here: set "
            "INTRANET_DATABASE_URL to the new database, or stay with `intranet move --cancel`."
        )
        raise WrongError(message)
    try:
        server_locks.lock_move(patient.settings.data_dir).close()
    except server_locks.InUseError:
        return f"a move is under way, and nothing can be written from {found.begins_at:%H:%M} on"
    message = (
        "a move to another database was stopped in the middle: `intranet move --to URL` goes on, "
        "and `intranet move --cancel` ends it, so that people can write."
    )
    raise WrongError(message)
