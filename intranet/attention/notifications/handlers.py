"""Handlers that enqueue notifications for events, or mark them as seen."""

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from intranet.attention.notifications.choices import is_listened_to
from intranet.attention.notifications.grouping import OF_MESSAGES
from intranet.attention.notifications.message_news import thing_of_thread
from intranet.attention.notifications.models import Delivery, FeedKey, Kind, Notification
from intranet.attention.notifications.notifying import BATCH_SIZE
from intranet.collaboration.groups.events import GroupConcerned, InvitationAnswered
from intranet.extensions import db
from intranet.finding.counterparts.events import CounterpartsAppeared
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.events import PlaceMoved
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.events import MessageChanged, MessagePosted, SavedDue, ThreadRead
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.events import AccountConcerned, SecretsEnded
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements.events import Reminded
from intranet.publishing.publications.events import (
    Acknowledged,
    Concerned,
    Corrected,
    Discarded,
    PublicationHeld,
    PublicationPublished,
)
from intranet.publishing.publications.models import Publication

OF_PUBLICATION = "notifications.publication"
OF_GROUP = "notifications.group"
OF_MESSAGE = "notifications.message"
OF_REMINDER = "notifications.reminder"
OF_PAGE = "notifications.page"
OF_ACCOUNT = "notifications.account"
OF_COUNTERPARTS = "notifications.counterparts"
BY_HAND = "by_hand"


def follow_published(event: PublicationPublished) -> None:
    """Enqueue the notification of the addressees."""
    _owe_publication(event.publication_id, "addressed")


def follow_corrected(event: Corrected) -> None:
    """Notify the addressees anew, if they have to confirm the new text."""
    publication = db.session.get_one(Publication, event.publication_id)
    if (
        publication.announcement.due_on
        and publication.announcement.confirmed_version == publication.version
    ):
        _owe_publication(event.publication_id, "corrected")


def notify_writers(event: PublicationHeld) -> None:
    """Enqueue the notification of the publication's writers."""
    _owe_publication(event.publication_id, "held")


def follow_concerned(event: Concerned) -> None:
    """Enqueue, in slices, notifications for people concerned by a publication."""
    ids = [str(person_id) for person_id in event.person_ids]
    payload = {
        "publication_id": str(event.publication_id),
        **_act(event.why, event.key, event.actor_id),
        "actor_post_id": _text(event.actor_post_id),
        "message_id": _text(event.message_id),
    }
    with unit_of_work() as work:
        for start in range(0, len(ids), BATCH_SIZE):
            enqueue(
                work, OF_PUBLICATION, {**payload, "person_ids": ids[start : start + BATCH_SIZE]}
            )


def follow_group(event: GroupConcerned) -> None:
    """Enqueue the notification of people concerned by a change in a group."""
    if not event.person_ids:
        return
    payload = {
        "space_id": str(event.space_id),
        **_act(event.why, event.key, event.actor_id),
        "person_ids": [str(person_id) for person_id in event.person_ids],
    }
    with unit_of_work() as work:
        enqueue(work, OF_GROUP, payload)


def follow_discarded(event: Discarded) -> None:
    """Delete the notifications of a discarded draft."""
    told = select(Notification.id).where(Notification.publication_id == event.publication_id)
    with unit_of_work():
        db.session.execute(delete(Delivery).where(Delivery.notification_id.in_(told)))
        db.session.execute(
            delete(Notification).where(Notification.publication_id == event.publication_id)
        )


def follow_reminded(event: Reminded) -> None:
    """Enqueue, in slices, reminders for people who have not confirmed yet."""
    ids = [str(person_id) for person_id in event.person_ids]
    day = clock.now().date().isoformat()
    which = f"{event.kind}:{day}" if event.kind == BY_HAND else event.kind
    with unit_of_work() as work:
        for start in range(0, len(ids), BATCH_SIZE):
            payload = {"publication_id": str(event.publication_id), "which": which}
            enqueue(work, OF_REMINDER, {**payload, "person_ids": ids[start : start + BATCH_SIZE]})


def tell_of_page(
    kind: Kind, person_ids: Collection[UUID], why: str, *, path: str, key: str
) -> None:
    """Enqueue notifications that link to a page, in the caller's transaction.

    Called from packages in higher layers.

    Args:
        kind: one of `models.BY_PATH`.
        why: a key of `sentences.SENTENCES`.
        path: the page about it; people without access to that page learn no more than this.
        key: identifies the act in at most 50 characters; each person is notified of it once.
    """
    ids = sorted(str(person_id) for person_id in person_ids)
    act = {**_act(why, key), "kind": kind.value, "path": path}
    with unit_of_work() as work:
        for start in range(0, len(ids), BATCH_SIZE):
            enqueue(work, OF_PAGE, {**act, "person_ids": ids[start : start + BATCH_SIZE]})


def follow_account(event: AccountConcerned) -> None:
    """Enqueue the notification of a change to a person's account."""
    payload = {"person_id": str(event.person_id), "path": event.path}
    with unit_of_work() as work:
        enqueue(work, OF_ACCOUNT, {**payload, **_act(event.why, uuid7().hex, event.actor_id)})


def follow_counterparts(event: CounterpartsAppeared) -> None:
    """Enqueue the notification of posts that a person waits for, one for all of them."""
    why = "counterpart_new" if event.count == 1 else "counterparts_new"
    payload = {"person_id": str(event.person_id), "path": event.path}
    with unit_of_work() as work:
        enqueue(work, OF_COUNTERPARTS, {**payload, **_act(why, uuid7().hex)})


def follow_saved(event: SavedDue) -> None:
    """Enqueue the reminder of a saved message; it leads to the message while it can be read."""
    person = db.session.get_one(Person, event.person_id)
    message = db.session.get_one(Message, event.message_id)
    is_readable = readable_among(person, [message.conversation_id])
    path = f"/c/{message.conversation_id}/m/{message.seq}" if is_readable else "/messages/saved"
    payload = {"person_id": str(person.id), "path": path}
    with unit_of_work() as work:
        enqueue(work, OF_ACCOUNT, {**payload, **_act("account_saved", uuid7().hex, None)})


def follow_message(event: MessagePosted) -> None:
    """Enqueue notifications for participants, and for the people a message mentions."""
    with unit_of_work() as work:
        work.gather(_owe_messages, [event.message_id])


def follow_changed(event: MessageChanged) -> None:
    """Mark notifications of a deleted message as seen, so that they no longer count."""
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
                    enqueue(work, OF_MESSAGE, {"message_id": str(message.id)})


def mark_seen_where_read(event: PlaceMoved) -> None:
    """Mark notifications of a conversation as seen when the person reads there."""
    in_it = Notification.conversation_id == event.conversation_id
    _see([event.person_id], in_it & (Notification.kind != Kind.THREAD))


def follow_thread(event: ThreadRead) -> None:
    """Mark notifications of a thread as seen when it is read; it has its own position."""
    in_it = Notification.thing == thing_of_thread(event.parent_id)
    _see(event.person_ids, in_it & (Notification.kind == Kind.THREAD))


def follow_acknowledged(event: Acknowledged) -> None:
    """Mark notifications of a publication as seen when the person confirms it."""
    _see([event.person_id], Notification.publication_id == event.publication_id)


def follow_answered(event: InvitationAnswered) -> None:
    """Mark an invitation to a group as seen when it is answered."""
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
        enqueue(work, OF_PUBLICATION, {"publication_id": str(publication_id), **_act(why)})


def _act(why: str, key: str = "", actor_id: UUID | None = None) -> dict[str, str]:
    """Return an act as the outbox stores it, with its time."""
    return {"why": why, "key": key, "actor_id": _text(actor_id), "at": clock.now().isoformat()}


def _text(row_id: UUID | None) -> str:
    return str(row_id) if row_id else ""
