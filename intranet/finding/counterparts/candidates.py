"""Candidate posts for a target: the index is queried in tiers, the most similar first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Date, Select, String, Text, bindparam, cast, func, select

from intranet.extensions import db
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.occupation_search import posts_by_occupation
from intranet.finding.counterparts.post_holders import (
    CounterpartHolder,
    HolderRow,
    rows_by_post,
    suggestible,
)
from intranet.finding.counterparts.query_parser import stems_of_text
from intranet.finding.counterparts.ranking_models import CounterpartCandidate, CounterpartTarget
from intranet.finding.counterparts.tiers import tiers_of
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, PostFunction, Unit
from intranet.organisation.agencies.occupations import NamedWork
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.agencies.territories import territories_of
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import Localized, among, ids_parameter
from intranet.platform.index import tags
from intranet.platform.index.expressions import Any as OneOf
from intranet.platform.index.expressions import Expression, Not, Tag, Word
from intranet.platform.index.function_match import has_function, one_of
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.prefix_search import begins
from intranet.platform.index.queries import matching_each, of_kinds, some_matching
from intranet.platform.index.spelling import corrections

# Up to so many posts are all ranked; of more, only the most similar by tiers of the index.
MAX_RANKED_WHOLE = 120
POOL_SIZE = 80
TIER_SIZE = 50
NEAREST_TIERS = 3
MAX_FUNCTIONS_ASKED = 4
MANY_POSTS = MAX_RANKED_WHOLE * MAX_FUNCTIONS_ASKED
MAX_WORDS_ASKED = 6
LONG_WORD_LETTERS = 7
MAX_TITLE_WORDS = 3
# A further function of the target counts from this strength on.
MIN_FURTHER_STRENGTH = 0.5
MAX_SPELLINGS = 2
# So many posts are kept as facts, of 2 KB.
MAX_KEPT = 4_000


@dataclass(frozen=True)
class CounterpartFacts:
    """A post as a candidate, with the people in it who may be suggested."""

    candidate: CounterpartCandidate
    title: Localized
    code: str
    agency_language: str
    standing: Sequence[CounterpartHolder]


class Candidates(NamedTuple):
    """The ids of posts that may fit; `is_cut` if there may be more."""

    ids: Sequence[UUID]
    is_cut: bool


@dataclass
class CounterpartIndexSearch:
    """A search of the index: its filters, the agencies left out, and the posts found so far."""

    filters: CounterpartFilters
    without: Collection[UUID] = ()
    found: dict[UUID, None] = field(default_factory=dict)
    is_cut: bool = False

    def ask(self, parts: Sequence[Expression], limit: int) -> int:
        """Add posts that match all parts and return how many matched, at most `limit`."""
        narrowed = [*parts, *map(Tag, self.filters.as_tags())]
        wanted = self._expression(narrowed)
        ids = [row[0] for row in some_matching(wanted, SearchDocument.subject_id, most=limit)]
        self.found.update(dict.fromkeys(ids))
        return len(ids)

    def ask_each(self, tiers: Sequence[Sequence[Expression]], *, needed: int = 0) -> None:
        """Add some posts of each tier in order; after `needed` tiers stop once there are enough.

        The filters are already part of the tiers.
        """
        if not tiers:
            return
        expressions = [self._expression(parts) for parts in tiers]
        wanted = matching_each(expressions, SearchDocument.subject_id, most=TIER_SIZE)
        rows = sorted(db.session.execute(wanted), key=lambda row: row.place)
        for place, tier in groupby(rows, key=lambda row: row.place):
            if place >= needed and self.is_full:
                return
            self.found.update((row.found, None) for row in tier)

    def _expression(self, parts: Sequence[Expression]) -> Expression:
        left_out = [Not(Tag(tags.agency(each))) for each in sorted(self.without)]
        return of_kinds([DocumentKind.POST], *parts, *left_out)

    @property
    def is_full(self) -> bool:
        """Whether enough posts were found."""
        return len(self.found) >= POOL_SIZE


def collect_ids(
    target: CounterpartTarget,
    words: Sequence[str],
    filters: CounterpartFilters,
    without: Collection[UUID],
) -> Candidates:
    """Collect ids of posts that may fit: by occupation, by function, and by words."""
    asking = CounterpartIndexSearch(filters, without)
    by_occupation = posts_by_occupation(target, filters, without)
    codes = sorted(target.functions, key=lambda code: -target.functions[code])[:MAX_FUNCTIONS_ASKED]
    if codes:
        _by_functions(asking, target, codes, words)
    if words and not asking.is_full:
        _by_words(asking, words)
    asking.found.update(dict.fromkeys(by_occupation))
    return Candidates(tuple(asking.found), asking.is_cut)


def facts_of(
    post_ids: Collection[UUID], *, without: Collection[UUID] = ()
) -> dict[UUID, CounterpartFacts]:
    """Return the facts of these posts, in three queries.

    Leave out posts that ended, posts of agencies that left the directory, and posts whose holders
    all hide from suggestions.
    """
    ids = list(post_ids)
    if not ids:
        return {}
    functions: dict[UUID, tuple[CandidateFunction, ...]] = {}
    for each in execute_prepared(_functions(), ids=ids):
        known = functions.get(each.post_id, ())
        functions[each.post_id] = (*known, CandidateFunction._make(each[1:]))
    holders, today = rows_by_post(ids), clock.now().date()
    found = {}
    for row in map(CandidatePost._make, execute_prepared(_posts(), ids=ids, day=today)):
        if row.agency_id in without:
            continue
        facts = _facts(row, functions.get(row.id, ()), holders.get(row.id, ()), today)
        if facts:
            found[row.id] = facts
    return found


def _by_functions(
    asking: CounterpartIndexSearch,
    target: CounterpartTarget,
    codes: Sequence[str],
    words: Sequence[str],
) -> None:
    """Add every post with a function if there are few, else the most similar first."""
    any_of = one_of([tags.function(code) for code in codes])
    if not asking.filters.is_empty or not _are_many(codes, asking.without):
        if asking.ask([any_of], MAX_RANKED_WHOLE + 1) <= MAX_RANKED_WHOLE:
            return
        asking.found.clear()
    asking.is_cut = True
    main, narrowed = codes[0], [Tag(tag) for tag in asking.filters.as_tags()]
    second = [code for code in codes[1:] if target.functions[code] > MIN_FURTHER_STRENGTH]
    titled = [
        word[:-1] if len(word) > LONG_WORD_LETTERS else word for word in words[:MAX_TITLE_WORDS]
    ]
    first = [[any_of, begins(word, in_title=True), *narrowed] for word in titled]
    if second:
        also = one_of([tags.function(code) for code in second])
        first.append([*_doing(main, asking.filters), also])
    tiers = [_doing(main, asking.filters, tier) for tier in tiers_of(target)]
    asking.ask_each([*first, *tiers[:NEAREST_TIERS]], needed=len(first))
    if not asking.is_full:
        asking.ask_each(tiers[NEAREST_TIERS:])
    if not asking.is_full:
        asking.ask(has_function(main), POOL_SIZE)
        alone = [_doing(code, asking.filters) for code in second]
        asking.ask_each(alone, needed=len(second))


def _are_many(codes: Collection[str], without: Collection[UUID]) -> bool:
    """Whether so many posts have these functions that counting each is not worthwhile."""
    given = {"codes": list(codes), "without": list(without), "day": clock.now().date()}
    return (execute_prepared(_some_doing(), **given).scalar() or 0) > MANY_POSTS


@cache
def _some_doing() -> Select[int]:
    some = (
        select(PostFunction.post_id)
        .join(Post, Post.id == PostFunction.post_id)
        .where(
            PostFunction.function_code.in_(bindparam("codes", type_=String, expanding=True)),
            Post.agency_id.not_in(ids_parameter("without")),
            in_force(Post, bindparam("day", type_=Date)),
        )
        .limit(MANY_POSTS + 1)
    )
    return select(func.count()).select_from(some.subquery())


def _doing(
    code: str, filters: CounterpartFilters, tier: Sequence[Sequence[str]] = ()
) -> list[Expression]:
    """Build the query parts: a function, any tag of each set in the tier, and the filters."""
    narrowed = [tag for tag in filters.as_tags() if tag != tags.function(code)]
    traits = [[tag] for tag in narrowed if tag.startswith(tags.TRAITS)]
    others = [Tag(tag) for tag in narrowed if not tag.startswith(tags.TRAITS)]
    return [*has_function(code, *tier, *traits), *others]


def _by_words(asking: CounterpartIndexSearch, words: Sequence[str]) -> None:
    """Add posts with all the words, else with any; correct the spelling of unknown words."""
    asked = [begins(word) for word in words[:MAX_WORDS_ASKED]]
    before = len(asking.found)
    asking.ask(asked, TIER_SIZE)
    if len(asking.found) == before and len(asked) > 1:
        asking.ask([OneOf(*asked)], TIER_SIZE)
    if len(asking.found) == before:
        meant = [
            Word(each, prefix=False)
            for word in words[:MAX_WORDS_ASKED]
            for each in corrections(word, MAX_SPELLINGS)
        ]
        if meant:
            asking.ask([OneOf(*meant)], TIER_SIZE)


class CandidateFunction(NamedTuple):
    """A function of a post."""

    code: str
    strength: float
    is_suggested: bool


class CandidatePost(NamedTuple):
    """A post as it is stored, with everything that has several values as JSON."""

    id: UUID
    code: str
    title: str
    level: int
    occupations: str | None
    named_occupation: str
    role: str
    agency_id: UUID
    unit_name: str
    parent_unit_id: UUID | None
    kind: AgencyKind
    population: int | None
    territory: str | None
    languages: str


@cache
def _functions() -> Select[UUID, str, float, bool]:
    return select(
        *(PostFunction.post_id, PostFunction.function_code, PostFunction.strength),
        PostFunction.is_suggested,
    ).where(among(PostFunction.post_id, "ids"))


@cache
def _posts() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(
            Post.id,
            Post.code,
            cast(Post.title, Text),
            Post.level,
            cast(Post.occupations, Text),
            Post.named_occupation,
            Post.role,
            Post.agency_id,
            cast(Unit.name, Text),
            Unit.parent_id,
            Agency.kind,
            Agency.population,
            Agency.territory,
            cast(Agency.languages, Text),
        )
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(
            among(Post.id, "ids"),
            Agency.in_directory,
            in_force(Post, bindparam("day", type_=Date)),
        )
    )


@lru_cache(MAX_KEPT)
def _facts(
    row: CandidatePost,
    functions: tuple[CandidateFunction, ...],
    holders: tuple[HolderRow, ...],
    today: date,
) -> CounterpartFacts | None:
    """Return the facts of a post with these holders; None if all of them hide.

    Made once for all that it is made of: of a search, nothing has changed since the last.
    """
    standing = suggestible(holders, today)
    if holders and not standing:
        return None
    title, languages = Localized(from_json(row.title)), from_json(row.languages)
    language = languages[0]
    stems = frozenset().union(*(stems_of_text(text, tag) for tag, text in title.items()))
    unit = Localized(from_json(row.unit_name)).text(language) if row.parent_unit_id else ""
    return CounterpartFacts(
        CounterpartCandidate(
            post_id=row.id,
            agency_id=row.agency_id,
            functions={each.code: each.strength for each in functions},
            confirmed=frozenset(each.code for each in functions if not each.is_suggested),
            level=row.level,
            kind=row.kind,
            occupations=from_json(row.occupations) if row.occupations else {},
            named=NamedWork(row.named_occupation, row.role),
            population=row.population,
            places=tuple(place.code for place in territories_of(row.territory)),
            languages=frozenset(languages).union(*(each.languages for each in standing)),
            words=stems,
            near_words=stems_of_text(unit, language),
            is_open=any(each.is_open for each in standing),
            was_confirmed=any(each.confirmed for each in standing),
            has_account=any(each.has_account for each in standing),
        ),
        title,
        row.code,
        language,
        standing,
    )
