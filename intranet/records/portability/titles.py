"""The names of rooms, people and posts in the readable pages of a package."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from intranet.messaging.conversations.models import ConversationKind
from intranet.platform.core.i18n import _
from intranet.platform.core.types import Localized
from intranet.records.portability.scope import TABLES, Scope, going

MAX_NAMES = 4


@dataclass(frozen=True)
class Talk:
    """A conversation as the pages name it: below its room, and by its own title."""

    id: UUID
    kind: ConversationKind
    room: str
    title: str

    @property
    def address(self) -> str:
        """The folder of its pages."""
        return f"talks/{self.id}"


def talks_of(connection: Connection, scope: Scope, language: str) -> dict[UUID, Talk]:
    """Return the conversations that go, with their names."""
    conversations, spaces, units, agencies, posts, publications, versions = (
        TABLES[name]
        for name in (
            *("conversations", "spaces", "units", "agencies", "posts", "publications"),
            "publication_versions",
        )
    )
    found = connection.execute(
        select(
            conversations.c.id,
            conversations.c.kind,
            conversations.c.name,
            spaces.c.name.label("space"),
            units.c.name.label("unit"),
            agencies.c.name.label("agency"),
            posts.c.title.label("post"),
            versions.c.title.label("publication"),
        )
        .outerjoin(spaces, spaces.c.id == conversations.c.space_id)
        .outerjoin(units, units.c.id == spaces.c.unit_id)
        .outerjoin(agencies, agencies.c.id == spaces.c.agency_id)
        .outerjoin(posts, posts.c.id == conversations.c.post_id)
        .outerjoin(publications, publications.c.conversation_id == conversations.c.id)
        .outerjoin(
            versions,
            and_(
                versions.c.publication_id == publications.c.id,
                versions.c.number == publications.c.version,
            ),
        )
        .where(scope.condition("conversations"))
        .order_by(conversations.c.id)
    )
    people = _participants(connection, scope)
    return {row.id: _talk(row, people.get(row.id, []), language) for row in found}


def _talk(row: Any, people: list[str], language: str) -> Talk:
    names = ", ".join(people[:MAX_NAMES]) + (" …" if len(people) > MAX_NAMES else "")
    if row.kind == ConversationKind.DIRECT:
        return Talk(row.id, row.kind, _("Direct messages"), names)
    if row.kind == ConversationKind.POST:
        return Talk(row.id, row.kind, _text(row.post, language), names)
    if row.kind == ConversationKind.DISCUSSION:
        return Talk(row.id, row.kind, _("Discussions"), _text(row.publication, language))
    room = _text(row.space or row.unit or row.agency, language)
    return Talk(row.id, row.kind, room, _text(row.name, language) if row.name else room)


def _participants(connection: Connection, scope: Scope) -> dict[UUID, list[str]]:
    participants, people, conversations = (
        TABLES[name] for name in ("participants", "people", "conversations")
    )
    found = connection.execute(
        select(participants.c.conversation_id, people.c.name)
        .join(people, people.c.id == participants.c.person_id)
        .join(conversations, conversations.c.id == participants.c.conversation_id)
        .where(scope.condition("conversations"))
        .order_by(participants.c.conversation_id, people.c.sort_key)
    )
    names: dict[UUID, list[str]] = defaultdict(list)
    for row in found:
        names[row.conversation_id].append(row.name)
    return names


def _text(name: Localized | None, language: str) -> str:
    return name.text(language) if name else _("Without a title")


@dataclass(frozen=True)
class PostHolding:
    """A post that somebody holds or held."""

    title: str
    unit: str
    since: str
    until: str


def holdings_of(connection: Connection, language: str) -> dict[UUID, list[PostHolding]]:
    """Return the posts that the people who go hold or held, by person."""
    appointments, posts, units = (TABLES[name] for name in ("appointments", "posts", "units"))
    found = connection.execute(
        select(
            appointments.c.person_id,
            posts.c.title,
            units.c.name,
            appointments.c.starts_on,
            appointments.c.ends_on,
        )
        .join(posts, posts.c.id == appointments.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(posts.c.id.in_(going("posts")))
        .order_by(appointments.c.person_id, appointments.c.starts_on)
    )
    held: dict[UUID, list[PostHolding]] = defaultdict(list)
    for row in found:
        held[row.person_id].append(
            PostHolding(
                _text(row.title, language),
                _text(row.name, language),
                row.starts_on.isoformat(),
                row.ends_on.isoformat() if row.ends_on else "",
            )
        )
    return held
