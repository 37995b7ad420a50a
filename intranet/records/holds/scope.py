"""Covered content as conditions in SQL, built anew from the holds that run.

A condition is true for content that must not be destroyed. Ask within the transaction that
destroys, after `gate.pass_gate`. Without a running hold it is `false()`, and costs nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.models import Message, MessageDraft, MessageFile
from intranet.messaging.messages.scheduled import ScheduledMessage
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Appointment
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Instant
from intranet.publishing.publications.models import Publication, PublicationFile
from intranet.records.holds.models import HeldFile, HeldItem, HoldTarget, LegalHold, TargetKind
from intranet.records.holds.naming import (
    IdColumn,
    names_draft,
    names_file,
    names_message,
    names_message_draft,
    names_publication,
    names_scheduled,
)

PersonId = UUID | IdColumn
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


def held_messages(holds: Sequence[LegalHold] | None = None) -> ColumnElement[bool]:
    """Return the condition on `Message` that a running hold covers it, or one of these."""
    return _held(covers_message, holds)


def held_publications(holds: Sequence[LegalHold] | None = None) -> ColumnElement[bool]:
    """Return the condition on `Publication`, of any kind, that a hold covers it, as above."""
    return _held(covers_publication, holds)


def held_files() -> ColumnElement[bool]:
    """Return the condition on `File` that a running hold covers it, attached or not."""
    kept = exists().where(HeldFile.file_id == File.id).correlate(File)
    return or_(_held(covers_file), kept)


def names(person_id: PersonId) -> ColumnElement[bool]:
    """Return the condition on `LegalHold` that it names a person, or a post that they had then.

    Who holds a post when something is written as it is whom a hold on the post concerns.
    """
    had = aliased(Appointment)
    had_post = exists().where(
        had.post_id == HoldTarget.subject_id,
        had.person_id == person_id,
        had.since <= clock.now(),
        or_(had.ends_on.is_(None), had.ends_on >= LegalHold.since),
        or_(LegalHold.until.is_(None), had.starts_on <= LegalHold.until),
    )
    is_person = and_(HoldTarget.kind == TargetKind.PERSON, HoldTarget.subject_id == person_id)
    is_post = and_(HoldTarget.kind == TargetKind.POST, had_post.correlate_except(had))
    named = exists().where(HoldTarget.hold_id == LegalHold.id, or_(is_person, is_post))
    return named.correlate_except(HoldTarget)


def forbids_telling(person_id: UUID, agency_id: UUID) -> bool:
    """Return whether a confidential hold of the agency names this person.

    Then they must not learn that their words were read or kept.
    """
    return bool(db.session.scalar(select(is_kept_from(literal(person_id), literal(agency_id)))))


def is_kept_from(person_id: IdColumn, agency_id: IdColumn) -> ColumnElement[bool]:
    """Return the condition on columns that `forbids_telling` is true of them."""
    secret = exists().where(
        LegalHold.agency_id == agency_id, LegalHold.is_confidential, is_running(), names(person_id)
    )
    return secret.correlate_except(LegalHold)


def covers_message(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `Message` that this hold covers it."""
    named = [names_message(hold, target) for target in hold.targets]
    return and_(within(hold, Message.created_at), or_(false(), *named))


def covers_publication(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `Publication` that this hold covers it."""
    named = [names_publication(hold, target) for target in hold.targets]
    at = func.coalesce(Publication.published_at, Publication.created_at)
    return and_(within(hold, at), or_(false(), *named))


def covers_file(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `File` that this hold covers it by its holder, owner or words."""
    of_message = exists().where(
        MessageFile.file_id == File.id, MessageFile.message_id == Message.id, covers_message(hold)
    )
    of_publication = exists().where(
        PublicationFile.file_id == File.id,
        PublicationFile.publication_id == Publication.id,
        covers_publication(hold),
    )
    named = [names_file(hold, target) for target in hold.targets]
    return or_(
        of_message.correlate(File),
        of_publication.correlate(File),
        and_(within(hold, File.created_at), or_(false(), *named)),
    )


def covers_draft(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `HeldItem`, as all that is left of a draft, that it is covered."""
    named = [names_draft(target) for target in hold.targets]
    return and_(within(hold, HeldItem.written_at), or_(false(), *named))


def covers_message_draft(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `MessageDraft` that this hold covers it: it names the writer."""
    named = [names_message_draft(hold, target) for target in hold.targets]
    return and_(within(hold, MessageDraft.updated_at), or_(false(), *named))


def covers_scheduled(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `ScheduledMessage` that this hold covers it."""
    named = [names_scheduled(hold, target) for target in hold.targets]
    return and_(within(hold, ScheduledMessage.created_at), or_(false(), *named))


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


def _held(covers: Covers, holds: Sequence[LegalHold] | None = None) -> ColumnElement[bool]:
    found = running_holds() if holds is None else holds
    return or_(false(), *(covers(hold) for hold in found))
