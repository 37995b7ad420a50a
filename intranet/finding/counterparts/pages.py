"""The page of the finder: some of what was found, by what it can be narrowed, how to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal

from intranet.finding.counterparts.facets import Facet, facets, value_name
from intranet.finding.counterparts.finding import Found
from intranet.finding.counterparts.narrowing import NAMES, Narrowing
from intranet.finding.counterparts.ranking import Ranked, Why
from intranet.finding.counterparts.shown import Counterpart, shown
from intranet.finding.counterparts.words import Wish
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.territories import place
from intranet.organisation.agencies.words import agency_kind_names, function_name
from intranet.organisation.people.allowance import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

PAGE = 15
ASKED_TOGETHER = 10


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for: words, or the counterparts of a post."""

    words: str
    post: Post | None
    own_posts: Sequence[Post]
    narrowing: Narrowing
    after: int = 0

    @property
    def is_own(self) -> bool:
        """Whether it is a post of the reader's own."""
        return self.post is not None and any(self.post.id == each.id for each in self.own_posts)

    def address(self, **changes: str) -> dict[str, Any]:
        """The query of the same question with some of it changed; empty takes a part away."""
        known = {
            "q": self.words,
            "post": "" if self.post is None else str(self.post.id),
            **self.narrowing.address(),
        }
        return {name: value for name, value in {**known, **changes}.items() if value}


@dataclass(frozen=True)
class Chosen:
    """A part that is narrowed, to be taken away."""

    name: str
    text: str


@dataclass(frozen=True)
class FinderPage:
    """All that is shown; `misses` if the words name a size or place, and nobody fits that."""

    found: Found
    results: Sequence[Counterpart]
    facets: Sequence[Facet]
    chosen: Sequence[Chosen]
    understood: Sequence[str]
    misses: bool
    following: int | None

    @property
    def size(self) -> int:
        """How many one page has."""
        return PAGE

    @property
    def count(self) -> int:
        """How many posts were found."""
        return len(self.found.ranked)

    @property
    def together(self) -> list[Counterpart]:
        """Who can be asked at once."""
        here = [each for each in self.results if each.person and each.has_account]
        return here[:ASKED_TOGETHER]


def finder_page(viewer: Person, asked: Asked, found: Found) -> FinderPage:
    """Some of what was found, and what goes with it."""
    some = found.ranked[asked.after : asked.after + PAGE]
    results = shown(viewer, found, some)
    hand_out(viewer, [person["id"] for each in results for person in each.people])
    end = asked.after + PAGE
    wish = found.wish
    return FinderPage(
        found=found,
        results=results,
        facets=facets(found),
        chosen=[
            Chosen(name, value_name(name, value))
            for name in NAMES
            if (value := getattr(asked.narrowing, name))
        ],
        understood=_understood(wish) if wish else (),
        misses=bool(wish) and not any(_has_all_said(found, fit) for fit in found.ranked),
        following=end if end < len(found.ranked) else None,
    )


def _understood(wish: Wish) -> list[str]:
    """What was made of somebody's words, each part by its name."""
    if not wish.functions:
        return []
    parts = [function_name(code) for code in wish.functions]
    parts += [agency_kind_names()[kind.value] for kind in sorted(wish.kinds)]
    if wish.largest:
        parts.append(_("Up to %(count)s inhabitants", count=_number(wish.largest)))
    elif wish.smallest:
        parts.append(_("%(count)s inhabitants or more", count=_number(wish.smallest)))
    named = (place(code) for code in sorted(wish.territories))
    return [*parts, *(each.name for each in named if each)]


def _has_all_said(found: Found, fit: Ranked) -> bool:
    """Whether the kind, size and place that somebody asked for are all there."""
    wish = found.wish
    wanted = found.target.said & {Why.KIND, Why.SIZE, Why.PLACE}
    has = {
        each.why
        for each in fit.reasons
        if each.why != Why.PLACE or (wish and each.about[0] in wish.territories)
    }
    return wanted <= has


def _number(count: int) -> str:
    return str(format_decimal(count, locale=current_language()))


def title_of(post: Post) -> str:
    """A post's title for the reader."""
    return post.title.text(current_language(), post.unit.agency.language)
