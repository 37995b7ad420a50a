"""`intranet doctor`: check the installation, one line per check."""

import sys

import click

from intranet.cli.app_context import application
from intranet.cli.doctor_findings import Check, Patient, WrongError
from intranet.config import BadSettingError, read_settings


@click.command()
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Number of server processes, on all machines together.",
)
def doctor(workers: int) -> None:
    """Check the settings and the services, and tell how to fix each fault."""
    try:
        settings = read_settings()
    except BadSettingError as error:
        _say("settings", str(error), fine=False)
        sys.exit(1)
    _say("settings", f"read; the data folder is {settings.data_dir}", fine=True)
    with application(settings) as app:
        patient = Patient(app, settings, workers)
        found = [_passes(name, check, patient) for name, check in _checks().items()]
    sys.exit(0 if all(found) else 1)


def _checks() -> dict[str, Check]:
    """Return the checks in the order in which they run; add new ones here."""
    from intranet.cli import growth_checks, machine_checks, service_checks, socket_checks

    return {
        "data folder": machine_checks.data_folder,
        "files": machine_checks.files,
        "viruses": machine_checks.viruses,
        "open files": machine_checks.open_files,
        "database": service_checks.database,
        "tables": service_checks.tables,
        "durability": service_checks.durability,
        "connections": service_checks.connections,
        "replica": service_checks.replica,
        "clocks": service_checks.clocks,
        "cut by time": growth_checks.cut_by_time,
        "writing": growth_checks.writing,
        "redis": service_checks.redis,
        "owed work": service_checks.owed,
        "mail": machine_checks.mail,
        "address": machine_checks.address,
        "proxies": machine_checks.proxies,
        "polling": socket_checks.polling,
    }


def _passes(name: str, check: Check, patient: Patient) -> bool:
    try:
        _say(name, check(patient), fine=True)
    except (WrongError, OSError) as error:
        _say(name, str(error), fine=False)
        return False
    return True


def _say(name: str, words: str, *, fine: bool) -> None:
    click.echo(f"{'ok   ' if fine else 'WRONG'} {name}: {words}")
