"""Whether a notification is still useful when it is about to be sent."""

from datetime import datetime

from sqlalchemy import select

from intranet.attention.notifications.models import BY_PATH, Kind, Notification
from intranet.collaboration.groups.access import is_known_to
from intranet.collaboration.groups.models import Group
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_by
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages.models import Following, Message, ThreadPlace
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.queries import is_let_in
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.approval import may_approve
from intranet.publishing.publications.confirmations import acknowledgement_of
from intranet.publishing.publications.models import PublicationState

NEWS_KINDS = frozenset({Kind.TALK, Kind.MENTION, Kind.CHANNEL})
"""Kinds about a message that are useless once it is read."""

OF_DRAFTS = frozenset({"article_submitted", "article_returned"})
"""Acts on publications that are not published yet."""


def reason_to_leave_out(notification: Notification, now: datetime) -> str:
    """Return the code for not sending a notification: `gone`, `read` or `chosen`; else empty.

    For a person who may not sign in, it is `gone`.
    """
    if not is_let_in(notification.person_id):
        return "gone"
    if notification.kind in BY_PATH:
        return ""
    if notification.publication_id:
        return _of_publication(notification, now)
    if notification.space_id:
        known = select(Group.space_id).join(Space, Space.id == Group.space_id)
        of_it = known.where(Space.id == notification.space_id, is_known_to(notification.person))
        return "gone" if db.session.scalar(of_it) is None else ""
    return _of_message(notification)


def _of_publication(notification: Notification, now: datetime) -> str:
    person, publication = notification.person, notification.publication
    if publication is None or not readers_among(publication, [person.id]):
        return "gone"
    if notification.kind == Kind.WRITING:
        return "" if publication.held_at else "read"
    if notification.why in OF_DRAFTS:
        is_asked = notification.why == "article_submitted"
        return "read" if is_asked and not may_approve(person, publication) else ""
    if publication.state(now) != PublicationState.PUBLISHED:
        return "gone"
    confirmed = acknowledgement_of(person, publication)
    if confirmed and confirmed.version >= publication.announcement.confirmed_version:
        return "read"
    return ""


def _of_message(notification: Notification) -> str:
    message = db.session.get(Message, notification.message_id) if notification.message_id else None
    person = notification.person
    readable = select(Conversation.id).where(
        Conversation.id == notification.conversation_id, readable_by(person)
    )
    if message is None or message.deleted_at or db.session.scalar(readable) is None:
        return "gone"
    if notification.kind == Kind.THREAD:
        return _of_thread(notification, message)
    if notification.kind not in NEWS_KINDS:
        return ""
    place = db.session.get(Place, (person.id, message.conversation_id))
    return "read" if place and place.read_seq >= message.seq else ""


def _of_thread(notification: Notification, message: Message) -> str:
    """Return a code if the person no longer follows the thread or has read its reply."""
    place = db.session.get(ThreadPlace, (notification.person_id, message.parent_id))
    if place is None or place.state != Following.FOLLOWED:
        return "chosen"
    return "read" if place.read_seq >= message.seq else ""
