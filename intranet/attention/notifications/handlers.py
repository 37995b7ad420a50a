"""What is written when something happens that people are to be told of, or need be told no more."""

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from intranet.attention.notifications.choices import is_listened_to
from intranet.attention.notifications.grouping import OF_MESSAGES
from intranet.attention.notifications.message_news import thing_of_thread
from intranet.attention.notifications.models import Delivery, FeedKey, Kind, Notification
from intranet.attention.notifications.telling import SLICE
from intranet.collaboration.groups.events import GroupConcerned, InvitationAnswered
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.events import PlaceMoved
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.events import MessageChanged, MessagePosted, SavedDue, ThreadRead
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.events import AccountConcerned, SecretsEnded
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import owe
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements.events import Reminded
from intranet.publishing.publications.events import (
    Acknowledged,
    Concerned,
    Corrected,
    Discarded,
    Held,
    Published,
)
from intranet.publishing.publications.models import Publication

OF_PUBLICATION = "notifications.publication"
OF_GROUP = "notifications.group"
OF_MESSAGE = "notifications.message"
OF_REMINDER = "notifications.reminder"
OF_MODERATION = "notifications.moderation"
OF_ACCOUNT = "notifications.account"
BY_HAND = "by_hand"


def follow_published(event: Published) -> None:
    """Owe telling those to whom it is addressed."""
    _owe_publication(event.publication_id, "addressed")


def follow_corrected(event: Corrected) -> None:
    """Owe telling them anew, where they are asked to confirm the new text."""
    publication = db.session.get_one(Publication, event.publication_id)
    if publication.due_on and publication.confirmed_version == publication.version:
        _owe_publication(event.publication_id, "corrected")


def follow_held(event: Held) -> None:
    """Owe telling those who write there."""
    _owe_publication(event.publication_id, "held")


def follow_concerned(event: Concerned) -> None:
    """Owe telling those whom something about a publication concerns, some at a time."""
    ids = [str(person_id) for person_id in event.person_ids]
    payload = {
        "publication_id": str(event.publication_id),
        **_act(event.why, event.key, event.actor_id),
        "actor_post_id": _text(event.actor_post_id),
        "message_id": _text(event.message_id),
    }
    with unit_of_work() as work:
        for start in range(0, len(ids), SLICE):
            owe(work, OF_PUBLICATION, {**payload, "person_ids": ids[start : start + SLICE]})


def follow_group(event: GroupConcerned) -> None:
    """Owe telling those whom something about a group concerns."""
    if not event.person_ids:
        return
    payload = {
        "space_id": str(event.space_id),
        **_act(event.why, event.key, event.actor_id),
        "person_ids": [str(person_id) for person_id in event.person_ids],
    }
    with unit_of_work() as work:
        owe(work, OF_GROUP, payload)


def follow_discarded(event: Discarded) -> None:
    """Who was told that it did not go out is told of nothing, once it is thrown away."""
    told = select(Notification.id).where(Notification.publication_id == event.publication_id)
    with unit_of_work():
        db.session.execute(delete(Delivery).where(Delivery.notification_id.in_(told)))
        db.session.execute(
            delete(Notification).where(Notification.publication_id == event.publication_id)
        )


def follow_reminded(event: Reminded) -> None:
    """Owe telling those who have not confirmed it yet, some at a time."""
    ids = [str(person_id) for person_id in event.person_ids]
    day = clock.now().date().isoformat()
    which = f"{event.kind}:{day}" if event.kind == BY_HAND else event.kind
    with unit_of_work() as work:
        for start in range(0, len(ids), SLICE):
            payload = {"publication_id": str(event.publication_id), "which": which}
            owe(work, OF_REMINDER, {**payload, "person_ids": ids[start : start + SLICE]})


def owe_moderation(person_ids: Collection[UUID], why: str, *, path: str, key: str) -> None:
    """Owe telling people of moderation, in the transaction of who calls: what moderates is above.

    Args:
        why: a word of `sentences.SENTENCES`.
        path: where it is read; who may not read it there is told no more than that.
        key: what it is; each is told once.
    """
    ids = sorted(str(person_id) for person_id in person_ids)
    with unit_of_work() as work:
        for start in range(0, len(ids), SLICE):
            some = {"person_ids": ids[start : start + SLICE]}
            owe(work, OF_MODERATION, {**_act(why, key), "path": path, **some})


def follow_account(event: AccountConcerned) -> None:
    """Enqueue the notification of a change to a person's account."""
    payload = {"person_id": str(event.person_id), "path": event.path}
    with unit_of_work() as work:
        owe(work, OF_ACCOUNT, {**payload, **_act(event.why, uuid7().hex, event.actor_id)})


def follow_saved(event: SavedDue) -> None:
    """Enqueue the reminder of a saved message; it leads to the message while it can be read."""
    person = db.session.get_one(Person, event.person_id)
    message = db.session.get_one(Message, event.message_id)
    is_readable = readable_among(person, [message.conversation_id])
    path = f"/c/{message.conversation_id}/m/{message.seq}" if is_readable else "/messages/saved"
    payload = {"person_id": str(person.id), "path": path}
    with unit_of_work() as work:
        owe(work, OF_ACCOUNT, {**payload, **_act("account_saved", uuid7().hex, None)})


def follow_message(event: MessagePosted) -> None:
    """Owe telling the people of a talk, and those whom a message calls."""
    with unit_of_work() as work:
        work.gather(_owe_messages, [event.message_id])


def follow_changed(event: MessageChanged) -> None:
    """A deleted message no longer counts as unseen: its row is not in the list any more."""
    message = db.session.get(Message, event.message_id)
    if message is None or message.deleted_at is None:
        return
    with unit_of_work():
        db.session.execute(
            update(Notification)
            .where(
                Notification.message_id == message.id,
                Notification.kind.not_in(OF_MESSAGES),
                Notification.seen_at.is_(None),
            )
            .values(seen_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def end_feed(event: SecretsEnded) -> None:
    """Revoke the secret address of a person's feed."""
    with unit_of_work():
        db.session.execute(delete(FeedKey).where(FeedKey.person_id == event.person_id))


def _owe_messages(message_ids: Collection[UUID]) -> None:
    messages = [db.session.get_one(Message, message_id) for message_id in message_ids]
    messages.sort(key=attrgetter("conversation_id", "id"))
    for conversation_id, said in groupby(messages, key=attrgetter("conversation_id")):
        conversation = db.session.get_one(Conversation, conversation_id)
        is_talk = conversation.kind in {ConversationKind.DIRECT, ConversationKind.POST}
        tells_all = is_talk or is_listened_to(conversation_id)
        with unit_of_work() as work:
            for message in said:
                if tells_all or message.mentions or message.parent_id:
                    owe(work, OF_MESSAGE, {"message_id": str(message.id)})


def follow_place(event: PlaceMoved) -> None:
    """What somebody was told of a conversation is seen when they read there."""
    in_it = Notification.conversation_id == event.conversation_id
    _see([event.person_id], in_it & (Notification.kind != Kind.THREAD))


def follow_thread(event: ThreadRead) -> None:
    """What people were told of a thread is seen when they read it: it has a place of its own."""
    in_it = Notification.thing == thing_of_thread(event.parent_id)
    _see(event.person_ids, in_it & (Notification.kind == Kind.THREAD))


def follow_acknowledged(event: Acknowledged) -> None:
    """What somebody was told of a publication is seen when they confirm it."""
    _see([event.person_id], Notification.publication_id == event.publication_id)


def follow_answered(event: InvitationAnswered) -> None:
    """An invitation to a group is seen when it is answered."""
    _see([event.person_id], Notification.space_id == event.space_id)


def _see(person_ids: Collection[UUID], which: ColumnElement[bool]) -> None:
    with unit_of_work():
        db.session.execute(
            update(Notification)
            .where(
                Notification.person_id.in_(person_ids),
                Notification.seen_at.is_(None),
                which,
            )
            .values(seen_at=clock.now())
        )


def _owe_publication(publication_id: UUID, why: str) -> None:
    with unit_of_work() as work:
        owe(work, OF_PUBLICATION, {"publication_id": str(publication_id), **_act(why)})


def _act(why: str, key: str = "", actor_id: UUID | None = None) -> dict[str, str]:
    """The act as the outbox carries it, with the time at which it is done."""
    return {"why": why, "key": key, "actor_id": _text(actor_id), "at": clock.now().isoformat()}


def _text(row_id: UUID | None) -> str:
    return str(row_id) if row_id else ""
