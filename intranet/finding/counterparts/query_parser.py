"""Parsing a search in plain words: functions, level, and kind, size and place of an agency.

Everything said is a preference and no condition: "payroll in small towns" puts small towns first
and hides nobody. Words that mean none of these go to the full-text search.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from intranet.organisation.agencies.filler_words import FRAME, FRAME_WORDS
from intranet.organisation.agencies.functions import file_position, named_level, plain_words, score
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.organisation.agencies.territories import PlaceKind, all_territories
from intranet.organisation.agencies.vocabulary import FunctionHit, hits_in, mended
from intranet.platform.core.text import fold

QUERY_CHARACTERS, MAX_QUERY_WORDS = 400, 30
MAX_FUNCTIONS = 4
MIN_KEPT_SHARE = 0.34
# Weaker evidence is a coincidence.
MIN_STRENGTH = 0.35
# Share of a hit in a language that nothing else in the query suggests.
UNLIKELY_LANGUAGE_SHARE = 0.5
SMALL_INHABITANTS, LARGE_INHABITANTS = 5_000, 100_000
PLACE_LETTERS = 5
MAX_TOWN_WORDS = 5
IN = frozenset({"en", "a", "in", "at", "em", "dans"})
TOWN = AgencyKind.MUNICIPALITY
KINDS: dict[AgencyKind, str] = {
    TOWN: """ayuntamiento ayuntamientos pueblo pueblos ajuntament ajuntaments poble pobles concello
        concellos vila vilas udal udala udalak udaletan udaletako udalerri udalerrietan herri
        herriak herrietan herriko town towns village villages municipality municipalities
        council councils mairie mairies commune communes ville villes municipio municipios
        municipi municipis cidade
        ciudades ciutats cities city borough aldea aldeas""",
    AgencyKind.PROVINCE: """diputacion diputaciones diputacio diputacions deputacion deputacions
        aldundi aldundia aldundiak aldundietan provincial provinciales county""",
    AgencyKind.UNIVERSITY: """universidad universidades universitat universitats universidade
        unibertsitate unibertsitatea unibertsitateetan university universities universite
        universites""",
    AgencyKind.STATE: """ministerio ministerios ministeri ministeris ministerioa ministry ministries
        ministere ministeres""",
    AgencyKind.REGION: """consejeria consejerias conselleria conselleries autonomica autonomicas
        jaurlaritza xunta generalitat""",
    AgencyKind.CONSORTIUM: "consorcio consorcios consorci consorcis partzuergo partzuergoak",
    AgencyKind.ASSOCIATION: "mancomunidad mancomunidades mancomunitat mancomunidade mankomunitate",
    AgencyKind.ISLAND: "cabildo cabildos insular",
    AgencyKind.DISTRICT: "comarca comarcas comarcal comarques",
}
_SMALL_WORDS = """pequeno pequena pequenos pequenas petit petita petits petites txiki txikia txikiak
    txikietan small little tiny village villages aldea aldeas vilarejo pueblo pueblos poble pobles
    poblet pobo pobos"""
_LARGE_WORDS = """grande grandes gran grans handi handia handiak handietan large big great grand
    capital capitales"""
_NUMBER = re.compile(r"\b\d{1,3}(?:[.,\u00a0 ]\d{3})+\b|\b\d{3,7}\b")


@dataclass(frozen=True)
class Wish:
    """A search in plain words, parsed. `functions` have weights; the strongest has 1.

    `strength` is the evidence for the strongest before scaling: 1 is about one clear word.
    `largest` and `smallest` are inhabitants. `words` are those left for the full text, folded.
    """

    text: str = ""
    functions: dict[str, float] = field(default_factory=dict)
    strength: float = 0
    level: int | None = None
    kinds: frozenset[AgencyKind] = frozenset()
    largest: int | None = None
    smallest: int | None = None
    territories: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    language: str = ""

    def is_empty(self) -> bool:
        """Whether it contains nothing to search for."""
        return not (self.functions or self.words)


def read(text: str) -> Wish:
    """Parse a search in plain words.

    Any text is valid; one without known words gives an empty query.
    """
    text = _without_pronoun(text[:QUERY_CHARACTERS])
    words = plain_words(text)[:MAX_QUERY_WORDS]
    small, large = _has(words, _SMALL_WORDS), _has(words, _LARGE_WORDS)
    number = _number(text)
    kinds = frozenset(kind for kind in KINDS if _has(words, KINDS[kind]))
    every = hits_in(words)
    places_named = _places_in(words) or _towns_in(text, words, every)
    hits = [hit for hit in every if not _is_a_place(hit, places_named)]
    likely = _likely_languages(words, hits)
    said = {
        hit
        for hit in hits
        if not all(
            word in _kind_words() or word in FRAME_WORDS for word in words[hit.first : hit.after]
        )
    }
    functions, strength = _functions(said or hits, likely)
    first = max(likely, key=lambda tag: likely[tag]) if likely else ""
    return Wish(
        text=text.strip(),
        functions=functions,
        strength=strength,
        level=named_level(" ".join(mended(words)), first) if functions and first else None,
        kinds=kinds if functions else frozenset(),
        largest=number or (SMALL_INHABITANTS if small and not large else None),
        smallest=LARGE_INHABITANTS if large and not small and not number else None,
        territories=frozenset(code for _, _, code in places_named),
        words=tuple(
            word
            for place, word in enumerate(words)
            if word not in FRAME_WORDS
            and not any(first <= place < after for first, after, _ in places_named)
        ),
        language=first,
    )


def _functions(
    hits: set[FunctionHit] | list[FunctionHit], likely: dict[str, float]
) -> tuple[dict[str, float], float]:
    """Return the functions, the strongest with 1, and the evidence for that one."""
    weighted = [
        FunctionHit(
            hit.code,
            hit.weight
            * (
                UNLIKELY_LANGUAGE_SHARE
                + (1 - UNLIKELY_LANGUAGE_SHARE) * likely.get(hit.language, 0)
            ),
            hit.first,
            hit.after,
            hit.language,
        )
        for hit in hits
    ]
    found = score(weighted)
    best = max(found.values(), default=0.0)
    if best < MIN_STRENGTH:
        return {}, 0.0
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], file_position(pair[0])))
    near = [pair for pair in ranked if pair[1] >= best * MIN_KEPT_SHARE]
    return {code: value / best for code, value in near[:MAX_FUNCTIONS]}, best


def _likely_languages(words: Sequence[str], hits: Sequence[FunctionHit]) -> dict[str, float]:
    """Return how likely the query is in each language; the likeliest has 1."""
    found = dict.fromkeys(LANGUAGES, 0.0)
    for language in LANGUAGES:
        found[language] += sum(word in FRAME[language] for word in words)
        covered = {
            place
            for hit in hits
            if hit.language == language
            for place in range(hit.first, hit.after)
        }
        found[language] += len(covered)
    most = max(found.values())
    return {language: count / most for language, count in found.items()} if most else {}


def _has(words: Sequence[str], among: str) -> bool:
    return not _set(among).isdisjoint(words)


@cache
def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@cache
def _kind_words() -> frozenset[str]:
    return frozenset().union(*map(_set, (*KINDS.values(), _SMALL_WORDS, _LARGE_WORDS)))


def _number(text: str) -> int | None:
    """Return the number of inhabitants that the query names, if any."""
    found = _NUMBER.search(text)
    number = int(re.sub(r"\D", "", found[0])) if found else 0
    return number if number >= 100 else None  # noqa: PLR2004 - fewer is a grade or a telephone


def _without_pronoun(text: str) -> str:
    """Drop "it" where it is a pronoun and not the profession: "who does it"."""
    return re.sub(r"\b[iI]t\b", " ", text) if len(text.split()) > 3 else text  # noqa: PLR2004 - a sentence


def _places_in(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the provinces and regions named in a query, with the span of their words."""
    known = _place_names()
    found: list[tuple[int, int, str]] = []
    for length in (3, 2, 1):
        for first in range(len(words) - length + 1):
            code = known.get(" ".join(words[first : first + length]))
            if code and not any(start <= first < after for start, after, _ in found):
                found.append((first, first + length, code))
    return found


def _towns_in(
    text: str, words: Sequence[str], hits: Sequence[FunctionHit]
) -> list[tuple[int, int, str]]:
    """Return the municipality after a word like "in", unless its name is also a task."""
    every = fold(text).split()
    for start in (place + 1 for place, word in enumerate(every) if word in IN):
        for end in range(min(start + MAX_TOWN_WORDS, len(every)), start, -1):
            name = " ".join(every[start:end])
            if code := _town_names().get(name):
                first, after = _where(plain_words(name), words)
                is_task = any(hit.first < after and first < hit.after for hit in hits)
                return [] if is_task and after == first + 1 else [(first, after, code)]
    return []


def _where(some: Sequence[str], words: Sequence[str]) -> tuple[int, int]:
    """Return the span in `words` of the last occurrence of `some`, as a sequence; else (0, 0)."""
    for first in range(len(words) - len(some), -1, -1):
        if words[first : first + len(some)] == some:
            return first, first + len(some)
    return 0, 0


def _is_a_place(hit: FunctionHit, named: Sequence[tuple[int, int, str]]) -> bool:
    return any(first <= hit.first and hit.after <= after for first, after, _ in named)


@cache
def _place_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for kind in (PlaceKind.PROVINCE, PlaceKind.REGION):
        for place in all_territories(kind):
            for name in re.split(r" / ", place.name):
                words = " ".join(plain_words(name))
                if len(fold(words)) >= PLACE_LETTERS - 1:
                    names[words] = place.code
    return names


@cache
def _town_names() -> dict[str, str]:
    """Return the names that belong to a single municipality, with its code."""
    names: dict[str, str] = {}
    several = set()
    for town in all_territories(PlaceKind.MUNICIPALITY):
        for name in re.split(r" / |/", town.name):
            words = fold(name)
            if names.setdefault(words, town.code) != town.code:
                several.add(words)
    return {name: code for name, code in names.items() if name not in several}


def stems_of(words: Sequence[str], tag: str) -> frozenset[str]:
    """Return the words without their endings, to compare two titles."""
    language = tag.split("-", maxsplit=1)[0]
    known = language if language in LANGUAGES else LANGUAGES[0]
    return frozenset(stem(word, known) for word in words)


@lru_cache(maxsize=50_000)
def stems_of_text(text: str, tag: str) -> frozenset[str]:
    """Return the stems of a title or a name."""
    return stems_of(plain_words(text), tag)
