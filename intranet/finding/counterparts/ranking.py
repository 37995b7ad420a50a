"""Ranking: how well a post fits a target, as a sum of points whose terms are the reasons.

Nothing here queries the database; `candidates` has read what is ranked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from intranet.organisation.agencies.models import AgencyKind
from intranet.platform.index.tags import size_band

# Points of each term.
FUNCTION, PURITY, LEVEL, ONE_APART = 60.0, 5.0, 12.0, 6.0
KIND, SIZE, NEIGHBOUR_SIZE = 8.0, 6.0, 3.0
MUNICIPALITY, PROVINCE, REGION = 7.0, 6.0, 4.0
LANGUAGE, OPEN, CONFIRMED, WORDS = 3.0, 3.0, 2.0, 12.0
WORDS_ALONE_POINTS = 60.0
# Deduction for a post whose holders have no account yet, so that equal fits come first.
NO_ACCOUNT_POINTS = 1.0
# Deduction for each further result of an agency, so that equal fits of others come first.
SAME_AGENCY_POINTS = 1.5
MAX_SAME_AGENCY_POINTS = 12.0
# Agencies are of similar size up to this ratio of inhabitants.
SIMILAR_SIZE_RATIO = 3
COUNTRY, PROVINCE_PARTS = 2, 3


class CounterpartCriterion(StrEnum):
    """A criterion of the ranking, whose points are a term of the score."""

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


ABOUT_WORK = frozenset({CounterpartCriterion.FUNCTION, CounterpartCriterion.WORDS})
NEAR = frozenset(
    {
        CounterpartCriterion.KIND,
        CounterpartCriterion.SIZE,
        CounterpartCriterion.PLACE,
        CounterpartCriterion.LANGUAGE,
    }
)


@dataclass(frozen=True)
class CounterpartReason:
    """Why a post was found, with the data to say it in any language.

    `was_asked` if it fits the words of the search and says nothing about the person searching.
    """

    why: CounterpartCriterion
    points: float
    about: tuple[str, ...] = ()
    was_asked: bool = False


@dataclass(frozen=True)
class CounterpartTarget:
    """The post that is wanted. `places` are codes from the smallest to the largest.

    `nearness` weighs kind, size, place and language where the words did not ask for them.
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
    said: frozenset[CounterpartCriterion] = frozenset()


@dataclass(frozen=True)
class CounterpartCandidate:
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
    """A post with its score and its reasons, the weightiest first.

    `score` is the sum of the points, less the deductions for posts without an account and for
    further posts of one agency.
    """

    candidate: CounterpartCandidate
    score: float
    reasons: tuple[CounterpartReason, ...]


def rank(target: CounterpartTarget, candidates: Iterable[CounterpartCandidate]) -> list[Ranked]:
    """Return the candidates that fit, best first.

    A post whose holders have no account comes after an equally good one. Ties have a stable order.
    """
    fits = [fit for each in candidates if (fit := fit_of(target, each)) is not None]
    fits.sort(key=_order)
    return spread(fits)


def fit_of(target: CounterpartTarget, candidate: CounterpartCandidate) -> Ranked | None:
    """Score one candidate; None if it shares neither a function nor a word with the target."""
    reasons = in_common(target, candidate)
    if not ABOUT_WORK.intersection(reason.why for reason in reasons):
        return None
    total = sum(reason.points for reason in reasons)
    if not candidate.has_account:
        total -= NO_ACCOUNT_POINTS
    return Ranked(candidate, round(total, 2), tuple(reasons))


def in_common(
    target: CounterpartTarget, candidate: CounterpartCandidate
) -> tuple[CounterpartReason, ...]:
    """Return what a candidate shares with the target, weightiest first, even only a place."""
    about = [*_functions(target, candidate), *_words(target, candidate)]
    terms = [term(target, candidate) for term in TERMS]
    reasons = [_weighed(target, reason) for reason in (*about, *terms) if reason]
    reasons.sort(key=lambda reason: -reason.points)
    return tuple(reason for reason in reasons if reason.points > 0)


def _weighed(target: CounterpartTarget, reason: CounterpartReason) -> CounterpartReason:
    if reason.why in target.said:
        return replace(reason, was_asked=True)
    if reason.why not in NEAR:
        return reason
    return replace(reason, points=reason.points * target.nearness)


def spread(fits: Sequence[Ranked]) -> list[Ranked]:
    """Reorder so that one agency does not fill the page while others fit as well."""
    seen: Counter[UUID] = Counter()
    later = []
    for fit in fits:
        agency = fit.candidate.agency_id
        given_away = min(SAME_AGENCY_POINTS * seen[agency], MAX_SAME_AGENCY_POINTS)
        seen[agency] += 1
        later.append(replace(fit, score=round(fit.score - given_away, 2)))
    return sorted(later, key=_order)


def _order(fit: Ranked) -> tuple[float, str]:
    return (-fit.score, fit.candidate.post_id.hex)


def _functions(
    target: CounterpartTarget, candidate: CounterpartCandidate
) -> list[CounterpartReason]:
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
    return [
        CounterpartReason(CounterpartCriterion.FUNCTION, FUNCTION * share + PURITY * purity, codes)
    ]


def _words(target: CounterpartTarget, candidate: CounterpartCandidate) -> list[CounterpartReason]:
    if not target.words:
        return []
    in_title = target.words & candidate.words
    nearby = target.words & (candidate.near_words - in_title)
    share = (len(in_title) + 0.5 * len(nearby)) / len(target.words)
    if not share or (target.functions and not candidate.functions.keys() & target.functions.keys()):
        share = 0 if target.functions and share < 1 else share
    if not share:
        return []
    weight = WORDS if target.functions else WORDS_ALONE_POINTS
    return [
        CounterpartReason(
            CounterpartCriterion.WORDS, weight * share, tuple(sorted(in_title | nearby))
        )
    ]


def _level(target: CounterpartTarget, candidate: CounterpartCandidate) -> CounterpartReason | None:
    if target.level is None:
        return None
    apart = abs(target.level - candidate.level)
    if apart == 0:
        return CounterpartReason(CounterpartCriterion.LEVEL, LEVEL, (str(candidate.level),))
    return (
        CounterpartReason(CounterpartCriterion.NEXT_LEVEL, ONE_APART, (str(candidate.level),))
        if apart == 1
        else None
    )


def _kind(target: CounterpartTarget, candidate: CounterpartCandidate) -> CounterpartReason | None:
    if candidate.kind not in target.kinds:
        return None
    return CounterpartReason(CounterpartCriterion.KIND, KIND, (candidate.kind.value,))


def _size(target: CounterpartTarget, candidate: CounterpartCandidate) -> CounterpartReason | None:
    population = candidate.population
    if population is None:
        return None
    about = (str(population),)
    if target.largest is not None or target.smallest is not None:
        fits = (target.smallest or 0) <= population <= (target.largest or population)
        return CounterpartReason(CounterpartCriterion.SIZE, KIND, about) if fits else None
    if target.population is None:
        return None
    smaller, larger = sorted((target.population, population))
    if larger > SIMILAR_SIZE_RATIO * smaller:
        return None
    is_same = size_band(smaller) == size_band(larger)
    return CounterpartReason(CounterpartCriterion.SIZE, SIZE if is_same else NEIGHBOUR_SIZE, about)


def _place(target: CounterpartTarget, candidate: CounterpartCandidate) -> CounterpartReason | None:
    for code in target.places:
        if code in candidate.places:
            parts = code.count("-") + 1
            if parts < COUNTRY:
                return None
            points = REGION if parts == COUNTRY else PROVINCE
            is_town = parts == PROVINCE_PARTS and len(code.rsplit("-", 1)[1]) > COUNTRY
            return CounterpartReason(
                CounterpartCriterion.PLACE, MUNICIPALITY if is_town else points, (code,)
            )
    return None


def _language(
    target: CounterpartTarget, candidate: CounterpartCandidate
) -> CounterpartReason | None:
    shared = sorted(target.languages & candidate.languages)
    return (
        CounterpartReason(CounterpartCriterion.LANGUAGE, LANGUAGE, tuple(shared))
        if shared
        else None
    )


def _open(_target: CounterpartTarget, candidate: CounterpartCandidate) -> CounterpartReason | None:
    return CounterpartReason(CounterpartCriterion.OPEN, OPEN) if candidate.is_open else None


def _confirmed(
    _target: CounterpartTarget, candidate: CounterpartCandidate
) -> CounterpartReason | None:
    return (
        CounterpartReason(CounterpartCriterion.CONFIRMED, CONFIRMED)
        if candidate.was_confirmed
        else None
    )


TERMS: tuple[Callable[[CounterpartTarget, CounterpartCandidate], CounterpartReason | None], ...] = (
    _level,
    _kind,
    _size,
    _place,
    _language,
    _open,
    _confirmed,
)
