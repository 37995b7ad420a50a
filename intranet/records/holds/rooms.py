"""Rooms of an agency by what is typed: the spaces of its units and groups, and their channels."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.text import fold
from intranet.records.holds.models import TargetKind

MAX_SUGGESTIONS = 12
Room = tuple[TargetKind, UUID]


def is_open_room() -> ColumnElement[bool]:
    """Return the condition on `Space` that everybody with a role may know of what is there.

    It is neither the board of staff representatives nor an unlisted group.
    """
    return and_(Space.hides_people.is_(False), is_visible_to_administrators())


def rooms_of(agency: Agency) -> list[tuple[str, Room]]:
    """Return the agency's rooms by name: a space with all its channels, or one channel alone."""
    spaces = select(Space).where(Space.agency_id == agency.id, is_visible_to_administrators())
    found: list[tuple[str, Room]] = []
    names: dict[UUID, str] = {}
    for space in db.session.scalars(spaces):
        code = f" ({space.unit.code})" if space.unit else ""
        names[space.id] = f"{space.title.text(agency.language)}{code}"
        found.append((names[space.id], (TargetKind.SPACE, space.id)))
    channels = select(Conversation).where(
        Conversation.kind == ConversationKind.CHANNEL,
        Conversation.space_id.in_(names),
        ~Conversation.is_main,
    )
    for channel in db.session.scalars(channels):
        name = channel.name.text(agency.language) if channel.name else ""
        room = (TargetKind.CONVERSATION, channel.id)
        found.append((f"#{name} · {names[channel.space_id]}" if channel.space_id else name, room))
    return sorted(found, key=lambda each: fold(each[0]))


def find_room(agency: Agency, typed: str, field: str) -> Room:
    """Return the room that was typed, by its whole name.

    Raises:
        Invalid: no room has this name, or several have.
    """
    key = fold(typed)
    found = [room for name, room in rooms_of(agency) if fold(name) == key]
    if not found:
        words = _l("There is no match for that name. Choose one of the suggestions.")
        raise Invalid({field: words})
    if len(found) > 1:
        words = _l("Several items have that name. Choose one of the suggestions.")
        raise Invalid({field: words})
    return found[0]


def suggested_rooms(agency: Agency, typed: str) -> list[str]:
    """Return the names of rooms that contain what is typed."""
    key = fold(typed)
    return [name for name, _room in rooms_of(agency) if key in fold(name)][:MAX_SUGGESTIONS]


def find_space(agency: Agency, typed: str, field: str) -> Space:
    """Return the space that was typed, by its whole name.

    Raises:
        Invalid: no space has this name, or several have.
    """
    kind, subject_id = find_room(agency, typed, field)
    if kind != TargetKind.SPACE:
        raise Invalid({field: _l("Choose a whole space, not one of its channels.")})
    return db.session.get_one(Space, subject_id)
