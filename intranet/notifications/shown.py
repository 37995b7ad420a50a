"""What somebody was told, as pages and programs show it: only what they may still read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intranet.conversations.access import readable_among
from intranet.conversations.listing import space_name
from intranet.conversations.models import Conversation
from intranet.core.html import plain_text
from intranet.core.i18n import _
from intranet.core.web import current_language
from intranet.extensions import db
from intranet.groups.access import known_to
from intranet.groups.models import Group
from intranet.notifications.letters import place_of, url_for_message
from intranet.notifications.models import Delivery, Kind, Notification, State
from intranet.notifications.words import BECAUSE, BY_PATH, CHANNELS, STATES, WHYS
from intranet.people.models import Person
from intranet.publications.access import readable_by
from intranet.publications.models import Publication, PublicationVersion
from intranet.publications.versions import is_latest
from intranet.spaces.models import Space

ICONS = {
    Kind.TO_CONFIRM: "file-check",
    Kind.ANNOUNCEMENT: "megaphone",
    Kind.REMINDER: "bell-ring",
    Kind.TALK: "message-square",
    Kind.MENTION: "at-sign",
    Kind.CHANNEL: "hash",
    Kind.ARTICLE: "newspaper",
    Kind.WRITING: "triangle-alert",
    Kind.CONCERN: "messages-square",
    Kind.GROUP: "handshake",
    Kind.MODERATION: "shield-check",
    Kind.ACCOUNT: "key-round",
}
TEXT = 160


@dataclass(frozen=True)
class Way:
    """By which way it went, and what became of it, in words."""

    name: str
    channel: str
    state: str
    words: str
    because: str
    at: datetime | None


@dataclass(frozen=True)
class Shown:
    """One notification in words."""

    id: UUID
    kind: str
    icon: str
    title: str
    detail: str
    path: str
    why: str
    at: datetime
    is_seen: bool
    ways: Sequence[Way]


def shown(person: Person, rows: Sequence[Notification]) -> list[Shown]:
    """These in words, but for what the person may no longer read. A constant number of queries."""
    publications = _publications(person, {row.publication_id for row in rows})
    conversation_ids = {row.conversation_id for row in rows if row.conversation_id}
    conversations = readable_among(person, conversation_ids) if conversation_ids else {}
    groups = _groups(person, {row.space_id for row in rows if row.space_id})
    found = []
    for row in rows:
        if row.kind in BY_PATH:
            said: tuple[str, str, str] | None = (str(BY_PATH[row.kind][row.why]), "", row.path)
        elif row.publication_id:
            said = _of_publication(row, publications)
        elif row.space_id:
            said = of_group(row.why, groups[row.space_id]) if row.space_id in groups else None
        else:
            said = _of_message(row, conversations)
        if said:
            title, detail, path = said
            found.append(_shown(row, title, detail, path))
    return found


def ways(deliveries: Sequence[Delivery]) -> list[Way]:
    """By which ways something went, in words."""
    return [
        Way(
            name=str(CHANNELS[row.channel]),
            channel=row.channel.value,
            state=row.state.value,
            words=str(STATES[row.state]),
            because=str(BECAUSE[row.because]) if row.because in BECAUSE else "",
            at=row.due_at if row.state == State.WAITING else row.settled_at,
        )
        for row in deliveries
    ]


def _shown(row: Notification, title: str, detail: str, path: str) -> Shown:
    return Shown(
        id=row.id,
        kind=row.kind.value,
        icon=ICONS[row.kind],
        title=title,
        detail=detail,
        path=path,
        why=str(WHYS[row.why]),
        at=row.created_at,
        is_seen=row.seen_at is not None,
        ways=ways(row.deliveries),
    )


def _publications(
    person: Person, ids: set[UUID | None]
) -> dict[UUID, tuple[Publication, PublicationVersion | None]]:
    if not ids - {None}:
        return {}
    rows = db.session.execute(
        select(Publication, PublicationVersion)
        .outerjoin(PublicationVersion, is_latest())
        .where(Publication.id.in_(ids), readable_by(person))
    )
    return {publication.id: (publication, version) for publication, version in rows}


def _groups(person: Person, ids: set[UUID]) -> dict[UUID, Space]:
    """Those of these groups of which the person knows."""
    if not ids:
        return {}
    rows = db.session.scalars(
        select(Space)
        .join(Group, Group.space_id == Space.id)
        .where(Space.id.in_(ids), known_to(person))
    )
    return {row.id: row for row in rows}


def of_group(why: str, space: Space) -> tuple[str, str, str]:
    """What is told of a group: a title, a little more, and where it leads."""
    name = space_name(space)
    if why == "group_key":
        titles = _("%(group)s asks for the key of your administration", group=name)
        return titles, "", f"/groups/{space.id}"
    words = {
        "group_invited": _("You are invited into %(group)s", group=name),
        "group_request": _("Somebody asks to come into %(group)s", group=name),
        "group_let_in": _("You are in %(group)s", group=name),
        "group_owner": _("%(group)s belongs to your post", group=name),
        "group_asleep": _("Is %(group)s still needed?", group=name),
    }
    return words[why], "", f"/groups/{space.id}"


def _of_publication(
    row: Notification, there: dict[UUID, tuple[Publication, PublicationVersion | None]]
) -> tuple[str, str, str] | None:
    if row.publication_id not in there:
        return None
    publication, version = there[row.publication_id]
    path = f"/p/{publication.id}"
    if row.kind == Kind.WRITING or version is None:
        return _("An announcement did not go out"), "", f"{path}/edit"
    if publication.withdrawn_at:
        if publication.hidden_at:
            return _("Something was hidden by moderation"), "", path
        return _("An announcement was withdrawn"), publication.withdrawn_reason, path
    title = version.title.text(current_language())
    if row.kind == Kind.REMINDER:
        return _("Still to confirm: %(title)s", title=title), "", path
    if row.why == "showcase_proposed":  # it is decided on a page of its own
        path = f"{path}/showcase"
    return title, version.summary.text(current_language()), path


def _of_message(row: Notification, there: dict[UUID, Conversation]) -> tuple[str, str, str] | None:
    conversation = there.get(row.conversation_id) if row.conversation_id else None
    message = row.message
    if conversation is None or message is None or message.deleted_at:
        return None
    name = message.author.name
    title = (
        _("%(name)s calls you in %(place)s", name=name, place=place_of(conversation))
        if row.kind == Kind.MENTION
        else _("%(name)s writes to you", name=name)
    )
    return title, plain_text(message.said, TEXT), url_for_message(row)
