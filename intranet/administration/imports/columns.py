"""Which columns a kind of file has, and where they stand in one."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from intranet.administration.imports import dir3
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.headers import NAMES, plain

OURS = {"line", "reason"}
"""What a file of rejected lines has besides; it is fed again as it is."""


FOUND_AT_MOST = 30
"""How many columns of a file that is refused are named."""


class Kind(StrEnum):
    """What a file holds."""

    AGENCIES = "agencies"
    UNITS = "units"
    POSTS = "posts"
    PEOPLE = "people"
    STAFF = "staff"
    DIR3 = "dir3"
    DUTIES = "duties"


@dataclass(frozen=True)
class Layout:
    """The columns of a kind; of each group in `either` one must be there."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every column, in the order of the documentation."""
        return (*self.required, *self.optional)


LAYOUTS = {
    Kind.AGENCIES: Layout(
        ("code", "name"), ("handle", "lang", "scheme", "kind", "territory", "population")
    ),
    Kind.UNITS: Layout(
        ("code", "name", "agency_code"), ("parent_code", "lang", "kind", "valid_from", "valid_to")
    ),
    Kind.POSTS: Layout(
        ("code", "title", "unit_code"),
        ("lang", "level", "head", "functions", "places", "valid_from", "valid_to"),
    ),
    Kind.PEOPLE: Layout(
        ("name",),
        ("email", "staff_number", "post_code", "appointment", "from", "to", "languages", "phone"),
        either=(("email", "staff_number"),),
    ),
    Kind.STAFF: Layout(("agency", "name", "post"), ("unit", "email", "staff_number", "head")),
    Kind.DUTIES: Layout(
        ("from", "to"),
        ("staff_number", "email", "day", "kind", "note"),
        either=(("email", "staff_number"),),
    ),
}


@dataclass(frozen=True)
class Columns:
    """Where each known column stands in a file, and what the file has besides."""

    places: dict[str, int]
    ignored: list[str] = field(default_factory=list)
    layout: str = ""

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The cell of a column; empty where the line or the file has none."""
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def __contains__(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.places


def is_header_of(kind: Kind, header: Sequence[str]) -> bool:
    """Whether a line names columns of this kind: all that it needs, or two that it knows."""
    if kind == Kind.DIR3:
        return dir3.is_header(header)
    return len(_known(LAYOUTS[kind], header)) >= min(2, len(LAYOUTS[kind].known))


def columns_of(kind: Kind, header: Sequence[str]) -> Columns:
    """Where the columns stand.

    Raises:
        Refused: a column that is needed is missing, or one stands twice.
    """
    if kind == Kind.DIR3:
        return Columns(dir3.places_in(header), layout=f"DIR3 {len(header)}")
    layout = LAYOUTS[kind]
    places: dict[str, int] = {}
    ignored = []
    exact = {plain(cell) for cell in header}
    for place, cell in enumerate(header):
        name = plain(cell)
        column = _column(layout, name)
        if column and name != column and column in exact:
            column = ""  # a column of the documented name is there as well
        if column:
            if column in places:
                raise Refused("column_twice", column=cell.strip()[:60])
            places[column] = place
        elif name and name not in OURS:
            ignored.append(cell.strip()[:60])
    if missing := _missing(layout, places):
        raise Refused(
            "columns_missing",
            columns=missing,
            found=[cell.strip()[:60] for cell in header if cell.strip()][:FOUND_AT_MOST],
            likely=likely_kind(header),
        )
    return Columns(places, ignored[:50])


def likely_kind(header: Sequence[str]) -> Kind | None:
    """The kind whose columns a header has: all that are needed, and the most of them."""
    if dir3.is_header(header):
        return Kind.DIR3
    known = {kind: _known(layout, header) for kind, layout in LAYOUTS.items()}
    whole = [kind for kind, names in known.items() if not _missing(LAYOUTS[kind], names)]
    return max(whole, key=lambda kind: len(known[kind]), default=None)


def _known(layout: Layout, header: Sequence[str]) -> set[str]:
    return {column for cell in header if (column := _column(layout, plain(cell)))}


def _column(layout: Layout, name: str) -> str:
    """The column that is called so; empty where none is."""
    if name in layout.known:
        return name
    return next((column for column in layout.known if name in NAMES[column]), "")


def _missing(layout: Layout, there: Container[str]) -> list[str]:
    """The columns that are needed and not there; of some, any: `email|staff_number`."""
    missing = [name for name in layout.required if name not in there]
    groups = [some for some in layout.either if not any(name in there for name in some)]
    return [*missing, *("|".join(some) for some in groups)]
