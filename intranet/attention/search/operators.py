"""Parser for the search box: words, exact phrases, operators, exclusions.

No input is an error: text that is not an operator is searched as words. The parser makes one pass
over the text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from intranet.platform.core.text import fold

MAX_TERMS = 24
NAME_CHARACTERS = 20
OPENING, CLOSING = '"“„«', '"”“»'
MINUS = "-−–"


class Operator(StrEnum):
    """A search operator: which property its value restricts."""

    FROM = "from"
    IN = "in"
    BEFORE = "before"
    AFTER = "after"
    HAS = "has"
    UNIT = "unit"
    AGENCY = "agency"


NAMES: Mapping[str, Mapping[Operator, str]] = {
    "en": {
        Operator.FROM: "from",
        Operator.IN: "in",
        Operator.BEFORE: "before",
        Operator.AFTER: "after",
        Operator.HAS: "has",
        Operator.UNIT: "unit",
        Operator.AGENCY: "agency",
    },
    "es": {
        Operator.FROM: "de",
        Operator.IN: "en",
        Operator.BEFORE: "antes",
        Operator.AFTER: "desde",
        Operator.HAS: "con",
        Operator.UNIT: "unidad",
        Operator.AGENCY: "entidad",
    },
    "ca": {
        Operator.FROM: "de",
        Operator.IN: "a",
        Operator.BEFORE: "abans",
        Operator.AFTER: "des-de",
        Operator.HAS: "amb",
        Operator.UNIT: "unitat",
        Operator.AGENCY: "entitat",
    },
    "gl": {
        Operator.FROM: "de",
        Operator.IN: "en",
        Operator.BEFORE: "antes",
        Operator.AFTER: "desde",
        Operator.HAS: "con",
        Operator.UNIT: "unidade",
        Operator.AGENCY: "entidade",
    },
    "eu": {
        Operator.FROM: "nork",
        Operator.IN: "non",
        Operator.BEFORE: "aurretik",
        Operator.AFTER: "geroztik",
        Operator.HAS: "badu",
        Operator.UNIT: "unitate",
        Operator.AGENCY: "erakunde",
    },
}
"""Names of the operators by language; each is understood in every language."""

FILE_WORDS: Mapping[str, str] = {
    "en": "file",
    "es": "archivo",
    "ca": "fitxer",
    "gl": "ficheiro",
    "eu": "fitxategi",
}
ME_WORDS: Mapping[str, str] = {"en": "me", "es": "mí", "ca": "mi", "gl": "min", "eu": "ni"}

_FURTHER = {
    "despues": Operator.AFTER,
    "despres": Operator.AFTER,
    "despois": Operator.AFTER,
    "ondoren": Operator.AFTER,
    "lehenago": Operator.BEFORE,
    "agencia": Operator.AGENCY,
    "agentzia": Operator.AGENCY,
    "unitatea": Operator.UNIT,
    "erakundea": Operator.AGENCY,
}
_BY_NAME = {
    fold(name): operator for names in NAMES.values() for operator, name in names.items()
} | _FURTHER
_FILES = {fold(word) for word in FILE_WORDS.values()} | {
    *("files", "archivos", "fichero", "ficheros", "fitxers", "ficheiros", "arquivo", "arquivos"),
    *("fitxategia", "fitxategiak", "adjunto", "adjuntos", "adxunto", "adjunt", "attachment"),
}
_ME = {fold(word) for word in ME_WORDS.values()} | {"yo", "jo", "eu", "myself"}


@dataclass(frozen=True)
class SearchTerm:
    """A part of the query. `typed` is all of it, `text` the value without signs and names."""

    typed: str
    text: str
    operator: Operator | None = None
    is_exact: bool = False
    is_unwanted: bool = False

    @property
    def words(self) -> list[str]:
        """The folded words of its text."""
        return fold(self.text).split()

    def as_words(self) -> "SearchTerm":
        """Return the same term as plain words, without its operator."""
        return SearchTerm(self.typed, self.typed, is_unwanted=False)


def parse(text: str) -> list[SearchTerm]:
    """Return the terms of a text in order, at most two dozen; signs without words are dropped."""
    terms: list[SearchTerm] = []
    at = 0
    while at < len(text) and len(terms) < MAX_TERMS:
        if text[at].isspace():
            at += 1
            continue
        term, at = _next(text, at)
        if term.words:
            terms.append(term)
    return terms


def last_term(text: str) -> tuple[int, SearchTerm] | None:
    """Return the term being typed at the end of a text, and where it begins."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        term, at = _next(text, start)
        if at >= len(text):
            return start, term
    return None


def means_file(words: Iterable[str]) -> bool:
    """Whether the value of `has:` asks for files."""
    return not _FILES.isdisjoint(words)


def means_me(words: list[str]) -> bool:
    """Whether the value of `from:` is the person who searches."""
    return len(words) == 1 and words[0] in _ME


def operator_named(name: str) -> Operator | None:
    """Return the operator with that name in any language."""
    return _BY_NAME.get(fold(name))


def _next(text: str, start: int) -> tuple[SearchTerm, int]:
    """Return the term that begins here, and where it ends."""
    at = start
    is_unwanted = text[at] in MINUS and at + 1 < len(text) and not text[at + 1].isspace()
    at += is_unwanted
    operator, at = named_operator(text, at)
    if at < len(text) and text[at] in OPENING:
        value, end = _quoted(text, at)
        is_exact = operator is None
    else:
        value, end = _unquoted(text, at)
        is_exact = False
    typed = text[start:end]
    if operator and not fold(value):
        return SearchTerm(typed, typed), end
    return SearchTerm(typed, value, operator, is_exact, is_unwanted), end


def named_operator(text: str, at: int) -> tuple[Operator | None, int]:
    """Return the operator whose name and colon stand here, and where its value begins."""
    colon = text.find(":", at, at + NAME_CHARACTERS)
    if colon <= at:
        return None, at
    operator = operator_named(text[at:colon])
    return (operator, colon + 1) if operator else (None, at)


def _quoted(text: str, at: int) -> tuple[str, int]:
    """Return the text in the quotes that open here; they need not be closed."""
    end = at + 1
    while end < len(text) and text[end] not in CLOSING:
        end += 1
    return text[at + 1 : end], min(end + 1, len(text))


def _unquoted(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[at:end], end
