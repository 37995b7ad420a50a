"""Guess what is in each column of a file: by its heading in six languages, and by its values.

`data/file_headings.csv` lists headings that personnel programs write, besides the names in
`headers.py`; `data/not_imported.csv` lists what they write and no column here is for.
"""

import csv
import re
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

from intranet.administration.imports.columns import LAYOUTS, NAME_PARTS, ImportKind, missing_columns
from intranet.administration.imports.headers import NAMES
from intranet.platform.core.text import fold

NOT_IMPORTED = ""
IDENTITY = "identity"
EXACT, USUAL, PART, BY_VALUES, CONTRADICTED = 100, 90, 60, 45, -100
MIN_SCORE = 40
PAIR = 2
"""Two words of a heading mean the same in either order: “empleado código”."""

MIN_SHARE = 0.6
"""The share of the values that must look like something for the column to be that."""

_DATA = Path(__file__).parent / "data"
_ABBREVIATIONS = {
    "cod": "codigo",
    "denom": "denominacion",
    "depto": "departamento",
    "dpto": "departamento",
    "dep": "departamento",
    "serv": "servicio",
    "ud": "unidad",
    "uni": "unidad",
    "empl": "empleado",
    "f": "fecha",
    "fec": "fecha",
    "fch": "fecha",
    "num": "numero",
    "nro": "numero",
    "no": "numero",
    "n": "numero",
    "pos": "posesion",
    "pto": "puesto",
    "pt": "puesto",
    "nom": "nom",
    "dest": "destino",
    "esp": "especifico",
    "compl": "complemento",
    "nac": "nacimiento",
}
_LITTLE = {"de", "del", "la", "el", "los", "las", "d", "l", "da", "do", "of", "the", "y", "i", "e"}
_SPLIT = re.compile(r"^(n) (o|a) ")


def _words(heading: str) -> tuple[str, ...]:
    """Return the words of a heading in full, without the little ones."""
    plain = _SPLIT.sub(r"\1 ", fold(heading))
    words = plain.split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        words = ["".join(words)]  # D.N.I.
    return tuple(_ABBREVIATIONS.get(word, word) for word in words if word not in _LITTLE)


def _read(name: str) -> dict[str, frozenset[tuple[str, ...]]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return {
            first: frozenset(_words(text) for text in headings.split("|"))
            for first, headings in list(csv.reader(file))[1:]
        }


_HEADINGS = _read("file_headings.csv")
_OTHERS = _read("not_imported.csv")
_DATES = {"from", "to", "valid_from", "valid_to", "day"}
_BY_VALUES = {
    "email": "emails",
    "name": "names",
    "unit": "unit_texts",
    "unit_code": "unit_codes",
    "post_code": "post_codes",
    "post": "post_titles",
}


def about(heading: str) -> str:
    """Return what a heading is about that is never imported; empty if that is not known."""
    words = _words(heading)
    for name, known in _OTHERS.items():
        if words in known or any(_begins(words, each) for each in known if len(each) > 1):
            return name
    return ""


def guess(
    kind: ImportKind, columns: Sequence[Mapping[str, Any]], remembered: Mapping[str, str] | None
) -> list[str | None]:
    """Return a guess for each column: its documented name, empty for no import, None if unsure.

    Args:
        columns: what the survey found in each.
        remembered: what was chosen the last time, by heading.
    """
    known = LAYOUTS[kind].known
    if remembered is not None:
        return [
            role if role in known or role == NOT_IMPORTED else None
            for role in (remembered.get(key) for key in heading_keys(columns))
        ]
    scores = sorted(
        (
            (-_score(kind, column, role), place, order, role)
            for place, column in enumerate(columns)
            for order, role in enumerate(known)
        ),
    )
    roles: list[str | None] = [None] * len(columns)
    for negative, place, _order, role in scores:
        if -negative >= MIN_SCORE and roles[place] is None and role not in roles:
            roles[place] = role
    _sort_out_names(kind, columns, roles)
    return [
        role if role is not None else _left_over(column)
        for role, column in zip(roles, columns, strict=True)
    ]


def rival(kind: ImportKind, heading: str, taken: Container[str]) -> str:
    """Return the column that a heading may name too and another one is; empty if there is none.

    `nombre` and `nombre completo` both name a person, as do the parts of a name.
    """
    known = [role for role in LAYOUTS[kind].known if _by_heading(heading, role) >= USUAL]
    if "name" in known:
        known += NAME_PARTS
    elif any(part in known for part in NAME_PARTS):
        known.append("name")
    return next((role for role in known if role in taken), "")


def better_kind(
    kind: ImportKind, columns: Sequence[Mapping[str, Any]], kinds: Sequence[ImportKind]
) -> ImportKind | None:
    """Return the kind that a file of another kind than chosen seems to be; None if it fits."""

    def fit(each: ImportKind) -> tuple[bool, int]:
        roles = guess(each, columns, None)
        return not missing_columns(each, roles), sum(bool(role) for role in roles)

    chosen = fit(kind)
    fits = {each: fit(each) for each in kinds if each in LAYOUTS and each != kind}
    best = max(fits, key=lambda each: fits[each], default=None)
    if best is None or not fits[best][0] or (chosen[0] and chosen[1] + 1 >= fits[best][1]):
        return None
    return best


def heading_keys(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a key for each column from its heading; equal headings are numbered."""
    seen: dict[str, int] = {}
    keys = []
    for column in columns:
        plain = fold(column["heading"])
        seen[plain] = seen.get(plain, 0) + 1
        keys.append(plain if seen[plain] == 1 else f"{plain}#{seen[plain]}")
    return keys


def _score(kind: ImportKind, column: Mapping[str, Any], role: str) -> int:
    """Return how likely a column is what `role` says, from its heading and from its values."""
    is_secret = column["documents"] > column["filled"] * MIN_SHARE
    if is_secret or about(column["heading"]) == IDENTITY:
        return 0
    return _by_heading(column["heading"], role) + _by_values(kind, column, role)


def _by_heading(heading: str, role: str) -> int:
    plain, words = "_".join(fold(heading).split()), _words(heading)
    usual = _HEADINGS.get(role, frozenset())
    if plain in NAMES.get(role, ()) or heading.strip().lower() == role:
        return EXACT
    if words in usual or (len(words) == PAIR and words[::-1] in usual):
        return USUAL
    is_part = any(_begins(words, each) for each in usual if len(each) > 1)
    is_part |= role in _DATES and len(words) > 1 and words[-1:] in usual  # “Puesto desde”
    return PART if is_part and not about(heading) else 0


def _by_values(kind: ImportKind, column: Mapping[str, Any], role: str) -> int:
    filled = column["filled"]
    if not filled:
        return 0
    looks_like_days = column["days"] > filled * MIN_SHARE
    looks_like_emails = column["emails"] > filled * MIN_SHARE
    if looks_like_days != (role in _DATES) or (looks_like_emails and role not in {"email", "note"}):
        return CONTRADICTED
    if role not in _BY_VALUES or (role == "name" and not LAYOUTS[kind].either):
        return 0
    if column.get(_BY_VALUES[role], 0) > filled * MIN_SHARE:
        return BY_VALUES
    return CONTRADICTED if role == "email" else 0


def _sort_out_names(
    kind: ImportKind, columns: Sequence[Mapping[str, Any]], roles: list[str | None]
) -> None:
    """Take “Nombre” for a given name beside “Apellidos”, and a whole name before its parts."""
    if "surname" not in LAYOUTS[kind].known or "name" not in roles:
        return
    place = roles.index("name")
    column = columns[place]
    is_whole = column["filled"] and column["names"] > column["filled"] * MIN_SHARE
    if "surname" in roles and not is_whole and "given_name" not in roles:
        roles[place] = "given_name"
    elif is_whole:
        for part in ("given_name", "surname", "second_surname"):
            if part in roles:
                roles[roles.index(part)] = NOT_IMPORTED


def _left_over(column: Mapping[str, Any]) -> str | None:
    is_known = about(column["heading"]) or column["documents"] > column["filled"] * MIN_SHARE
    return NOT_IMPORTED if is_known or not column["filled"] else None


def _begins(words: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Return whether a heading begins or ends with a known one."""
    size = len(known)
    return len(words) > size and known in {words[:size], words[-size:]}
