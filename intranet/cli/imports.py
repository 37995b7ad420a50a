"""`intranet import`: import a file, as a dry run or for good."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from intranet.bootstrap.progress import Progress
from intranet.cli.app_context import application

if TYPE_CHECKING:
    from uuid import UUID

    from intranet.administration.imports.checking import Checked
    from intranet.administration.imports.columns import ImportKind
    from intranet.administration.imports.importer import ImportScope
    from intranet.administration.imports.outcomes import ImportOutcome

KINDS = ("agencies", "units", "posts", "people", "staff", "dir3")
EXIT_REJECTED, EXIT_REFUSED = 1, 2
OUTCOMES = ("created", "changed", "ended", "unchanged", "rejected")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the file holds.")
@click.option(
    "--apply",
    "applies",
    is_flag=True,
    help="Make the changes. Without it, the file is only checked.",
)
@click.option("--agency", "code", help="Only for the agency with this code.")
def import_file(file: Path, kind: str, applies: bool, code: str | None) -> None:  # noqa: FBT001 - click gives options by name
    """Import agencies, units, posts or people from FILE: CSV, XLSX or ODS.

    Exit status: 0 if all is well, 1 if lines were rejected, 2 if the file was refused.
    """
    from intranet.administration.imports.columns import ImportKind
    from intranet.administration.imports.faults import Refused
    from intranet.administration.imports.labels import refusal
    from intranet.platform.core import schema
    from intranet.platform.core.errors import Unavailable
    from intranet.platform.core.mail import in_language

    with application() as app:
        schema.upgrade(app)
        with (
            app.app_context(),
            in_language("en"),
            file.open("rb") as stream,
            _temporary() as lines,
            _temporary() as rejected,
        ):
            report = _Report(file, ImportKind(kind), lines, rejected)
            _scan(stream, file.name)
            try:
                work = _apply if applies else _look
                work(stream, ImportKind(kind), _scope(code), report)
            except Refused as why:
                click.echo(f"{file.name}: {refusal(why.code, why.about)}", err=True)
                sys.exit(EXIT_REFUSED)
            except Unavailable:
                click.echo(
                    "Stopped: the database does not answer, or its disk is full. What was applied "
                    "stays. Run the same command again to continue.",
                    err=True,
                )
                sys.exit(EXIT_REFUSED)
            report.show(applies=applies)
    sys.exit(EXIT_REJECTED if report.counts.get("rejected") else 0)


def _scan(stream: BinaryIO, name: str) -> None:
    """Check the file with the virus scanner, where there is one, as for uploads."""
    from intranet.delivery.files.scanning import scan
    from intranet.platform.core.errors import Invalid, Problem

    try:
        scan(stream)
    except Problem as why:
        said = why.errors.values() if isinstance(why, Invalid) else [why.detail]
        click.echo(f"{name}: {' '.join(str(text) for text in said)}", err=True)
        sys.exit(EXIT_REFUSED)


class _Report:
    """Collects the result of each line, and prints it at the end."""

    def __init__(self, file: Path, kind: "ImportKind", lines: TextIO, rejected: TextIO) -> None:
        self.file = file
        self.kind = kind
        self.counts: dict[str, int] = {}
        self.notes: list[str] = []
        self._lines = lines
        self._rejected = rejected
        self._has_header = False

    def take(self, checked: "Checked", outcomes: "list[ImportOutcome]") -> None:
        """Record the results of some lines."""
        from intranet.administration.imports.outcomes import ImportEffect, joined

        rejected = []
        for outcome in outcomes:
            if outcome.what == ImportEffect.UNCHANGED:
                continue
            number, title = outcome.line.number, outcome.title
            if outcome.what == ImportEffect.REJECTED:
                why = self._why(outcome.column, outcome.code, outcome.about, outcome.fix)
                self._lines.write(f"rejected  {number:>8}  {title + ': ' if title else ''}{why}\n")
                rejected.append((number, outcome.line.cells, why))
            else:
                facts = joined(outcome.facts)
                text = f"{title} · {facts}" if facts else title
                self._lines.write(f"{outcome.what.value:9} {number:>8}  {text}\n")
        self.add_rejected(checked, rejected)

    def add_rejected(self, checked: "Checked", lines: "list[tuple[int, list[str], str]]") -> None:
        """Store rejected lines for the file of rejections."""
        from intranet.administration.imports.report import rejected_rows

        rows = rejected_rows(checked.header, checked.said.separator, lines)
        for place, row in enumerate(rows):
            if place or not self._has_header:
                self._rejected.write(row)
        self._has_header = True

    def late(self, checked: "Checked", lines: "list[tuple[int, list[str], str]]") -> None:
        """Record lines that passed the check but could not be applied."""
        for number, _cells, why in lines:
            self._lines.write(f"rejected  {number:>8}  {why}\n")
        self.add_rejected(checked, lines)

    def found(self, checked: "Checked") -> None:
        """Record how the file was read, and the counts."""
        from intranet.administration.imports.columns import LAYOUTS
        from intranet.administration.imports.file_reader import MADE
        from intranet.administration.imports.guessing import rival
        from intranet.administration.imports.note_labels import note

        self.counts = dict(checked.counts)
        separator = {"\t": "tab"}.get(checked.said.separator, f"“{checked.said.separator}”")
        is_sheet = checked.said.encoding in MADE
        how = (
            checked.said.encoding.upper()
            if is_sheet
            else (f"{_encoding(checked.said.encoding)}, separator {separator}")
        )
        layout = f", {checked.columns.layout} columns" if checked.columns.layout else ""
        self.notes.append(f"{self.file.name}: {how}{layout}, lines: {checked.read:,}.")
        self.notes += [note(each.code, each.about) for each in checked.notes]
        if checked.columns.ignored:
            self.notes.append(f"Ignored columns: {', '.join(checked.columns.ignored)}.")
        places = checked.columns.places
        for heading in checked.columns.ignored:
            if self.kind in LAYOUTS and (taken := rival(self.kind, heading, places)):
                instead = checked.header[places[taken]].strip()
                self.notes.append(
                    f"“{instead}” is taken for what “{heading}” may be too: the values of "
                    f"“{heading}” are not imported."
                )

    def show(self, *, applies: bool) -> None:
        """Print the report."""
        for note in self.notes:
            click.echo(note)
        self._lines.seek(0)
        while part := self._lines.read(1 << 16):
            click.echo(part, nl=False)
        click.echo("  ".join(f"{name} {self.counts.get(name, 0):,}" for name in OUTCOMES))
        if uninvited := self.counts.get("uninvited"):
            click.echo(f"{uninvited:,} people have an account and no invitation yet.")
        if leavers := self.counts.get("leavers"):
            click.echo(f"{leavers:,} people will have no post after this.")
        if self.counts.get("rejected"):
            click.echo(f"Rejected lines, to correct and import again: {self._store()}")
        if not applies:
            click.echo("Nothing was changed. Add --apply to make the changes.")

    def _store(self) -> Path:
        """Write the rejected lines next to the file, or to another folder that is writable."""
        name = f"{self.file.stem}.rejected.csv"
        for folder in (self.file.parent, Path.cwd(), Path(tempfile.gettempdir())):
            try:
                with (folder / name).open("w", encoding="utf-8", newline="") as target:
                    self._rejected.seek(0)
                    while part := self._rejected.read(1 << 16):
                        target.write(part)
            except OSError:
                continue
            return folder / name
        raise click.ClickException("The rejected lines could be written nowhere.")

    @staticmethod
    def _why(column: str, code: str, about: dict[str, Any], fix: str | None) -> str:
        from intranet.administration.imports.labels import reason

        text = f"{column}: {reason(code, about)}" if column else str(reason(code, about))
        return f"{text} Did you mean {fix}?" if fix else text


def _look(stream: BinaryIO, kind: Any, scope: "ImportScope", report: _Report) -> None:
    """Check the file without changing anything."""
    from intranet.administration.imports.checking import check

    with _quiet_progress() as said:
        said("Looking at each line", None)
        report.found(check(stream, kind, scope, report.take))


def _apply(stream: BinaryIO, kind: Any, scope: "ImportScope", report: _Report) -> None:
    """Stage the changes in the file, then apply them batch by batch."""
    from intranet.administration.imports.applying import apply_for
    from intranet.administration.imports.faults import Refused
    from intranet.administration.imports.models import Import
    from intranet.administration.imports.operations import (
        check_file,
        forget,
        new_import,
        start_applying,
    )
    from intranet.extensions import db
    from intranet.platform.core.memory import tune_interpreter
    from intranet.platform.core.unit_of_work import unit_of_work

    with _quiet_progress() as said:
        said("Looking at each line", None)
        with unit_of_work() as work:
            row = new_import(work, kind, report.file.name, scope.agency_ids or (), None)
        import_id = row.id
        try:
            checked = check_file(row, stream, scope, also=report.take)
            row = db.session.get_one(Import, import_id, populate_existing=True)
            if checked is None:
                about = dict(row.refusal)
                raise Refused(about.pop("code", "empty"), **about)
            if row.to_apply:
                total, done = row.to_apply, 0

                def count(lines: int, _seconds: float) -> None:
                    nonlocal done
                    done += lines
                    said(f"Applying {done:,} of {total:,}", done / total)

                said(f"Applying 0 of {total:,}", 0)
                start_applying(None, row, is_meant=True)
                tune_interpreter()
                apply_for(import_id, said=count)
                row = db.session.get_one(Import, import_id, populate_existing=True)
            report.found(checked)
            _add_late(import_id, checked, report)
            report.counts = dict(row.counts)
        finally:
            forget(import_id)


def _add_late(import_id: "UUID", checked: "Checked", report: _Report) -> None:
    """Add the lines that were rejected while applying."""
    from intranet.administration.imports.labels import reason
    from intranet.administration.imports.models import Import
    from intranet.administration.imports.queries import rejected_when_applied
    from intranet.extensions import db

    row = db.session.get_one(Import, import_id)
    known = checked.counts["rejected"]
    if row.counts.get("rejected", 0) > known:
        lines = rejected_when_applied(row)
        report.late(
            checked,
            [
                (line.number, line.cells, f"{line.column}: {reason(line.reason, line.about)}")
                for line in lines
            ],
        )


def _scope(code: str | None) -> "ImportScope":
    from intranet.administration.imports.importer import ImportScope
    from intranet.organisation.agencies.queries import agency_by_code

    if code is None:
        return ImportScope()
    found = agency_by_code(code)
    if found is None:
        raise click.ClickException(f"There is no agency with the code {code}.")
    return ImportScope(frozenset({found.id}))


@contextmanager
def _quiet_progress() -> Iterator[Callable[[str, float | None], None]]:
    """Yield a function that shows progress; off a terminal it prints each part only once."""
    is_live = sys.stderr.isatty()
    parts: set[str] = set()
    with Progress() as progress:

        def said(text: str, share: float | None) -> None:
            part = text.split(maxsplit=1)[0]
            if is_live or part not in parts:
                parts.add(part)
                progress.stage(text)
            if share is not None:
                progress.done(share)

        yield said


def _temporary() -> TextIO:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="")


def _encoding(name: str) -> str:
    names = {"utf-8-sig": "UTF-8 with mark", "utf-8": "UTF-8", "cp1252": "Windows-1252"}
    return names.get(name, name.upper())
