"""The accepted names of the columns of a file, in the languages of the interface.

`data/headers.csv` lists them, separated by `|`. The first name in a language is the one that is
shown. A name belongs to one column of a kind.
"""

import csv
from pathlib import Path

from intranet.platform.core.text import fold

LANGUAGES = ("es", "ca", "gl", "eu", "en")

_DATA = Path(__file__).parent / "data" / "headers.csv"


def _read_headers() -> dict[str, dict[str, list[str]]]:
    """Return the names of each column, by its documented name and by language."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["column"]: {tag: row[tag].split("|") for tag in LANGUAGES}
            for row in csv.DictReader(file)
        }


_HEADERS = _read_headers()


def plain(text: str) -> str:
    """Normalise case, accents and punctuation: `N.º de Empleado` is `n_o_de_empleado`."""
    return "_".join(fold(text).split())


NAMES = {
    column: frozenset(plain(name) for names in said.values() for name in names)
    for column, said in _HEADERS.items()
}
"""The accepted names of each column, normalised."""


def display_name(column: str, language: str) -> str:
    """Return the name of a column in a language; the documented name for other languages."""
    if language not in LANGUAGES or column not in _HEADERS:
        return column
    return _HEADERS[column][language][0]
