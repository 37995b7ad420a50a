"""How people choose to be notified: the defaults, and each person's own choices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Select, exists, select

from intranet.attention.notifications.models import (
    ConversationChoice,
    DigestChoice,
    Kind,
    MailChoice,
    NotificationChoice,
    Rhythm,
    Telling,
)
from intranet.extensions import db
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import id_parameter


@dataclass(frozen=True)
class NotificationWays:
    """The ways by which a kind of notification reaches a person."""

    mail: MailChoice
    push: bool


USUAL: Mapping[Kind, NotificationWays] = {
    Kind.TO_CONFIRM: NotificationWays(MailChoice.NOW, push=True),
    Kind.ANNOUNCEMENT: NotificationWays(MailChoice.DIGEST, push=True),
    Kind.REMINDER: NotificationWays(MailChoice.NOW, push=True),
    Kind.TALK: NotificationWays(MailChoice.DIGEST, push=True),
    Kind.MENTION: NotificationWays(MailChoice.DIGEST, push=True),
    Kind.CHANNEL: NotificationWays(MailChoice.NEVER, push=True),
    Kind.THREAD: NotificationWays(MailChoice.DIGEST, push=True),
    Kind.ARTICLE: NotificationWays(MailChoice.DIGEST, push=False),
    Kind.WRITING: NotificationWays(MailChoice.NOW, push=True),
    Kind.CONCERN: NotificationWays(MailChoice.DIGEST, push=True),
    Kind.GROUP: NotificationWays(MailChoice.DIGEST, push=False),
    Kind.COUNTERPART: NotificationWays(MailChoice.DIGEST, push=False),
    Kind.HAND_OVER: NotificationWays(MailChoice.NOW, push=False),
    Kind.MODERATION: NotificationWays(MailChoice.NOW, push=True),
    Kind.ACCOUNT: NotificationWays(MailChoice.NOW, push=True),
    Kind.ORGANISATION: NotificationWays(MailChoice.NOW, push=False),
    Kind.RECORDS: NotificationWays(MailChoice.DIGEST, push=False),
}
"""Defaults for people who chose nothing."""
CHOSEN = [kind for kind in USUAL if kind != Kind.ACCOUNT]
"""Kinds that people can configure; notifications about their account cannot be turned off."""


def ways_of(person_ids: Collection[UUID], kind: Kind) -> dict[UUID, NotificationWays]:
    """Return how each of these people wants this kind of notification. One query."""
    rows = db.session.scalars(
        select(NotificationChoice).where(
            NotificationChoice.person_id.in_(person_ids), NotificationChoice.kind == kind
        )
    )
    chosen = {row.person_id: NotificationWays(row.mail, push=row.push) for row in rows}
    return {person_id: chosen.get(person_id, USUAL[kind]) for person_id in person_ids}


def all_ways(person_id: UUID) -> dict[Kind, NotificationWays]:
    """Return how a person wants each kind of notification."""
    rows = db.session.scalars(
        select(NotificationChoice).where(NotificationChoice.person_id == person_id)
    )
    return {**USUAL, **{row.kind: NotificationWays(row.mail, push=row.push) for row in rows}}


def notify_choices_in(
    conversation_id: UUID, person_ids: Collection[UUID] | None = None
) -> dict[UUID, Telling]:
    """Return the stored choice for a conversation, by person.

    People who chose nothing are left out. Without `person_ids`, look up everybody.
    """
    asked = select(ConversationChoice).where(ConversationChoice.conversation_id == conversation_id)
    if person_ids is not None:
        asked = asked.where(ConversationChoice.person_id.in_(person_ids))
    return {row.person_id: row.telling for row in db.session.scalars(asked)}


def is_listened_to(conversation_id: UUID) -> bool:
    """Whether anyone chose to be notified of every message of a conversation."""
    return bool(execute_prepared(_is_listened_to(), conversation_id=conversation_id).scalar())


@cache
def _is_listened_to() -> Select[bool]:
    listener = exists().where(
        ConversationChoice.conversation_id == id_parameter("conversation_id"),
        ConversationChoice.telling == Telling.ALL,
    )
    return select(listener)


def rhythm_of(person_id: UUID) -> Rhythm:
    """Return how often a person wants the digest."""
    row = db.session.get(DigestChoice, person_id)
    return row.rhythm if row else Rhythm.DAILY


def no_digest_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these people who want no digest."""
    return set(
        db.session.scalars(
            select(DigestChoice.person_id).where(
                DigestChoice.person_id.in_(person_ids), DigestChoice.rhythm == Rhythm.NEVER
            )
        )
    )
