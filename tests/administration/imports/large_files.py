"""Makes large files to measure imports with, and measures one.

`python -m tests.administration.imports.large_files make FOLDER --lines 100000` writes `units.csv`,
`posts.csv`, `people.csv` and `staff.csv`; `… apply FILE --kind KIND` applies one to the data folder
that is set and prints how long it took, the longest batch, and the most memory.
"""

import argparse
import csv
import random
import resource
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from intranet.administration.imports.applying import apply_for
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.models import Import
from intranet.administration.imports.operations import (
    check_file,
    forget,
    new_import,
    start_applying,
)
from intranet.app import create_app
from intranet.extensions import db
from intranet.platform.core import schema
from intranet.platform.core.memory import tune_interpreter
from intranet.platform.core.unit_of_work import unit_of_work

AGENCIES = 50
GIVEN = ("Ana", "Breixo", "Carme", "Dídac", "Edurne", "Fátima", "Gael", "Haizea", "Iria", "Jon")
FAMILY = (
    "Pombo",
    "Rial",
    "Estévez",
    "Coto",
    "Etxeberria",
    "Roig",
    "Serra",
    "Lema",
    "Souto",
    "Vega",
)
TITLES = (
    "Auxiliar administrativo/a",
    "Técnico/a de contratación",
    "Arquitecto/a",
    "Trabajador/a social",
    "Jefe/a de servicio",
)


def make(folder: Path, lines: int) -> None:
    """Write one file of each kind, of so many lines."""
    chance = random.Random(7)
    agencies = [f"XL{number:04d}" for number in range(AGENCIES)]
    units = [(f"{chance.choice(agencies)}", number) for number in range(lines // 25)]
    _write(
        folder / "agencies.csv",
        ("code", "name", "kind", "population"),
        ((code, f"Ayuntamiento {code}", "municipality", 12_000) for code in agencies),
    )
    first: dict[str, int] = {}
    rows = []
    for code, number in units:
        above = first.setdefault(code, number)
        parent = "" if above == number else f"U{above:06d}"
        rows.append((f"U{number:06d}", f"Servicio {number}", code, parent))
    _write(folder / "units.csv", ("code", "name", "agency_code", "parent_code"), rows)
    _write(
        folder / "posts.csv",
        ("code", "title", "unit_code", "places"),
        (
            (f"P{n:06d}", chance.choice(TITLES), f"U{chance.choice(units)[1]:06d}", 1)
            for n in range(lines)
        ),
    )
    _write(
        folder / "people.csv",
        ("name", "email", "post_code", "from", "languages", "phone"),
        (
            (_name(chance), f"p{n}@xl.example", f"P{n:06d}", "2024-01-15", "es gl", f"ext. {n}")
            for n in range(lines)
        ),
    )
    _write(
        folder / "staff.csv",
        ("agency", "name", "post", "unit", "email"),
        (
            (
                chance.choice(agencies),
                _name(chance),
                chance.choice(TITLES),
                f"Unidad {chance.randrange(40)}",
                f"s{n}@xl.example",
            )
            for n in range(lines)
        ),
    )


def apply(file: Path, kind: ImportKind) -> None:
    """Apply a file, measuring."""
    app = create_app()
    schema.upgrade(app)
    batches: list[tuple[int, float]] = []
    with app.app_context(), file.open("rb") as stream:
        with unit_of_work() as work:
            row = new_import(work, kind, file.name, (), None)
        began = time.monotonic(), time.process_time()
        checked = check_file(row, stream, ImportScope())
        looked = time.monotonic(), time.process_time()
        row = db.session.get_one(Import, row.id, populate_existing=True)
        if row.to_apply:
            start_applying(None, row, is_meant=True)
            tune_interpreter()
            apply_for(row.id, said=lambda lines, took: batches.append((lines, took)))
        ended = time.monotonic(), time.process_time()
        counts = db.session.get_one(Import, row.id, populate_existing=True).counts
        forget(row.id)
    print(f"{file.name}: {checked.read if checked else 0:,} lines, {counts}")
    for name, one, other in (("looked at", began, looked), ("applied", looked, ended)):
        print(f"  {name} in {other[0] - one[0]:.1f} s, {other[1] - one[1]:.1f} s of work")
    if batches:
        times = sorted(took for _, took in batches)
        print(
            f"  {len(batches):,} batches of {sum(n for n, _ in batches) / len(batches):.0f} lines: "
            f"median {times[len(times) // 2] * 1000:.0f} ms, "
            f"p99 {times[len(times) * 99 // 100] * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
        )
    print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _name(chance: random.Random) -> str:
    return f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} {chance.choice(FAMILY)}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=("make", "apply"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--kind", type=ImportKind, default=ImportKind.PEOPLE)
    given = parser.parse_args()
    if given.do == "make":
        make(given.path, given.lines)
    else:
        apply(given.path, given.kind)


if __name__ == "__main__":
    main()
