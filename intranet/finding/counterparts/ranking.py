"""Ranking: how well a post fits a target, as a sum of points whose terms are the reasons.

Nothing here queries the database; `candidates` has read what is ranked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from intranet.finding.counterparts.ranking_models import (
    NEAR,
    WORK_ALONE,
    CounterpartCandidate,
    CounterpartCriterion,
    CounterpartReason,
    CounterpartTarget,
    Ranked,
)
from intranet.organisation.agencies.occupations import scalar_product, strongest
from intranet.platform.index.tags import size_band

# Points of each term.
OCCUPATION, SUBJECT_SHARE, TAUGHT_SHARE = 54.0, 0.4, 0.3
FUNCTION, LEVEL, ONE_APART = 16.0, 15.0, 7.5
KIND, SIZE, NEIGHBOUR_SIZE = 8.0, 6.0, 3.0
MUNICIPALITY, PROVINCE, REGION = 7.0, 6.0, 4.0
LANGUAGE, OPEN, CONFIRMED, WORDS = 3.0, 3.0, 2.0, 8.0
WORDS_ALONE_POINTS = 60.0
# Work that is less alike is a coincidence.
MIN_ALIKE = 0.2
# How alike the work must be, and how strong the other's occupation, to be named as similar.
MIN_SAID_ALIKE, MIN_SIMILAR_STRENGTH = 0.6, 0.35
# So much of the longer title must be the same to call it similar.
MIN_TITLE_SHARE = 0.5
# How much of what the occupations of both usually deal with must be the same field to name it.
MIN_FIELD = 0.4
# Deduction for a post whose holders have no account yet, so that equal fits come first.
NO_ACCOUNT_POINTS = 1.0
# So many posts of one agency stand among the first places.
MAX_OF_AGENCY, FIRST_PLACES = 2, 10
# Agencies are of similar size up to this ratio of inhabitants.
SIMILAR_SIZE_RATIO = 3
COUNTRY, PROVINCE_PARTS = 2, 3


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
    shares_function = not target.functions.keys().isdisjoint(candidate.functions)
    if not shares_function and not any(reason.why in WORK_ALONE for reason in reasons):
        return None
    total = sum(reason.points for reason in reasons)
    if not candidate.has_account:
        total -= NO_ACCOUNT_POINTS
    return Ranked(candidate, round(total, 2), tuple(reasons))


def in_common(
    target: CounterpartTarget, candidate: CounterpartCandidate
) -> tuple[CounterpartReason, ...]:
    """Return what a candidate shares with the target, weightiest first, even only a place."""
    about = [
        *_occupations(target, candidate),
        *_functions(target, candidate),
        *_words(target, candidate),
    ]
    terms = [term(target, candidate) for term in TERMS]
    reasons = [_weighed(target, reason) for reason in (*about, *terms) if reason]
    reasons.sort(key=lambda reason: -reason.points)
    return tuple(reason for reason in reasons if reason.points > 0)


def _weighed(target: CounterpartTarget, reason: CounterpartReason) -> CounterpartReason:
    if reason.why in target.said:
        return replace(reason, was_asked=True)
    if reason.why not in NEAR or target.nearness == 1:
        return reason
    return replace(reason, points=reason.points * target.nearness)


def spread(fits: Sequence[Ranked]) -> list[Ranked]:
    """Put at most two posts of an agency among the first ten, if there are as many others.

    What has to wait for that scores no more than the last of the ten.
    """
    seen: Counter[UUID] = Counter()
    first: list[Ranked] = []
    later: list[Ranked] = []
    for fit in fits:
        agency = fit.candidate.agency_id
        is_first = len(first) < FIRST_PLACES and seen[agency] < MAX_OF_AGENCY
        (first if is_first else later).append(fit)
        seen[agency] += is_first
    least = first[-1].score if first else 0
    return [*first, *(replace(fit, score=min(fit.score, least)) for fit in later)]


def _order(fit: Ranked) -> tuple[float, str]:
    return (-fit.score, fit.candidate.post_id.hex)


def _occupations(
    target: CounterpartTarget, candidate: CounterpartCandidate
) -> list[CounterpartReason]:
    alike = scalar_product(target.work, candidate.work)
    if alike < MIN_ALIKE:
        return []
    subject = scalar_product(target.subjects, candidate.subjects)
    taught = target.taught.get(strongest(candidate.occupations), 0) if target.taught else 0
    points = OCCUPATION * alike * (1 + SUBJECT_SHARE * subject) * (1 + TAUGHT_SHARE * taught)
    criterion, about = _named(target, candidate, alike)
    return [CounterpartReason(criterion, points, about)]


def _named(
    target: CounterpartTarget, candidate: CounterpartCandidate, alike: float
) -> tuple[CounterpartCriterion, tuple[str, ...]]:
    """Return how to say that the work is alike, in words that are true of both."""
    wanted, found = target.named, candidate.named
    if found.occupation and found.occupation == wanted.occupation:
        return CounterpartCriterion.OCCUPATION, (found.occupation,)
    is_clear = candidate.occupations.get(found.occupation, 0) >= MIN_SIMILAR_STRENGTH
    if is_clear and alike >= MIN_SAID_ALIKE:
        return CounterpartCriterion.SIMILAR_OCCUPATION, (found.occupation,)
    if found.role and found.role == wanted.role:
        return CounterpartCriterion.ROLE, (found.role,)
    return CounterpartCriterion.SIMILAR_OCCUPATION, ()


def _functions(
    target: CounterpartTarget, candidate: CounterpartCandidate
) -> list[CounterpartReason]:
    said = scalar_product(target.declared, candidate.declared)
    usual = scalar_product(target.subjects, candidate.subjects)
    points = FUNCTION * (said + usual) / 2
    if not points:
        return []
    if codes := sorted(target.confirmed & candidate.confirmed):
        return [CounterpartReason(CounterpartCriterion.FUNCTION, points, tuple(codes))]
    # Two ways to derive them must agree: by the words of functions, and by occupations.
    shared = {
        code: min(target.subjects.get(code, 0), candidate.subjects.get(code, 0))
        for code in target.functions
        if code in candidate.functions
    }
    field = strongest(shared)
    about = (field,) if field and shared[field] >= MIN_FIELD else ()
    return [CounterpartReason(CounterpartCriterion.FIELD, points, about)]


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
    is_similar = len(in_title) >= MIN_TITLE_SHARE * max(len(target.words), len(candidate.words))
    about = tuple(sorted(in_title)) if is_similar else ()
    return [CounterpartReason(CounterpartCriterion.WORDS, weight * share, about)]


def _level(target: CounterpartTarget, candidate: CounterpartCandidate) -> CounterpartReason | None:
    if target.level is None:
        return None
    apart = abs(target.level - candidate.level)
    if apart > 1:
        return None
    is_clear = target.is_level_clear and candidate.is_level_clear
    about = (str(candidate.level),) if is_clear else ()
    if apart:
        return CounterpartReason(CounterpartCriterion.NEXT_LEVEL, ONE_APART, about)
    return CounterpartReason(CounterpartCriterion.LEVEL, LEVEL, about)


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
