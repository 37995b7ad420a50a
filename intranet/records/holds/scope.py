"""Covered content as conditions in SQL, built anew from the holds that run.

A condition is true for content that must not be destroyed. Ask within the transaction that
destroys, after `gate.pass_gate`. Without a running hold it is `false()`, and costs nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Participant
from intranet.messaging.messages.models import (
    Forward,
    HiddenMessage,
    Message,
    MessageFile,
    MessageVersion,
)
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.text import fold
from intranet.platform.core.types import NOW, Instant
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationText,
)
from intranet.records.holds.models import HeldFile, HoldTarget, LegalHold, TargetKind

_WRITTEN = (PublicationText.title, PublicationText.body)
Covers = Callable[[LegalHold], ColumnElement[bool]]


def is_running(now: Instant | None = None) -> ColumnElement[bool]:
    """Return the condition on `LegalHold` that it keeps what it covers, now or at an instant."""
    at = clock.now() if now is None else now
    return and_(
        LegalHold.erased_at.is_(None),
        or_(LegalHold.erases_at.is_(None), LegalHold.erases_at > at),
    )


def running_holds() -> Sequence[LegalHold]:
    """Return the holds of all agencies that run, the oldest first."""
    asked = select(LegalHold).where(is_running()).order_by(LegalHold.placed_at, LegalHold.id)
    return db.session.scalars(asked.execution_options(populate_existing=True)).all()


def hold_marks() -> tuple[object, ...]:
    """Return what tells whether the running holds are still the same ones.

    Building the conditions takes longer than a batch of retention has; the terms of a hold never
    change, so equal marks mean equal conditions.
    """
    return tuple(execute_prepared(_running_ids()).scalars())


@cache
def _running_ids() -> Select[UUID]:
    return select(LegalHold.id).where(is_running(NOW)).order_by(LegalHold.id)


def held_messages() -> ColumnElement[bool]:
    """Return the condition on `Message` that a running hold covers it."""
    return _held(covers_message)


def held_publications() -> ColumnElement[bool]:
    """Return the condition on `Publication` that a running hold covers it, of any kind."""
    return _held(covers_publication)


def held_files() -> ColumnElement[bool]:
    """Return the condition on `File` that a running hold covers it, attached or not."""
    kept = exists().where(HeldFile.file_id == File.id).correlate(File)
    return or_(_held(covers_file), kept)


def is_person_held(person_id: UUID) -> bool:
    """Return whether a running hold of any agency names this person."""
    return db.session.scalar(_naming(person_id).limit(1)) is not None


def forbids_telling(person_id: UUID, agency_id: UUID) -> bool:
    """Return whether a confidential hold of the agency names this person.

    Then they must not learn that their words were read or kept.
    """
    return bool(db.session.scalar(select(is_kept_from(literal(person_id), literal(agency_id)))))


def is_kept_from(
    person_id: ColumnElement[UUID] | InstrumentedAttribute[UUID],
    agency_id: ColumnElement[UUID] | InstrumentedAttribute[UUID],
) -> ColumnElement[bool]:
    """Return the condition on columns that `forbids_telling` is true of them."""
    return (
        exists()
        .where(
            HoldTarget.hold_id == LegalHold.id,
            HoldTarget.kind == TargetKind.PERSON,
            HoldTarget.subject_id == person_id,
            LegalHold.agency_id == agency_id,
            LegalHold.is_confidential,
            is_running(),
        )
        .correlate_except(LegalHold, HoldTarget)
    )


def covers_message(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `Message` that this hold covers it."""
    named = [_names_message(hold, target) for target in hold.targets]
    return and_(within(hold, Message.created_at), or_(false(), *named))


def covers_publication(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `Publication` that this hold covers it."""
    named = [_names_publication(target) for target in hold.targets]
    return and_(
        Publication.agency_id == hold.agency_id,
        within(hold, func.coalesce(Publication.published_at, Publication.created_at)),
        or_(false(), *named),
    )


def covers_file(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `File` that this hold covers it by its owner, holder or words."""
    of_message = (
        exists()
        .where(
            MessageFile.file_id == File.id,
            MessageFile.message_id == Message.id,
            covers_message(hold),
        )
        .correlate(File)
    )
    of_publication = (
        exists()
        .where(
            PublicationFile.file_id == File.id,
            PublicationFile.publication_id == Publication.id,
            covers_publication(hold),
        )
        .correlate(File)
    )
    named: list[ColumnElement[bool]] = []
    for target in hold.targets:
        if target.kind == TargetKind.PERSON:
            named.append(File.owner_id == target.subject_id)
        elif target.kind == TargetKind.WORD:
            said = [_contains(File.name, target.word), _contains(File.text, target.word)]
            named.append(and_(File.owner_id.in_(_people_of(hold.agency_id)), or_(*said)))
    return or_(
        of_message, of_publication, and_(within(hold, File.created_at), or_(false(), *named))
    )


def within(
    hold: LegalHold, at: ColumnElement[datetime] | InstrumentedAttribute[datetime]
) -> ColumnElement[bool]:
    """Return the condition that an instant is in the hold's days, by the agency's clock."""
    agency = db.session.get_one(Agency, hold.agency_id)
    zone = ZoneInfo(agency.time_zone)
    since = at >= datetime.combine(hold.since, time(), zone)
    if hold.until is None:
        return since
    return and_(since, at < datetime.combine(hold.until + timedelta(days=1), time(), zone))


def _held(covers: Covers) -> ColumnElement[bool]:
    return or_(false(), *(covers(hold) for hold in running_holds()))


def _naming(person_id: UUID) -> Select[UUID]:
    return (
        select(LegalHold.id)
        .join(HoldTarget, HoldTarget.hold_id == LegalHold.id)
        .where(
            is_running(),
            HoldTarget.kind == TargetKind.PERSON,
            HoldTarget.subject_id == person_id,
        )
    )


def _names_message(hold: LegalHold, target: HoldTarget) -> ColumnElement[bool]:
    own_post = or_(Message.post_id.is_(None), Message.post_id.in_(_posts_of(hold.agency_id)))
    there = Message.conversation_id
    match target.kind:
        case TargetKind.PERSON:
            talks = _apart(
                select(Participant.conversation_id).where(
                    Participant.person_id == target.subject_id
                )
            )
            return or_(and_(Message.author_id == target.subject_id, own_post), there.in_(talks))
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


def _says(word: str) -> ColumnElement[bool]:
    """Return the condition that a message has a word, in its text, an earlier one or a file."""
    indexed = select(SearchDocument.id).where(_has_word(word))
    of_message = SearchDocument.kind == DocumentKind.MESSAGE
    of_file = SearchDocument.kind == DocumentKind.FILE
    return or_(
        indexed.where(of_message, SearchDocument.subject_id == Message.id)
        .correlate(Message)
        .exists(),
        indexed.where(
            of_file,
            SearchDocument.subject_id == MessageFile.file_id,
            MessageFile.message_id == Message.id,
        )
        .correlate(Message)
        .exists(),
        _contains(Message.body, word),
        *(
            exists()
            .where(table.message_id == Message.id, _contains(table.body, word))
            .correlate(Message)
            for table in (MessageVersion, HiddenMessage, Forward)
        ),
    )


def _names_publication(target: HoldTarget) -> ColumnElement[bool]:
    match target.kind:
        case TargetKind.PERSON:
            return or_(
                Publication.created_by_id == target.subject_id,
                Publication.updated_by_id == target.subject_id,
                Publication.published_by_id == target.subject_id,
            )
        case TargetKind.POST:
            return Publication.post_id == target.subject_id
        case TargetKind.SPACE:
            return Publication.space_id == target.subject_id
        case TargetKind.CONVERSATION:
            return Publication.conversation_id == target.subject_id
        case _:
            indexed = exists().where(
                SearchDocument.kind == DocumentKind.PUBLICATION,
                SearchDocument.subject_id == Publication.id,
                _has_word(target.word),
            )
            said = [_contains(column, target.word) for column in _WRITTEN]
            written = exists().where(PublicationText.publication_id == Publication.id, or_(*said))
            return or_(indexed.correlate(Publication), written.correlate(Publication))


def _has_word(word: str) -> ColumnElement[bool]:
    """Return the condition on `SearchDocument` that a word of it begins with this one, folded."""
    key = f" {fold(word)}"
    title, body = SearchDocument.title, SearchDocument.body
    return or_(
        (" " + title).contains(key, autoescape=True), (" " + body).contains(key, autoescape=True)
    )


def _contains(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], word: str
) -> ColumnElement[bool]:
    return column.icontains(word, autoescape=True)


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
