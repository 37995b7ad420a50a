"""How people want to be told: the usual, and what each of them chose instead."""

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
from intranet.platform.core.database import ask
from intranet.platform.core.types import given


@dataclass(frozen=True)
class Ways:
    """By which ways a kind of thing goes to somebody."""

    mail: MailChoice
    push: bool


USUAL: Mapping[Kind, Ways] = {
    Kind.TO_CONFIRM: Ways(MailChoice.NOW, push=True),
    Kind.ANNOUNCEMENT: Ways(MailChoice.DIGEST, push=True),
    Kind.REMINDER: Ways(MailChoice.NOW, push=True),
    Kind.TALK: Ways(MailChoice.DIGEST, push=True),
    Kind.MENTION: Ways(MailChoice.DIGEST, push=True),
    Kind.CHANNEL: Ways(MailChoice.NEVER, push=True),
    Kind.THREAD: Ways(MailChoice.DIGEST, push=True),
    Kind.ARTICLE: Ways(MailChoice.DIGEST, push=False),
    Kind.WRITING: Ways(MailChoice.NOW, push=True),
    Kind.CONCERN: Ways(MailChoice.DIGEST, push=True),
    Kind.GROUP: Ways(MailChoice.DIGEST, push=False),
    Kind.MODERATION: Ways(MailChoice.NOW, push=True),
    Kind.ACCOUNT: Ways(MailChoice.NOW, push=True),
}
"""What holds for who chose nothing."""
CHOSEN = [kind for kind in USUAL if kind != Kind.ACCOUNT]
"""The kinds of which people choose how they are told; what is done to their account they hear."""


def ways_of(person_ids: Collection[UUID], kind: Kind) -> dict[UUID, Ways]:
    """How each of these people wants this kind of thing. One query."""
    rows = db.session.scalars(
        select(NotificationChoice).where(
            NotificationChoice.person_id.in_(person_ids), NotificationChoice.kind == kind
        )
    )
    chosen = {row.person_id: Ways(row.mail, push=row.push) for row in rows}
    return {person_id: chosen.get(person_id, USUAL[kind]) for person_id in person_ids}


def all_ways(person_id: UUID) -> dict[Kind, Ways]:
    """How a person wants each kind of thing."""
    rows = db.session.scalars(
        select(NotificationChoice).where(NotificationChoice.person_id == person_id)
    )
    return {**USUAL, **{row.kind: Ways(row.mail, push=row.push) for row in rows}}


def tellings_in(
    conversation_id: UUID, person_ids: Collection[UUID] | None = None
) -> dict[UUID, Telling]:
    """Of which messages people want to be told, where they said: these people, or everybody."""
    asked = select(ConversationChoice).where(ConversationChoice.conversation_id == conversation_id)
    if person_ids is not None:
        asked = asked.where(ConversationChoice.person_id.in_(person_ids))
    return {row.person_id: row.telling for row in db.session.scalars(asked)}


def is_listened_to(conversation_id: UUID) -> bool:
    """Whether somebody wants to be told of every message of it."""
    return bool(ask(_is_listened_to(), conversation_id=conversation_id).scalar())


@cache
def _is_listened_to() -> Select[bool]:
    listener = exists().where(
        ConversationChoice.conversation_id == given("conversation_id"),
        ConversationChoice.telling == Telling.ALL,
    )
    return select(listener)


def rhythm_of(person_id: UUID) -> Rhythm:
    """How often a person wants the digest."""
    row = db.session.get(DigestChoice, person_id)
    return row.rhythm if row else Rhythm.DAILY


def no_digest_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people wants no digest."""
    return set(
        db.session.scalars(
            select(DigestChoice.person_id).where(
                DigestChoice.person_id.in_(person_ids), DigestChoice.rhythm == Rhythm.NEVER
            )
        )
    )
