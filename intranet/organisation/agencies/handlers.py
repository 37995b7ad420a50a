"""The posts that read for vacant ones follow posts and units, in the same transaction.

It is gathered: an import says thousands of things, and an agency is reckoned once for all of them.
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

AT_ONCE = 10_000


def follow_post(event: PostChanged) -> None:
    """A post became a head's, moved, ended, or another one was named to answer."""
    _reckon(Post, [event.post_id])


def follow_posts(event: PostsCreated | PostsChanged) -> None:
    """The same for many posts."""
    _reckon(Post, event.post_ids)


def follow_unit(event: UnitChanged) -> None:
    """Another unit may stand above it now."""
    _reckon(Unit, [event.unit_id])


def follow_units(event: UnitsChanged) -> None:
    """The same for many units."""
    _reckon(Unit, event.unit_ids)


def _reckon(kind: type[Post | Unit], ids: Collection[UUID]) -> None:
    every = list(ids)
    agencies: set[UUID] = set()
    for start in range(0, len(every), AT_ONCE):
        some = select(kind.agency_id).where(kind.id.in_(every[start : start + AT_ONCE])).distinct()
        agencies.update(db.session.scalars(some))
    with unit_of_work() as work:
        work.gather(_reckon_agencies, agencies)


def _reckon_agencies(agency_ids: frozenset[UUID]) -> None:
    reckon_onward(agency_ids)
