"""People who do what you do elsewhere: a few, for the first page, a profile, the page of a post."""

from collections.abc import Sequence
from dataclasses import dataclass

from intranet.agencies.models import Post
from intranet.counterparts.finding import counterparts_of
from intranet.counterparts.shown import Counterpart, shown
from intranet.people.allowance import hand_out
from intranet.people.models import Person

SHOWN = 3


@dataclass(frozen=True)
class Block:
    """The best of the counterparts of a post, and how many there are, of how many agencies."""

    post: Post
    results: Sequence[Counterpart]
    count: int
    agencies: int
    is_cut: bool


def top(viewer: Person, post: Post, limit: int = SHOWN) -> Block:
    """The best counterparts of a post, with why."""
    found = counterparts_of(viewer, post)
    results = shown(viewer, found, found.ranked[:limit])
    hand_out(viewer, [person["id"] for each in results for person in each.people])
    return Block(
        post=post,
        results=results,
        count=len(found.ranked),
        agencies=len({fit.candidate.agency_id for fit in found.ranked}),
        is_cut=found.is_cut,
    )
