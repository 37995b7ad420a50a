"""Link cards for each kind of page, under the access rule of that page."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from intranet.attention.search.hits import SearchNames
from intranet.attention.search.published_cards import files_of_publications, publication_cards
from intranet.collaboration.groups.access import is_known_to
from intranet.collaboration.groups.models import Group
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.cards import LinkCard, LinkTarget, finds_cards
from intranet.messaging.messages.index_documents import plain_text
from intranet.messaging.messages.models import Message, MessageFile
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.access import findable_among, holds_any_post, is_open_to
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.dates import clock_time, day
from intranet.platform.core.i18n import _
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language

EXCERPT_CHARACTERS = 140


def register_published_cards(sections: Iterable[str]) -> None:
    """Give the publications of these sections cards, beside the pages of this module."""
    finds_cards(*sections)(publication_cards)


def _ids(targets: Iterable[LinkTarget]) -> set[UUID]:
    return {UUID(each.id) for each in targets}


@finds_cards("people")
def _people(reader: Person, targets: Collection[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    known = findable_among(reader, _ids(targets)) if holds_any_post(reader) else {reader.id}
    faces = faces_of(known, reader)
    return {
        target: LinkCard(
            target.path,
            "user",
            face["name"],
            _parts(_("Profile"), face["post_title"], face["unit_name"], face["agency_name"]),
        )
        for target in targets
        if (face := faces.get(UUID(target.id)))
    }


@finds_cards("units")
def _units(reader: Person, targets: Collection[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    asked = select(Unit).join(Agency, Agency.id == Unit.agency_id)
    found = _by_id(asked.where(Unit.id.in_(_ids(targets)), *_in_directory(reader)))
    return {
        target: LinkCard(
            target.path,
            "network",
            _text(unit.name, unit.agency.language),
            _parts(_("Unit"), _text(unit.agency.name, unit.agency.language)),
            _state(has_ended=not unit.is_in_force(clock.today(unit.agency.time_zone))),
        )
        for target in targets
        if (unit := found.get(UUID(target.id)))
    }


@finds_cards("posts")
def _posts(reader: Person, targets: Collection[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    asked = select(Post).join(Agency, Agency.id == Post.agency_id)
    found = _by_id(asked.where(Post.id.in_(_ids(targets)), *_in_directory(reader)))
    return {
        target: LinkCard(
            target.path,
            "stamp",
            _text(post.title, post.unit.agency.language),
            _parts(
                _("Post"),
                _text(post.unit.name, post.unit.agency.language) if post.unit.parent_id else "",
                _text(post.unit.agency.name, post.unit.agency.language),
            ),
            _state(has_ended=not post.is_in_force(clock.today(post.unit.agency.time_zone))),
        )
        for target in targets
        if (post := found.get(UUID(target.id)))
    }


@finds_cards("groups")
def _groups(reader: Person, targets: Collection[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    rows = db.session.scalars(
        select(Space)
        .join(Group, Group.space_id == Space.id)
        .where(Space.id.in_(_ids(targets)), is_known_to(reader))
    )
    found = {row.id: row for row in rows}
    return {
        target: LinkCard(
            target.path,
            "handshake",
            _text(space.title, space.agency.language),
            _parts(_("Group"), _text(space.agency.name, space.agency.language)),
            _("Archived") if space.archived_at else "",
        )
        for target in targets
        if (space := found.get(UUID(target.id)))
    }


@finds_cards("c")
def _said(reader: Person, targets: Collection[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    """Return cards of messages, and of the conversations themselves."""
    rooms = readable_among(reader, _ids(targets))
    wanted = [
        and_(Message.conversation_id == UUID(each.id), Message.seq == each.seq)
        for each in targets
        if each.seq and UUID(each.id) in rooms
    ]
    asked = select(Message).where(or_(false(), *wanted), Message.deleted_at.is_(None))
    rows = db.session.scalars(asked).all()
    messages = {(row.conversation_id, row.seq): row for row in rows}
    names = SearchNames(reader, rooms, [row.author_id for row in rows]).rooms
    found = {}
    for target in targets:
        room_id = UUID(target.id)
        if target.seq and (message := messages.get((room_id, target.seq))):
            found[target] = _message(target, message, names[room_id].title)
        elif not target.seq and room_id in rooms:
            title, icon = names[room_id].title, names[room_id].icon
            found[target] = LinkCard(target.path, icon, title, (_kind_of(rooms[room_id]),))
    return found


def _message(target: LinkTarget, message: Message, place: str) -> LinkCard:
    said = " ".join(plain_text(message.said).split())
    short = said if len(said) <= EXCERPT_CHARACTERS else f"{said[:EXCERPT_CHARACTERS].rstrip()}…"
    at = f"{day(message.created_at)}, {clock_time(message.created_at)}"
    name = message.author.name
    title = _("%(name)s: %(text)s", name=name, text=short) if short else name
    return LinkCard(target.path, "message-square", title, _parts(_("Message"), place, at))


def _kind_of(room: Conversation) -> str:
    if room.space_id:
        return _("Channel")
    return _("Discussion") if room.kind == ConversationKind.DISCUSSION else _("Direct message")


@finds_cards("files")
def _files(reader: Person, targets: Collection[LinkTarget]) -> dict[LinkTarget, LinkCard]:
    ids = _ids(targets)
    rows = db.session.execute(
        select(File, Message.conversation_id)
        .join(MessageFile, MessageFile.file_id == File.id)
        .join(Message, Message.id == MessageFile.message_id)
        .where(File.id.in_(ids), Message.deleted_at.is_(None))
    ).all()
    rooms = readable_among(reader, {room_id for _file, room_id in rows})
    names = SearchNames(reader, rooms).rooms
    places = {file.id: (file, names[room].title) for file, room in rows if room in rooms}
    places |= files_of_publications(reader, ids - places.keys())
    return {
        target: LinkCard(target.path, "file-text", file.name, _parts(_("File"), place))
        for target in targets
        if UUID(target.id) in places
        for file, place in [places[UUID(target.id)]]
    }


def _in_directory(reader: Person) -> tuple[ColumnElement[bool], ...]:
    """Return the access rule of the directory's pages, as conditions."""
    return (is_open_to(reader),) if holds_any_post(reader) else (false(),)


def _by_id(asked: Select[Any]) -> dict[UUID, Any]:
    return {row.id: row for row in db.session.scalars(asked)}


def _text(text: Localized, fallback: str) -> str:
    return text.text(current_language(), fallback)


def _parts(*parts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in parts if part))


def _state(*, has_ended: bool) -> str:
    return _("No longer exists") if has_ended else ""
