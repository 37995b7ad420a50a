"""`intranet move`: bring the installation to another database while people read."""

import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from intranet.cli import server_locks
from intranet.cli.app_context import application
from intranet.config import Settings, database_address, read_settings

if TYPE_CHECKING:
    from intranet.moving.steps import Moved

SHOWN_EVERY_SECONDS, NOTED_EVERY_SECONDS = 0.5, 30.0
STDIN = "-"
STOPPED = "Stopped. The same command goes on where it was; with --cancel the move ends."


@click.command()
@click.option("--to", metavar="URL", help="The new, empty database, without a password.")
@click.option(
    "--to-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="A file that holds the address, perhaps with a password; - reads it from standard input.",
)
@click.option(
    "--notice",
    default=5,
    show_default=True,
    type=click.IntRange(0, 24 * 60),
    help="How many minutes ahead people are told when they cannot write.",
)
@click.option(
    "--minutes",
    default=2,
    show_default=True,
    type=click.IntRange(1, 600),
    help="For about how many minutes they are told that it is.",
)
@click.option("--cancel", is_flag=True, help="End a move: the old database can be written again.")
def move(to: str | None, to_file: Path | None, notice: int, minutes: int, *, cancel: bool) -> None:
    """Move to another database while people read, then set INTRANET_DATABASE_URL to it.

    Writing stops for some minutes at the end, of which people are told ahead. If this is stopped in
    the middle, the same command goes on where it was.
    """
    from intranet.moving import steps
    from intranet.moving.tables import MoveError

    settings = read_settings()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that people can write again
    try:
        held = server_locks.lock_move(settings.data_dir)
        if cancel:
            _say_cancelled(steps.cancel(settings))
            return
        plan = steps.MovePlan(timedelta(minutes=notice), minutes, MoveProgress(), click.echo)
        moved = steps.move(settings, _address(to, to_file), application, plan)
        del held
    except (MoveError, server_locks.InUseError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt as interrupt:
        raise click.ClickException(STOPPED) from interrupt
    _say_moved(settings, moved)


class MoveProgress:
    """Shows progress and the time that is left: on a terminal often, in a log seldom."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._every = SHOWN_EVERY_SECONDS if self._is_seen else NOTED_EVERY_SECONDS
        self._what = ""
        self._began = self._last = time.monotonic()
        self._first = 0
        self._is_done = False

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show progress, unless it was shown a moment ago."""
        now = time.monotonic()
        if what != self._what:
            self._what, self._began, self._last, self._first = what, now, now, done
            self._is_done = False
        if self._is_done or (done < of and now - self._last < self._every):
            return
        self._last, self._is_done = now, done == of
        here = done - self._first
        left = (now - self._began) * (of - done) / here if here else 0
        line = f"{what}: {done:,} of {of:,}, about {left:.0f} s left"
        click.echo(
            f"\r{line}   " if self._is_seen else line, nl=done == of or not self._is_seen, err=True
        )


def _address(to: str | None, to_file: Path | None) -> str:
    """Return the address of the new database."""
    if to is not None and to_file is None:
        if urlsplit(to).password or "password=" in to:
            raise click.UsageError(
                "Others can see a password on the command line: put the address into a file that "
                "only you can read and name it with --to-file, or use PGPASSWORD or ~/.pgpass."
            )
        return database_address(to)
    if to_file is not None and to is None:
        if str(to_file) == STDIN:
            return database_address(sys.stdin.readline())
        return database_address(to_file.read_text(encoding="utf-8"))
    raise click.UsageError("Name the new database with --to or --to-file.")


def _say_moved(settings: Settings, moved: "Moved") -> None:
    rows = sum(each.rows for each in moved.sums.values())
    click.echo(
        f"{rows:,} rows in {len(moved.sums)} tables are the same in both databases, by number "
        f"and by SHA-256. Nothing could be written for {moved.read_only_seconds:.0f} s."
    )
    click.echo(
        "Now set INTRANET_DATABASE_URL to the new database on every machine, and restart the "
        "site. Until then people read from the old one, which stays as it is and cannot be "
        f"written. Files stay in {settings.storage_url.removeprefix('file:')}."
    )


def _say_cancelled(moved_to: str | None) -> None:
    click.echo("The database in use can be written again.")
    if moved_to:
        click.echo(
            f"What was written in {moved_to} since the move is not in it. No server may use "
            f"that {moved_to} database any more."
        )
