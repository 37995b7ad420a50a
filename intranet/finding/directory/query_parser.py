"""Parser of directory queries: words may mean an agency, a function, a place or an initial."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.organisation.agencies.territories import PlaceKind
from intranet.organisation.agencies.territories import all_territories as places_of_kind
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.expressions import Any, Expression, Tag, Word
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.name_spellings import spelled
from intranet.platform.index.plurals import numbers
from intranet.platform.index.prefix_search import begins
from intranet.platform.index.queries import of_kinds, some_matching
from intranet.platform.index.spelling import corrections, known_words, words_beginning

QUERY_CHARACTERS = 200
MAX_WORDS = 8
MAX_PHRASE_WORDS = 3
MAX_AGENCIES, MAX_AGENCIES_READ = 12, 200
MAX_FUNCTIONS, MAX_PLACES = 4, 4
MIN_AGENCY_LETTERS, MIN_FUNCTION_LETTERS, MIN_KIND_LETTERS = 3, 4, 5
MEANT_FUNCTION_RATIO = 10
MAX_SPELLINGS = 4
MIN_EXPANDED_LETTERS, MAX_KIN = 4, 20
MAX_EXPANDED_ON_SQLITE, MAX_EXPANDED_ON_POSTGRESQL = 60, 10
"""Up to so many known words replace their common prefix in a query. PostgreSQL compares each of
more with each document: fifty took twice as long as their prefix."""
INITIAL = re.compile(r"\b(\w)\.", re.UNICODE)
_COMMON = """
    a al and d da das de del dels do dos e el els en et eta i in l la las les los of para per por
    que the y
"""
STOP_WORDS = frozenset(_COMMON.split())
KINDS = {
    AgencyKind.MUNICIPALITY: "ayuntamiento concello ajuntament udala udaletxea council townhall",
    AgencyKind.PROVINCE: "diputacion diputacio deputacion aldundia foral",
    AgencyKind.ISLAND: "cabildo",
    AgencyKind.DISTRICT: "comarca",
    AgencyKind.ASSOCIATION: "mancomunidad mancomunitat mancomunidade mankomunitatea",
    AgencyKind.CONSORTIUM: "consorcio consorci partzuergoa consortium",
    AgencyKind.UNIVERSITY: "universidad universitat universidade unibertsitatea university",
    AgencyKind.STATE: "ministerio ministeri ministerioa ministry",
    AgencyKind.REGION: "consejeria conselleria conseleria xunta generalitat jaurlaritza",
}

SHORT_KINDS = {
    AgencyKind.MUNICIPALITY: "ayto aytos ajto ajt ajmt",
    AgencyKind.PROVINCE: "dip dipu",
    AgencyKind.ASSOCIATION: "mdad manc",
    AgencyKind.UNIVERSITY: "univ",
}
"""Abbreviations, matched as whole words."""


@dataclass(frozen=True)
class DirectoryTerm:
    """A word of a query, and what else it may stand for.

    `begun` has the known words that it begins, unless too many: the index answers sooner for whole
    words. `kin` has words with the same stem, used only if it begins no known word: *kontratazioa*
    is found in *Kontratazio Zerbitzua*. `numbers` has its known singulars and plurals; their
    matches come after those of the word as typed. `colleagues_in` are the agencies in which people
    are also found by topics shown to colleagues alone.
    """

    word: str
    agency_ids: frozenset[UUID] = frozenset()
    functions: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    spellings: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    colleagues_in: frozenset[UUID] = frozenset()

    @property
    def forms(self) -> tuple[str, ...]:
        """The word, its kin and its corrected spellings."""
        return (self.word, *self.kin, *self.spellings)

    def expression(self, *, in_title: bool = False) -> Expression:
        """Return the term for the index; with `in_title` the word alone, in titles."""
        beginning = begins(self.word, in_title=in_title)
        if len(self.word) == 1:
            return beginning
        whole = [Word(each, prefix=False, in_title=in_title) for each in self.begun]
        ways: list[Expression] = [*whole] or [beginning]
        other = (*self.kin, *self.numbers, *self.spellings)
        ways += [Word(each, prefix=False, in_title=in_title) for each in other]
        if not in_title:
            ways += [Tag(tags.agency(each)) for each in sorted(self.agency_ids)]
            ways += [Tag(tags.function(code)) for code in sorted(self.functions)]
            ways += [Tag(tags.agency_kind(kind)) for kind in sorted(self.kinds)]
            ways += [Tag(tags.territory(code)) for code in sorted(self.places)]
            ways += [
                Tag(tags.topic(agency_id, word))
                for agency_id in sorted(self.colleagues_in)
                for word in (self.word, *numbers(self.word))
            ]
        return ways[0] if len(ways) == 1 else Any(*ways)


@dataclass(frozen=True)
class DirectoryQuery:
    """A parsed query. Without text it matches everything; text without a word matches nothing.

    If it `is_cut`, there were more words than terms.
    """

    terms: tuple[DirectoryTerm, ...] = ()
    text: str = ""
    is_cut: bool = False

    @property
    def is_unreadable(self) -> bool:
        """Whether the text has no word, only signs."""
        return bool(self.text) and not self.terms

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that may be marked in the results."""
        return tuple(form for term in self.terms for form in (*term.forms, *term.numbers))

    def names(self, title: str) -> bool:
        """Whether every term matches the beginning of a word in a folded name."""
        return all(any(f" {form}" in f" {title}" for form in term.forms) for term in self.terms)

    @property
    def corrected(self) -> dict[str, tuple[str, ...]]:
        """The words taken to be misspelt, with their corrections."""
        return {term.word: term.spellings for term in self.terms if term.spellings}


def understand(text: str, colleagues_in: Collection[UUID] = ()) -> DirectoryQuery:
    """Parse a query. Any text is valid; of a long one, only the first words are used.

    Args:
        colleagues_in: the agencies of the person who searches.
    """
    text = text[:QUERY_CHARACTERS].strip()
    every = _words(text)
    words = every[:MAX_WORDS]
    agencies = _agencies(words)
    functions: dict[int, set[str]] = {}
    places: dict[int, set[str]] = {}
    for start, length, phrase in _spans(words):
        for place in range(start, start + length):
            functions.setdefault(place, set()).update(functions_by_name(phrase))
            places.setdefault(place, set()).update(_places_called().get(phrase, ()))
    terms = []
    there = known_words([form for word in words for form in numbers(word)])
    for place, word in enumerate(words):
        begun = _begun(word)
        terms.append(
            DirectoryTerm(
                word,
                agency_ids=frozenset(agencies.get(place, ())),
                functions=frozenset(functions.get(place, ())),
                kinds=_kinds(word),
                places=frozenset(places.get(place, ())),
                begun=begun or (),
                kin=_kin(word) if begun == () else (),
                numbers=tuple(
                    form for form in numbers(word) if form in there and not form.startswith(word)
                ),
                colleagues_in=frozenset(colleagues_in),
            )
        )
    return DirectoryQuery(tuple(terms), text, is_cut=len(every) > len(words))


def forgiving(meaning: DirectoryQuery, unknown: Iterable[str]) -> DirectoryQuery | None:
    """Return the query with corrected spellings; None if there is nothing to correct.

    Args:
        unknown: words that no document has; if all are known, any may be misspelt.
    """
    wrong = set(unknown) or set(meaning.words)
    terms = tuple(
        replace(
            term,
            spellings=tuple(corrections(term.word, MAX_SPELLINGS)) if term.word in wrong else (),
            begun=(),
            kin=(),
        )
        for term in meaning.terms
    )
    return replace(meaning, terms=terms) if any(term.spellings for term in terms) else None


def functions_by_name(phrase: str) -> frozenset[str]:
    """Return codes of the functions that have this folded phrase as a name, or as its beginning.

    A function is left out if it has few of the names that begin so: *secretari* also begins the
    name of a secretary of state, but does not mean the function of management.
    """
    if len(phrase) < MIN_FUNCTION_LETTERS:
        return frozenset()
    phrases, codes = _phrases()
    found: Counter[str] = Counter()
    place = bisect_left(phrases, phrase)
    if place < len(phrases) and phrases[place] == phrase:
        return codes[phrase] if len(codes[phrase]) <= MAX_FUNCTIONS else frozenset()
    while place < len(phrases) and phrases[place].startswith(phrase):
        found.update(codes[phrases[place]])
        if len(found) > MAX_FUNCTIONS:
            return frozenset()
        place += 1
    return frozenset(
        code for code, names in found.items() if names * MEANT_FUNCTION_RATIO >= found.total()
    )


def _begun(word: str) -> tuple[str, ...] | None:
    """Return the known words with this prefix; None if it is short or a number, or has too many."""
    if len(word) < MIN_EXPANDED_LETTERS or word.isdecimal():
        return None
    most = MAX_EXPANDED_ON_SQLITE if on_sqlite() else MAX_EXPANDED_ON_POSTGRESQL
    found = words_beginning(word, most + 1)
    return tuple(found) if len(found) <= most else None


def _kin(word: str) -> tuple[str, ...]:
    """Return the known words with the stem of a word that is itself unknown."""
    stems = {stem(word, language) for language in LANGUAGES}
    found: list[str] = []
    for each in sorted(stems - {word}, key=len, reverse=True):
        if len(each) >= MIN_EXPANDED_LETTERS and not found:
            found = words_beginning(each, MAX_KIN + 1)
    return tuple(found) if len(found) <= MAX_KIN else ()


@cache
def _places_called() -> dict[str, tuple[str, ...]]:
    """Return codes of places by name; names that too many places share are left out."""
    found: dict[str, list[str]] = {}
    for kind in PlaceKind:
        for each in places_of_kind(kind):
            for name in each.name.split("/"):
                words = [word for word in fold(name).split() if word not in STOP_WORDS]
                found.setdefault(" ".join(words), []).append(each.code)
    return {name: tuple(codes) for name, codes in found.items() if len(codes) <= MAX_PLACES}


def _words(text: str) -> list[str]:
    initials = {fold(letter) for letter in INITIAL.findall(text)}
    every = list(dict.fromkeys(fold(spelled(text)).split()))
    last = every[-1] if every else ""
    telling = [
        word for word in every if word not in STOP_WORDS or word in initials or _opens(word, last)
    ]
    return [word for word in telling if len(word) <= QUERY_CHARACTERS] or every


def _opens(word: str, last: str) -> bool:
    """Whether a single letter at the end may begin a word that is still being typed."""
    return len(word) == 1 and word == last


def _spans(words: Sequence[str]) -> Iterable[tuple[int, int, str]]:
    """Yield each run of words: its start, its length and its text."""
    for length in range(min(MAX_PHRASE_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield start, length, " ".join(words[start : start + length])


def _kinds(word: str) -> frozenset[str]:
    if len(word) < MIN_KIND_LETTERS:
        return frozenset(kind.value for kind, names in SHORT_KINDS.items() if word in names.split())
    return frozenset(
        kind.value
        for kind, names in KINDS.items()
        if any(name.startswith(word) for name in names.split())
    )


def _agencies(words: Sequence[str]) -> dict[int, set[UUID]]:
    """Return the agencies that the words name, by the position of the word.

    A word or pair of words that would name more than `MAX_AGENCIES` names none.
    """
    asked = {
        place: word
        for place, word in enumerate(words)
        if len(word) >= MIN_AGENCY_LETTERS and not _kinds(word)
    }
    if not asked:
        return {}
    rows = _agency_rows(*asked.values())
    if len(rows) == MAX_AGENCIES_READ:
        rows = [row for word in asked.values() for row in _agency_rows(word)]
    found: dict[int, set[UUID]] = {}
    for place, word in asked.items():
        named = {each for each, title in rows if f" {word}" in title}
        following = asked.get(place + 1)
        both = {each for each, title in rows if following and _have(title, word, following)}
        for at, ids in ((place, named), (place, both), (place + 1, both)):
            if ids and len(ids) <= MAX_AGENCIES:
                found.setdefault(at, set()).update(ids)
    return found


def _agency_rows(*words: str) -> list[tuple[UUID, str]]:
    expression = of_kinds([DocumentKind.AGENCY], Any(*(Word(word) for word in words)))
    columns = (SearchDocument.subject_id, SearchDocument.title, SearchDocument.body)
    rows = some_matching(expression, *columns, most=MAX_AGENCIES_READ)
    return [(row.subject_id, f" {row.title} {row.body}") for row in rows]


def _have(title: str, *words: str) -> bool:
    return all(f" {word}" in title for word in words)


@dataclass
class _Phrases:
    codes: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str, code: str) -> None:
        """Add a name of a function."""
        if phrase := " ".join(word for word in fold(text).split() if word not in STOP_WORDS):
            self.codes.setdefault(phrase, set()).add(code)


@cache
def _phrases() -> tuple[list[str], dict[str, frozenset[str]]]:
    """Return all names of functions in order, and the functions of each name."""
    made = _Phrases()
    for function in read_functions():
        for name in function.name.values():
            made.add(name, function.code)
        for words in function.keywords.values():
            for word in words:
                made.add(word, function.code)
    return sorted(made.codes), {name: frozenset(codes) for name, codes in made.codes.items()}
