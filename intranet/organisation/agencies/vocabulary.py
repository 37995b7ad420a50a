"""The vocabulary of functions of public administration, and how to find it in a text.

The words are in `functions.csv` and `words.csv`. A word that many functions share ("inspector",
"clerk") counts less. If a term lies within another one, the longer one counts. A word that is
not found is tried as a compound, as a prefix, and with its typos corrected.
"""

import csv
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from intranet.organisation.agencies.filler_words import FRAME_WORDS, STOP_WORDS
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.organisation.agencies.typos import Speller
from intranet.platform.core.text import fold

DATA = Path(__file__).parent / "data"
# Weights of a term, relative to its best single word.
EXTRA_WORD_WEIGHT = 0.35
PART_OF_TERM_WEIGHT, COMPOUND_FACTOR, PREFIX_FACTOR = 0.45, 0.8, 0.5
TYPO_FACTORS = {1: 0.85, 2: 0.6}
MIN_COMPOUND_LENGTH, MIN_PREFIX_LENGTH, MIN_DERIVED_LENGTH = 6, 5, 5
MAX_PREFIX_MATCHES = 2


@dataclass(frozen=True)
class FunctionTerm:
    """Stems in one language that indicate a function."""

    stems: tuple[str, ...]
    code: str
    weight: float


@dataclass(frozen=True)
class FunctionHit:
    """A term found in a text: its range of words, and its weight."""

    code: str
    weight: float
    first: int
    after: int
    language: str


@dataclass
class Words:
    """The terms of a language, by first stem."""

    language: str
    terms: dict[str, list[FunctionTerm]] = field(default_factory=lambda: defaultdict(list))
    rarity: dict[str, float] = field(default_factory=dict)
    singles: list[str] = field(default_factory=list)

    def starting(self, part: str) -> list[str]:
        """Return single-word stems with this prefix, a few at most."""
        place = bisect_left(self.singles, part)
        found = self.singles[place : place + MAX_PREFIX_MATCHES + 1]
        return [each for each in found if each.startswith(part)]

    def compound_of(self, word: str) -> str | None:
        """Return the longest single-word stem that is a prefix of the word."""
        for length in range(len(word) - 1, MIN_COMPOUND_LENGTH - 1, -1):
            if word[:length] in self.terms and any(
                len(term.stems) == 1 for term in self.terms[word[:length]]
            ):
                return word[:length]
        return None


@cache
def terms_of(language: str) -> Words:
    """Return the terms of a language."""
    raw = {code: list(dict.fromkeys(terms)) for code, terms in _read(language)}
    codes_of: dict[str, set[str]] = defaultdict(set)
    stems_of: dict[str, list[tuple[str, ...]]] = {}
    for code, terms in raw.items():
        written = (*terms, *_joined(terms, language))
        stems_of[code] = list(
            dict.fromkeys(filter(None, (_stems(term, language) for term in written)))
        )
        for stems in stems_of[code]:
            for each in stems:
                codes_of[each].add(code)
    words = Words(language)
    most = math.log(len(raw) + 1)
    words.rarity = {
        each: math.log((len(raw) + 1) / len(codes)) / most for each, codes in codes_of.items()
    }
    for code, all_stems in stems_of.items():
        for term in _terms(code, all_stems, words, codes_of):
            words.terms[term.stems[0]].append(term)
    words.singles = sorted(
        each for each, terms in words.terms.items() if any(len(term.stems) == 1 for term in terms)
    )
    return words


def content(text: str) -> list[str]:
    """Return the folded words of a text without stop words."""
    return [word for word in fold(text).split() if word not in STOP_WORDS]


def hits_in(words: Sequence[str], languages: Iterable[str] = LANGUAGES) -> list[FunctionHit]:
    """Return the terms in folded content words, without those inside a longer one."""
    found: list[FunctionHit] = []
    for language in languages:
        found += _hits(words, terms_of(language))
    known = {place for hit in found for place in range(hit.first, hit.after)}
    for place, word in enumerate(words):
        if place not in known and word not in FRAME_WORDS:
            found += _near(word, place, languages)
    found += _of_mended(words, known, languages)
    return _longest(found)


def _of_mended(
    words: Sequence[str], known: Collection[int], languages: Iterable[str]
) -> Iterator[FunctionHit]:
    """Yield terms of several words with a typo in one of them."""
    if len(words) == 1:
        return
    meant = [
        word if place in known or word in FRAME_WORDS else _meant(word)
        for place, word in enumerate(words)
    ]
    places = {place for place, word in enumerate(words) if meant[place] != word}
    for language in languages if places else ():
        for hit in _hits(meant, terms_of(language)):
            if hit.after - hit.first > 1 and places & set(range(hit.first, hit.after)):
                yield replace(hit, weight=hit.weight * TYPO_FACTORS[1])


def _hits(words: Sequence[str], known: Words) -> Iterator[FunctionHit]:
    stems = [stem(word, known.language) for word in words]
    for first, each in enumerate(stems):
        for term in known.terms.get(each, ()):
            after = first + len(term.stems)
            is_frame = term.weight == PART_OF_TERM_WEIGHT and words[first] in FRAME_WORDS
            if tuple(stems[first:after]) == term.stems and not is_frame:
                yield FunctionHit(term.code, term.weight, first, after, known.language)
        if first + 1 < len(stems):  # "pay roll", "kontu hartzailea"
            joined = stem(words[first] + words[first + 1], known.language)
            if len(joined) > MIN_COMPOUND_LENGTH:
                for term in known.terms.get(joined, ()):
                    if len(term.stems) == 1:
                        yield FunctionHit(term.code, term.weight, first, first + 2, known.language)


def _near(word: str, place: int, languages: Iterable[str]) -> Iterator[FunctionHit]:
    """Yield hits for an unknown word: as a compound, as a prefix, else with a typo corrected."""
    found = False
    for language in languages:
        known = terms_of(language)
        each = stem(word, language)
        begun = known.compound_of(each)
        factor = COMPOUND_FACTOR
        stems = [begun] if begun else []
        if not stems and len(word) >= MIN_PREFIX_LENGTH:
            stems, factor = known.starting(word), PREFIX_FACTOR
            stems = stems if len(stems) <= MAX_PREFIX_MATCHES else []
        for hit in _alone(stems, known, place, factor):
            found = True
            yield hit
    if found:
        return
    meant = speller().nearest(word)
    if meant and meant.changes and meant.word not in FRAME_WORDS:
        for language in languages:
            known = terms_of(language)
            yield from _alone(
                [stem(meant.word, language)], known, place, TYPO_FACTORS[meant.changes]
            )


def _alone(stems: Iterable[str], known: Words, place: int, factor: float) -> Iterator[FunctionHit]:
    for each in stems:
        for term in known.terms.get(each, ()):
            if len(term.stems) == 1:
                yield FunctionHit(term.code, term.weight * factor, place, place + 1, known.language)


def _longest(hits: Iterable[FunctionHit]) -> list[FunctionHit]:
    """Drop hits inside a longer hit of the same language."""
    kept: list[FunctionHit] = []
    for hit in sorted(hits, key=lambda hit: (hit.first - hit.after, -hit.weight)):
        inside = any(
            longer.first <= hit.first
            and hit.after <= longer.after
            and longer.after - longer.first > hit.after - hit.first
            for longer in kept
        )
        if not inside:
            kept.append(hit)
    return kept


@cache
def speller() -> Speller:
    """Return a spelling corrector over the words of all languages."""
    known: set[str] = set()
    for language in LANGUAGES:
        for _, terms in _read(language):
            for term in terms:
                known.update(fold(term).split())
    return Speller(known | FRAME_WORDS)


def mended(words: Sequence[str]) -> list[str]:
    """Return the words, with unknown ones replaced by the nearest known one."""
    return [word if word in FRAME_WORDS or _is_known(word) else _meant(word) for word in words]


def _meant(word: str) -> str:
    meant = speller().nearest(word)
    return meant.word if meant else word


def _is_known(word: str) -> bool:
    for language in LANGUAGES:
        known = terms_of(language)
        each = stem(word, language)
        if each in known.rarity or known.compound_of(each):
            return True
    return len(word) >= MIN_PREFIX_LENGTH and any(
        terms_of(language).starting(word) for language in LANGUAGES
    )


def _terms(
    code: str,
    all_stems: Sequence[tuple[str, ...]],
    words: Words,
    codes_of: dict[str, set[str]],
) -> Iterator[FunctionTerm]:
    given = set(all_stems)
    for stems in all_stems:
        best = max(words.rarity[each] for each in stems)
        yield FunctionTerm(stems, code, best + EXTRA_WORD_WEIGHT * (len(stems) - 1))
    inside = {each for stems in all_stems for each in stems if (each,) not in given}
    for each in sorted(inside):
        if len(codes_of[each]) == 1 and len(each) >= MIN_DERIVED_LENGTH:
            yield FunctionTerm((each,), code, PART_OF_TERM_WEIGHT)


def _joined(terms: Iterable[str], language: str) -> Iterator[str]:
    """Yield two-word terms as one word, in languages that write them so: "headteacher"."""
    if language in {"en", "eu"}:
        for term in terms:
            words = content(term)
            if len(words) == len(fold(term).split()) == 2:  # noqa: PLR2004 - a pair
                yield "".join(words)


def _stems(term: str, language: str) -> tuple[str, ...]:
    return tuple(stem(word, language) for word in content(term))


def _read(language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each function's code and terms in a language: its keywords, then everyday words."""
    more = {row["code"]: row[language] for row in _rows("words.csv")}
    for row in _rows("functions.csv"):
        terms = f"{row[f'keywords_{language}']}|{more.get(row['code'], '')}".split("|")
        yield row["code"], [term for term in terms if term.strip()]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
