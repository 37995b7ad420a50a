"""The finder page: a page of results, the facets and the links to continue."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intranet.finding.counterparts.entries import Counterpart, shown
from intranet.finding.counterparts.facets import facets
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.next_steps import NextSteps, next_steps
from intranet.finding.counterparts.query_parser import Wish
from intranet.finding.counterparts.ranking_models import CounterpartCriterion, Ranked
from intranet.finding.counterparts.search import CounterpartResults
from intranet.finding.finder.facets import ActiveFilter, Facet, active_filters
from intranet.organisation.agencies.labels import (
    agency_kind_names,
    function_name,
    occupation_name,
)
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.territories import get_territory
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import number
from intranet.platform.core.web import current_language

PAGE_SIZE = 15
MAX_ASKED_TOGETHER = 10


@dataclass(frozen=True)
class CounterpartPageRequest:
    """A request for the page: words, or the post whose counterparts are wanted."""

    words: str
    post: Post | None
    own_posts: Sequence[Post]
    filters: CounterpartFilters
    after: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the post is one of the reader's own."""
        return self.post is not None and any(self.post.id == each.id for each in self.own_posts)

    @property
    def is_judged(self) -> bool:
        """Whether the reader may say of results that they are counterparts or not."""
        return bool(self.words) or self.is_own

    def address(self, **changes: str) -> dict[str, Any]:
        """Return the query of the same search with changes; an empty value removes a part."""
        known = {
            "q": self.words,
            "post": "" if self.post is None else str(self.post.id),
            **self.filters.address(),
        }
        return {name: value for name, value in {**known, **changes}.items() if value}


@dataclass(frozen=True)
class FinderPage:
    """The view model; `misses` if no result has the size or place that the words name.

    `steps` are what to do after the last result.
    """

    found: CounterpartResults
    results: Sequence[Counterpart]
    facets: Sequence[Facet]
    chosen: Sequence[ActiveFilter]
    understood: Sequence[str]
    misses: bool
    following: int | None
    steps: NextSteps | None = None

    @property
    def size(self) -> int:
        """The number of results on a page."""
        return PAGE_SIZE

    @property
    def count(self) -> int:
        """The number of posts found."""
        return len(self.found.ranked)

    @property
    def together(self) -> list[Counterpart]:
        """The counterparts who can be asked at once."""
        here = [each for each in self.results if each.person and each.has_account]
        return here[:MAX_ASKED_TOGETHER]


def finder_page(
    viewer: Person, asked: CounterpartPageRequest, found: CounterpartResults
) -> FinderPage:
    """Build a page of the results, with facets and active filters."""
    some = found.ranked[asked.after : asked.after + PAGE_SIZE]
    results = shown(viewer, found, some)
    hand_out(viewer, [person["id"] for each in results for person in each.people])
    end = asked.after + PAGE_SIZE
    wish = found.wish
    return FinderPage(
        found=found,
        results=results,
        facets=() if found.is_nearest else facets(found),
        chosen=active_filters(asked.filters),
        understood=_understood(found, wish) if wish else (),
        misses=bool(wish) and not any(_has_all_said(found, fit) for fit in found.ranked),
        following=end if end < len(found.ranked) else None,
        steps=next_steps(viewer, asked.words, found) if end >= len(found.ranked) else None,
    )


def _understood(found: CounterpartResults, wish: Wish) -> list[str]:
    """Name what was understood of the words, part by part."""
    occupation = occupation_name(found.target.named.occupation)
    if not wish.functions and not occupation:
        return []
    parts = [occupation] if occupation else []
    parts += [function_name(code) for code in wish.functions]
    parts += [agency_kind_names()[kind.value] for kind in sorted(wish.kinds)]
    if wish.largest:
        parts.append(_("Up to %(count)s inhabitants", count=number(wish.largest)))
    elif wish.smallest:
        parts.append(_("%(count)s inhabitants or more", count=number(wish.smallest)))
    named = (get_territory(code) for code in sorted(wish.territories))
    return [*parts, *(each.name for each in named if each)]


def _has_all_said(found: CounterpartResults, fit: Ranked) -> bool:
    """Whether a result has the kind, size and place that the words name."""
    wish = found.wish
    wanted = found.target.said & {
        CounterpartCriterion.KIND,
        CounterpartCriterion.SIZE,
        CounterpartCriterion.PLACE,
    }
    has = {
        each.why
        for each in fit.reasons
        if each.why != CounterpartCriterion.PLACE or (wish and each.about[0] in wish.territories)
    }
    return wanted <= has


def title_of(post: Post) -> str:
    """Return a post's title in the reader's language."""
    return post.title.text(current_language(), post.unit.agency.language)
