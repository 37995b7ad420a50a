"""Pages for imports: send a file, review its effects, mend lines, apply it and follow progress."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, BinaryIO, cast
from uuid import UUID

from flask import (
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select

from intranet.administration.admin.blueprint import bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.import_labels import kind_hints, kind_names, state_names
from intranet.administration.admin.import_pages import import_of, importing
from intranet.administration.admin.labels import headless_text
from intranet.administration.admin.queries import headless_units
from intranet.administration.imports import queries
from intranet.administration.imports.columns import LAYOUTS, ImportKind
from intranet.administration.imports.labels import column_name, reason, refusal
from intranet.administration.imports.mapping import may_open_columns
from intranet.administration.imports.models import Import, ImportLine, ImportState
from intranet.administration.imports.operations import (
    MAX_UNCONFIRMED_ENDS,
    discard,
    mend_line,
    send_file,
    start_applying,
)
from intranet.administration.imports.outcomes import PLACES, ImportEffect
from intranet.administration.imports.report import BATCH_SIZE, rejected_rows
from intranet.administration.imports.template_books import XLSX, template
from intranet.delivery.files.request_files import sent_file
from intranet.extensions import db
from intranet.organisation.accounts.setup_steps import count_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.labels import duty_name, format_period
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form, Line, printable
from intranet.platform.core.templating import this_page
from intranet.platform.core.web import wants_fragment

LINES_PAGE_SIZE = 100
IMPORTS_PAGE_SIZE = 30
MAKING_POSTS = (ImportKind.POSTS, ImportKind.STAFF)
STUCK_SECONDS = 45
"""An import without progress for so long can be restarted by hand."""


@bp.app_template_filter("iso_day")
def iso_day(text: str) -> str:
    """Format a day stored as `2026-12-01` for the reader."""
    return day(date.fromisoformat(text))


class SentForm(Form):
    """The kind of the file, and its agency.

    If `agency` is empty, the file is for every agency that the person administers.
    """

    kind: ImportKind
    agency: Annotated[Line, Field(max_length=40)] = ""


class ValueForm(Form):
    """A replacement for the cell for which a line was rejected."""

    value: Annotated[Line, Field(min_length=1, max_length=300)]


@bp.get("/import")
@importing
def imports(actor: Person, agencies: Sequence[Agency]) -> ResponseReturnValue:
    """List recent imports, with the form to send a file."""
    asked = request.args.get("kind", "")
    kind = asked if asked in set(ImportKind) else ImportKind.STAFF
    before = request.args.get("before", type=UUID)
    ids = actor.administered_agency_ids(Act.IMPORT)
    rows = queries.imports_visible(ids, before, IMPORTS_PAGE_SIZE + 1)
    return render_template(
        "administration/admin/imports.html",
        rows=rows[:IMPORTS_PAGE_SIZE],
        more=this_page(before=str(rows[IMPORTS_PAGE_SIZE - 1].id))
        if len(rows) > IMPORTS_PAGE_SIZE
        else None,
        filled=filled(suggested={"kind": kind, "agency": g.administered.code}),
        agencies=agencies,
        kinds=[(kind.value, text, kind_hints()[kind]) for kind, text in kind_names().items()],
        kind_names=kind_names(),
        states=state_names(),
        layouts={kind.value: layout for kind, layout in LAYOUTS.items()},
        column_name=column_name,
    )


@bp.post("/import")
@again(imports)
@importing
def send_import(actor: Person, agencies: Sequence[Agency]) -> ResponseReturnValue:
    """Store a file that was sent; it is checked in the background."""
    form = SentForm.parse(request.form)
    chosen = [each for each in agencies if form.agency in ("", each.code)]
    if not chosen:
        raise Invalid({"agency": _l("Choose an agency that you administer.")})
    file = sent_file("file")
    name = printable(file.filename or "", 200) or _("File")
    row = send_file(actor, chosen, form.kind, name, cast("BinaryIO", file.stream))
    return redirect(url_for(".show_import", import_id=row.id), 303)


@bp.get("/import/template/<kind>.xlsx")
@importing
def import_template(_actor: Person, _agencies: Sequence[Agency], kind: str) -> ResponseReturnValue:
    """Download a spreadsheet with the columns of a kind and an example."""
    if kind not in {each.value for each in LAYOUTS}:
        raise NotFound
    book = template(ImportKind(kind), g.administered)
    return _download([book], f"{kind}.xlsx", XLSX)


@bp.get("/import/<uuid:import_id>")
@importing
def show_import(actor: Person, _agencies: Sequence[Agency], import_id: UUID) -> ResponseReturnValue:
    """Show what a file would change, or the progress of applying it."""
    row = import_of(actor, import_id)
    if row.state == ImportState.COLUMNS:
        columns = url_for(".show_columns", import_id=import_id)
        if wants_fragment():
            return "", {"HX-Redirect": columns}
        return redirect(columns, 303)
    asked = request.args.get("what", "")
    what = ImportEffect(asked) if asked in set(ImportEffect) - {ImportEffect.UNCHANGED} else None
    typed = printable(request.args.get("q", ""), 80)
    lines = queries.lines_of(row, what, typed, _after(), LINES_PAGE_SIZE + 1)
    shown = lines[:LINES_PAGE_SIZE]
    last = shown[-1] if len(lines) > LINES_PAGE_SIZE else None
    waited = (clock.now() - row.moved_at).total_seconds()
    return render_template(
        "administration/admin/import.html",
        row=row,
        shown=[(line, reason(line.reason, line.about)) for line in shown],
        next=this_page(after=f"{last.place}.{last.number}") if last else None,
        is_first="after" not in request.args,
        what=what,
        typed=typed,
        filled=filled(),
        kind_name=kind_names()[ImportKind(row.kind)],
        refusal=refusal(row.refusal["code"], row.refusal) if row.refusal else "",
        looks_like=_likely(row),
        likely=row.refusal.get("likely"),
        again=url_for(".imports", code=g.administered.code, kind=row.refusal.get("likely")),
        may_change_columns=may_open_columns(row),
        column_of=lambda line: _column_of(row, line),
        is_stuck=waited > STUCK_SECONDS,
        asks=row.counts.get("ended", 0) > MAX_UNCONFIRMED_ENDS,
        ask_above=MAX_UNCONFIRMED_ENDS,
        kept_stretch=format_period,
        duty_name=duty_name,
        headless=_headless(row),
    )


def _headless(row: Import) -> str:
    """Return how many units have nobody who leads them, once a file made posts; empty if none."""
    if row.state != ImportState.APPLIED or ImportKind(row.kind) not in MAKING_POSTS:
        return ""
    found = db.session.scalar(select(count_of(headless_units(g.administered))))
    return headless_text(found) if found else ""


@bp.post("/import/<uuid:import_id>/apply")
@again(show_import)
@importing
def apply_import(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID
) -> ResponseReturnValue:
    """Start applying an import in the background."""
    start_applying(actor, import_of(actor, import_id), is_meant=bool(request.form.get("is_meant")))
    return redirect(url_for(".show_import", import_id=import_id), 303)


@bp.post("/import/<uuid:import_id>/lines/<int:number>")
@importing
def mend_import_line(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID, number: int
) -> ResponseReturnValue:
    """Apply the suggested correction to a rejected line."""
    row = import_of(actor, import_id)
    value = ValueForm.parse(request.form).value
    outcome = mend_line(actor, row, number, value)
    if outcome.what == ImportEffect.REJECTED:
        why = reason(outcome.code, outcome.about)
        flash(_("Line %(line)s is still rejected: %(why)s", line=number, why=str(why)), "attn")
    elif outcome.what == ImportEffect.UNCHANGED:
        flash(
            _("Line %(line)s changes nothing because the data is already correct.", line=number),
            "ok",
        )
    else:
        flash(_("Line %(line)s can be applied now.", line=number), "ok")
    return redirect(url_for(".show_import", import_id=import_id), 303)


@bp.get("/import/<uuid:import_id>/rejected.csv")
@importing
def rejected_lines(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID
) -> ResponseReturnValue:
    """Download the rejected lines with their reasons, to correct and send again."""
    row = import_of(actor, import_id)
    stem = row.file_name.rsplit(".", 1)[0]
    plain = "".join(char if char.isalnum() or char in "-_ ." else "_" for char in stem)
    return _download(stream_with_context(_rejected(row)), f"{plain or 'import'}.rejected.csv")


@bp.post("/import/<uuid:import_id>/forget")
@importing
def forget_import(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID
) -> ResponseReturnValue:
    """Discard a dry run; an import that is being applied is not affected."""
    row = import_of(actor, import_id)
    try:
        discard(actor, row)
    except Conflict as problem:
        flash(str(problem.detail), "attn")
        return redirect(url_for(".show_import", import_id=import_id), 303)
    flash(_("The import was discarded. Nothing else was changed."), "ok")
    return redirect(url_for(".imports"), 303)


def _likely(row: Import) -> str:
    """Return the kind that a refused file seems to have, if it is not the chosen kind."""
    likely = row.refusal.get("likely")
    return kind_names()[ImportKind(likely)] if likely in set(ImportKind) else ""


def _column_of(row: Import, line: ImportLine) -> str:
    """Return the column for which a line was rejected, as the file names it."""
    place = row.columns.places.get(line.column)
    return row.header[place].strip() if place is not None else column_name(line.column)


def _after() -> tuple[int, int] | None:
    place, _dot, number = request.args.get("after", "").partition(".")
    if place.isdecimal() and number.isdecimal() and int(place[:3]) < len(PLACES):
        return int(place[:3]), int(number[:12])
    return None


def _rejected(row: Import) -> Iterator[str]:
    kept = set(row.columns.places.values()) if row.roles else None
    yield from rejected_rows(row.header, row.separator, _rejected_lines(row), kept)


def _rejected_lines(row: Import) -> Iterator[tuple[int, Sequence[str], str]]:
    number = 0
    while lines := queries.rejected_after(row, number, BATCH_SIZE):
        for line in lines:
            yield line.number, line.cells, _why(line)
        number = lines[-1].number
        db.session.expunge_all()


def _why(line: ImportLine) -> str:
    why = reason(line.reason, line.about)
    return f"{column_name(line.column)}: {why}" if line.column else str(why)


def _download(
    parts: Iterator[str] | Sequence[bytes], name: str, mimetype: str = "text/csv"
) -> Response:
    response = Response(parts, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
