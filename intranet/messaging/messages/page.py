"""Template context for the page of a conversation."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.access import rights_of
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import (
    ListedConversation,
    grouped,
    listed,
    people_with_direct_message,
)
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import log_ranges, page_entries, queries
from intranet.messaging.messages.conversation_view import conversation_view, recent_authors
from intranet.messaging.messages.later import scheduled_view_models
from intranet.messaging.messages.log_ranges import LogStretch
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.own_lists import saved_draft, saved_in
from intranet.messaging.messages.serializers import reply_json
from intranet.messaging.messages.threads import thread_state_of
from intranet.messaging.messages.view_models import message_views
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import parse_position
from intranet.platform.core.web import current_zone

PAGE_SIZE = 32
MAX_REPLIES = 200


def conversation_list(person: Person) -> list[ListedConversation]:
    """List the person's conversations, with the number of mentions in each."""
    return listed(person, queries.mention_counts(person))


def page_context(
    person: Person,
    conversation: Conversation,
    stretch: LogStretch | None = None,
    *,
    others: Collection[UUID] = (),
) -> dict[str, Any]:
    """Return the context of the conversation's page.

    Args:
        others: people whom the page shows as well, to be looked up together.
        stretch: the messages to show; the last page, or the first unread one, if None.
    """
    if stretch is None:
        standing = conversation_queries.read_position(person, conversation)
        stretch = _usual_page(conversation, _first_unread(standing))
    # Look up all people on the page together.
    shown = {row.author_id for row in stretch.mains}
    shown.update(others, recent_authors(conversation, person), _recent_repliers(stretch))
    faces_of(people_with_direct_message(person) | shown, person)
    return {
        "conversations": grouped(conversation_list(person)),
        **log_context(person, conversation, stretch),
    }


def requested_messages(conversation: Conversation, sent: Mapping[str, str]) -> LogStretch | None:
    """Return the messages before, after or around a sequence number; None for the default page."""
    for name, look_up in (
        ("before_seq", log_ranges.log_before),
        ("after_seq", log_ranges.log_after),
        ("around_seq", log_ranges.log_around),
    ):
        with suppress(KeyError, ValueError):
            return look_up(conversation.id, parse_position(sent[name]), PAGE_SIZE)
    return None


def log_context(
    person: Person, conversation: Conversation, stretch: LogStretch | None = None
) -> dict[str, Any]:
    """Return the messages of a conversation and its composer, wherever they are shown."""
    standing = conversation_queries.read_position(person, conversation)
    rights = rights_of(person, conversation)
    first_unread = _first_unread(standing)
    if stretch is None:
        stretch = _usual_page(conversation, first_unread)
    mains = stretch.mains
    new_count = log_ranges.new_outside_threads(conversation.id, standing.unread, first_unread)
    faces_of({row.author_id for row in mains}, person)
    views = message_views(mains, person, rights, stretch.reactions)
    first, last = stretch.seqs
    return {
        "conversation": conversation_view(person, conversation, rights),
        "entries": page_entries.arrange(
            views,
            zone=current_zone(),
            first_new=first_unread if new_count else None,
            new_count=new_count,
        ),
        "replies": [reply_json(row) for row in stretch.replies],
        "new_count": new_count,
        "first_seq": first,
        "last_shown_seq": last,
        "has_older": first > 1,
        "has_newer": last < conversation.last_seq,
        "first_unread": first_unread if new_count else None,
        "unread_count": standing.unread,
        "scheduled": scheduled_view_models(person, conversation.id),
        "client_id": uuid4(),
        "kept_draft": saved_draft(person, conversation.id),
        "saved_ids": {str(row_id) for row_id in saved_in(person, conversation.id)},
    }


def thread_context(
    person: Person, parent: Message, focus_seq: int, others: Collection[UUID] = ()
) -> dict[str, Any]:
    """Return a message with its replies: the latest, or those around a sequence number.

    Args:
        others: people whom the page shows as well, to be looked up together.
    """
    conversation = db.session.get_one(Conversation, parent.conversation_id)
    rights = rights_of(person, conversation)
    answers = queries.replies_around(parent.id, focus_seq, MAX_REPLIES)
    # Load the parent after its replies: loading a reply reloads its parent without files.
    whole = queries.message(parent.id) or parent
    faces_of({*others, *(row.author_id for row in (whole, *answers))}, person)
    views = message_views([whole, *answers], person, rights)
    # A first reply may arrive between the two queries: counted, but not among the answers.
    is_part = 0 < len(answers) < whole.reply_count
    return {
        "parent": views[0],
        "replies": views[1:],
        "earlier_seq": answers[0].seq
        if is_part and queries.has_reply_before(parent.id, answers[0].seq)
        else None,
        "later_seq": answers[-1].seq
        if is_part and queries.has_reply_after(parent.id, answers[-1].seq)
        else None,
        "scheduled": scheduled_view_models(person, conversation.id, parent.id),
        "client_id": uuid4(),
        "focus_seq": focus_seq,
        "following": thread_state_of(person, parent.id),
        "kept_draft": saved_draft(person, parent.id),
        "saved_ids": {str(row_id) for row_id in saved_in(person, conversation.id)},
    }


def _recent_repliers(stretch: LogStretch) -> set[UUID]:
    answers = queries.recent_replies(tuple(row.id for row in stretch.mains if row.reply_count))
    return {reply.author_id for rows in answers.values() for reply in rows}


def _usual_page(conversation: Conversation, first_unread: int | None) -> LogStretch:
    """Return the last page of messages, or an earlier one if new messages begin there."""
    if first_unread is None or conversation.last_seq - first_unread < PAGE_SIZE:
        return log_ranges.log_before(conversation.id, conversation.last_seq + 1, PAGE_SIZE)
    return log_ranges.log_around(conversation.id, first_unread, PAGE_SIZE)


def _first_unread(standing: conversation_queries.ConversationStanding) -> int | None:
    if not standing.unread:
        return None
    return min(standing.read_seq + 1, standing.unread_from or standing.read_seq + 1)
