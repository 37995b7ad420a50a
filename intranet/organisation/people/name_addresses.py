"""Compare a name with the person's own e-mail address: jpena@, mdfuente@, jose.pena@."""

import re
from collections.abc import Iterable, Sequence

from intranet.organisation.people.name_words import AND, MARY, NamePiece
from intranet.platform.core.text import fold

_SIGNS = re.compile(r"[._+-]+")
_MIN_LENGTH = 3


def fits(email: str, given: Sequence[NamePiece], surnames: Sequence[NamePiece]) -> bool:
    """Return whether an address is made of these given names and their first surname."""
    local = re.sub(r"\d+", "", email.partition("@")[0].lower())
    parts = [fold(part).replace(" ", "") for part in _SIGNS.split(local) if part]
    if sum(map(len, parts)) < _MIN_LENGTH or not given or not surnames:
        return False
    before, after = set(_given_forms(given)), set(_surname_forms(surnames))
    both = {first + second for first in before for second in after}
    both |= {second + first for first in before for second in after if len(second) > 1}
    if len(parts) == 1:
        return parts[0] in both
    first, second = parts[0], parts[1]
    whole = {form for form in before if len(form) > 1}
    return (first in before and second in after) or (first in after and second in whole)


def _given_forms(given: Sequence[NamePiece]) -> Iterable[str]:
    """Yield what an address has of given names: j, jose, joseluis, jl, mdc, mc."""
    words = [_plain(word) for piece in given for word in piece.words]
    cores = [_plain(piece.words[-1]) for piece in given]
    for some in (words, cores):
        for count in range(1, len(some) + 1):
            yield "".join(some[:count])
            yield "".join(word[0] for word in some[:count])
            yield some[0][0] + "".join(some[1:count])
    yield from cores[1:]


def _surname_forms(surnames: Sequence[NamePiece]) -> Iterable[str]:
    """Yield the first surname with and without its particles, and both surnames together."""
    first = [_plain(word) for word in surnames[0].words if fold(word) not in AND]
    yield "".join(first)
    yield first[-1] if first else ""
    yield from fold(surnames[0].words[-1]).split()  # one half of a double surname
    yield "".join(_plain(word) for piece in surnames[:2] for word in piece.words)


def _plain(word: str) -> str:
    return "maria" if MARY.fullmatch(word) else fold(word).replace(" ", "") or "-"
