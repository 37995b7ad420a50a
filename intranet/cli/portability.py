"""`intranet export` and `intranet import agency`: packages that leave, and that arrive."""

import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from intranet.bootstrap.progress import Progress
from intranet.cli.app_context import application
from intranet.cli.imports import import_file

TARGET = click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Without it, named after what it holds.",
)
SHOWN_EVERY_SECONDS = 0.2
PACKAGE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
STAGES = {
    "rows": "Rows",
    "files": "Files",
    "pages": "Pages",
    "verify": "Comparing with the manifest",
}


@click.group()
def export() -> None:
    """Write a package that opens without the program. The site can keep running."""


@export.command()
@click.argument("code")
@TARGET
def agency(code: str, target: Path | None) -> None:
    """Export everything of the agency with CODE, and its words in shared rooms."""
    _export("agency", code, target)


@export.command()
@click.argument("subject", type=click.UUID, metavar="ID")
@TARGET
def group(subject: UUID, target: Path | None) -> None:
    """Export the group with ID, the last part of its address."""
    _export("group", subject, target)


@export.command()
@click.argument("subject", type=click.UUID, metavar="ID")
@TARGET
def initiative(subject: UUID, target: Path | None) -> None:
    """Export the initiative with ID, the last part of its address."""
    _export("initiative", subject, target)


@export.command()
@click.argument("subject", type=click.UUID, metavar="ID")
@TARGET
def channel(subject: UUID, target: Path | None) -> None:
    """Export the channel with ID, the last part of its address."""
    _export("channel", subject, target)


class ImportDoor(click.Group):
    """`import FILE --kind …`, as ever, and `import agency FILE`, `import group FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what does not name a command for a file to import; `./file` is never a command."""
        is_package = args[:1] in (["agency"], ["group"]) and "--kind" not in args
        is_named = is_package or args[:1] == ["file"]
        if args and not is_named and args != ["--help"]:
            args = ["file", *args]
        return super().parse_args(ctx, args)


@click.group("import", cls=ImportDoor)
def import_() -> None:
    """Import FILE with people, units or posts, or the package of an agency or a group.

    `import FILE --kind …` checks or applies a file (see `import file --help`).
    """


import_.add_command(import_file, "file")


@import_.command("agency")
@PACKAGE
def import_agency(file: Path) -> None:
    """Import the agency of the package FILE into an installation that has nothing of it."""
    told = _arrive(file, None)
    click.echo(f"The agency {told['agency']['code']} is here.")
    click.echo("Nobody has a password yet: `intranet account invite NAME` begins with one person.")


@import_.command("group")
@PACKAGE
@click.option("--agency", "code", required=True, help="The agency to which the group comes.")
def import_group(file: Path, code: str) -> None:
    """Import the group of the package FILE, as an archive that an agency's people read."""
    told = _arrive(file, code)
    click.echo(f"The group “{told['name']}” is here, archived: /groups/{told['subject_id']}")


def _arrive(file: Path, code: str | None) -> dict[str, Any]:
    from intranet.organisation.agencies.queries import agency_by_code
    from intranet.platform.core import schema
    from intranet.platform.core.errors import Problem, Unavailable
    from intranet.platform.core.mail import in_language
    from intranet.records.portability.arriving import arrive

    with application() as app:
        schema.upgrade(app)
        with app.app_context(), in_language("en"):
            into = agency_by_code(code) if code else None
            if code and into is None:
                raise click.ClickException(f"There is no agency with the code {code}.")
            try:
                with Progress() as progress:
                    told = arrive(file, _Shown(progress), into=into)
            except Unavailable as why:
                raise click.ClickException(
                    "The database does not answer, or its disk is full. Nothing was imported."
                ) from why
            except Problem as why:
                raise click.ClickException(f"{_sentence(why)} Nothing was imported.") from why
    _tell_counts(told["counts"])
    click.echo(f"Signed with the key {told['public_key']}: compare it with whoever sent it.")
    return told


def _export(kind: str, subject: str | UUID, target: Path | None) -> None:
    from intranet.platform.core.errors import Problem
    from intranet.platform.core.mail import in_language
    from intranet.records.portability.exporting import write_package
    from intranet.records.portability.operations import record_by_operator
    from intranet.records.portability.scope import PackageKind
    from intranet.records.portability.subjects import subject_of

    began = time.monotonic()
    with application() as app, app.app_context(), in_language("en"):
        try:
            found = subject_of(PackageKind(kind), subject)
        except Problem as why:
            raise click.ClickException(f"There is no {kind} {subject}.") from why
        path = (target or Path(f"{found.file_name}.zip")).absolute()
        part = path.with_name(f".{path.name}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out, Progress() as progress:
                told = write_package(
                    out,
                    found.scope,
                    name=found.name,
                    language=found.language,
                    time_zone=found.time_zone,
                    said=_Shown(progress),
                )
                out.flush()
                os.fsync(out.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        record_by_operator(found, told["sha256"])
    _tell_counts(told["counts"])
    if told["missing_files"]:
        click.echo(f"The bytes of {told['missing_files']} files are not stored and are missing.")
    click.echo(
        f"{path}: {path.stat().st_size / 1_000_000:,.1f} MB as of {told['as_of'][:19]}, "
        f"in {time.monotonic() - began:.0f} s."
    )
    click.echo(f"SHA-256 of its manifest: {told['sha256']}")


def _tell_counts(counts: dict[str, int]) -> None:
    for name, count in counts.items():
        if count:
            click.echo(f"{count:>12,}  {name}")


def _sentence(why: Any) -> str:
    errors = getattr(why, "errors", None)
    return " ".join(map(str, errors.values())) if errors else str(why.detail)


class _Shown:
    """Shows the stage of a package, and how far it is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._stage = ""
        self._last = 0.0
        self._is_live = sys.stderr.isatty()

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show how far it is, at most a few times a second."""
        now = time.monotonic()
        if what != self._stage:
            self._stage, self._last = what, now
            self._progress.stage(STAGES[what])
        elif self._is_live and now - self._last > SHOWN_EVERY_SECONDS:
            self._last = now
            self._progress.stage(f"{STAGES[what]} {done:,}")
            self._progress.done(done / of)
