"""The words of a written name: which are given names, which belong together, and their case.

`data/given_names.txt` and `data/surnames.txt` list folded words; `data/NOTICE.md` says where they
are from. `tools/given_names.py` writes them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from intranet.platform.core.text import fold

SMALL = frozenset(
    (
        *("de", "del", "dels", "la", "las", "los", "y", "i", "e", "da", "do", "das", "dos"),
        *("van", "von", "zu"),
    )
)
"""Particles that are written small within a name."""

AND = frozenset(("y", "i", "e"))
ARTICLES = frozenset(("la", "las", "los"))
ATTACHED = frozenset(
    (
        *(SMALL | {"du", "der", "den", "le", "les", "el", "al", "ben", "bin", "ibn"}),
        *("di", "della", "lo", "o", "ni", "ui", "nic", "mac", "mc", "san", "santa", "santo"),
        *("sant", "santo", "sao", "saint", "st"),
    )
)
"""Words that belong to the word after them."""

DEVOTIONS = frozenset(
    (
        *("amparo", "angeles", "angels", "anxos", "carmen", "carme", "cebreiro", "consuelo"),
        *("cristo", "desamparados", "dios", "dolores", "dolors", "espino", "fatima", "jesus"),
        *("lourdes", "luz", "mar", "maria", "mercedes", "milagros", "montserrat", "neus"),
        *("nieves", "olvido", "paula", "paz", "pilar", "prado", "pino", "remedios", "reyes"),
        *("rocio", "rosario", "sagrario", "salud", "socorro", "sol", "valle", "virgen"),
    )
)
"""Words that follow a particle in a given name: María **del Carmen**, Juan **de Dios**."""

PAIRED = frozenset(
    (
        *("ana", "carlos", "francisco", "jesus", "joan", "jose", "josep", "juan", "luis"),
        *("manuel", "maria", "miguel", "pedro", "rosa", "xose"),
    )
)
"""Given names that often have another after them: `PÉREZ JUAN CARLOS` has one surname or two."""

MARY = re.compile(r"m\.?[ªa]\.?", re.IGNORECASE)
_APOSTROPHES = "'’‘´`"
_MAC = re.compile(r"mac(?=[bdfgklmnpstvw][^\W\d_]{2})", re.IGNORECASE)
"""A Gaelic surname of two capitals or one: MacNeill; not Macías, Machado or Macri."""
_PARTS = re.compile(rf"([-{_APOSTROPHES}])")
KEPT_WORDS = 4096
"""Names have their words in common."""
_DATA = Path(__file__).parent / "data"


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset((_DATA / f"{name}.txt").read_text(encoding="utf-8").split())


@dataclass(frozen=True, slots=True)
class NamePiece:
    """Words that are one given name or one surname: `de la Torre`, `San Martín`."""

    words: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first word, folded."""
        return fold(self.words[0])

    @property
    def core(self) -> str:
        """The word itself without particles, folded."""
        return fold(self.words[-1])

    @property
    def may_be_given(self) -> bool:
        """Whether it is listed as a given name, or can continue one."""
        if len(self.words) > 1:
            return self.first in {"de", "del", "dels", "do", "da", "dos"} and self.core in DEVOTIONS
        return bool(MARY.fullmatch(self.words[0])) or all(
            part in _listed("given_names") for part in self.core.split()
        )

    @property
    def may_begin(self) -> bool:
        """Whether it can be the first given name."""
        return len(self.words) == 1 and self.may_be_given

    @property
    def may_be_surname(self) -> bool:
        """Whether it is listed as a surname too, or is one because of its particle."""
        return len(self.words) > 1 or self.core in _listed("surnames")


def pieces_of(words: Sequence[str]) -> list[NamePiece]:
    """Return the words in pieces: a particle belongs to the word that follows it."""
    found: list[NamePiece] = []
    waiting: list[str] = []
    for word in words:
        waiting.append(word)
        if fold(word) not in ATTACHED:
            found.append(NamePiece(tuple(waiting)))
            waiting = []
    if waiting:
        found.append(NamePiece(tuple(waiting)))
    return found


@lru_cache(KEPT_WORDS)
def is_of_one_case(text: str) -> bool:
    """Return whether a text is all capitals or all small, so that its case says nothing."""
    letters = [char for char in text if char.isalpha() and char not in "ªº"]
    return len(letters) > 1 and (
        all(char.isupper() for char in letters) or all(char.islower() for char in letters)
    )


def recased(text: str) -> str:
    """Return a text of one case as names are written; any other text as it is."""
    if not is_of_one_case(text):
        return text
    words = text.split()
    return " ".join(_cased(words, place) for place in range(len(words)))


def other_capitals(word: str) -> tuple[str, str]:
    """Return the two ways in which a word may be written that is known without its case.

    The likely way comes first; the second is empty if there is no other. Italian surnames that come
    from a given name have a capital, other surnames with an apostrophe have none: D'Angelo, d'Ors.
    """
    if fold(word) in _listed("given_names"):
        return word, ""
    if mac := _MAC.match(word):
        end = mac.end()
        return f"Mac{word[end].upper()}{word[end + 1 :]}", f"Mac{word[end:].lower()}"
    first, sign, rest = word[:1], word[1:2], word[2:]
    if first == "d" and sign in _APOSTROPHES and fold(rest) in _listed("given_names"):
        return f"D{sign}{rest}", word
    if "ll-Ll" in word:  # the hyphen keeps two letters apart: Vall-llosera
        return word.replace("ll-Ll", "ll-ll"), word
    return word, ""


def _cased(words: Sequence[str], place: int) -> str:
    word = words[place]
    plain = word.lower()
    before = fold(words[place - 1]) if place else ""
    if MARY.fullmatch(word) and "ª" in word:
        return word[:1].upper() + word[1:]
    if plain in AND:  # between two names, not before all of them
        return plain if 0 < place < len(words) - 1 else word.upper()
    if plain in ARTICLES and before not in {"de", "a", "y"}:
        return plain.capitalize()
    return plain if plain in SMALL else _capitals(plain)


def _capitals(word: str) -> str:
    """Capitalise each part: Sáenz-Díez, O'Neill, d'Ors, McDonald."""
    parts = _PARTS.split(word)
    for place, part in enumerate(parts):
        following = parts[place + 1] if place + 1 < len(parts) else ""
        if part == "d" and following and following in _APOSTROPHES:
            continue
        parts[place] = part[:1].upper() + part[1:]
        if re.fullmatch(r"mc[^\W\d_]{3,}", part):
            parts[place] = "Mc" + part[2].upper() + part[3:]
    return "".join(parts)
