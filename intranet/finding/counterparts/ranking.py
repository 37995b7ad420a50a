"""How near a post is to what is looked for: a sum whose terms are the reasons.

Nothing here asks the database; what is ranked has been read before (`candidates`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from intranet.organisation.agencies.models import AgencyKind
from intranet.platform.index.tags import size_band

FUNCTION, PURITY, LEVEL, ONE_APART = 60.0, 5.0, 12.0, 6.0
KIND, SIZE, NEIGHBOUR_SIZE = 8.0, 6.0, 3.0
MUNICIPALITY, PROVINCE, REGION = 7.0, 6.0, 4.0
LANGUAGE, OPEN, CONFIRMED, WORDS = 3.0, 3.0, 2.0, 12.0
WORDS_ALONE = 60.0
# Who cannot be asked here yet comes after who fits as well.
NOT_HERE_YET = 1.0
# What each further result of one agency gives away, so that equal fits of others come first.
SAME_AGENCY = 1.5
SAME_AGENCY_AT_MOST = 12.0
# More inhabitants than so many times those of the other are no similar size.
SIMILAR = 3
COUNTRY, PROVINCE_PARTS = 2, 3


class Why(StrEnum):
    """A term of the sum."""

    FUNCTION = "function"
    LEVEL = "level"
    NEXT_LEVEL = "next_level"
    KIND = "kind"
    SIZE = "size"
    PLACE = "place"
    LANGUAGE = "language"
    OPEN = "open"
    CONFIRMED = "confirmed"
    WORDS = "words"


ABOUT_WORK = frozenset({Why.FUNCTION, Why.WORDS})
NEAR = frozenset({Why.KIND, Why.SIZE, Why.PLACE, Why.LANGUAGE})


@dataclass(frozen=True)
class Reason:
    """Why a post was found, with what is needed to say it in words in any language.

    `was_asked` where it fits what somebody asked for in words, and says nothing of themselves.
    """

    why: Why
    points: float
    about: tuple[str, ...] = ()
    was_asked: bool = False


@dataclass(frozen=True)
class Target:
    """What is looked for. `places` are codes from the smallest to the largest.

    `nearness` is how much kind, size, place and language weigh that nobody asked for in words.
    """

    functions: dict[str, float] = field(default_factory=dict)
    level: int | None = None
    kinds: frozenset[AgencyKind] = frozenset()
    population: int | None = None
    largest: int | None = None
    smallest: int | None = None
    places: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    nearness: float = 1.0
    said: frozenset[Why] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A post that may fit. `words` are the stems of its title, `near_words` of its unit."""

    post_id: UUID
    agency_id: UUID
    functions: dict[str, float]
    level: int
    kind: AgencyKind
    population: int | None = None
    places: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    near_words: frozenset[str] = frozenset()
    is_open: bool = False
    was_confirmed: bool = False
    has_account: bool = True


@dataclass(frozen=True)
class Ranked:
    """A post with its sum and the terms of it, the weightiest first.

    `score` is the sum, less what it gives away to others: see `NOT_HERE_YET`, `SAME_AGENCY`.
    """

    candidate: Candidate
    score: float
    reasons: tuple[Reason, ...]


def rank(target: Target, candidates: Iterable[Candidate]) -> list[Ranked]:
    """The candidates that have something to do with it, the nearest first.

    Who cannot be asked here yet comes after who fits as well; equal ones keep one order.
    """
    fits = [fit for each in candidates if (fit := fit_of(target, each)) is not None]
    fits.sort(key=_order)
    return spread(fits)


def fit_of(target: Target, candidate: Candidate) -> Ranked | None:
    """The sum for one candidate; None if neither a function nor a word is what is looked for."""
    reasons = in_common(target, candidate)
    if not ABOUT_WORK.intersection(reason.why for reason in reasons):
        return None
    total = sum(reason.points for reason in reasons)
    if not candidate.has_account:
        total -= NOT_HERE_YET
    return Ranked(candidate, round(total, 2), tuple(reasons))


def in_common(target: Target, candidate: Candidate) -> tuple[Reason, ...]:
    """What a candidate has of what is looked for, the weightiest first, if only a place."""
    about = [*_functions(target, candidate), *_words(target, candidate)]
    terms = [term(target, candidate) for term in TERMS]
    reasons = [_weighed(target, reason) for reason in (*about, *terms) if reason]
    reasons.sort(key=lambda reason: -reason.points)
    return tuple(reason for reason in reasons if reason.points > 0)


def _weighed(target: Target, reason: Reason) -> Reason:
    if reason.why in target.said:
        return replace(reason, was_asked=True)
    if reason.why not in NEAR:
        return reason
    return replace(reason, points=reason.points * target.nearness)


def spread(fits: Sequence[Ranked]) -> list[Ranked]:
    """The same in an order in which one agency does not fill the page where others fit as well."""
    seen: Counter[UUID] = Counter()
    later = []
    for fit in fits:
        agency = fit.candidate.agency_id
        given_away = min(SAME_AGENCY * seen[agency], SAME_AGENCY_AT_MOST)
        seen[agency] += 1
        later.append(replace(fit, score=round(fit.score - given_away, 2)))
    return sorted(later, key=_order)


def _order(fit: Ranked) -> tuple[float, str]:
    return (-fit.score, fit.candidate.post_id.hex)


def _functions(target: Target, candidate: Candidate) -> list[Reason]:
    wanted = sum(target.functions.values())
    if not wanted:
        return []
    shared = {
        code: strength * candidate.functions[code]
        for code, strength in target.functions.items()
        if code in candidate.functions
    }
    if not shared:
        return []
    best = max(
        strength * candidate.functions.get(code, 0) for code, strength in target.functions.items()
    )
    share = 0.5 * best + 0.5 * sum(shared.values()) / wanted
    purity = sum(candidate.functions[code] for code in shared) / sum(candidate.functions.values())
    codes = tuple(sorted(shared, key=lambda code: -shared[code]))
    return [Reason(Why.FUNCTION, FUNCTION * share + PURITY * purity, codes)]


def _words(target: Target, candidate: Candidate) -> list[Reason]:
    if not target.words:
        return []
    in_title = target.words & candidate.words
    nearby = target.words & (candidate.near_words - in_title)
    share = (len(in_title) + 0.5 * len(nearby)) / len(target.words)
    if not share or (target.functions and not candidate.functions.keys() & target.functions.keys()):
        share = 0 if target.functions and share < 1 else share
    if not share:
        return []
    weight = WORDS if target.functions else WORDS_ALONE
    return [Reason(Why.WORDS, weight * share, tuple(sorted(in_title | nearby)))]


def _level(target: Target, candidate: Candidate) -> Reason | None:
    if target.level is None:
        return None
    apart = abs(target.level - candidate.level)
    if apart == 0:
        return Reason(Why.LEVEL, LEVEL, (str(candidate.level),))
    return Reason(Why.NEXT_LEVEL, ONE_APART, (str(candidate.level),)) if apart == 1 else None


def _kind(target: Target, candidate: Candidate) -> Reason | None:
    if candidate.kind not in target.kinds:
        return None
    return Reason(Why.KIND, KIND, (candidate.kind.value,))


def _size(target: Target, candidate: Candidate) -> Reason | None:
    population = candidate.population
    if population is None:
        return None
    about = (str(population),)
    if target.largest is not None or target.smallest is not None:
        fits = (target.smallest or 0) <= population <= (target.largest or population)
        return Reason(Why.SIZE, KIND, about) if fits else None
    if target.population is None:
        return None
    smaller, larger = sorted((target.population, population))
    if larger > SIMILAR * smaller:
        return None
    is_same = size_band(smaller) == size_band(larger)
    return Reason(Why.SIZE, SIZE if is_same else NEIGHBOUR_SIZE, about)


def _place(target: Target, candidate: Candidate) -> Reason | None:
    for code in target.places:
        if code in candidate.places:
            parts = code.count("-") + 1
            if parts < COUNTRY:
                return None
            points = REGION if parts == COUNTRY else PROVINCE
            is_town = parts == PROVINCE_PARTS and len(code.rsplit("-", 1)[1]) > COUNTRY
            return Reason(Why.PLACE, MUNICIPALITY if is_town else points, (code,))
    return None


def _language(target: Target, candidate: Candidate) -> Reason | None:
    shared = sorted(target.languages & candidate.languages)
    return Reason(Why.LANGUAGE, LANGUAGE, tuple(shared)) if shared else None


def _open(_target: Target, candidate: Candidate) -> Reason | None:
    return Reason(Why.OPEN, OPEN) if candidate.is_open else None


def _confirmed(_target: Target, candidate: Candidate) -> Reason | None:
    return Reason(Why.CONFIRMED, CONFIRMED) if candidate.was_confirmed else None


TERMS: tuple[Callable[[Target, Candidate], Reason | None], ...] = (
    _level,
    _kind,
    _size,
    _place,
    _language,
    _open,
    _confirmed,
)
