"""`intranet reorganise`: preview, apply and undo a plan of reorganisation from a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from intranet.cli.app_context import application

if TYPE_CHECKING:
    from intranet.administration.reorganisation.models import Plan
    from intranet.organisation.agencies.models import Agency

EXIT_FORBIDDEN = 1


@click.group("reorganise")
def reorganise() -> None:
    """Reorganise an agency as one plan, from a file of changes."""


@reorganise.command("template")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def write_template(target: Path) -> None:
    """Write a spreadsheet with the columns and an example of each change to TARGET."""
    from intranet.administration.reorganisation.file_words import template

    target.write_bytes(template())
    click.echo(f"Written: {target}")


@reorganise.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "code", required=True, help="The code of the agency.")
def show_preview(file: Path, code: str) -> None:
    """Show what the changes in FILE (CSV, XLSX or ODS) would do. Nothing is stored.

    Exit status: 0 if they can be applied, 1 if something forbids it.
    """
    with _agency(code) as agency:
        if not _shown(agency, file):
            raise SystemExit(EXIT_FORBIDDEN)


@reorganise.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "code", required=True, help="The code of the agency.")
@click.option("--name", help="The name of the plan; the name of the file if not given.")
def apply_file(file: Path, code: str, name: str | None) -> None:
    """Apply the changes in FILE at once, all of them or none.

    Exit status: 0 if they were applied, 1 if something forbids it.
    """
    from intranet.administration.reorganisation.applying import apply_plan
    from intranet.administration.reorganisation.operations import (
        add_changes,
        apply_now,
        create_plan,
    )
    from intranet.administration.reorganisation.plan_files import read_file
    from intranet.platform.core.unit_of_work import unit_of_work

    with _agency(code) as agency:
        if not _shown(agency, file):
            raise SystemExit(EXIT_FORBIDDEN)
        with file.open("rb") as stream:
            specs = read_file(agency, stream).specs
        with unit_of_work():
            plan = create_plan(None, agency, name or file.stem)
            add_changes(None, plan, specs)
            apply_now(None, plan)
        if not apply_plan(plan.id):
            _show_refused(plan)
            raise SystemExit(EXIT_FORBIDDEN)
        click.echo(f"Applied as plan {plan.id}. Until tomorrow: intranet reorganise undo {plan.id}")


@reorganise.command("undo")
@click.argument("plan_id", type=click.UUID)
def undo_plan(plan_id: UUID) -> None:
    """Undo an applied plan as a whole, until the end of the day after it."""
    from intranet.administration.reorganisation.models import Plan
    from intranet.administration.reorganisation.undoing import undo
    from intranet.extensions import db
    from intranet.platform.core.errors import Problem

    with _english():
        plan = db.session.get(Plan, plan_id)
        if plan is None:
            raise click.ClickException("There is no such plan.")
        try:
            undo(None, plan)
        except Problem as problem:
            raise click.ClickException(str(problem.detail)) from problem
        click.echo("Undone.")


@contextmanager
def _english() -> Iterator[None]:
    from intranet.platform.core import schema
    from intranet.platform.core.mail import in_language

    with application() as app:
        schema.upgrade(app)
        with app.app_context(), in_language("en"):
            yield


@contextmanager
def _agency(code: str) -> "Iterator[Agency]":
    from intranet.organisation.agencies.queries import agency_by_code

    with _english():
        found = agency_by_code(code)
        if found is None:
            raise click.ClickException(f"There is no agency with the code {code}.")
        yield found


def _shown(agency: "Agency", file: Path) -> bool:
    """Print what a file would do; return whether it can be applied."""
    from intranet.administration.reorganisation.loading import read_changes
    from intranet.administration.reorganisation.plan_files import read_file
    from intranet.administration.reorganisation.previewing import preview_of
    from intranet.administration.reorganisation.readings import Stated
    from intranet.platform.core import clock
    from intranet.platform.core.ids import uuid7

    with file.open("rb") as stream:
        read = read_file(agency, stream)
    for line, sentence in read.faults:
        click.echo(f"Line {line}: {sentence}" if line else sentence)
    if read.faults:
        return False
    stated = [Stated(uuid7(), spec) for _line, spec in read.changes]
    lines = {change.id: line for change, (line, _spec) in zip(stated, read.changes, strict=True)}
    found = read_changes(agency, stated, clock.today(agency.time_zone))
    for finding in found.findings:
        line_number = lines.get(finding.change_id) if finding.change_id else None
        place = f"Line {line_number}: " if line_number else ""
        click.echo(f"{place}{finding.sentence}")
    for each in preview_of(agency, found, None).consequences:
        click.echo(f"{each.title}. {each.detail}".rstrip())
        for row in each.rows:
            click.echo(f"  {row.text}: {row.detail}" if row.detail else f"  {row.text}")
    return not found.forbids


def _show_refused(plan: "Plan") -> None:
    from intranet.administration.reorganisation.findings import Finding

    for stored in plan.refused or ():
        click.echo(Finding.from_json(stored).sentence)
