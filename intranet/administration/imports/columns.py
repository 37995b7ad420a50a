"""The columns of each kind of file, and their positions in one file."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from intranet.administration.imports import dir3
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.headers import NAMES, plain
from intranet.organisation.people.natural_names import NameOrder

OURS = {"line", "reason"}
"""Columns that a file of rejected lines adds; the file can be sent again as it is."""


MAX_COLUMNS_NAMED = 30
"""How many columns of a refused file the message lists."""


class ImportKind(StrEnum):
    """The kind of a file: what its lines describe."""

    AGENCIES = "agencies"
    UNITS = "units"
    POSTS = "posts"
    PEOPLE = "people"
    STAFF = "staff"
    DIR3 = "dir3"
    DUTIES = "duties"


@dataclass(frozen=True)
class Layout:
    """The columns of a kind; one of each group in `either` is required."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Return every column, in the order of the documentation."""
        return (*self.required, *self.optional)


NAME_PARTS = ("name", "given_name", "surname", "second_surname")
NAMES_OF_A_PERSON = ("name", "surname")
OF_APPOINTMENTS = ("appointment", "from", "to", "languages", "phone")
LAYOUTS = {
    ImportKind.AGENCIES: Layout(
        ("code", "name"), ("handle", "lang", "scheme", "kind", "territory", "population")
    ),
    ImportKind.UNITS: Layout(
        ("code", "name"), ("parent_code", "lang", "kind", "valid_from", "valid_to", "agency_code")
    ),
    ImportKind.POSTS: Layout(
        ("code", "title", "unit_code"),
        ("lang", "level", "head", "functions", "places", "valid_from", "valid_to"),
    ),
    ImportKind.PEOPLE: Layout(
        (),
        (*NAME_PARTS, "email", "staff_number", "post_code", *OF_APPOINTMENTS),
        either=(NAMES_OF_A_PERSON, ("email", "staff_number")),
    ),
    ImportKind.STAFF: Layout(
        ("post",),
        (*NAME_PARTS, "unit", "email", "staff_number", "head", *OF_APPOINTMENTS, "agency"),
        either=(NAMES_OF_A_PERSON,),
    ),
    ImportKind.DUTIES: Layout(
        ("from", "to"),
        ("staff_number", "email", "day", "kind", "note"),
        either=(("email", "staff_number"),),
    ),
}


_USUAL = (ImportKind.UNITS, ImportKind.STAFF)
"""Kinds that are more likely than another that fits equally well."""


@dataclass(frozen=True)
class Chosen:
    """How a person said that a file is to be read.

    `roles` has, for each column of the file, its documented name; empty if it is not imported, None
    if nobody decided. `names` are the readings that were chosen for names that are not sure, and
    `name_order` is what most names begin with.
    """

    roles: Sequence[str | None]
    header_number: int
    names: Mapping[str, str] = field(default_factory=dict)
    name_order: NameOrder | None = None


@dataclass(frozen=True)
class Columns:
    """The position of each known column in a file, and the file's other columns."""

    places: dict[str, int]
    ignored: list[str] = field(default_factory=list)
    layout: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    name_order: NameOrder | None = None

    def cell(self, cells: Sequence[str], name: str) -> str:
        """Return the cell of a column; empty if the line or the file has none."""
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def __contains__(self, name: str) -> bool:
        """Return whether the file has the column."""
        return name in self.places


def is_header_of(kind: ImportKind, header: Sequence[str]) -> bool:
    """Return whether a line has two known columns of this kind, or its only one."""
    if kind == ImportKind.DIR3:
        return dir3.is_header(header)
    return len(_known(LAYOUTS[kind], header)) >= min(2, len(LAYOUTS[kind].known))


def columns_of(kind: ImportKind, header: Sequence[str], chosen: Chosen | None = None) -> Columns:
    """Return the positions of the columns: as a person chose, else by their headings.

    Raises:
        Refused: a required column is missing, or a column occurs twice.
    """
    if kind == ImportKind.DIR3:
        return Columns(dir3.column_positions(header), layout=f"DIR3 {len(header)}")
    if chosen is not None:
        return _chosen_columns(header, chosen)
    layout = LAYOUTS[kind]
    places: dict[str, int] = {}
    ignored = []
    exact = {plain(cell) for cell in header}
    for place, cell in enumerate(header):
        name = plain(cell)
        column = _column(layout, name)
        if column and name != column and column in exact:
            column = ""  # a column with the documented name exists as well
        if column:
            if column in places:
                raise Refused("column_twice", column=cell.strip()[:60])
            places[column] = place
        elif name and name not in OURS:
            ignored.append(cell.strip()[:60])
    if {"name", "surname"} <= places.keys() and "given_name" not in places:
        places["given_name"] = places.pop("name")  # "Nombre" beside "Apellidos"
    if missing := _missing(layout, places):
        raise Refused(
            "columns_missing",
            columns=missing,
            found=[cell.strip()[:60] for cell in header if cell.strip()][:MAX_COLUMNS_NAMED],
            likely=likely_kind(header),
        )
    return Columns(places, ignored[:50])


def missing_columns(kind: ImportKind, roles: Sequence[str | None]) -> list[str]:
    """Return the required columns that nobody chose; alternatives are joined by bars."""
    return _missing(LAYOUTS[kind], {role for role in roles if role})


def _chosen_columns(header: Sequence[str], chosen: Chosen) -> Columns:
    places = {role: place for place, role in enumerate(chosen.roles) if role}
    ignored = [
        cell.strip()[:60]
        for place, cell in enumerate(header)
        if cell.strip() and plain(cell) not in OURS and place not in places.values()
    ]
    return Columns(places, ignored[:50], names=chosen.names, name_order=chosen.name_order)


def likely_kind(header: Sequence[str]) -> ImportKind | None:
    """Return the kind whose required columns a header has; of several, the one it fits best."""
    if dir3.is_header(header):
        return ImportKind.DIR3
    known = {kind: _known(layout, header) for kind, layout in LAYOUTS.items()}
    whole = [kind for kind, names in known.items() if names and not _missing(LAYOUTS[kind], names)]
    return max(whole, key=lambda kind: (len(known[kind]), kind in _USUAL), default=None)


def _known(layout: Layout, header: Sequence[str]) -> set[str]:
    return {column for cell in header if (column := _column(layout, plain(cell)))}


def _column(layout: Layout, name: str) -> str:
    """Return the column with this name; empty if there is none."""
    if name in layout.known:
        return name
    return next((column for column in layout.known if name in NAMES[column]), "")


def _missing(layout: Layout, there: Container[str]) -> list[str]:
    """Return the missing required columns; alternatives are joined: `email|staff_number`."""
    missing = [name for name in layout.required if name not in there]
    groups = [some for some in layout.either if not any(name in there for name in some)]
    return [*missing, *("|".join(some) for some in groups)]
