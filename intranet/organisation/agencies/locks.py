"""The lock under which an organisation changes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import Identified, db
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.unit_of_work import Work


def lock_organisation(work: Work, agency: Agency, *rows: Identified) -> None:
    """Lock the agency's units, posts and appointments until the commit; reload the given rows.

    Memberships of spaces follow from all three together: a person appointed while the unit moves
    would stay in the spaces above its old place. Two concurrent moves could form a cycle, and two
    names could get the same code.

    Raises:
        NotFound: one of the rows no longer exists.
    """
    work.lock(agency)
    for row in rows:
        work.lock(row)


def lock_organisations(work: Work, agency_ids: Collection[UUID]) -> None:
    """Lock several agencies until the commit, always in one order to avoid deadlocks."""
    first, *others = sorted(agency_ids)
    work.locked(Agency, first)
    if others:
        locked = select(Agency.id).where(Agency.id.in_(others)).order_by(Agency.id)
        db.session.execute(locked.with_for_update(key_share=True)).all()
