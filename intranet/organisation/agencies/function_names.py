"""Find functions by what people write for them: a code, or a name in any of six languages."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from intranet.organisation.agencies.functions import read_functions, weigh
from intranet.organisation.agencies.typos import distance
from intranet.platform.core.text import fold

CODE_LENGTH = 3
MIN_TYPO_LENGTH, TWO_EDITS_LENGTH, MAX_LENGTH = 5, 9, 120
MIN_SHARED = 0.3
"""The least share of trigrams that a name has in common with one that was probably meant."""
_SEPARATORS = re.compile(r"[;|\n\r]+")


def functions_in(text: str) -> list[tuple[str, str | None]]:
    """Return the parts of a text with the code of the function that each names; None if none.

    They are separated by `;`, `|` or `,`; codes by spaces as well. A name may contain commas.
    """
    return [found for part in _SEPARATORS.split(text) for found in _pieces(part)]


@lru_cache(maxsize=4096)
def function_called(text: str) -> str | None:
    """Return the function with this code, or with this name apart from a typing mistake.

    A code and its name together are a function as well: "PRO - Procurement and contracts".
    """
    said = fold(text)
    first, _space, rest = said.partition(" ")
    before, _space, last = said.rpartition(" ")
    for code, name in ((first, rest), (last, before)):
        if code.upper() in _all_codes() and name and _named(name) == code.upper():
            return code.upper()
    return _named(said)


def _named(said: str) -> str | None:
    if code := _codes_by_name().get(said):
        return code
    if not MIN_TYPO_LENGTH <= len(said) <= MAX_LENGTH:
        return None
    allowed = 2 if len(said) >= TWO_EDITS_LENGTH else 1
    near: dict[int, set[str]] = {}
    for name, code in _codes_by_name().items():
        if len(name) >= MIN_TYPO_LENGTH:
            near.setdefault(distance(said, name, allowed), set()).add(code)
    least = min(near, default=allowed + 1)
    return next(iter(near[least])) if least <= allowed and len(near[least]) == 1 else None


@lru_cache(maxsize=4096)
def nearest_function(text: str) -> str | None:
    """Return the function that was probably meant by a text that names none."""
    said = fold(text[:MAX_LENGTH])
    codes = [code for code in _all_codes() if distance(said, code.lower(), 1) == 1]
    if len(codes) == 1 and len(said) < MIN_TYPO_LENGTH:
        return codes[0]
    parts = _trigrams(said)
    shares = [
        (len(parts & others) / len(parts | others), code) for others, code in _trigrams_of_names()
    ]
    share, code = max(shares, default=(0.0, ""))
    if share >= MIN_SHARED:
        return code
    return next(iter(weigh(text[:MAX_LENGTH], "")), None)


def _pieces(part: str) -> Iterator[tuple[str, str | None]]:
    """Yield what a part without other separators names: as many words with commas as possible."""
    pieces = [piece.strip() for piece in part.split(",")]
    while pieces:
        for count in range(len(pieces), 0, -1):
            joined = ", ".join(pieces[:count])
            if code := function_called(joined):
                yield joined, code
                break
        else:
            count = 1
            yield from _spaced(pieces[0])
        pieces = pieces[count:]


def _spaced(piece: str) -> Iterator[tuple[str, str | None]]:
    """Yield the codes of a piece that has nothing else, or else the piece as unknown."""
    words = piece.split()
    codes = [word.upper() if word.upper() in _all_codes() else None for word in words]
    if any(codes) and all(len(word) == CODE_LENGTH for word in words):
        yield from zip(words, codes, strict=True)
    elif words:
        yield piece, None


@cache
def _codes_by_name() -> dict[str, str]:
    names = {
        fold(name): function.code
        for function in read_functions()
        for name in function.name.values()
    }
    return names | {code.lower(): code for code in _all_codes()}


@cache
def _all_codes() -> Sequence[str]:
    return tuple(function.code for function in read_functions())


@cache
def _trigrams_of_names() -> list[tuple[frozenset[str], str]]:
    return [
        (_trigrams(name), code) for name, code in _codes_by_name().items() if name != code.lower()
    ]


def _trigrams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))
