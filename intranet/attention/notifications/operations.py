"""Marking notifications as seen, choosing how they arrive, managing the feed address."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select, update

from intranet.attention.notifications.choices import USUAL, NotificationWays
from intranet.attention.notifications.events import Seen
from intranet.attention.notifications.models import (
    ConversationChoice,
    DigestChoice,
    FeedKey,
    Kind,
    MailChoice,
    Notification,
    NotificationChoice,
    Rhythm,
    Telling,
)
from intranet.extensions import db
from intranet.messaging.conversations.access import require_reader
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.accounts.operations.own_account import notify_of_secret_address
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def see(person: Person, ids: Collection[UUID] | None = None) -> None:
    """Mark notifications as seen: these, with every act on the same subjects, or all of them."""
    with unit_of_work() as work:
        asked = update(Notification).where(
            Notification.person_id == person.id, Notification.seen_at.is_(None)
        )
        if ids is not None:
            things = select(Notification.thing).where(
                Notification.id.in_(ids),
                Notification.person_id == person.id,
                Notification.thing != "",
            )
            asked = asked.where(or_(Notification.id.in_(ids), Notification.thing.in_(things)))
        db.session.execute(asked.values(seen_at=clock.now()))
        work.publish(Seen(person.id))


def unsee(person: Person, notification: Notification) -> None:
    """Mark a notification as not seen, so that it stands out and counts again."""
    with unit_of_work() as work:
        db.session.execute(
            update(Notification)
            .where(Notification.id == notification.id, Notification.person_id == person.id)
            .values(seen_at=None)
        )
        work.publish(Seen(person.id))


def choose_ways(person_id: UUID, kind: Kind, ways: NotificationWays) -> None:
    """Set the ways by which a kind of notification reaches a person."""
    with unit_of_work() as work:
        usual = USUAL[kind]
        values = {"person_id": person_id, "kind": kind, "mail": usual.mail, "push": usual.push}
        work.add_unless_there(NotificationChoice, values)
        row = db.session.get_one(NotificationChoice, (person_id, kind), with_for_update=True)
        row.mail, row.push = ways.mail, ways.push


def stop_mail(person_id: UUID, kind: Kind, *, is_on: bool) -> None:
    """Stop mails of a kind for a person, or send them again as by default."""
    row = db.session.get(NotificationChoice, (person_id, kind))
    push = row.push if row else USUAL[kind].push
    choose_ways(
        person_id,
        kind,
        NotificationWays(USUAL[kind].mail if is_on else MailChoice.NEVER, push=push),
    )


def set_level(person: Person, conversation: Conversation, telling: Telling) -> None:
    """Choose whether all messages of a conversation notify a person, mentions, or none.

    Raises:
        NotFound: the person may not read it.
    """
    with unit_of_work() as work:
        require_reader(person, conversation)
        keys = {"person_id": person.id, "conversation_id": conversation.id}
        work.add_unless_there(ConversationChoice, {**keys, "telling": telling})
        row = db.session.get_one(
            ConversationChoice, (person.id, conversation.id), with_for_update=True
        )
        row.telling = telling


def set_rhythm(person_id: UUID, rhythm: Rhythm) -> None:
    """Set how often the digest is sent."""
    with unit_of_work() as work:
        work.add_unless_there(DigestChoice, {"person_id": person_id, "rhythm": rhythm})
        db.session.get_one(DigestChoice, person_id, with_for_update=True).rhythm = rhythm


def make_feed_key(person: Person) -> str:
    """Create a new address for the person's feed; the previous one stops working."""
    secret = new_secret()
    with unit_of_work() as work:
        notify_of_secret_address(work, person, "/me/notifications")
        values = {"person_id": person.id, "key_hash": hash_of(secret), "created_at": clock.now()}
        work.add_unless_there(FeedKey, values)
        row = db.session.get_one(FeedKey, person.id, with_for_update=True)
        row.key_hash, row.created_at = hash_of(secret), clock.now()
    return secret


def end_feed(person: Person) -> None:
    """Revoke the address of the person's feed."""
    with unit_of_work() as work:
        row = db.session.get(FeedKey, person.id)
        if row:
            work.delete(row)
