"""Discussions: conversations about a subject, read by exactly the readers of the subject.

Packages with such subjects are in higher layers; each registers its rules here
(`register_subject`).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import Localized


@dataclass(frozen=True)
class DiscussionSubject:
    """The subject of a discussion: its title, agency, address and leaders.

    If it `is_only_here`, neither its messages nor its title leave the agency.
    """

    title: Localized
    agency: Agency
    address: str
    is_only_here: bool
    is_led_by: Callable[[Person], bool]
    space_id: UUID | None = None
    """The space of the subject: people muted there cannot write here either."""

    @property
    def language(self) -> str:
        """The language of the title where the reader's is missing."""
        return self.agency.language


@dataclass(frozen=True)
class Holder:
    """The rules of one kind of subject for its discussions.

    Args:
        reads: the discussions that a person may read, as a condition on `Conversation`.
        read_among: which of some discussions a person may read, in few prepared queries; the rule
            is that of `reads`.
        readers_among: which of some people may read a discussion, in few queries.
        held: the subjects of some discussions, in few queries.
    """

    reads: Callable[[Person], ColumnElement[bool]]
    read_among: Callable[[Person, Collection[UUID]], set[UUID]]
    readers_among: Callable[[UUID, Collection[UUID]], set[UUID]]
    held: Callable[[Collection[UUID]], dict[UUID, DiscussionSubject]]


_holders: list[Holder] = []


def register_subject(holder: Holder) -> None:
    """Register a kind of subject; its module calls this once, when it is imported."""
    if holder not in _holders:
        _holders.append(holder)


def discussions_read_by(person: Person) -> list[ColumnElement[bool]]:
    """Return the conditions on `Conversation` for discussions the person may read, by kind."""
    return [holder.reads(person) for holder in _holders]


def discussions_read_among(person: Person, conversation_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these discussions the person may read, as `discussions_read_by` does."""
    return {
        conversation_id
        for holder in _holders
        for conversation_id in holder.read_among(person, conversation_ids)
    }


def discussion_readers(conversation: Conversation, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people may read a discussion."""
    return {
        person_id
        for holder in _holders
        for person_id in holder.readers_among(conversation.id, person_ids)
    }


def subject_of(conversation: Conversation) -> DiscussionSubject | None:
    """Return the subject of a conversation, if it is a discussion."""
    return _subject(conversation) if conversation.kind == ConversationKind.DISCUSSION else None


@per_request
def _subject(discussion: Conversation) -> DiscussionSubject | None:
    return subjects_among([discussion]).get(discussion.id)


def subjects_among(conversations: Iterable[Conversation]) -> dict[UUID, DiscussionSubject]:
    """Return the subjects of those conversations that are discussions, by id."""
    ids = [row.id for row in conversations if row.kind == ConversationKind.DISCUSSION]
    if not ids:
        return {}
    return {key: held for holder in _holders for key, held in holder.held(ids).items()}
