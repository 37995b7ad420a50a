"""A person's notifications, with their deliveries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from intranet.attention.notifications.grouping import OF_MESSAGES
from intranet.attention.notifications.models import (
    ConversationChoice,
    DigestChoice,
    FeedKey,
    Kind,
    Notification,
    Rhythm,
    Telling,
)
from intranet.delivery.push.models import PushSubscription
from intranet.delivery.push.queries import may_be_notified
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.queries import may_sign_in
from intranet.organisation.accounts.random_secrets import hash_of
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.errors import NotFound
from intranet.platform.core.types import id_parameter
from intranet.publishing.publications.announcement_models import Acknowledgement, Announcement
from intranet.publishing.publications.models import Publication

MAX_COUNTED = 100
REPLIES = ("answered", "accepted", "idea_answer", Kind.THREAD.value)
"""Replies to the reader's own things, or in a thread that they follow."""


class Tab(StrEnum):
    """A tab of the list."""

    ALL = "all"
    UNSEEN = "unseen"
    MENTIONS = "mentions"
    REPLIES = "replies"
    TO_CONFIRM = "to_confirm"


def unseen_count(person: Person) -> int:
    """Count the subjects with acts that a person has not seen, up to a hundred."""
    return execute_prepared(_unseen(), person_id=person.id).scalar() or 0


@cache
def _unseen() -> Select[int]:
    some = (
        select(Notification.thing)
        .where(Notification.person_id == id_parameter("person_id"), Notification.seen_at.is_(None))
        .distinct()
        .limit(MAX_COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(some)


def tab_counts(person: Person) -> dict[Tab, int]:
    """Count what waits in each tab, up to a hundred, in one query.

    Mentions and replies count while they are unseen, required reading until it is confirmed.
    """
    row = execute_prepared(_tab_counts(), person_id=person.id).one()
    return {tab: getattr(row, tab.value) for tab in Tab if tab != Tab.ALL}


@cache
def _tab_counts() -> Select[Any, *tuple[Any, ...]]:
    unseen = Notification.seen_at.is_(None)
    wanted: dict[Tab, ColumnElement[bool]] = {
        Tab.UNSEEN: unseen,
        Tab.MENTIONS: unseen & _in_tab(Notification, Tab.MENTIONS),
        Tab.REPLIES: unseen & _in_tab(Notification, Tab.REPLIES),
        Tab.TO_CONFIRM: _in_tab(Notification, Tab.TO_CONFIRM),
    }
    columns = []
    for tab, condition in wanted.items():
        some = (
            select(Notification.thing)
            .where(Notification.person_id == id_parameter("person_id"), condition)
            .distinct()
            .limit(MAX_COUNTED)
            .subquery()
        )
        columns.append(select(func.count()).select_from(some).scalar_subquery().label(tab.value))
    return select(*columns)


def latest(
    person: Person, before: tuple[datetime, UUID] | None, limit: int, tab: Tab = Tab.ALL
) -> Sequence[Notification]:
    """List the newest notification of each subject, the most recent activity first."""
    newer = aliased(Notification)
    asked = (
        select(Notification)
        .where(
            Notification.person_id == person.id,
            _is_there(Notification),
            _in_tab(Notification, tab),
            ~exists().where(
                newer.person_id == Notification.person_id,
                newer.thing == Notification.thing,
                newer.thing != "",
                or_(
                    newer.acted_at > Notification.acted_at,
                    (newer.acted_at == Notification.acted_at) & (newer.id > Notification.id),
                ),
                _is_there(newer),
                _in_tab(newer, tab),
            ),
        )
        .options(joinedload(Notification.message))
        .order_by(Notification.acted_at.desc(), Notification.id.desc())
        .limit(limit)
    )
    if before:
        at, row_id = before
        asked = asked.where(
            or_(
                Notification.acted_at < at,
                (Notification.acted_at == at) & (Notification.id < row_id),
            )
        )
    return db.session.scalars(asked).all()


def load_deliveries(rows: Sequence[Notification]) -> None:
    """Load the deliveries of these notifications, in one query."""
    ids = [row.id for row in rows]
    asked = select(Notification).where(Notification.id.in_(ids))
    db.session.scalars(asked.options(selectinload(Notification.deliveries))).all()


def _is_there(row: type[Notification]) -> ColumnElement[bool]:
    """Return a condition that drops rows of a deleted message, so that the previous row shows.

    Kinds in `OF_MESSAGES`, whose row covers several messages, stay.
    """
    gone = exists().where(Message.id == row.message_id, Message.deleted_at.is_not(None))
    return or_(row.message_id.is_(None), row.kind.in_(OF_MESSAGES), ~gone)


def _in_tab(row: type[Notification], tab: Tab) -> ColumnElement[bool]:
    if tab == Tab.UNSEEN:
        return row.seen_at.is_(None)
    if tab == Tab.MENTIONS:
        return row.kind == Kind.MENTION
    if tab == Tab.REPLIES:
        return row.why.in_(REPLIES)
    if tab == Tab.TO_CONFIRM:
        confirmed = (
            exists()
            .where(
                Acknowledgement.publication_id == Announcement.publication_id,
                Acknowledgement.person_id == row.person_id,
                Acknowledgement.version >= Announcement.confirmed_version,
            )
            .correlate(Announcement, row)
        )
        waiting = (
            exists()
            .where(
                Publication.id == row.publication_id,
                Publication.withdrawn_at.is_(None),
                Announcement.publication_id == Publication.id,
                ~confirmed,
            )
            .correlate(row)
        )
        return and_(row.kind.in_((Kind.TO_CONFIRM, Kind.REMINDER)), waiting)
    return true()


def get_notification(person: Person, notification_id: UUID) -> Notification:
    """Return one of the person's own notifications.

    Raises:
        NotFound: there is none, or it is another person's.
    """
    found = db.session.scalar(
        select(Notification)
        .where(Notification.id == notification_id, Notification.person_id == person.id)
        .options(joinedload(Notification.message), selectinload(Notification.deliveries))
    )
    if found is None:
        raise NotFound
    return found


def of_publication(publication_id: UUID, person_ids: Collection[UUID]) -> Sequence[Notification]:
    """Return these people's notifications of a publication, earliest first."""
    return db.session.scalars(
        select(Notification)
        .where(
            Notification.publication_id == publication_id,
            Notification.person_id.in_(person_ids),
        )
        .options(selectinload(Notification.deliveries))
        .order_by(Notification.created_at, Notification.id)
    ).all()


class Outlets(NamedTuple):
    """How a person can be reached: a device, the digest; and their muted conversations."""

    has_device: bool
    rhythm: Rhythm
    muted: int


def outlets(person: Person) -> Outlets:
    """Return a person's outlets in one query, with up to a hundred muted conversations."""
    row = execute_prepared(_outlets(), person_id=person.id).one()
    return Outlets(bool(row.has_device), row.rhythm or Rhythm.DAILY, row.muted)


@cache
def _outlets() -> Select[Any, *tuple[Any, ...]]:
    person_id = id_parameter("person_id")
    device = (
        select(PushSubscription.id)
        .join(PushSubscription.sign_in)
        .join(SignIn.account)
        .where(PushSubscription.person_id == person_id, *may_be_notified())
    )
    muted = (
        select(ConversationChoice.conversation_id)
        .where(
            ConversationChoice.person_id == person_id, ConversationChoice.telling == Telling.NONE
        )
        .limit(MAX_COUNTED)
        .subquery()
    )
    rhythm = select(DigestChoice.rhythm).where(DigestChoice.person_id == person_id)
    return select(
        exists(device).label("has_device"),
        rhythm.scalar_subquery().label("rhythm"),
        select(func.count()).select_from(muted).scalar_subquery().label("muted"),
    )


def has_feed(person_id: UUID) -> bool:
    """Whether the person has a feed address."""
    return db.session.get(FeedKey, person_id) is not None


def person_of_feed(secret: str) -> Person:
    """Return the person whose feed has this secret address, while they may sign in.

    Raises:
        NotFound: the address is unknown, or its person may no longer sign in.
    """
    person = db.session.scalar(
        select(Person)
        .join(FeedKey, FeedKey.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(FeedKey.key_hash == hash_of(secret), may_sign_in())
    )
    if person is None:
        raise NotFound
    return person
