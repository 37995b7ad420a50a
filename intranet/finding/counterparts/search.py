"""Finding counterparts: of a post, or of work described in the person's own words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

from sqlalchemy import Select, select

from intranet.finding.counterparts import opinions
from intranet.finding.counterparts import query_parser as in_words
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.candidates import CounterpartFacts, facts_of
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.kept_candidates import candidates_for
from intranet.finding.counterparts.kept_rankings import ranked_for
from intranet.finding.counterparts.lessons import taught
from intranet.finding.counterparts.opinions import Opinions, OpinionSubject
from intranet.finding.counterparts.query_parser import Wish, stems_of
from intranet.finding.counterparts.ranking_models import (
    NOTHING_NAMED,
    CounterpartCriterion,
    CounterpartTarget,
    Ranked,
)
from intranet.finding.counterparts.reasons import is_same_work
from intranet.organisation.agencies.functions import plain_words
from intranet.organisation.agencies.models import AgencyKind, Post, PostFunction
from intranet.organisation.agencies.occupations import NamedWork, named_in, recognise, strongest
from intranet.organisation.agencies.territories import PlaceKind, get_territory, territories_of
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import id_parameter
from intranet.platform.index import tags

# Weight of nearness in a search by words, where it only breaks ties.
WORDS_NEARNESS_WEIGHT = 0.25


@dataclass(frozen=True)
class CounterpartResults:
    """The results, best first; `is_cut` if there may be more, `is_nearest` if none is alike."""

    target: CounterpartTarget
    filters: CounterpartFilters
    ranked: Sequence[Ranked] = ()
    facts: dict[UUID, CounterpartFacts] = field(default_factory=dict)
    wish: Wish | None = None
    post: Post | None = None
    is_cut: bool = False
    opinions: Opinions = field(default_factory=Opinions)
    is_nearest: bool = False

    @property
    def is_weak(self) -> bool:
        """Whether the post has results, of which none does the same work."""
        if self.post is None or not self.ranked:
            return False
        if self.is_nearest:
            return True
        return not any(is_same_work(fit.reasons) for fit in self.ranked)


def counterparts_of(
    viewer: Person, post: Post, filters: CounterpartFilters | None = None
) -> CounterpartResults:
    """Find posts of other agencies with the same functions as this post."""
    target = target_of(viewer, post)
    without = {post.agency_id}
    is_own = any(post.id == own.id for own in own_posts(viewer))
    if is_own:
        without |= own_agency_ids(viewer)
    found = replace(_find(target, (), filters or CounterpartFilters(), without), post=post)
    return with_opinions(viewer, OpinionSubject(post), found) if is_own else found


def counterparts_for(
    viewer: Person, text: str, filters: CounterpartFilters | None = None
) -> CounterpartResults:
    """Find posts of other agencies that do the work described in the text."""
    wish = in_words.read(text)
    filters = filters or CounterpartFilters()
    target = _target_of_wish(viewer, wish)
    if wish.is_empty():
        return CounterpartResults(target, filters, wish=wish)
    own = own_agency_ids(viewer)
    found = replace(_find(target, wish.words, filters, own), wish=wish)
    return with_opinions(viewer, OpinionSubject(words=text), found)


def with_opinions(
    viewer: Person, subject: OpinionSubject, found: CounterpartResults
) -> CounterpartResults:
    """Return the results as the viewer's opinions change them."""
    ranked, said = opinions.applied(viewer, subject, found.ranked)
    return replace(found, ranked=ranked, opinions=said)


def posts_with_function(
    viewer: Person, function: str, filters: CounterpartFilters
) -> CounterpartResults:
    """Find posts of any agency with a function, those similar to the viewer's own first."""
    own = next(iter(own_posts(viewer)), None)
    near = target_of(viewer, own) if own else CounterpartTarget()
    said = {
        CounterpartCriterion.FUNCTION,
        *([CounterpartCriterion.PLACE] if filters.territory else []),
    }
    target = replace(
        near,
        functions={function: 1.0},
        occupations={},
        named=NOTHING_NAMED,
        confirmed=frozenset({function}),
        taught={},
        level=None,
        words=frozenset(),
        places=_around([filters.territory]) if filters.territory else near.places,
        nearness=WORDS_NEARNESS_WEIGHT,
        said=frozenset(said),
    )
    return _find(target, (), replace(filters, function=function), ())


def posts_about(viewer: Person, text: str, filters: CounterpartFilters) -> CounterpartResults:
    """Find posts of any agency that do what a text is about."""
    wish = in_words.read(text)
    target = _target_of_wish(viewer, wish)
    if not wish.functions:
        return CounterpartResults(target, filters, wish=wish)
    return replace(_find(target, (), filters, ()), wish=wish)


def alone(post: Post) -> CounterpartResults:
    """Return a post as the only result, without reasons; none if it may not be suggested."""
    facts = facts_of([post.id])
    ranked = [Ranked(each.candidate, 0, ()) for each in facts.values()]
    return CounterpartResults(CounterpartTarget(), CounterpartFilters(), ranked, facts)


def target_of(viewer: Person, post: Post) -> CounterpartTarget:
    """Describe the counterparts of a post as a target for the ranking."""
    rows = execute_prepared(_functions(), post_id=post.id).all()
    agency = post.unit.agency
    return CounterpartTarget(
        functions={row.function_code: row.strength for row in rows},
        confirmed=frozenset(row.function_code for row in rows if not row.is_suggested),
        occupations=post.occupations or {},
        named=NamedWork(post.named_occupation, post.role),
        taught=taught(strongest(post.occupations)),
        level=post.level,
        kinds=frozenset({agency.kind}),
        population=agency.population,
        places=tuple(place.code for place in territories_of(agency.territory)),
        languages=frozenset({*agency.languages, *viewer.languages}),
        words=frozenset().union(
            *(stems_of(plain_words(text), tag) for tag, text in post.title.items())
        ),
    )


@cache
def _functions() -> Select[str, float, bool]:
    columns = (PostFunction.function_code, PostFunction.strength, PostFunction.is_suggested)
    return select(*columns).where(PostFunction.post_id == id_parameter("post_id"))


def _target_of_wish(viewer: Person, wish: Wish) -> CounterpartTarget:
    own = next(iter(own_posts(viewer)), None)
    near = target_of(viewer, own) if own else CounterpartTarget()
    said = {
        why
        for why, is_said in (
            (CounterpartCriterion.OCCUPATION, True),
            (CounterpartCriterion.SIMILAR_OCCUPATION, True),
            (CounterpartCriterion.ROLE, True),
            (CounterpartCriterion.FUNCTION, wish.functions),
            (CounterpartCriterion.FIELD, True),
            (CounterpartCriterion.LEVEL, wish.level),
            (CounterpartCriterion.NEXT_LEVEL, wish.level),
            (CounterpartCriterion.WORDS, wish.words),
            (CounterpartCriterion.KIND, wish.kinds),
            (CounterpartCriterion.SIZE, wish.largest is not None or wish.smallest is not None),
            (CounterpartCriterion.PLACE, wish.territories),
        )
        if is_said
    }
    kinds: frozenset[AgencyKind] = wish.kinds or near.kinds
    occupations = recognise(wish.text)
    return CounterpartTarget(
        functions=wish.functions,
        confirmed=frozenset(wish.functions),
        occupations=occupations,
        named=named_in(occupations),
        taught=taught(strongest(occupations)),
        level=wish.level,
        kinds=kinds,
        population=near.population,
        largest=wish.largest,
        smallest=wish.smallest,
        places=_around(wish.territories) or near.places,
        languages=near.languages | viewer_languages(viewer),
        words=stems_of(wish.words, wish.language),
        nearness=WORDS_NEARNESS_WEIGHT,
        said=frozenset(said),
    )


def _around(territories: Collection[str]) -> tuple[str, ...]:
    """Return the named places and what contains each municipality, the smallest first."""
    codes = dict.fromkeys(territories)
    for code in territories:
        if (named := get_territory(code)) and named.kind == PlaceKind.MUNICIPALITY:
            codes.update(dict.fromkeys(each.code for each in territories_of(code)))
    return tuple(sorted(codes, key=lambda code: (-len(code), code)))


def viewer_languages(viewer: Person) -> frozenset[str]:
    """Return the languages in the person's profile."""
    return frozenset(viewer.languages)


def _find(
    target: CounterpartTarget,
    words: Sequence[str],
    filters: CounterpartFilters,
    without: Collection[UUID],
) -> CounterpartResults:
    has_work = target.occupations or target.functions or words or target.words
    if filters.is_impossible or not has_work:
        return CounterpartResults(target, filters)
    some = candidates_for(target, words, filters, without)
    facts = facts_of(some.ids, without=without)
    ranked = ranked_for(target, (each.candidate for each in facts.values()))
    if filters.function:
        ranked = [fit for fit in ranked if filters.function in fit.candidate.functions]
    if filters.open:
        ranked = [fit for fit in ranked if fit.candidate.is_open]
    if filters.language:  # the index also has languages that are not visible to everybody
        wanted = tags.language(filters.language)
        ranked = [fit for fit in ranked if wanted in map(tags.language, fit.candidate.languages)]
    return CounterpartResults(target, filters, ranked, facts, is_cut=some.is_cut)
