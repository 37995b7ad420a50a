"""Recompute who reads for vacant posts after posts and units changed.

This happens in the transaction of the change. An import publishes thousands of events, so they are
gathered, and each agency is computed once.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.events import PostsChanged, PostsCreated, UnitsChanged
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.vacancy_readers import follow_changes
from intranet.platform.core.unit_of_work import unit_of_work

BATCH_SIZE = 10_000


def follow_posts(event: PostsCreated | PostsChanged) -> None:
    """Update onward posts after posts changed, or after others were named to answer for them."""
    _reckon(Post, event.post_ids)


def follow_units(event: UnitsChanged) -> None:
    """Update onward posts after units changed, which may have other parents now."""
    _reckon(Unit, event.unit_ids)


def _reckon(kind: type[Post | Unit], ids: Collection[UUID]) -> None:
    every = list(ids)
    agencies: set[UUID] = set()
    for start in range(0, len(every), BATCH_SIZE):
        some = (
            select(kind.agency_id).where(kind.id.in_(every[start : start + BATCH_SIZE])).distinct()
        )
        agencies.update(db.session.scalars(some))
    with unit_of_work() as work:
        work.gather(follow_changes, agencies)
