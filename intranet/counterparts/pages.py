"""The page of the finder: some of what was found, by what it can be narrowed, how to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intranet.agencies.models import Post
from intranet.agencies.words import function_name
from intranet.core.web import current_language
from intranet.counterparts.facets import Facet, facets, value_name
from intranet.counterparts.finding import Found
from intranet.counterparts.narrowing import NAMES, Narrowing
from intranet.counterparts.shown import Counterpart, shown
from intranet.people.allowance import hand_out
from intranet.people.models import Person

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
    """All that is shown."""

    found: Found
    results: Sequence[Counterpart]
    facets: Sequence[Facet]
    chosen: Sequence[Chosen]
    understood: Sequence[str]
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
        understood=[function_name(code) for code in wish.functions] if wish else (),
        following=end if end < len(found.ranked) else None,
    )


def title_of(post: Post) -> str:
    """A post's title for the reader."""
    return post.title.text(current_language(), post.unit.agency.language)
