"""The header and composer of a conversation, as one of its readers sees them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, TextualSelect, func, select

from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.access import Rights, may_mention_all
from intranet.messaging.conversations.closed_channels import CarriedOn, carried_on
from intranet.messaging.conversations.counterpart_openings import Opening, opening_of
from intranet.messaging.conversations.discussions import DiscussionSubject, subject_of
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.conversations.listing import (
    icon_of,
    space_name,
    speaks_only,
    title_of,
)
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.participants import with_participants
from intranet.messaging.conversations.post_readers import PostResponders, answer_of, post_named
from intranet.messaging.messages.by_mail import guests_in
from intranet.messaging.messages.message_parts import voice_of
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.successors import successor_of
from intranet.messaging.spaces.models import Space, SpaceMember
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import (
    current_appointments,
    current_appointments_of,
    is_current,
)
from intranet.organisation.people.vacancy_readers import posts_read_for
from intranet.organisation.worktime.queries import when_reached
from intranet.organisation.worktime.sender_notes import post_note, reached_note, reading_note
from intranet.platform.core import clock, epochs
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, id_parameter
from intranet.platform.core.web import current_language

RECENT_MESSAGES = 32
MAX_FACES = 3
MAX_PEOPLE_COUNTED = 1_000
"""In a channel of more people the page does not say how many posts lead to it."""


@dataclass(frozen=True)
class ConversationPermissions:
    """The permissions of a person in a conversation, by the names that scripts know."""

    post: bool
    reply: bool
    pin: bool
    delete_any: bool
    ring: bool
    make_channel: bool
    invite: bool
    decline: bool

    @property
    def allowed(self) -> list[str]:
        """The names of what they may do."""
        return [name for name, is_allowed in asdict(self).items() if is_allowed]


@dataclass(frozen=True)
class ConversationView:
    """A conversation as one of its readers sees it."""

    id: UUID
    kind: str
    title: str
    held: DiscussionSubject | None
    icon: str
    person: Face | None
    post: dict[str, Any] | None
    answer: PostResponders | None
    successor: PostResponders | None
    speaks: bool
    for_post: bool
    outside: list[Face]
    guests: list[str]
    unconfirmed: list[str]
    opening: Opening | None
    reading_note: str
    is_own_unit: bool
    space_kind: str | None
    unit: dict[str, Any] | None
    group: dict[str, Any] | None
    agency: dict[str, str] | None
    is_main: bool
    hides_people: bool
    purpose: str
    posting: str | None
    people_count: int
    posts_count: int | None
    people: list[Face]
    is_member: bool
    muted_until: datetime | None
    epoch: str
    rev: int
    last_seq: int
    read_seq: int
    is_muted: bool | None
    is_favourite: bool
    is_archived: bool
    carried_on: CarriedOn | None
    agencies_count: int
    ring_count: int
    may: ConversationPermissions
    posts_as: list[dict[str, Any]]
    post_id: UUID | None
    own_post_ids: Sequence[UUID]


def conversation_view(
    person: Person, conversation: Conversation, rights: Rights
) -> ConversationView:
    """Return what a conversation's header and composer show to a person."""
    space = conversation.space
    standing = conversation_queries.read_position(person, conversation)
    is_talk = _is_talk(conversation)
    people = _talking(conversation) if is_talk else ()
    people_ids = [row.id for row in people] or recent_authors(conversation, person)
    faces = faces_of(people_ids, person)
    others = [faces[row] for row in people_ids if row != person.id]
    answer = answer_of(conversation.post) if conversation.post else None
    speaks = answer is not None and answer.includes(person)
    count = conversation_queries.people_count(conversation)
    held = current_appointments(person.id)
    may_ring = may_mention_all(person, conversation)
    return ConversationView(
        id=conversation.id,
        kind=conversation.kind.value,
        title=title_of(conversation, person, faces if is_talk else {}),
        held=subject_of(conversation),
        icon=icon_of(conversation, len(others)),
        person=others[0] if is_talk and not answer and len(others) == 1 else None,
        post=post_named(conversation.post) if conversation.post else None,
        answer=answer,
        successor=_successor(people, person) if is_talk and not answer else None,
        speaks=speaks,
        for_post=speaks_only(conversation, person),
        outside=[faces[row.id] for row in people] if answer else [],
        guests=[row.person.name for row in guests_in(conversation)],
        unconfirmed=_unconfirmed(conversation) if is_talk else [],
        opening=opening_of(person, conversation) if is_talk else None,
        reading_note=_reading_note(people, person, answer) if is_talk else "",
        is_own_unit=space is not None and space.unit_id in {row.post.unit_id for row in held},
        space_kind=space.kind.value if space else None,
        unit={"id": space.unit.id, "name": space_name(space)} if space and space.unit else None,
        group={"id": space.id, "name": space_name(space)} if space and space.is_group else None,
        agency={
            "code": space.agency.code,
            "name": space.agency.name.text(current_language(), space.agency.language),
        }
        if space
        else None,
        is_main=conversation.is_main,
        hides_people=bool(space and space.hides_people),
        purpose=conversation.purpose,
        posting=space.posting.value if space else None,
        people_count=count,
        posts_count=_posts_count(space) if space and count <= MAX_PEOPLE_COUNTED else None,
        people=others[:MAX_FACES],
        is_member=rights.is_member,
        muted_until=rights.muted_until,
        epoch=epochs.current(),
        rev=conversation.rev,
        last_seq=conversation.last_seq,
        read_seq=standing.read_seq,
        is_muted=standing.is_muted,
        is_favourite=standing.is_favourite,
        is_archived=conversation.archived_at is not None,
        carried_on=carried_on(person, conversation),
        agencies_count=_agencies_count(conversation),
        ring_count=count - 1 if may_ring else 0,
        may=ConversationPermissions(
            post=rights.posts,
            reply=rights.replies,
            pin=rights.pins,
            delete_any=rights.leads,
            ring=may_ring,
            make_channel=rights.leads,
            invite=rights.leads and not (space and space.is_group),
            decline=is_talk and (not answer or person.id in {row.id for row in people}),
        ),
        posts_as=_posts_as(held) if not speaks else [],
        post_id=_default_post(person, conversation, held),
        own_post_ids=execute_prepared(_posts_read_for(), person_id=person.id).scalars().all(),
    )


def _is_talk(conversation: Conversation) -> bool:
    return conversation.space is None and conversation.kind != ConversationKind.DISCUSSION


def _talking(talk: Conversation) -> list[Person]:
    return [row.person for row in with_participants(talk).participants]


@per_request
def recent_authors(conversation: Conversation, viewer: Person) -> Sequence[UUID]:
    """Return the ids of some others who wrote lately, for the faces in the header of a room.

    Of a direct message the header shows its people: nobody is looked up here.
    """
    if _is_talk(conversation):
        return ()
    asked = {"in_id": conversation.id, "person_id": viewer.id}
    return execute_prepared(_recent_authors(), **asked).scalars().all()


@cache
def _recent_authors() -> Select[UUID]:
    recent = (
        select(Message.author_id, Message.seq)
        .where(
            Message.conversation_id == id_parameter("in_id"),
            Message.author_id != id_parameter("person_id"),
        )
        .order_by(Message.seq.desc())
        .limit(RECENT_MESSAGES)
        .subquery()
    )
    latest = func.max(recent.c.seq).desc()
    return select(recent.c.author_id).group_by(recent.c.author_id).order_by(latest).limit(MAX_FACES)


@cache
def _posts_read_for() -> TextualSelect:
    return posts_read_for(id_parameter("person_id"), NOW)


def _unconfirmed(talk: Conversation) -> list[str]:
    """Return the people to whom the talk is closed until they confirm that an account is theirs."""
    return [
        row.person.name
        for row in with_participants(talk).participants
        if row.cut_at and not row.declined_at
    ]


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
    return execute_prepared(_posts_leading_to(), space_id=space.id).scalar() or 0


@cache
def _posts_leading_to() -> Select[int]:
    return (
        select(func.count(Appointment.post_id.distinct()))
        .join(SpaceMember, SpaceMember.appointment_id == Appointment.id)
        .where(SpaceMember.space_id == id_parameter("space_id"), is_current(NOW))
    )


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
