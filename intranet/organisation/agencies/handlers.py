"""Update which posts read for vacant ones when posts and units change, in the same transaction.

Events are gathered: an import publishes thousands, and an agency is computed once for all.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.events import (
    PostChanged,
    PostsChanged,
    PostsCreated,
    UnitChanged,
    UnitsChanged,
)
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.onward import reckon_onward
from intranet.platform.core.unit_of_work import unit_of_work

BATCH_SIZE = 10_000


def follow_post(event: PostChanged) -> None:
    """Update onward posts after a post changed, or after another one was named to answer for it."""
    _reckon(Post, [event.post_id])


def follow_posts(event: PostsCreated | PostsChanged) -> None:
    """Update onward posts after many posts changed."""
    _reckon(Post, event.post_ids)


def follow_unit(event: UnitChanged) -> None:
    """Update onward posts after a unit changed, which may have another parent now."""
    _reckon(Unit, [event.unit_id])


def follow_units(event: UnitsChanged) -> None:
    """Update onward posts after many units changed."""
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
        work.gather(_reckon_agencies, agencies)


def _reckon_agencies(agency_ids: frozenset[UUID]) -> None:
    reckon_onward(agency_ids)
