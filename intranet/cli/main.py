"""The command group, which imports each command only when it is used."""

import errno
import sys
from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError

from intranet.bootstrap.faults import from_os_error
from intranet.bootstrap.start import OF_SOURCE_TREE, has_source_tree
from intranet.config import BadSettingError
from intranet.platform.core.operation import Operation, begin

# Name → import path of its click command; add yours here.
COMMANDS = {
    "account": "intranet.cli.accounts:account",
    "agency": "intranet.cli.accounts:agency",
    "backup": "intranet.cli.backups:backup",
    "bench": "tools.bench.commands:bench",
    "check": "intranet.cli.developer_commands:check",
    "demo": "intranet.cli.demo:demo",
    "dev": "intranet.cli.dev:dev",
    "doctor": "intranet.cli.doctor:doctor",
    "export": "intranet.cli.portability:export",
    "files": "intranet.cli.files:files",
    "import": "intranet.cli.portability:import_",
    "jobs": "intranet.cli.jobs:jobs",
    "migrate": "intranet.cli.database:migrate",
    "move": "intranet.cli.moving:move",
    "partition": "intranet.cli.partition:partition",
    "reconcile": "intranet.cli.reconcile:reconcile",
    "reorganise": "intranet.cli.reorganise:reorganise",
    "restore": "intranet.cli.backups:restore",
    "serve": "intranet.cli.serve:serve",
    "settle": "intranet.cli.backups:settle",
    "shell": "intranet.cli.shell:shell",
    "worker": "intranet.cli.serve:worker",
    "test": "intranet.cli.developer_commands:test",
}
if not has_source_tree():
    COMMANDS = {name: path for name, path in COMMANDS.items() if name not in OF_SOURCE_TREE}
WITHOUT_ARGUMENTS = ["serve"]
# These run operations with names of their own, such as requests and jobs.
STAYING = {"dev", "serve", "worker"}


def _make_app() -> Flask:
    from intranet.app import create_app

    return create_app()


def _show_version(context: click.Context, _option: click.Parameter, is_asked: object) -> None:
    if is_asked and not context.resilient_parsing:
        from intranet.platform.core.version import version

        click.echo(f"intranet {version()}")
        context.exit()


class Commands(FlaskGroup):
    """Flask's command group with our commands, without those of its development server."""

    def __init__(self) -> None:
        super().__init__(
            name="intranet",
            help="An intranet for public administrations.",
            create_app=_make_app,
            add_default_commands=False,
            add_version_option=False,
            load_dotenv=False,
        )
        self.params.clear()  # no options to choose the application or its settings
        self.params.append(
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_version,
                help="Show the version and exit.",
            )
        )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the name of every command."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of this name, if there is one."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def main(arguments: list[str]) -> int:
    """Run a command.

    Returns:
        The exit status; 1 after a message on standard error.
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
    except Exception as error:
        if sentence := _sentence(error):
            click.echo(sentence, err=True)
            return 1
        raise


def _make_what_is_read() -> None:
    """Compile the translations, before the first command of any kind.

    The server may later run as a user without permission to write in this folder.
    """
    from intranet.platform.core.catalogues import TRANSLATIONS, compile_catalogues

    compile_catalogues(TRANSLATIONS)


def _sentence(error: Exception) -> str:
    """Return the message for an error of the environment; empty if it is a bug."""
    if isinstance(error, BadSettingError):
        return str(error)
    if isinstance(error, OperationalError):
        return _database_sentence(str(error.orig))
    if not isinstance(error, OSError):
        return _refusal_sentence(error)
    if error.errno == errno.EADDRINUSE:
        return (
            "The port is taken by another program: choose another with --port, "
            "or --port 0 for any that is free."
        )
    fault = from_os_error(error, Path.cwd())
    return str(fault) if fault else ""


def _refusal_sentence(error: Exception) -> str:
    from intranet.delivery.files.storage_interface import StorageAway, StorageFull
    from intranet.platform.core.read_only import ReadOnly

    if isinstance(error, ReadOnly):
        return (
            "Nothing can be written: the installation is moving to another database, or has "
            "moved. Try again after it, with the new one in INTRANET_DATABASE_URL."
        )
    if isinstance(error, StorageAway):
        return (
            "The storage of files does not answer: `intranet doctor` says why. "
            "Run the same command again once it does."
        )
    if isinstance(error, StorageFull):
        return (
            "The storage of files has no room left: make some, or raise the quota, "
            "and run the same command again."
        )
    return ""


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
