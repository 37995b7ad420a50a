"""Template context for the page of a conversation."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.access import MENTION_ALL_MAX_PEOPLE, Rights, rights_of, rings
from intranet.messaging.conversations.answers import PostResponders, answer_of, post_named
from intranet.messaging.conversations.closed import carried_on
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.holders import held_by
from intranet.messaging.conversations.listing import (
    ListedConversation,
    grouped,
    icon_of,
    listed,
    space_name,
    speaks_only,
    talking_with,
    title_of,
)
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.openings import opening_of
from intranet.messaging.messages import entries, queries, stretches
from intranet.messaging.messages.by_mail import guests_in
from intranet.messaging.messages.calls import voice_of
from intranet.messaging.messages.later import scheduled_shown
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.own_lists import kept_draft, saved_in
from intranet.messaging.messages.serializers import reply_json
from intranet.messaging.messages.shown import shown
from intranet.messaging.messages.successors import successor_of
from intranet.messaging.messages.threads import following_of
from intranet.messaging.spaces.models import Space, SpaceMember
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.onward import posts_read_for
from intranet.organisation.people.queries import (
    current_appointments,
    current_appointments_of,
    is_current,
)
from intranet.organisation.worktime.notes import post_note, reached_note, reading_note
from intranet.organisation.worktime.queries import when_reached
from intranet.platform.core import clock, epochs
from intranet.platform.core.parsing import place
from intranet.platform.core.web import current_language, current_zone

PAGE_SIZE = 32
MAX_REPLIES = 200
MAX_FACES = 3
MAX_PEOPLE_COUNTED = 1_000
"""In a channel of more people the page does not say how many posts lead to it."""


def conversation_list(person: Person) -> list[ListedConversation]:
    """List the person's conversations, with the number of mentions in each."""
    return listed(person, queries.mention_counts(person))


def page_context(
    person: Person, conversation: Conversation, messages: Sequence[Message] | None = None
) -> dict[str, Any]:
    """Return the context of the conversation's page.

    Args:
        messages: those to show; the last page, or the first unread one, if None.
    """
    if messages is None:
        standing = conversation_queries.standing(person, conversation)
        messages = _usual_page(conversation, _first_unread(standing))
    # Look up all people on the page together.
    authors = {row.author_id for row in messages if not row.parent_id}
    faces_of(talking_with(person) | authors, person)
    return {
        "conversations": grouped(conversation_list(person)),
        **log_context(person, conversation, messages),
    }


def asked_messages(conversation: Conversation, sent: Mapping[str, str]) -> Sequence[Message] | None:
    """Return the messages before, after or around a sequence number; None for the default page."""
    for name, look_up in (
        ("before_seq", stretches.log_before),
        ("after_seq", stretches.log_after),
        ("around_seq", stretches.log_around),
    ):
        with suppress(KeyError, ValueError):
            return look_up(conversation.id, place(sent[name]), PAGE_SIZE)
    return None


def log_context(
    person: Person, conversation: Conversation, messages: Sequence[Message] | None = None
) -> dict[str, Any]:
    """Return the messages of a conversation and its composer, wherever they are shown."""
    standing = conversation_queries.standing(person, conversation)
    rights = rights_of(person, conversation)
    first_unread = _first_unread(standing)
    if messages is None:
        messages = _usual_page(conversation, first_unread)
    # Replies are shown only in their thread; the page needs no more than their numbers.
    replies = [row for row in messages if row.parent_id]
    mains = [row for row in messages if not row.parent_id]
    new_count = stretches.new_outside_threads(conversation.id, standing.unread, first_unread)
    faces_of({row.author_id for row in mains}, person)
    views = shown(mains, person, rights)
    first = messages[0].seq if messages else 0
    last = messages[-1].seq if messages else 0
    return {
        "conversation": about(person, conversation, rights),
        "entries": entries.arrange(
            views,
            zone=current_zone(),
            first_new=first_unread if new_count else None,
            new_count=new_count,
        ),
        "replies": [reply_json(row) for row in replies],
        "new_count": new_count,
        "first_seq": first,
        "last_shown_seq": last,
        "has_older": first > 1,
        "has_newer": last < conversation.last_seq,
        "first_unread": first_unread if new_count else None,
        "unread_count": standing.unread,
        "scheduled": scheduled_shown(person, conversation.id),
        "client_id": uuid4(),
        "kept_draft": kept_draft(person, conversation.id),
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
    views = shown([whole, *answers], person, rights)
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
        "scheduled": scheduled_shown(person, conversation.id, parent.id),
        "client_id": uuid4(),
        "focus_seq": focus_seq,
        "following": following_of(person, parent.id),
        "kept_draft": kept_draft(person, parent.id),
        "saved_ids": {str(row_id) for row_id in saved_in(person, conversation.id)},
    }


def about(person: Person, conversation: Conversation, rights: Rights) -> dict[str, Any]:
    """Return the context of a conversation's header and composer."""
    space = conversation.space
    standing = conversation_queries.standing(person, conversation)
    people = _some_people(conversation, person)
    faces = faces_of([row.id for row in people], person)
    others = [faces[row.id] for row in people if row.id != person.id]
    is_discussion = conversation.kind == ConversationKind.DISCUSSION
    is_talk = space is None and not is_discussion
    answer = answer_of(conversation.post) if conversation.post else None
    speaks = answer is not None and answer.includes(person)
    count = conversation_queries.people_count(conversation)
    held = current_appointments(person.id)
    may_ring = rings(person, conversation)
    return {
        "id": conversation.id,
        "kind": conversation.kind.value,
        "title": title_of(conversation, person, faces if is_talk else {}),
        "held": held_by(conversation),
        "icon": icon_of(conversation, len(others)),
        "person": others[0] if is_talk and not answer and len(others) == 1 else None,
        "post": post_named(conversation.post) if conversation.post else None,
        "answer": answer,
        "successor": _successor(people, person) if is_talk and not answer else None,
        "speaks": speaks,
        "for_post": speaks_only(conversation, person),
        "outside": [faces[row.id] for row in people] if answer else [],
        "guests": [row.person.name for row in guests_in(conversation)],
        "opening": opening_of(person, conversation) if is_talk else None,
        "reading_note": _reading_note(people, person, answer) if is_talk else "",
        "is_own_unit": space is not None and space.unit_id in {row.post.unit_id for row in held},
        "space_kind": space.kind.value if space else None,
        "space_name": space_name(space) if space else None,
        "unit": {"id": space.unit.id, "name": space_name(space)} if space and space.unit else None,
        "group": {"id": space.id, "name": space_name(space)} if space and space.is_group else None,
        "agency": {
            "code": space.agency.code,
            "name": space.agency.name.text(current_language(), space.agency.language),
        }
        if space
        else None,
        "is_main": conversation.is_main,
        "hides_people": bool(space and space.hides_people),
        "purpose": conversation.purpose,
        "posting": space.posting.value if space else None,
        "people_count": count,
        "posts_count": _posts_count(space) if space and count <= MAX_PEOPLE_COUNTED else None,
        "people": others[:MAX_FACES],
        "is_member": rights.is_member,
        "muted_until": rights.muted_until,
        "epoch": epochs.current(),
        "rev": conversation.rev,
        "last_seq": conversation.last_seq,
        "read_seq": standing.read_seq,
        "unread_from": standing.unread_from,
        "is_muted": standing.is_muted,
        "is_favourite": standing.is_favourite,
        "is_archived": conversation.archived_at is not None,
        "carried_on": carried_on(person, conversation),
        "agencies_count": _agencies_count(conversation),
        "ring_count": count - 1 if may_ring else 0,
        "ring_is_limited": count > MENTION_ALL_MAX_PEOPLE,
        "may": {
            "post": rights.posts,
            "reply": rights.replies,
            "pin": rights.pins,
            "delete_any": rights.leads,
            "ring": may_ring,
            "make_channel": rights.leads,
            "invite": rights.leads and not (space and space.is_group),
            "decline": is_talk and (not answer or person.id in {row.id for row in people}),
        },
        "posts_as": _posts_as(held) if not speaks else [],
        "post_id": _default_post(person, conversation, held),
        "own_post_ids": db.session.scalars(posts_read_for(person.id, clock.now())).all(),
    }


def _usual_page(conversation: Conversation, first_unread: int | None) -> Sequence[Message]:
    """Return the last page of messages, or an earlier one if new messages begin there."""
    if first_unread is None or conversation.last_seq - first_unread < PAGE_SIZE:
        return stretches.log_before(conversation.id, conversation.last_seq + 1, PAGE_SIZE)
    return stretches.log_around(conversation.id, first_unread, PAGE_SIZE)


def _first_unread(standing: conversation_queries.ConversationStanding) -> int | None:
    if not standing.unread:
        return None
    return min(standing.read_seq + 1, standing.unread_from or standing.read_seq + 1)


def _some_people(conversation: Conversation, viewer: Person) -> Sequence[Person]:
    if conversation.space is None and conversation.kind != ConversationKind.DISCUSSION:
        return [
            row.person for row in conversation_queries.with_participants(conversation).participants
        ]
    recent = (
        select(Message.author_id)
        .where(Message.conversation_id == conversation.id, Message.author_id != viewer.id)
        .order_by(Message.seq.desc())
        .limit(PAGE_SIZE)
        .subquery()
    )
    authors = select(Person).where(Person.id.in_(select(recent.c.author_id))).limit(MAX_FACES)
    return db.session.scalars(authors).all()


def _reading_note(people: Sequence[Person], viewer: Person, answer: PostResponders | None) -> str:
    """Say when the people in a direct message will be notified, unless it is at once."""
    now = clock.now()
    if answer and not answer.includes(viewer):
        return post_note([row.id for row in answer.people], now)
    others = [row for row in people if row.id != viewer.id]
    if len(others) == 1:
        return reading_note(others[0], now)
    return reached_note(when_reached([row.id for row in others], now), now)


def _successor(people: Sequence[Person], viewer: Person) -> PostResponders | None:
    """Return who now speaks for the post of the other person in a direct message of two.

    None unless that person has left.
    """
    others = [row for row in people if row.id != viewer.id]
    return successor_of(others[0], viewer) if len(others) == 1 else None


def _posts_count(space: Space) -> int:
    """Count the posts held today that make people members of the channel."""
    held = (
        select(func.count(Appointment.post_id.distinct()))
        .join(SpaceMember, SpaceMember.appointment_id == Appointment.id)
        .where(SpaceMember.space_id == space.id, is_current(clock.now()))
    )
    return db.session.scalar(held) or 0


def _agencies_count(conversation: Conversation) -> int:
    """Count the agencies of the participants, each person once."""
    if conversation.space is not None or conversation.kind == ConversationKind.DISCUSSION:
        return 1
    post = conversation.post
    people = (
        {row.person_id for row in conversation.participants}
        if post
        else conversation_queries.reader_ids(conversation)
    )
    held = current_appointments_of(people, clock.now())
    agencies = [[row.post.agency_id for row in rows] for rows in held.values() if rows]
    found = {post.agency_id} if post else set()
    for theirs in sorted(agencies, key=lambda ids: len(set(ids))):
        if found.isdisjoint(theirs):
            found.add(theirs[0])
    return len(found) or 1


def _posts_as(held: Sequence[Appointment]) -> list[dict[str, Any]]:
    """List the posts to choose from; if in several agencies, names begin with the agency.

    A long name is cut off at its end, so the agency stays visible.
    """
    if len(held) < 2:  # noqa: PLR2004 - with one post there is nothing to choose
        return []
    several = len({row.post.agency_id for row in held}) > 1
    return [{"id": row.post_id, "name": _post_name(row.post, with_agency=several)} for row in held]


def _post_name(post: Post, *, with_agency: bool) -> str:
    named = post_named(post)
    parts = [named["agency_name"] if with_agency else "", named["title"], named["unit_name"]]
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _default_post(person: Person, conversation: Conversation, held: Sequence[Appointment]) -> Any:
    if not held:
        return None
    return voice_of(person, conversation, None).post_id
