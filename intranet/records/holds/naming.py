"""Content that one name of a hold covers: a person, a post, a space, a channel or a word.

Of people and words a hold reaches only what was done for its agency: written as one of its posts,
or in one of its rooms. Somebody with posts in two agencies is held by one of them for its own.
"""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from intranet.collaboration.events.models import EventMinutes
from intranet.delivery.files.models import File
from intranet.messaging.conversations.models import Conversation, Participant
from intranet.messaging.messages.models import (
    Forward,
    HiddenMessage,
    Message,
    MessageDraft,
    MessageFile,
    MessageVersion,
)
from intranet.messaging.messages.scheduled import ScheduledFile, ScheduledMessage
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment
from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationText,
    PublicationVersion,
)
from intranet.records.holds.models import HeldItem, HoldTarget, LegalHold, TargetKind

IdColumn = ColumnElement[UUID] | InstrumentedAttribute[UUID]
TextColumn = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def names_message(hold: LegalHold, target: HoldTarget) -> ColumnElement[bool]:
    """Return the condition on `Message` that a name of a hold covers it."""
    own_post = or_(Message.post_id.is_(None), Message.post_id.in_(_posts_of(hold.agency_id)))
    there = Message.conversation_id
    match target.kind:
        case TargetKind.PERSON:
            wrote = and_(Message.author_id == target.subject_id, own_post)
            others = and_(
                Message.author_id != target.subject_id, there.in_(_talks_of(hold, target))
            )
            return or_(wrote, others)
        case TargetKind.POST:
            of_post = Conversation.post_id == target.subject_id
            talks = _apart(select(Conversation.id).where(of_post))
            return or_(Message.post_id == target.subject_id, there.in_(talks))
        case TargetKind.SPACE:
            of_space = Conversation.space_id == target.subject_id
            return or_(
                there.in_(_apart(select(Conversation.id).where(of_space))),
                there.in_(_discussions(Publication.space_id == target.subject_id)),
            )
        case TargetKind.CONVERSATION:
            return there == target.subject_id
        case _:
            return and_(or_(own_post, there.in_(_rooms_of(hold.agency_id))), _says(target.word))


def names_publication(hold: LegalHold, target: HoldTarget) -> ColumnElement[bool]:
    """Return the condition on `Publication` that a name of a hold covers it, in any room."""
    own_post = Publication.post_id.in_(_posts_of(hold.agency_id))
    match target.kind:
        case TargetKind.PERSON:
            wrote = or_(
                Publication.created_by_id == target.subject_id,
                Publication.updated_by_id == target.subject_id,
                Publication.published_by_id == target.subject_id,
            )
            return and_(own_post, wrote)
        case TargetKind.POST:
            return Publication.post_id == target.subject_id
        case TargetKind.SPACE:
            return Publication.space_id == target.subject_id
        case TargetKind.CONVERSATION:
            return Publication.conversation_id == target.subject_id
        case _:
            of_agency = or_(Publication.agency_id == hold.agency_id, own_post)
            return and_(of_agency, _tells(target.word))


def names_file(hold: LegalHold, target: HoldTarget) -> ColumnElement[bool]:
    """Return the condition on `File` that a name of a hold covers it by its owner or words.

    It is for files alone. One in a message or a publication is covered with that, for whichever
    agency it was written; but what a person put into a publication that others wrote as posts of
    the agency is theirs as well.
    """
    attached = or_(
        *(
            exists().where(table.file_id == File.id).correlate(File)
            for table in (MessageFile, PublicationFile, ScheduledFile)
        )
    )
    match target.kind:
        case TargetKind.PERSON:
            with_others = exists().where(
                PublicationFile.file_id == File.id,
                PublicationFile.publication_id == Publication.id,
                Publication.post_id.in_(_posts_of(hold.agency_id)),
            )
            is_own = or_(~attached, with_others.correlate(File))
            return and_(File.owner_id == target.subject_id, is_own)
        case TargetKind.WORD:
            of_agency = File.owner_id.in_(_people_of(hold.agency_id))
            return and_(of_agency, ~attached, _in_file(target.word))
        case _:
            return false()


def names_draft(target: HoldTarget) -> ColumnElement[bool]:
    """Return the condition on `HeldItem`, of which nothing else is left, that a name covers it."""
    match target.kind:
        case TargetKind.PERSON:
            return HeldItem.author_id == target.subject_id
        case TargetKind.WORD:
            return _was_kept_with(target.word)
        case _:
            return false()


def names_scheduled(hold: LegalHold, target: HoldTarget) -> ColumnElement[bool]:
    """Return the condition on `ScheduledMessage` that a hold names its author, as once it is sent.

    What was to be sent as a post of another agency is not the holding agency's.
    """
    if target.kind != TargetKind.PERSON:
        return false()
    post_id = ScheduledMessage.post_id
    own_post = or_(post_id.is_(None), post_id.in_(_posts_of(hold.agency_id)))
    return and_(ScheduledMessage.author_id == target.subject_id, own_post)


def names_message_draft(hold: LegalHold, target: HoldTarget) -> ColumnElement[bool]:
    """Return the condition on `MessageDraft` that a hold names its writer.

    Nobody knows as which post it was meant: in a room of another agency as one of that agency's, if
    they have one.
    """
    if target.kind != TargetKind.PERSON:
        return false()
    theirs = _apart(
        select(Post.agency_id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Appointment.person_id == target.subject_id, Post.agency_id != hold.agency_id)
    )
    elsewhere = _apart(
        select(Conversation.id)
        .join(Space, Space.id == Conversation.space_id)
        .where(Space.agency_id.in_(theirs))
    )
    wrote = MessageDraft.person_id == target.subject_id
    return and_(wrote, MessageDraft.conversation_id.not_in(elsewhere))


def _talks_of(hold: LegalHold, target: HoldTarget) -> Select[UUID]:
    """Select the direct messages of a person, without talks in which they speak for others."""
    said = aliased(Message)
    wrote = exists().where(
        said.conversation_id == Participant.conversation_id, said.author_id == target.subject_id
    )
    own = or_(said.post_id.is_(None), said.post_id.in_(_posts_of(hold.agency_id)))
    return _apart(
        select(Participant.conversation_id).where(
            Participant.person_id == target.subject_id,
            or_(wrote.where(own).correlate(Participant), ~wrote.correlate(Participant)),
        )
    )


def _says(word: str) -> ColumnElement[bool]:
    """Return the condition that a message has a word, now, earlier, deleted or in a file."""
    indexed = exists().where(
        SearchDocument.kind == DocumentKind.MESSAGE,
        SearchDocument.subject_id == Message.id,
        _has_word(word),
    )
    in_file = exists().where(
        MessageFile.message_id == Message.id, MessageFile.file_id == File.id, _in_file(word)
    )
    kept = exists().where(HeldItem.subject_id == Message.id, _was_kept_with(word))
    return or_(
        _contains(Message.body, word),
        *(each.correlate(Message) for each in (indexed, in_file, kept)),
        *(
            exists()
            .where(table.message_id == Message.id, _contains(table.body, word))
            .correlate(Message)
            for table in (MessageVersion, HiddenMessage, Forward)
        ),
    )


def _tells(word: str) -> ColumnElement[bool]:
    """Return the condition that a publication has a word.

    It is in its texts, a version, the minutes of an event, a file, or in what was deleted of it.
    """
    indexed = exists().where(
        SearchDocument.kind == DocumentKind.PUBLICATION,
        SearchDocument.subject_id == Publication.id,
        _has_word(word),
    )
    texts = exists().where(
        PublicationText.publication_id == Publication.id,
        or_(_contains(PublicationText.title, word), _contains(PublicationText.body, word)),
    )
    versions = exists().where(
        PublicationVersion.publication_id == Publication.id,
        or_(*(_in_json(PublicationVersion, name, word) for name in ("title", "summary", "body"))),
    )
    minutes = exists().where(
        EventMinutes.publication_id == Publication.id, _contains(EventMinutes.body, word)
    )
    in_file = exists().where(
        PublicationFile.publication_id == Publication.id,
        PublicationFile.file_id == File.id,
        _in_file(word),
    )
    kept = exists().where(HeldItem.subject_id == Publication.id, _was_kept_with(word))
    found = (indexed, texts, versions, minutes, in_file, kept)
    return or_(*(each.correlate(Publication) for each in found))


def _in_file(word: str) -> ColumnElement[bool]:
    """Return the condition on `File` that its name or its text has a word."""
    indexed = exists().where(
        SearchDocument.kind == DocumentKind.FILE,
        SearchDocument.subject_id == File.id,
        _has_word(word),
    )
    return or_(_contains(File.name, word), _contains(File.text, word), indexed.correlate(File))


def _was_kept_with(word: str) -> ColumnElement[bool]:
    return HeldItem.words.contains(f" {fold(word)}", autoescape=True)


def _has_word(word: str) -> ColumnElement[bool]:
    """Return the condition on `SearchDocument` that a word of it begins with this one, folded."""
    key = f" {fold(word)}"
    title, body = SearchDocument.title, SearchDocument.body
    return or_(
        (" " + title).contains(key, autoescape=True), (" " + body).contains(key, autoescape=True)
    )


def _contains(column: TextColumn, word: str) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


def _in_json(table: Any, name: str, word: str) -> ColumnElement[bool]:
    """Return the condition that a JSON column has a word, in small or capital letters.

    JSON is stored with escapes for letters beyond ASCII.
    """
    column = cast(table.__table__.c[name], Text)
    spelled = {word, word.lower(), word.upper(), word.capitalize()}
    written = spelled | {json.dumps(each)[1:-1] for each in spelled}
    return or_(*(column.icontains(each, autoescape=True) for each in sorted(written)))


def _posts_of(agency_id: UUID) -> Select[UUID]:
    return _apart(select(Post.id).where(Post.agency_id == agency_id))


def _people_of(agency_id: UUID) -> Select[UUID]:
    return _apart(
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency_id)
    )


def _rooms_of(agency_id: UUID) -> Select[UUID]:
    return _apart(
        select(Conversation.id)
        .join(Space, Space.id == Conversation.space_id)
        .where(Space.agency_id == agency_id)
    )


def _discussions(where: ColumnElement[bool]) -> Select[UUID | None]:
    return _apart(
        select(Publication.conversation_id).where(where, Publication.conversation_id.is_not(None))
    )


def _apart(asked: Select[Any]) -> Select[Any]:
    """Return a query that stands for itself, whatever tables the query around it reads."""
    return asked.correlate(None)
