"""The name of a person from the cells of a line: in one cell, or in up to three."""

from collections.abc import Sequence

from intranet.administration.imports.columns import Columns
from intranet.organisation.people.natural_names import NameReading, natural_name
from intranet.platform.core.spreadsheet import as_meant
from intranet.platform.core.text import one_line


def written_name(columns: Columns, cells: Sequence[str]) -> str:
    """Return the name as the file has it; one in several cells, with the surnames first."""
    whole, given, first, second = (
        one_line(as_meant(columns.cell(cells, column).strip()))
        for column in ("name", "given_name", "surname", "second_surname")
    )
    if whole or not (given or first):
        return whole
    surnames = f"{first} {second}".strip()
    return f"{surnames}, {given}" if surnames and given else surnames or given


def read_name(columns: Columns, cells: Sequence[str], email: str | None) -> NameReading:
    """Return the name in natural order; the reading that somebody chose goes before the rule."""
    written = written_name(columns, cells)
    if chosen := columns.names.get(written):
        return NameReading(chosen)
    return natural_name(written, email, columns.name_order) if written else NameReading("")
