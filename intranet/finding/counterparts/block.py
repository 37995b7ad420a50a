"""A few counterparts as a block: for the home page, a profile and the page of a post."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.entries import Counterpart, people_shown, shown
from intranet.finding.counterparts.ranking_models import Ranked
from intranet.finding.counterparts.search import CounterpartResults, counterparts_of
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import TooMany
from intranet.platform.core.per_request import per_request

BLOCK_SIZE = 3
NEARLY_AS_GOOD_SHARE = 0.7


@dataclass(frozen=True)
class CounterpartBlock:
    """The best counterparts of a post, with the totals of posts and agencies found."""

    post: Post
    results: Sequence[Counterpart]
    count: int
    agencies: int
    is_cut: bool


def counterparts_of_own(viewer: Person, asked: str = "") -> CounterpartBlock | None:
    """Return the block for the viewer's own post: the one asked for, else the oldest."""
    post = _own_post(viewer, asked)
    return top(viewer, post) if post else None


def people_of_own(viewer: Person, asked: str = "") -> set[UUID]:
    """Return the ids of the people whom that block shows."""
    post = _own_post(viewer, asked)
    return people_shown(*_best(viewer, post, BLOCK_SIZE)) if post else set()


def top(viewer: Person, post: Post, limit: int = BLOCK_SIZE) -> CounterpartBlock:
    """Return the best counterparts of a post, each with its reasons."""
    found, best = _best(viewer, post, limit)
    results = shown(viewer, found, best)
    try:
        hand_out(viewer, [person["id"] for each in results for person in each.people])
    except TooMany:  # the limit must not take away the page around the block
        results = []
    return CounterpartBlock(
        post=post,
        results=results,
        count=len(found.ranked),
        agencies=len({fit.candidate.agency_id for fit in found.ranked}),
        is_cut=found.is_cut,
    )


def _own_post(viewer: Person, asked: str) -> Post | None:
    posts = own_posts(viewer)
    return next((each for each in posts if str(each.id) == asked), next(iter(posts), None))


@per_request
def _best(viewer: Person, post: Post, limit: int) -> tuple[CounterpartResults, Sequence[Ranked]]:
    """Return the counterparts of a post, and the best of them."""
    found = counterparts_of(viewer, post)
    return found, _of_several(found.ranked, limit)


def _of_several(ranked: Sequence[Ranked], limit: int) -> list[Ranked]:
    """Return the best posts: first the best one of each agency, if nearly as good as the top."""
    if not ranked:
        return []
    near = [fit for fit in ranked if fit.score >= ranked[0].score * NEARLY_AS_GOOD_SHARE]
    first: dict[UUID, Ranked] = {}
    for fit in near:
        first.setdefault(fit.candidate.agency_id, fit)
    chosen = list(first.values())[:limit]
    return [*chosen, *(fit for fit in ranked if fit not in chosen)][:limit]
