"""Drafts and follows that name an ended unit name its successors; what was sent stays as it is."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.messaging.spaces.queries import space_ids_of_units
from intranet.messaging.spaces.successions import succeeded, successors_in
from intranet.organisation.agencies.events import UnitsSucceeded
from intranet.organisation.agencies.models import Unit
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.reach import audience_of


def follow_successions(event: UnitsSucceeded) -> None:
    """Let drafts, scheduled announcements and follows go on with the successors."""
    successors = successors_in(event)
    with unit_of_work():
        _readdress(successors)
        _follow_on({unit_id: ids[0] for unit_id, ids in successors.items()})


def _readdress(successors: Mapping[UUID, tuple[UUID, ...]]) -> None:
    """Change space and audience of what those agencies have not published yet."""
    agencies = select(Unit.agency_id).where(Unit.id.in_(successors)).distinct()
    main = {unit_id: ids[0] for unit_id, ids in successors.items()}
    spaces = space_ids_of_units({*main, *main.values()})
    moved = {spaces[unit_id]: spaces[next_id] for unit_id, next_id in main.items()}
    rows = (
        select(Publication)
        .outerjoin(Announcement, Announcement.publication_id == Publication.id)
        .where(
            Publication.published_at.is_(None),
            Publication.agency_id.in_(agencies),
            or_(Publication.space_id.in_(moved), Announcement.audience.is_not(None)),
        )
    )
    for row in db.session.scalars(rows).all():
        if row.space_id in moved:
            row.space_id = moved[row.space_id]
            row.edition += 1
        audience = audience_of(row) if row.has_audience else None
        if audience and (after := succeeded(audience, successors)) != audience:
            row.announcement.audience = after.as_json()
            row.edition += 1


def _follow_on(successors: Mapping[UUID, UUID]) -> None:
    """Let those who follow an ended unit follow its main successor."""
    old = [unit_id.hex for unit_id in successors]
    rows = select(Follow).where(Follow.kind == FollowKind.UNIT, Follow.subject.in_(old))
    with unit_of_work() as work:
        for row in db.session.scalars(rows).all():
            subject = successors[UUID(row.subject)].hex
            values = {"person_id": row.person_id, "kind": row.kind, "subject": subject}
            work.add_unless_there(Follow, {**values, "since": row.since})
            work.delete(row)
