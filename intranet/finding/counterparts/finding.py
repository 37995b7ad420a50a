"""Counterparts of a post, or of what somebody asks for: found, ranked, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts import words as in_words
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.candidates import Facts, ask, facts_of
from intranet.finding.counterparts.narrowing import Narrowing
from intranet.finding.counterparts.ranking import Ranked, Target, Why, rank
from intranet.finding.counterparts.words import Wish, stems_of
from intranet.organisation.agencies.functions import plain_words
from intranet.organisation.agencies.models import AgencyKind, Post, PostFunction
from intranet.organisation.agencies.territories import PlaceKind, place, places_of
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.index import tags

# How much nearness weighs where somebody asks in words: it only orders equal fits.
NEARNESS_OF_WORDS = 0.25


@dataclass(frozen=True)
class Found:
    """What was found, the nearest first; more there may be where it `is_cut`."""

    target: Target
    narrowing: Narrowing
    ranked: Sequence[Ranked] = ()
    facts: dict[UUID, Facts] = field(default_factory=dict)
    wish: Wish | None = None
    post: Post | None = None
    is_cut: bool = False


def counterparts_of(viewer: Person, post: Post, narrowing: Narrowing | None = None) -> Found:
    """Posts of other agencies that do what this one does."""
    target = target_of(viewer, post)
    without = {post.agency_id}
    if any(post.id == own.id for own in own_posts(viewer)):
        without |= own_agency_ids(viewer)
    found = _find(target, (), narrowing or Narrowing(), without)
    return replace(found, post=post)


def counterparts_for(viewer: Person, text: str, narrowing: Narrowing | None = None) -> Found:
    """Posts of other agencies that do what somebody asks for in their own words."""
    wish = in_words.read(text)
    narrowing = narrowing or Narrowing()
    target = _target_of_wish(viewer, wish)
    if wish.is_empty():
        return Found(target, narrowing, wish=wish)
    own = own_agency_ids(viewer)
    return replace(_find(target, wish.words, narrowing, own), wish=wish)


def who_does(viewer: Person, function: str, narrowing: Narrowing) -> Found:
    """Posts of any agency with a function, those alike to where the viewer works first."""
    own = next(iter(own_posts(viewer)), None)
    near = target_of(viewer, own) if own else Target()
    said = {Why.FUNCTION, *([Why.PLACE] if narrowing.territory else [])}
    target = replace(
        near,
        functions={function: 1.0},
        level=None,
        words=frozenset(),
        places=_around([narrowing.territory]) if narrowing.territory else near.places,
        nearness=NEARNESS_OF_WORDS,
        said=frozenset(said),
    )
    return _find(target, (), replace(narrowing, function=function), ())


def who_knows(viewer: Person, text: str, narrowing: Narrowing) -> Found:
    """Posts of any agency that do what a text is about."""
    wish = in_words.read(text)
    target = _target_of_wish(viewer, wish)
    if not wish.functions:
        return Found(target, narrowing, wish=wish)
    return replace(_find(target, (), narrowing, ()), wish=wish)


def target_of(viewer: Person, post: Post) -> Target:
    """What a counterpart of a post would be."""
    rows = db.session.execute(
        select(PostFunction.function_code, PostFunction.strength).where(
            PostFunction.post_id == post.id
        )
    )
    agency = post.unit.agency
    return Target(
        functions={row.function_code: row.strength for row in rows},
        level=post.level,
        kinds=frozenset({agency.kind}),
        population=agency.population,
        places=tuple(place.code for place in places_of(agency.territory)),
        languages=frozenset({*agency.languages, *viewer.languages}),
        words=frozenset().union(
            *(stems_of(plain_words(text), tag) for tag, text in post.title.items())
        ),
    )


def target_of_words(viewer: Person, text: str) -> Target:
    """What a counterpart is that somebody asks for in their own words."""
    return _target_of_wish(viewer, in_words.read(text))


def _target_of_wish(viewer: Person, wish: Wish) -> Target:
    own = next(iter(own_posts(viewer)), None)
    near = target_of(viewer, own) if own else Target()
    said = {
        why
        for why, is_said in (
            (Why.FUNCTION, wish.functions),
            (Why.LEVEL, wish.level),
            (Why.NEXT_LEVEL, wish.level),
            (Why.WORDS, wish.words),
            (Why.KIND, wish.kinds),
            (Why.SIZE, wish.largest is not None or wish.smallest is not None),
            (Why.PLACE, wish.territories),
        )
        if is_said
    }
    kinds: frozenset[AgencyKind] = wish.kinds or near.kinds
    return Target(
        functions=wish.functions,
        level=wish.level,
        kinds=kinds,
        population=near.population,
        largest=wish.largest,
        smallest=wish.smallest,
        places=_around(wish.territories) or near.places,
        languages=near.languages | viewer_languages(viewer),
        words=stems_of(wish.words, wish.language),
        nearness=NEARNESS_OF_WORDS,
        said=frozenset(said),
    )


def _around(territories: Collection[str]) -> tuple[str, ...]:
    """Places that were named, and of a municipality what it lies in, the smallest first."""
    codes = dict.fromkeys(territories)
    for code in territories:
        if (named := place(code)) and named.kind == PlaceKind.MUNICIPALITY:
            codes.update(dict.fromkeys(each.code for each in places_of(code)))
    return tuple(sorted(codes, key=lambda code: (-len(code), code)))


def viewer_languages(viewer: Person) -> frozenset[str]:
    """The languages that a person says to speak."""
    return frozenset(viewer.languages)


def _find(
    target: Target, words: Sequence[str], narrowing: Narrowing, without: Collection[UUID]
) -> Found:
    if narrowing.is_impossible or not (target.functions or words or target.words):
        return Found(target, narrowing)
    asked = ask(target, words, narrowing, without)
    facts = facts_of(asked.found, without=without)
    ranked = rank(target, (each.candidate for each in facts.values()))
    if narrowing.open:
        ranked = [fit for fit in ranked if fit.candidate.is_open]
    if narrowing.language:  # the index also knows languages that are not shown to everybody
        wanted = tags.language(narrowing.language)
        ranked = [fit for fit in ranked if wanted in map(tags.language, fit.candidate.languages)]
    return Found(target, narrowing, ranked, facts, is_cut=asked.is_cut)
