"""`intranet backup`, `intranet restore` and `intranet settle`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intranet.cli import server_locks
from intranet.cli.app_context import application
from intranet.config import Settings, read_settings

if TYPE_CHECKING:
    from intranet.backups.manifest import Manifest
    from intranet.backups.settling import RestoreSettlement

SHOWN_EVERY_SECONDS = 0.2
FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("place", type=FOLDER, metavar="FOLDER")
def backup(place: Path) -> None:
    """Copy the database, files and key to an empty FOLDER. The site can keep running."""
    from intranet.backups.backing_up import back_up
    from intranet.backups.manifest import BackupError

    settings = read_settings()
    began = time.monotonic()
    with application(settings) as app, app.app_context():
        try:
            manifest = back_up(settings, place.absolute(), BackupProgress())
        except BackupError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{place} is a copy of {_what(manifest)}, in {time.monotonic() - began:.0f} s.")
    if manifest.missing:
        click.echo(
            f"The bytes of {manifest.missing} files are not where INTRANET_STORAGE_URL names them."
        )


@click.command()
@click.argument("place", type=FOLDER, metavar="FOLDER")
@click.option("--sign-out", is_flag=True, help="Sign everybody out.")
def restore(place: Path, *, sign_out: bool) -> None:
    """Restore the copy in FOLDER to an empty data folder and database. Stop the site first."""
    from intranet.backups.manifest import BackupError
    from intranet.backups.restoring import bring_back

    settings = read_settings()
    began = time.monotonic()
    try:
        with _alone(settings):
            manifest, settled = bring_back(
                settings, place.absolute(), application, BackupProgress(), signs_out=sign_out
            )
    except (BackupError, server_locks.InUseError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Restored {_what(manifest)}, in {time.monotonic() - began:.0f} s.")
    _say(settled, sign_out=sign_out)


@click.command()
@click.option("--sign-out", is_flag=True, help="Sign everybody out.")
def settle(*, sign_out: bool) -> None:
    """Finish a restore that was made by other means, such as a database snapshot."""
    from intranet.backups import postgresql, settling
    from intranet.backups.manifest import BackupError
    from intranet.extensions import db

    settings = read_settings()
    try:
        with _alone(settings), application(settings) as app, app.app_context():
            if not settings.on_sqlite:
                postgresql.require_alone(db.engine)
            settled = settling.settle(None, signs_out=sign_out)
    except (BackupError, server_locks.InUseError) as error:
        raise click.ClickException(str(error)) from error
    _say(settled, sign_out=sign_out)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Keep a server from starting on the same SQLite database within the block."""
    with server_locks.lock_folder(settings.data_dir) if settings.on_sqlite else nullcontext():
        yield


class BackupProgress:
    """Shows progress on a terminal; in a log it would only add lines."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._last = 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show progress, at most a few times per second."""
        now = time.monotonic()
        is_end = done == of
        if self._is_seen and (is_end or now - self._last > SHOWN_EVERY_SECONDS):
            self._last = now
            share = done / of if of else 1
            click.echo(f"\r{what} {share:4.0%}", nl=is_end, err=True)


def _what(manifest: "Manifest") -> str:
    rows, tables = sum(manifest.counts.values()), len(manifest.counts)
    return (
        f"{manifest.taken_at[:19]} UTC: {rows:,} rows in {tables} tables, "
        f"{manifest.files:,} files, {manifest.size_bytes / 1_000_000:,.0f} MB"
    )


def _say(settled: "RestoreSettlement", *, sign_out: bool) -> None:
    """Print the result of settling."""
    click.echo(f"All open pages reload what they show (epoch {settled.epoch}).")
    if settled.set_aside:
        click.echo(
            f"{settled.set_aside} mails and the like may have gone out since and are set aside: "
            "see `intranet jobs`."
        )
    if sign_out:
        click.echo(f"Sign-ins ended: {settled.ended}.")
    else:
        click.echo("Sign-ins ended after the copy are open again. To end all, use --sign-out.")
