"""What the words of a query may mean: words of a document, an agency, a function, an initial."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

from intranet.extensions import db
from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.organisation.agencies.territories import PlaceKind
from intranet.organisation.agencies.territories import places as places_of_kind
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.beginnings import begins
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import Any, Expression, Tag, Word
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.plurals import numbers
from intranet.platform.index.queries import matching, of_kinds
from intranet.platform.index.spelled import spelled
from intranet.platform.index.spelling import corrections, words_among, words_beginning

CHARACTERS = 200
WORDS_AT_MOST = 8
SPAN = 3
AGENCIES_AT_MOST, AGENCIES_READ = 12, 200
FUNCTIONS_AT_MOST, PLACES_AT_MOST = 4, 4
AGENCY_LETTERS, FUNCTION_LETTERS, KIND_LETTERS = 3, 4, 5
LEAST_SHARE = 10
SPELLINGS = 4
EXPANDED_LETTERS, KIN_AT_MOST = 4, 20
EXPANDED_ON_SQLITE, EXPANDED_ON_POSTGRESQL = 60, 10
"""So many words are asked for one by one in place of their common beginning. Of more PostgreSQL
compares each with each document: fifty took it twice as long as what they begin with."""
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
"""As they are shortened in writing: the whole word or nothing."""


@dataclass(frozen=True)
class Term:
    """One word of a query, and what else than itself it may stand for.

    `begun` has the words that there are of which it is the beginning, if these are not too many:
    the index answers sooner for whole words. `kin` has those with the same stem, where there are
    none: *kontratazioa* is found in *Kontratazio Zerbitzua*. `numbers` has its singulars and
    plurals that there are: what has these comes after what has the word as it was typed.
    `colleagues_in` are agencies within which people are found by topics for colleagues alone.
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
        """The word, and those that it may have been meant to be."""
        return (self.word, *self.kin, *self.spellings)

    def expression(self, *, in_title: bool = False) -> Expression:
        """As the index is asked for it; with `in_title` for the word itself in a title alone."""
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
class Meaning:
    """A query as it was understood. Without terms it asks for nothing, or for everything."""

    terms: tuple[Term, ...] = ()
    text: str = ""

    @property
    def is_unreadable(self) -> bool:
        """Whether something was typed, and no word is in it: only signs."""
        return bool(self.text) and not self.terms

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that may be marked in what is found."""
        return tuple(form for term in self.terms for form in (*term.forms, *term.numbers))

    def names(self, title: str) -> bool:
        """Whether every word, or the beginning of one, is in a folded name."""
        return all(any(f" {form}" in f" {title}" for form in term.forms) for term in self.terms)

    @property
    def corrected(self) -> dict[str, tuple[str, ...]]:
        """Which words were taken to be misspelt, and what for."""
        return {term.word: term.spellings for term in self.terms if term.spellings}


def understand(text: str, colleagues_in: Collection[UUID] = ()) -> Meaning:
    """Read a query. Whatever was typed has a meaning, if only that of its first words.

    Args:
        colleagues_in: the agencies of whoever asks.
    """
    text = text[:CHARACTERS].strip()
    words = _words(text)
    agencies = _agencies(words)
    functions: dict[int, set[str]] = {}
    places: dict[int, set[str]] = {}
    for start, length, phrase in _spans(words):
        for place in range(start, start + length):
            functions.setdefault(place, set()).update(functions_called(phrase))
            places.setdefault(place, set()).update(_places_called().get(phrase, ()))
    terms = []
    there = words_among([form for word in words for form in numbers(word)])
    for place, word in enumerate(words):
        begun = _begun(word)
        terms.append(
            Term(
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
    return Meaning(tuple(terms), text)


def forgiving(meaning: Meaning, unknown: Iterable[str]) -> Meaning | None:
    """The same with words there are in place of those misspelt; None if there are no such.

    Args:
        unknown: words that nothing has; if all are known, any may be the wrong one.
    """
    wrong = set(unknown) or set(meaning.words)
    terms = tuple(
        replace(
            term,
            spellings=tuple(corrections(term.word, SPELLINGS)) if term.word in wrong else (),
            begun=(),
            kin=(),
        )
        for term in meaning.terms
    )
    return Meaning(terms, meaning.text) if any(term.spellings for term in terms) else None


def functions_called(phrase: str) -> frozenset[str]:
    """Codes of the functions that a folded phrase names, or begins to, in any language.

    Where many names begin so, a function of which there are but a few among them is not meant:
    *secretari* begins that of a secretary of state, too, and asks for no management.
    """
    if len(phrase) < FUNCTION_LETTERS:
        return frozenset()
    phrases, codes = _phrases()
    found: Counter[str] = Counter()
    place = bisect_left(phrases, phrase)
    if place < len(phrases) and phrases[place] == phrase:
        return codes[phrase] if len(codes[phrase]) <= FUNCTIONS_AT_MOST else frozenset()
    while place < len(phrases) and phrases[place].startswith(phrase):
        found.update(codes[phrases[place]])
        if len(found) > FUNCTIONS_AT_MOST:
            return frozenset()
        place += 1
    return frozenset(code for code, names in found.items() if names * LEAST_SHARE >= found.total())


def _begun(word: str) -> tuple[str, ...] | None:
    """The words there are that begin so; None where they are many, or kept as beginnings."""
    if len(word) < EXPANDED_LETTERS or word.isdecimal():
        return None
    most = EXPANDED_ON_SQLITE if on_sqlite() else EXPANDED_ON_POSTGRESQL
    found = words_beginning(word, most + 1)
    return tuple(found) if len(found) <= most else None


def _kin(word: str) -> tuple[str, ...]:
    """The words there are that begin with the stem of one that is not there itself."""
    stems = {stem(word, language) for language in LANGUAGES}
    found: list[str] = []
    for each in sorted(stems - {word}, key=len, reverse=True):
        if len(each) >= EXPANDED_LETTERS and not found:
            found = words_beginning(each, KIN_AT_MOST + 1)
    return tuple(found) if len(found) <= KIN_AT_MOST else ()


@cache
def _places_called() -> dict[str, tuple[str, ...]]:
    """Codes of the places of each name; a name that many have is none's."""
    found: dict[str, list[str]] = {}
    for kind in PlaceKind:
        for each in places_of_kind(kind):
            for name in each.name.split("/"):
                words = [word for word in fold(name).split() if word not in STOP_WORDS]
                found.setdefault(" ".join(words), []).append(each.code)
    return {name: tuple(codes) for name, codes in found.items() if len(codes) <= PLACES_AT_MOST}


def _words(text: str) -> list[str]:
    initials = {fold(letter) for letter in INITIAL.findall(text)}
    every = list(dict.fromkeys(fold(spelled(text)).split()))
    last = every[-1] if every else ""
    telling = [
        word for word in every if word not in STOP_WORDS or word in initials or _opens(word, last)
    ]
    return ([word for word in telling if len(word) <= CHARACTERS] or every)[:WORDS_AT_MOST]


def _opens(word: str, last: str) -> bool:
    """A single letter at the end is the beginning of a word that is still being typed."""
    return len(word) == 1 and word == last


def _spans(words: Sequence[str]) -> Iterable[tuple[int, int, str]]:
    """Where each run of words begins, how long it is, and the words."""
    for length in range(min(SPAN, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield start, length, " ".join(words[start : start + length])


def _kinds(word: str) -> frozenset[str]:
    if len(word) < KIND_LETTERS:
        return frozenset(kind.value for kind, names in SHORT_KINDS.items() if word in names.split())
    return frozenset(
        kind.value
        for kind, names in KINDS.items()
        if any(name.startswith(word) for name in names.split())
    )


def _agencies(words: Sequence[str]) -> dict[int, set[UUID]]:
    """The agencies that words name, by the place of the word; common words name none."""
    asked = {
        place: word
        for place, word in enumerate(words)
        if len(word) >= AGENCY_LETTERS and not _kinds(word)
    }
    if not asked:
        return {}
    rows = _agency_rows(*asked.values())
    if len(rows) == AGENCIES_READ:
        rows = [row for word in asked.values() for row in _agency_rows(word)]
    found: dict[int, set[UUID]] = {}
    for place, word in asked.items():
        named = {each for each, title in rows if f" {word}" in title}
        following = asked.get(place + 1)
        both = {each for each, title in rows if following and _have(title, word, following)}
        for at, ids in ((place, named), (place, both), (place + 1, both)):
            if ids and len(ids) <= AGENCIES_AT_MOST:
                found.setdefault(at, set()).update(ids)
    return found


def _agency_rows(*words: str) -> list[tuple[UUID, str]]:
    expression = of_kinds([DocumentKind.AGENCY], Any(*(Word(word) for word in words)))
    wanted = matching(
        expression, SearchDocument.subject_id, SearchDocument.title, SearchDocument.body
    )
    rows = db.session.execute(wanted.limit(AGENCIES_READ))
    return [(row.subject_id, f" {row.title} {row.body}") for row in rows]


def _have(title: str, *words: str) -> bool:
    return all(f" {word}" in title for word in words)


@dataclass
class _Phrases:
    codes: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str, code: str) -> None:
        """Take one way in which a function is called."""
        if phrase := " ".join(word for word in fold(text).split() if word not in STOP_WORDS):
            self.codes.setdefault(phrase, set()).add(code)


@cache
def _phrases() -> tuple[list[str], dict[str, frozenset[str]]]:
    """Every way in which a function is called, in order, and which are called so."""
    made = _Phrases()
    for function in read_functions():
        for name in function.name.values():
            made.add(name, function.code)
        for words in function.keywords.values():
            for word in words:
                made.add(word, function.code)
    return sorted(made.codes), {name: frozenset(codes) for name, codes in made.codes.items()}
