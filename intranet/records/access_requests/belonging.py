"""The one door through which a request for access reads: all that belongs to an agency."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intranet.messaging.conversations.models import Conversation, ConversationKind, Participant
from intranet.messaging.messages.models import Mention, Message
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.agencies.models import Post
from intranet.publishing.publications.models import Publication
from intranet.records.access_requests.models import AccessRequest
from intranet.records.holds.models import (
    OF_MESSAGES,
    OF_PUBLICATIONS,
    UNSENT,
    HeldItem,
    HeldKind,
    HeldUnder,
    LegalHold,
)
from intranet.records.holds.rooms import is_open_room
from intranet.records.holds.scope import names

LOOSE = (HeldKind.FILE, *UNSENT)
"""Kept things that had no readers. The name of an erased person is never part of a request."""


def messages_of(request: AccessRequest) -> ColumnElement[bool]:
    """Return the condition on `Message` that a request may read it."""
    return and_(_messages_there(request), Message.deleted_at.is_(None))


def kept_of(request: AccessRequest) -> ColumnElement[bool]:
    """Return the condition on `HeldItem` that a request may read it: a hold of the agency keeps it.

    It is read where it could be read before it was deleted. Drafts and loose files had no readers,
    so a second person has to agree. A person's own data say nothing of a confidential hold, and
    an officer whom a hold names does not read what it keeps, as in the hold itself.
    """
    holds = [
        LegalHold.agency_id == request.agency_id,
        LegalHold.erased_at.is_(None),
        ~names(request.officer_id),
    ]
    if request.subject_id:
        # An open hold takes over what a confidential one kept before.
        holds += [LegalHold.is_confidential.is_(False), HeldItem.removed_at >= LegalHold.placed_at]
    of_agency = (
        select(HeldUnder.item_id)
        .join(LegalHold, LegalHold.id == HeldUnder.hold_id)
        .where(HeldUnder.item_id == HeldItem.id, *holds)
        .exists()
    )
    messages = select(Message.id).where(_messages_there(request))
    published = select(Publication.id).where(publications_of(request))
    parts = [
        and_(HeldItem.kind.in_(OF_MESSAGES), HeldItem.subject_id.in_(messages)),
        and_(HeldItem.kind.in_(OF_PUBLICATIONS), HeldItem.subject_id.in_(published)),
    ]
    if request.reads_private:
        own = [HeldItem.author_id == request.subject_id] if request.subject_id else []
        parts.append(and_(HeldItem.kind.in_(LOOSE), *own))
    return and_(of_agency, or_(*parts))


def _messages_there(request: AccessRequest) -> ColumnElement[bool]:
    """Return the condition on `Message` that a request may read its place, deleted or not.

    All words in the agency's own rooms and discussions are the agency's. Elsewhere, such as in
    shared groups, only the words written for its own posts are. Direct messages and closed spaces
    are read once a second person agreed.
    """
    house = request.agency_id
    own_posts = select(Post.id).where(Post.agency_id == house)
    own = Message.post_id.in_(own_posts)
    in_house = and_(Space.agency_id == house, Space.kind != SpaceKind.GROUP)
    is_named = Publication.published_by_id.is_not(None)
    parts = [
        Message.conversation_id.in_(_channels(is_open_room(), in_house)),
        and_(own, Message.conversation_id.in_(_channels(is_open_room()))),
        Message.conversation_id.in_(_discussions(is_open_room(), in_house, is_named)),
        and_(own, Message.conversation_id.in_(_discussions(is_open_room()))),
    ]
    if request.reads_private:
        to_posts = select(Conversation.id).where(Conversation.post_id.in_(own_posts))
        parts += [own, Message.conversation_id.in_(to_posts)]
        parts.append(Message.conversation_id.in_(_channels(in_house)))
    read = or_(*parts)
    return and_(read, _concerns_subject(request)) if request.subject_id else read


def publications_of(request: AccessRequest) -> ColumnElement[bool]:
    """Return the condition on `Publication` that a request may read it: what was published.

    What was asked without a name is not the agency's: to find it would tell that somebody of the
    agency asked it, and in a small one who.
    """
    parts = [
        Publication.agency_id == request.agency_id,
        Publication.published_at.is_not(None),
        Publication.published_by_id.is_not(None),
        Publication.hidden_at.is_(None),
    ]
    if not request.reads_private:
        parts.append(Publication.space_id.in_(select(Space.id).where(is_open_room())))
    if request.subject_id:
        parts.append(
            or_(
                Publication.published_by_id == request.subject_id,
                Publication.created_by_id == request.subject_id,
            )
        )
    return and_(*parts)


def _concerns_subject(request: AccessRequest) -> ColumnElement[bool]:
    """Messages that the person wrote, or that were written to them: in talks, or by a mention."""
    talks = select(Participant.conversation_id).where(Participant.person_id == request.subject_id)
    mentions = select(Mention.message_id).where(Mention.person_id == request.subject_id)
    return or_(
        Message.author_id == request.subject_id,
        Message.conversation_id.in_(talks),
        Message.id.in_(mentions),
    )


def _channels(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Conversation.id)
        .join(Space, Space.id == Conversation.space_id)
        .where(Conversation.kind == ConversationKind.CHANNEL, *conditions)
    )


def _discussions(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Publication.conversation_id)
        .join(Space, Space.id == Publication.space_id)
        .where(
            Publication.conversation_id.is_not(None),
            Publication.published_at.is_not(None),
            *conditions,
        )
    )
