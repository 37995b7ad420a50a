"""Successors: who speaks now for the post of a person who has left."""

from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.access import readable_by
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.post_readers import PostResponders, answer_of
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import closed_agency_ids, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments, past_appointments
from intranet.platform.core import clock


def successor_of(person: Person, viewer: Person) -> PostResponders | None:
    """Return who speaks now for the person's last post; None while they hold one.

    A person's past posts are visible within that agency. Another reader learns only of a post that
    they know from what the person wrote.
    """
    now = clock.now()
    if person.erased_at or current_appointments(person.id):
        return None
    past = past_appointments(person.id, now)
    own = own_agency_ids(viewer)
    if not own:
        return None
    post = past[0].post if past and past[0].post.agency_id in own else _known_from(person, viewer)
    if post is None or post.agency_id in closed_agency_ids(viewer):
        return None
    answer = answer_of(post)
    return None if answer.includes(viewer) else answer


def _known_from(person: Person, viewer: Person) -> Post | None:
    """Return the post in whose name the person last wrote something that the viewer may read."""
    post_id: UUID | None = db.session.scalar(
        select(Message.post_id)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(
            Message.author_id == person.id,
            Message.post_id.is_not(None),
            Message.deleted_at.is_(None),
            readable_by(viewer),
        )
        .order_by(Message.created_at.desc())
        .limit(1)
    )
    return db.session.get(Post, post_id) if post_id else None
