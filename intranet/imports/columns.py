"""Which columns a kind of file has, and where they stand in one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from intranet.core.text import fold
from intranet.imports import dir3
from intranet.imports.faults import Refused

OURS = {"line", "reason"}
"""What a file of rejected lines has besides; it is fed again as it is."""


class Kind(StrEnum):
    """What a file holds."""

    AGENCIES = "agencies"
    UNITS = "units"
    POSTS = "posts"
    PEOPLE = "people"
    STAFF = "staff"
    DIR3 = "dir3"


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
    layout, names = LAYOUTS[kind], {_name(cell) for cell in header}
    return len(names.intersection(layout.known)) >= min(2, len(layout.known))


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
    for place, cell in enumerate(header):
        name = _name(cell)
        if name in layout.known:
            if name in places:
                raise Refused("column_twice", column=name)
            places[name] = place
        elif name and name not in OURS:
            ignored.append(cell.strip()[:60])
    missing = [name for name in layout.required if name not in places]
    missing += ["|".join(some) for some in layout.either if not places.keys() & set(some)]
    if missing:
        raise Refused("columns_missing", columns=", ".join(missing).replace("|", " / "))
    return Columns(places, ignored[:50])


def _name(cell: str) -> str:
    return "_".join(fold(cell.replace("_", " ")).split())
