"""Data that the ranking compares: the wanted post, the candidates, and the reasons for a fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.occupations import (
    NamedWork,
    features,
    subjects,
    unit_vector,
)

MIN_USUAL_SHARE = 0.6
USUAL_GROUPS = {1: "1", 2: "1", 3: "1", 4: "23", 5: "456789"}
"""The major groups of ISCO-08 whose people usually have each level."""
NOTHING_NAMED = NamedWork()


class CounterpartCriterion(StrEnum):
    """A criterion of the ranking, whose points are a term of the score."""

    OCCUPATION = "occupation"
    SIMILAR_OCCUPATION = "similar_occupation"
    ROLE = "role"
    FUNCTION = "function"
    FIELD = "field"
    LEVEL = "level"
    NEXT_LEVEL = "next_level"
    KIND = "kind"
    SIZE = "size"
    PLACE = "place"
    LANGUAGE = "language"
    OPEN = "open"
    CONFIRMED = "confirmed"
    WORDS = "words"


ABOUT_WORK = frozenset(
    {
        CounterpartCriterion.OCCUPATION,
        CounterpartCriterion.SIMILAR_OCCUPATION,
        CounterpartCriterion.ROLE,
        CounterpartCriterion.FUNCTION,
        CounterpartCriterion.FIELD,
        CounterpartCriterion.WORDS,
    }
)
WORK_ALONE = ABOUT_WORK - {CounterpartCriterion.FUNCTION, CounterpartCriterion.FIELD}
"""The criteria of which one is enough for a fit; the usual functions of occupations are not."""
NEAR = frozenset(
    {
        CounterpartCriterion.KIND,
        CounterpartCriterion.SIZE,
        CounterpartCriterion.PLACE,
        CounterpartCriterion.LANGUAGE,
    }
)


@dataclass(frozen=True, slots=True)
class CounterpartReason:
    """Why a post was found, with the data to say it in any language.

    `was_asked` if it fits the words of the search and says nothing about the person searching.
    """

    why: CounterpartCriterion
    points: float
    about: tuple[str, ...] = ()
    was_asked: bool = False


class WithWork:
    """The work of a target or a candidate as vectors, computed once.

    `named` is what its title names, or the words of a search. Of its functions, `confirmed` were
    said by a person. Reasons say only what is named, confirmed or clear from the occupations.
    """

    functions: dict[str, float]
    occupations: Mapping[str, float]
    level: int | None
    named: NamedWork
    confirmed: frozenset[str]

    @cached_property
    def declared(self) -> Mapping[str, float]:
        """The functions as a vector of length 1, whether confirmed or suggested."""
        return unit_vector(self.functions)

    @cached_property
    def work(self) -> Mapping[str, float]:
        """The occupations with their groups, roles and neighbours, as a vector of length 1."""
        return features(self.occupations)

    @cached_property
    def subjects(self) -> Mapping[str, float]:
        """The functions that the occupations usually belong to, as a vector of length 1."""
        return subjects(self.occupations)

    @property
    def is_level_clear(self) -> bool:
        """Whether most of its occupations have this level: a cleaner is no manager."""
        groups = USUAL_GROUPS.get(self.level or 0, "")
        usual = sum(much for code, much in self.occupations.items() if code[0] in groups)
        return not self.occupations or usual >= MIN_USUAL_SHARE


@dataclass(frozen=True)
class CounterpartTarget(WithWork):
    """The post that is wanted. `places` are codes from the smallest to the largest.

    `nearness` weighs kind, size, place and language where the words did not ask for them. `taught`
    are occupations that the network takes for counterparts or not, from 1 to -1 (`lessons`).
    """

    functions: dict[str, float] = field(default_factory=dict)
    occupations: Mapping[str, float] = field(default_factory=dict)
    named: NamedWork = NOTHING_NAMED
    confirmed: frozenset[str] = frozenset()
    level: int | None = None
    kinds: frozenset[AgencyKind] = frozenset()
    population: int | None = None
    largest: int | None = None
    smallest: int | None = None
    places: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    nearness: float = 1.0
    taught: Mapping[str, float] = field(default_factory=dict)
    said: frozenset[CounterpartCriterion] = frozenset()


@dataclass(frozen=True)
class CounterpartCandidate(WithWork):
    """A post that may fit. `words` are the stems of its title, `near_words` of its unit."""

    post_id: UUID
    agency_id: UUID
    functions: dict[str, float]
    level: int
    kind: AgencyKind
    occupations: Mapping[str, float] = field(default_factory=dict)
    named: NamedWork = NOTHING_NAMED
    confirmed: frozenset[str] = frozenset()
    population: int | None = None
    places: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    near_words: frozenset[str] = frozenset()
    is_open: bool = False
    was_confirmed: bool = False
    has_account: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """A post with its score and its reasons, the weightiest first.

    `score` is the sum of the points, less the deduction for posts without an account.
    """

    candidate: CounterpartCandidate
    score: float
    reasons: tuple[CounterpartReason, ...]
