"""The documents of the directory that are queued to be written, and not yet as they will be."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.finding.directory.indexing import FILL, FOLLOW
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.outbox_figures import pending_payloads
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import owed_among


def queued_among(kind: DocumentKind, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these subjects have a document that an import or a task will write."""
    if pending_payloads(FILL):
        return set(ids)
    return owed_among(kind, ids) | _followed_among(kind, ids)


def _followed_among(kind: DocumentKind, ids: Collection[UUID]) -> set[UUID]:
    """Return which are in a unit or an agency whose content is written anew in slices."""
    pending = pending_payloads(FOLLOW)
    units = [UUID(each["unit_id"]) for each in pending if "unit_id" in each]
    agencies = [UUID(each["agency_id"]) for each in pending if "agency_id" in each]
    posts = or_(Post.unit_id.in_(units), Post.agency_id.in_(agencies))
    followed = {
        DocumentKind.UNIT: select(Unit.id).where(Unit.agency_id.in_(agencies)),
        DocumentKind.POST: select(Post.id).where(posts),
        DocumentKind.PERSON: select(Appointment.person_id).join(Appointment.post).where(posts),
    }.get(kind)
    if followed is None or not pending:
        return set()
    [key] = followed.selected_columns
    return {
        found
        for some in in_parts(ids)
        for found in db.session.scalars(followed.where(key.in_(some)))
    }
