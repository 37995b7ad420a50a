"""The page on which a person says what is in each column of a file."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.import_labels import kind_names
from intranet.administration.admin.import_pages import import_of, importing
from intranet.administration.imports.columns import LAYOUTS, ImportKind
from intranet.administration.imports.guessing import rival
from intranet.administration.imports.labels import role_name
from intranet.administration.imports.mapping import (
    choose_columns,
    open_columns,
    read_again,
    review_columns,
)
from intranet.administration.imports.models import Import, ImportState
from intranet.administration.imports.note_labels import note
from intranet.administration.imports.survey import is_ours
from intranet.administration.imports.understood import understanding
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import Form

UNDECIDED = "?"
UNSURE_SHOWN = 3
SAID_ELSEWHERE = {"header_line", "national_ids"}
"""Notes on a file that the page says in another place."""


class HeaderForm(Form):
    """The number of the line that is the header."""

    header: Annotated[int, Field(ge=1, le=10_000_000)]


class OtherKindForm(Form):
    """Another kind of file, to read it as."""

    kind: ImportKind


@bp.get("/import/<uuid:import_id>/columns")
@importing
def show_columns(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID
) -> ResponseReturnValue:
    """Show what is in each column of a file, with a guess of what it is."""
    row = import_of(actor, import_id)
    if row.state != ImportState.COLUMNS:
        return redirect(url_for(".show_import", import_id=import_id), 303)
    kind = ImportKind(row.kind)
    columns = _rows(row, kind)
    undecided = [f"“{each['heading']}”" for each in columns if each["role"] is None]
    unsure = _unsure(row)
    return render_template(
        "administration/admin/import_columns.html",
        row=row,
        columns=columns,
        options=sorted(
            ((name, role_name(kind, name)) for name in LAYOUTS[kind].known), key=_second
        ),
        undecided=undecided,
        names=_names(row),
        unsure=list(unsure.items()),
        unsure_shown=UNSURE_SHOWN,
        filled=filled(),
        kind_name=kind_names()[kind],
        likely=_likely(row),
        notes=[
            note(code, values) for code, values in row.survey["notes"] if code not in SAID_ELSEWHERE
        ],
        is_kept=bool(row.file_key),
        undecided_value=UNDECIDED,
    )


@bp.post("/import/<uuid:import_id>/columns")
@again(show_columns)
@importing
def choose_import_columns(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID
) -> ResponseReturnValue:
    """Keep what was chosen and, if asked to, have each line checked; or go back to choosing."""
    row = import_of(actor, import_id)
    if request.form.get("do") == "open":
        open_columns(actor, row)
        return redirect(url_for(".show_columns", import_id=import_id), 303)
    roles = [_role(place, was) for place, was in enumerate(row.roles)]
    names = {  # the first reading is what is taken anyway, and stays marked as unsure
        written: other
        for key, (written, (_first, other)) in _unsure(row).items()
        if request.form.get(key) == "1"
    }
    choose_columns(actor, row, roles, names)
    if request.form.get("do") != "review":
        return redirect(url_for(".show_columns", import_id=import_id), 303)
    review_columns(actor, row)
    return redirect(url_for(".show_import", import_id=import_id), 303)


@bp.post("/import/<uuid:import_id>/header")
@again(show_columns)
@importing
def choose_header(
    actor: Person, _agencies: Sequence[Agency], import_id: UUID
) -> ResponseReturnValue:
    """Read the file anew, with another line as its header."""
    number = HeaderForm.parse(request.form).header
    read_again(actor, import_of(actor, import_id), header_number=number)
    return redirect(url_for(".show_import", import_id=import_id), 303)


@bp.post("/import/<uuid:import_id>/kind")
@importing
def choose_kind(actor: Person, _agencies: Sequence[Agency], import_id: UUID) -> ResponseReturnValue:
    """Read the file anew, as one of another kind."""
    read_again(actor, import_of(actor, import_id), kind=OtherKindForm.parse(request.form).kind)
    return redirect(url_for(".show_import", import_id=import_id), 303)


def _rows(row: Import, kind: ImportKind) -> list[dict[str, Any]]:
    """Return the columns to decide on; those that a file of rejected lines adds are left out."""
    pairs = list(zip(row.survey["columns"], row.roles, strict=True))
    taken = {role: column["heading"] for column, role in pairs if role}
    return [
        {
            "place": place,
            "heading": column["heading"],
            "samples": column["samples"],
            "has_empty": column["empty"] > 0,
            "role": role,
            "understood": understanding(
                kind, column, role, taken.get(rival(kind, column["heading"], taken), "")
            ),
        }
        for place, (column, role) in enumerate(pairs)
        if (column["heading"] or column["filled"]) and not is_ours(column["heading"])
    ]


def _role(place: int, was: str | None) -> str | None:
    value = request.form.get(f"as-{place}")
    if value is None:
        return was
    return None if value == UNDECIDED else value


def _names(row: Import) -> Mapping[str, Any]:
    """Return what was read of the column that has the names of people."""
    if "surname" not in LAYOUTS[ImportKind(row.kind)].known:
        return {}
    for column, role in zip(row.survey["columns"], row.roles, strict=True):
        if role == "name" and "unsure_count" in column:
            return dict(column)
    return {}


def _unsure(row: Import) -> dict[str, tuple[str, tuple[str, str]]]:
    """Return the names that are not sure, by the name of their field: as written, and readings."""
    found = enumerate(_names(row).get("unsure", ()))
    return {
        f"name-{number}": (written, (name, alternative))
        for number, (written, name, alternative) in islice(found, 200)
    }


def _likely(row: Import) -> tuple[str, str] | None:
    likely = row.survey.get("likely")
    return (likely, kind_names()[ImportKind(likely)]) if likely in set(ImportKind) else None


def _second(option: tuple[str, str]) -> str:
    return option[1]
