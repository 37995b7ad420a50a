"""The group of commands, each imported only when it is asked for."""

import errno
import sys
from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError

from intranet.bootstrap.faults import from_os_error
from intranet.config import BadSettingError
from intranet.platform.core.operation import Operation, begin

# Name → where its click command is; add yours here.
COMMANDS = {
    "account": "intranet.cli.accounts:account",
    "agency": "intranet.cli.accounts:agency",
    "backup": "intranet.cli.backups:backup",
    "bench": "intranet.cli.bench:bench",
    "check": "intranet.cli.development:check",
    "demo": "intranet.cli.demo:demo",
    "doctor": "intranet.cli.doctor:doctor",
    "import": "intranet.cli.imports:import_file",
    "jobs": "intranet.cli.jobs:jobs",
    "migrate": "intranet.cli.database:migrate",
    "reconcile": "intranet.cli.reconcile:reconcile",
    "restore": "intranet.cli.backups:restore",
    "serve": "intranet.cli.serve:serve",
    "settle": "intranet.cli.backups:settle",
    "worker": "intranet.cli.serve:worker",
    "test": "intranet.cli.development:test",
}
WITHOUT_ARGUMENTS = ["serve"]
# What they do has names of its own.
STAYING = {"serve", "worker"}


def _make_app() -> Flask:
    from intranet.app import create_app

    return create_app()


class Commands(FlaskGroup):
    """Flask's group with our commands, and without those that serve for development."""

    def __init__(self) -> None:
        super().__init__(
            name="intranet",
            help="An intranet for public administrations.",
            create_app=_make_app,
            add_default_commands=False,
            add_version_option=False,
            load_dotenv=False,
        )
        self.params.clear()  # which application it is and where its settings are is known

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, by name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or nothing."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def main(arguments: list[str]) -> int:
    """Carry out one command.

    Returns:
        The exit status; 1 after a sentence about what is missing, on standard error.
    """
    name = (arguments or WITHOUT_ARGUMENTS)[0]
    if name in COMMANDS and name not in STAYING:
        begin(Operation(name))
    try:
        if name not in STAYING:
            _make_what_is_read()
        Commands().main(arguments or WITHOUT_ARGUMENTS, prog_name="intranet")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except (BadSettingError, OSError, OperationalError) as error:
        if sentence := _sentence(error):
            click.echo(sentence, err=True)
            return 1
        raise


def _make_what_is_read() -> None:
    """Make what lies beside the code, by whoever put the code there and whatever they ask first.

    Those who serve may then be users that can write nothing here.
    """
    from intranet.platform.core.catalogues import TRANSLATIONS, compile_catalogues

    compile_catalogues(TRANSLATIONS)


def _sentence(error: BadSettingError | OSError | OperationalError) -> str:
    """What to tell the person who typed the command, or nothing where it is a bug."""
    if isinstance(error, BadSettingError):
        return str(error)
    if isinstance(error, OperationalError):
        return _database_sentence(str(error.orig))
    if error.errno == errno.EADDRINUSE:
        return (
            "The port is taken by another program: choose another with --port, "
            "or --port 0 for any that is free."
        )
    fault = from_os_error(error, Path.cwd())
    return str(fault) if fault else ""


def _database_sentence(said: str) -> str:
    if "disk is full" in said:
        return "No room on the disk that holds the database: make some and start again."
    if "readonly database" in said or "unable to open database file" in said:
        return (
            "No permission to write the database: give this user the data folder, "
            "or name another in INTRANET_DATA_DIR."
        )
    if "connection failed" in said or "could not connect" in said.lower():
        return f"The database does not answer; see INTRANET_DATABASE_URL. It said: {said.strip()}"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
