"""Occupations: what kind of job a post is, recognised from its title, units and holders' words.

An occupation has a code, the ISCO-08 unit group and a letter. Two posts are compared by their
occupations, and less by the groups and the role that these share: a hospital's electrician is
like a port's, somewhat like a plumber, and hardly like the secretary of the electricians.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

from intranet.organisation.agencies.filler_words import FRAME_WORDS
from intranet.organisation.agencies.functions import plain_words
from intranet.organisation.agencies.occupation_words import pairs, words
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.organisation.agencies.vocabulary import DATA
from intranet.platform.core.types import Localized

FILE = DATA / "occupations.csv"
MAX_RECOGNISED, MAX_KEPT = 12, 8
PAIR_WEIGHT = 0.6
SHARPNESS = 2.0
"""The power by which strong evidence counts more than weak evidence."""
UNIT_WEIGHTS = (0.6, 0.25)
"""Weights of the nearest unit and of the one above, where the title has 1."""
OWN_WEIGHT = 0.5
"""Weight of what the holders write of themselves."""
CODE, GROUP, MINOR_GROUP, MAJOR_GROUP, ROLE = 1.0, 0.5, 0.35, 0.2, 0.25
"""How much the same occupation counts, the same ISCO group of 4, 3 and 2 digits, the same role."""
NEIGHBOUR = 0.5
"""How much a neighbour counts, times the similarity of its words."""
THOUSAND = 1_000

MAX_MAIN, MAX_MAIN_GROUPS, MIN_MAIN_STRENGTH = 4, 2, 0.06
"""By so many occupations and minor groups a post is found, none weaker than that."""
MAX_VECTORS = 2_000
"""So many vectors of each sort are kept, of 4 KB: a list of counterparts needs a hundred."""
RANDOM_RANGE = 1_000_003
MIN_NAMED_STRENGTH, MIN_ROLE_STRENGTH = 0.25, 0.6
"""A title that suggests them less clearly does not name an occupation or a role."""

Strengths = Mapping[str, float]


@dataclass(frozen=True)
class Occupation:
    """An occupation; `functions` are the codes of those it usually belongs to, if any.

    `neighbours` are the occupations with the most similar words, by code, with the similarity.
    """

    code: str
    role: str
    functions: tuple[str, ...]
    name: Localized
    neighbours: Mapping[str, float]


@cache
def occupations() -> Mapping[str, Occupation]:
    """Return all occupations by code."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Occupation(
                row["code"],
                row["role"],
                tuple(row["functions"].split()),
                Localized({language: row[language] for language in LANGUAGES}),
                {
                    code: int(alike) / THOUSAND
                    for code, alike in (each.split(":") for each in row["neighbours"].split())
                },
            )
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=20_000)
def recognise(text: str, language: str = "") -> Strengths:
    """Return the occupations that a text suggests, strongest first; the strengths add up to 1.

    Args:
        language: BCP 47 tag; one that is not known, or none, tries all six.
    """
    tag = language.split("-", maxsplit=1)[0]
    every = plain_words(text)
    said = [word for word in every if word not in FRAME_WORDS] or every if not language else every
    best: dict[str, float] = {}
    for each in (tag,) if tag in LANGUAGES else LANGUAGES:
        for code, points in _points([stem(word, each) for word in said]).items():
            best[code] = max(best.get(code, 0), points)
    return MappingProxyType(_shares(best, MAX_RECOGNISED))


def occupations_of(
    title: Localized, units: Sequence[Localized] = (), own_words: Sequence[str] = ()
) -> dict[str, float]:
    """Return the occupations of a post, strongest first; the strengths add up to 1.

    Args:
        units: names of its unit and of those above, the nearest first, without the agency.
        own_words: a text of each holder, "" for who says nothing. Their mean counts: one of
            twenty clerks does not turn the post into what they alone do.
    """
    mixed: dict[str, float] = defaultdict(float)
    for names, weight in zip((title, *units), (1.0, *UNIT_WEIGHTS), strict=False):
        for language, text in names.items():
            for code, strength in recognise(text, language).items():
                mixed[code] += weight * strength / len(names)
    for text in filter(None, own_words):
        for code, strength in recognise(text).items():
            mixed[code] += OWN_WEIGHT * strength / len(own_words)
    kept = sorted(mixed.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_KEPT]
    total = sum(strength for _code, strength in kept)
    return {code: round(strength / total, 3) for code, strength in kept}


def features(strengths: Strengths) -> Strengths:
    """Return occupations with their groups, roles and neighbours as a vector of length 1.

    The similarity of two posts is the scalar product of their vectors.
    """
    return _features(tuple(strengths.items()))


def subjects(strengths: Strengths) -> Strengths:
    """Return the functions to which occupations usually belong, as a vector of length 1."""
    return _subjects(tuple(strengths.items()))


@lru_cache(MAX_VECTORS)
def _features(strengths: tuple[tuple[str, float], ...]) -> Strengths:
    found: dict[str, float] = defaultdict(float)
    known = occupations()
    for code, strength in strengths:
        if occupation := known.get(code):
            for key, share in (
                (code, CODE),
                (code[:4], GROUP),
                (code[:3], MINOR_GROUP),
                (code[:2], MAJOR_GROUP),
                (occupation.role, ROLE),
            ):
                found[key] += share * strength
            for neighbour, alike in occupation.neighbours.items():
                found[neighbour] += NEIGHBOUR * alike * strength
    return MappingProxyType(unit_vector(found))


@lru_cache(MAX_VECTORS)
def _subjects(strengths: tuple[tuple[str, float], ...]) -> Strengths:
    return MappingProxyType(unit_vector(functions_of_occupations(dict(strengths))))


@dataclass(frozen=True)
class NamedWork:
    """The occupation and the role that a text names clearly; each is empty if it names none."""

    occupation: str = ""
    role: str = ""


def strongest(strengths: Strengths | None) -> str:
    """Return the strongest of these occupations or functions; empty if there is none."""
    if not strengths:
        return ""
    return min(strengths, key=lambda code: (-strengths[code], code))


def named_in(strengths: Strengths) -> NamedWork:
    """Return what is named clearly by a text that suggests these occupations."""
    roles: dict[str, float] = defaultdict(float)
    for code, strength in strengths.items():
        roles[occupations()[code].role] += strength
    code, role = strongest(strengths), strongest(roles)
    return NamedWork(
        code if code and strengths[code] >= MIN_NAMED_STRENGTH else "",
        role if role and roles[role] >= MIN_ROLE_STRENGTH else "",
    )


def main_occupations(strengths: Strengths) -> dict[str, float]:
    """Return the strongest occupations and the strongest ISCO minor groups, of three digits."""
    groups: dict[str, float] = defaultdict(float)
    for code, strength in strengths.items():
        groups[code[:3]] += strength
    found: dict[str, float] = {}
    for some, most in ((strengths, MAX_MAIN), (groups, MAX_MAIN_GROUPS)):
        ranked = sorted(some.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        found |= {key: strength for key, strength in ranked if strength >= MIN_MAIN_STRENGTH}
    return found


def rows_of_occupations(post_id: UUID, strengths: Strengths) -> Iterator[tuple[str, float]]:
    """Yield the occupation and strength of each row by which a post is found."""
    chance = post_id.int % RANDOM_RANGE / RANDOM_RANGE / THOUSAND
    for occupation, strength in main_occupations(strengths).items():
        yield occupation, round(strength, 3) + chance


def unit_vector(values: Strengths) -> dict[str, float]:
    """Return a vector in the same direction, of length 1; empty if there is none."""
    length = math.hypot(*values.values())
    return {key: value / length for key, value in values.items()} if length else {}


def functions_of_occupations(strengths: Strengths) -> dict[str, float]:
    """Return the functions to which occupations usually belong, with their strength."""
    found: dict[str, float] = defaultdict(float)
    known = occupations()
    for code, strength in strengths.items():
        usual = known[code].functions if code in known else ()
        for function in usual:
            found[function] += strength / len(usual)
    return dict(found)


def _points(stems: Sequence[str]) -> dict[str, float]:
    points: dict[str, float] = defaultdict(float)
    for each in dict.fromkeys(stems):
        if each in words():
            _add(points, words().points(each), 1)
        else:
            for near in words().near(each):
                _add(points, words().points(near.word), near.share)
    for first, second in pairwise(stems):
        _add(points, pairs().points(first, second), PAIR_WEIGHT)
    return points


def _add(points: dict[str, float], more: Strengths, factor: float) -> None:
    for code, weight in more.items():
        points[code] += factor * weight


def _shares(points: Strengths, most: int) -> dict[str, float]:
    ranked = sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    if not ranked or not ranked[0][1]:
        return {}
    powers = {code: (value / ranked[0][1]) ** SHARPNESS for code, value in ranked}
    total = sum(powers.values())
    return {code: power / total for code, power in powers.items()}


def scalar_product(one: Strengths, other: Strengths) -> float:
    """Return the sum of the products of what two vectors have in common."""
    smaller, larger = (other, one) if len(other) < len(one) else (one, other)
    return sum(value * larger[key] for key, value in smaller.items() if key in larger)
