"""Jobs for the occupations of posts: a newer vocabulary, dates, and comparing with the sources."""

from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.operations.post_occupations import (
    derive_occupations,
    differing,
    outdated,
    posts_of_dates,
)
from intranet.platform.core.batches import batches
from intranet.platform.core.one_instant import one_instant

DERIVED_AT_ONCE = 200


def derive_outdated() -> None:
    """Derive the occupations of posts anew if an earlier version had another vocabulary."""
    while ids := outdated(DERIVED_AT_ONCE):
        derive_occupations(ids)
        db.session.remove()


def derive_by_date() -> None:
    """Derive the occupations of posts whose holders began or ended by date, without an event."""
    for some in batches(posts_of_dates(), DERIVED_AT_ONCE):
        derive_occupations(some)
        db.session.remove()


def reconcile(*, repair: bool) -> int:
    """Return how many posts have other occupations than follow; with `repair`, correct them."""
    count, after = 0, None
    while ids := _next(after):
        after = ids[-1]
        with one_instant():
            wrong = differing(ids)
        count += len(wrong)
        if repair:
            derive_occupations(wrong)
        db.session.remove()
    return count


def _next(after: UUID | None) -> list[UUID]:
    wanted = select(Post.id).order_by(Post.id).limit(DERIVED_AT_ONCE)
    if after:
        wanted = wanted.where(Post.id > after)
    return list(db.session.scalars(wanted))
