"""Say why a post is thought to have a function: the words of its title or of a unit it is in."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.functions import (
    MAX_UNITS,
    ROLES,
    hits_of,
    is_vague,
    plain_words,
    telling_unit,
    weigh,
    without_endings,
)
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.occupations import Strengths, functions_of_occupations
from intranet.organisation.agencies.vocabulary import FunctionHit, content
from intranet.platform.core.types import Localized

MAX_OFFERED = 2
MIN_OFFERED_STRENGTH = 0.2
"""The least strength of a function offered because of occupations; a lower one is a guess."""
_TOKEN = re.compile(r"[\w·]+")


@dataclass(frozen=True)
class Evidence:
    """Words, as they are written in a title, or in the name of a unit."""

    words: str
    unit: str = ""


@dataclass(frozen=True)
class PostReading:
    """How a post is read: its functions by strength, and the evidence for each that has any."""

    strengths: Mapping[str, float]
    evidence: Mapping[str, Sequence[Evidence]]


def readings_of(posts: Sequence[Post]) -> dict[UUID, PostReading]:
    """Return how the titles and units of posts are read today, with one query for the units."""
    units = _names_above(post.unit for post in posts)
    found = {}
    for post in posts:
        agency = post.unit.agency
        language = post.title.language(agency.language)
        names = _texts(post.unit, units, language)
        found[post.id] = read_post(post.title.text(language), language, names)
    return found


@lru_cache(maxsize=20_000)
def read_post(title: str, language: str, units: tuple[str, ...]) -> PostReading:
    """Return how a title is read in these units, the nearest first."""
    strengths = weigh(title, language, units=units)
    evidence: dict[str, list[Evidence]] = {code: [] for code in strengths}
    for code, words in _words_for(title, language).items():
        if code in evidence:
            evidence[code].append(Evidence(words))
    place = telling_unit(units, language) if is_vague(title, language) else None
    if place is not None:
        of_unit = _words_for(units[place], language)
        for code in of_unit.keys() - ROLES or of_unit.keys():
            if code in evidence:
                evidence[code].append(Evidence(of_unit[code], units[place]))
    return PostReading(strengths, MappingProxyType(evidence))


def functions_offered(reading: PostReading, occupations: Strengths | None) -> list[str]:
    """Return functions to offer for a post without any: by its words, else by its occupations."""
    return list(reading.strengths)[:MAX_OFFERED] or by_occupations(occupations)[:MAX_OFFERED]


def by_occupations(occupations: Strengths | None) -> list[str]:
    """Return the functions to which these occupations usually belong, the likeliest first."""
    found = functions_of_occupations(occupations or {})
    likely = [code for code, strength in found.items() if strength >= MIN_OFFERED_STRENGTH]
    return sorted(likely, key=lambda code: (-found[code], code))


def _words_for(text: str, language: str) -> dict[str, str]:
    """Return for each function the words of a text that name it, as they are written."""
    best: dict[str, FunctionHit] = {}
    for hit in hits_of(text, language):
        if hit.code not in best or hit.weight > best[hit.code].weight:
            best[hit.code] = hit
    if not best:
        return {}
    written, places = _places(text)
    folded = plain_words(text)
    if len(places) != len(folded):  # a sign that folds into more or fewer words
        return {code: " ".join(folded[hit.first : hit.after]) for code, hit in best.items()}
    return {
        code: written[places[hit.first][0] : places[hit.after - 1][1]] for code, hit in best.items()
    }


def _places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text, and where each of its words begins and ends that `plain_words` returns."""
    written = unicodedata.normalize("NFC", without_endings(text))
    places = [
        token.span() for token in _TOKEN.finditer(written) for _word in content(token.group())
    ]
    return written, places


def _names_above(units: Iterable[Unit]) -> dict[UUID, Localized]:
    """Return the names of the units above these, as far as they count."""
    wanted = {each for unit in units for each in unit.ancestor_ids[1:-1][1 - MAX_UNITS :]}
    if not wanted:
        return {}
    rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _texts(unit: Unit, names: Mapping[UUID, Localized], language: str) -> tuple[str, ...]:
    """Return the names of a unit and of those above it, nearest first, without the agency."""
    if unit.parent_id is None:
        return ()
    above = [names[each] for each in reversed(unit.ancestor_ids[1:-1]) if each in names]
    return tuple(each.text(language) for each in (unit.name, *above))[:MAX_UNITS]
