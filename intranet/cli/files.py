"""`intranet files`: where the bytes of files are."""

import os
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from intranet.config import PREFIX, Settings, read_settings

if TYPE_CHECKING:
    from intranet.delivery.files.moving import FileCopy

SETTING = f"{PREFIX}STORAGE_URL"


@click.group()
def files() -> None:
    """Move files to another storage."""


@files.command()
@click.option("--to", "target", required=True, help="The storage to copy to, file: or s3://.")
@click.option("--from", "source", help="The storage to copy from. Default: the one that is set.")
def move(target: str, source: str | None) -> None:
    """Copy all files to another storage while the site runs, and compare each.

    What is there already is not copied again, so it can be stopped and begun again. Nothing is
    deleted and no setting is changed: the last lines say what to do next.
    """
    from intranet.cli.backups import BackupProgress
    from intranet.delivery.files.moving import DifferentBytesError, copy_all
    from intranet.delivery.files.storage import check_storage, open_storage
    from intranet.delivery.files.storage_interface import StorageAway, StorageFull

    here = _settings(source)
    there = _settings(target)
    if here.storage_url == there.storage_url:
        raise click.UsageError("Both are the same storage: name another with --to.")
    for each in (here, there):
        check_storage(each)
    progress = BackupProgress()
    try:
        counts = copy_all(
            open_storage(here),
            open_storage(there),
            lambda number: progress("files", number, number + 1),
        )
    except (StorageAway, StorageFull) as error:
        why = "does not answer" if isinstance(error, StorageAway) else "has no room left"
        raise click.ClickException(
            f"A storage {why}. What was copied stays: run the same command again once it does. "
            "`intranet doctor` looks at the one that is set."
        ) from error
    except DifferentBytesError as error:
        raise click.ClickException(
            f"{error} is read differently from {there.storage_url} than it was stored: nothing "
            "of it was kept there. Look at the disk or the store, then run the same command again."
        ) from error
    _say(counts, here, there)


def _settings(storage_url: str | None) -> Settings:
    """Read the settings, with another storage if one is named."""
    named = {} if storage_url is None else {SETTING: storage_url}
    return read_settings({**os.environ, **named})


def _say(counts: Mapping["FileCopy", int], here: Settings, there: Settings) -> None:
    from intranet.delivery.files.moving import FileCopy

    copied, known = counts.get(FileCopy.COPIED, 0), counts.get(FileCopy.THERE, 0)
    click.echo(f"{copied:,} files were copied and compared, {known:,} were there already.")
    if read_settings().storage_url == there.storage_url:
        click.echo(f"The site uses {there.storage_url}. What is in {here.storage_url} was left.")
        return
    again = shlex.join(["--from", here.storage_url, "--to", there.storage_url])
    click.echo(f"Now set {SETTING}={shlex.quote(there.storage_url)} and restart every process.")
    click.echo(f"Then bring what came meanwhile: intranet files move {again}")
