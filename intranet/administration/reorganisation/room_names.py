"""The names of rooms on the pages of a plan: of those alone that the reader may know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select, true

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.extensions import db
from intranet.messaging.spaces.access import visible_to
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.i18n import _


@dataclass(frozen=True)
class RoomNames:
    """The names of rooms by id, of those that the reader may know."""

    agency_id: UUID
    known: Mapping[UUID, str]
    agencies: Mapping[UUID, UUID | None]

    def of(self, space_id: UUID) -> str:
        """Return the name of a room, or words for one that the reader may not know."""
        if space_id in self.known:
            return self.known[space_id]
        if self.agencies.get(space_id) != self.agency_id:
            return _("A group of another agency")
        return _("A group that is not open to you")


def room_names(space_ids: Collection[UUID], agency: Agency, viewer: Person | None) -> RoomNames:
    """Return the names of rooms for somebody who plans an agency's structure.

    They know its units and listed groups, as its administrators do, and the rooms that they see.
    None is the operator, who knows all.
    """
    own = and_(Space.agency_id == agency.id, is_visible_to_administrators())
    is_known = or_(own, visible_to(viewer)) if viewer else true()
    known: dict[UUID, str] = {}
    agencies: dict[UUID, UUID | None] = {}
    for some in in_parts(space_ids):
        rows = select(Space, is_known.label("is_known")).where(Space.id.in_(some))
        for space, is_named in db.session.execute(rows):
            agencies[space.id] = space.agency_id
            if is_named:
                known[space.id] = space.title.text(agency.language)
    return RoomNames(agency.id, known, agencies)
