"""Confirming without an account: with a code at a shared screen, or on paper."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.accounts import sign_in_throttle
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.organisation.accounts.second_factor import plain_recovery_code, random_letters
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import printable
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements import queries
from intranet.publishing.announcements.access import AnnouncementScope, get_scope
from intranet.publishing.announcements.models import ConfirmationCode
from intranet.publishing.publications.announcement_models import Acknowledgement, Recipient, Way
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import (
    confirm,
    note_confirmed,
    require_confirmation_pending,
    require_read,
)

VALID_AFTER_DUE = timedelta(days=30)
CODE_PARTS, CODE_PART_LETTERS = 2, 4
CODE_FACTOR = "code"
PURPOSE = "code of a confirmation"


def record_on_paper(
    person: Person, publication: Publication, person_id: UUID, post_id: UUID
) -> None:
    """Record that a person confirmed on paper. Every list and proof says so.

    Raises:
        NotFound: the recorded person is no recipient, or outside the recorder's part of the report.
        Forbidden: there is nothing to confirm, or the person recorded is the recorder.
    """
    if person_id == person.id:
        raise Forbidden(_l("You must confirm reading from your own account."))
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        require_confirmation_pending(publication)
        row = _recipient(scope, person_id, post_id)
        kept = confirm(work, _acknowledged(scope, row, Way.PAPER, by=person))
        if kept:
            _note("acknowledgement.record", person, row)


def undo_on_paper(person: Person, publication: Publication, person_id: UUID, post_id: UUID) -> None:
    """Undo, within a day, a confirmation on paper that the person recorded by mistake.

    Raises:
        NotFound: the person recorded no such confirmation.
        Forbidden: it is too late.
    """
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        row = _recipient(scope, person_id, post_id)
        there = db.session.get(Acknowledgement, (publication.id, person_id, post_id))
        if there is None or there.way != Way.PAPER or there.recorded_by_id != person.id:
            raise NotFound
        if there.acknowledged_at <= clock.now() - queries.UNDONE_WITHIN:
            raise Forbidden(
                _l("The confirmation was recorded more than a day ago and can no longer be undone.")
            )
        work.delete(there)
        note_confirmed(there, 0)
        _note("acknowledgement.withdraw", person, row)


def make_codes(
    person: Person, publication: Publication, person_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """Make new codes for people who have not confirmed, by person; their older codes end.

    Raises:
        NotFound: the person may not see the report.
        Forbidden: there is nothing to confirm any more.
    """
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        require_confirmation_pending(publication)
        missing = queries.missing_rows(scope, person_ids)
        made = {one: _new_code() for one in person_ids if one in missing}
        db.session.execute(
            delete(ConfirmationCode).where(
                ConfirmationCode.publication_id == publication.id,
                ConfirmationCode.person_id.in_(made),
            )
        )
        expires_at = _end_of_codes(publication)
        work.add(
            *(
                ConfirmationCode(
                    publication_id=publication.id,
                    person_id=one,
                    code_hash=_hash(code),
                    made_by_id=person.id,
                    expires_at=expires_at,
                )
                for one, code in made.items()
            )
        )
        record(
            "confirmation_codes.make",
            agency_id=publication.agency_id,
            actor_id=person.id,
            subject=("publication", publication.id),
            detail={"count": len(made)},
        )
    return made


def confirm_by_code(
    opener: Person,
    publication: Publication,
    staff_number: str,
    code: str,
    *,
    version: int,
    address: str,
) -> Person:
    """Confirm for the person with this staff number and code; the code is used up.

    Args:
        opener: the person who handed the screen over; it works while they may see the report.
        version: the one that was on the screen.
        address: where the request comes from.

    Raises:
        NotFound: the opener may no longer see the report.
        Forbidden: there is nothing to confirm any more, or it was corrected since.
        TooMany: there were too many wrong tries.
        Invalid: number and code do not match, the code was used or has expired, or its owner has
        confirmed already or is outside the opener's part of the report.
    """
    number = printable(staff_number, 40)
    tried = sign_in_throttle.attempt(f"{publication.id} {number}", address)
    sign_in_throttle.begin(tried)
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(opener, publication.id)
        require_confirmation_pending(publication)
        require_read(publication, version)
        found = _code(publication, number, code)
        rows = queries.missing_rows(scope, [found.person_id]) if found else {}
        if found and rows:
            found.used_at = clock.now()
            for row in rows[found.person_id]:
                read = _acknowledged(scope, row, Way.SCREEN, factor=CODE_FACTOR)
                read.version = min(version, publication.version)
                confirm(work, read)
    if found is None or not rows:
        sign_in_throttle.fail(tried)
        raise Invalid(
            {
                "code": _l(
                    "The staff number and the code do not match, or the code has already been used."
                )
            }
        )
    sign_in_throttle.succeed(tried)
    return db.session.get_one(Person, found.person_id)


def forget_codes(now: datetime) -> None:
    """Delete the codes that can no longer be used."""
    with unit_of_work():
        db.session.execute(delete(ConfirmationCode).where(ConfirmationCode.expires_at <= now))


def _acknowledged(
    scope: AnnouncementScope,
    row: Recipient,
    way: Way,
    *,
    factor: str = "",
    by: Person | None = None,
) -> Acknowledgement:
    return Acknowledgement(
        publication_id=row.publication_id,
        person_id=row.person_id,
        post_id=row.post_id,
        version=scope.publication.version,
        way=way,
        factor=factor,
        is_counted=True,
        acknowledged_at=clock.now(),
        recorded_by_id=by.id if by else None,
    )


def _recipient(scope: AnnouncementScope, person_id: UUID, post_id: UUID) -> Recipient:
    asked = select(Recipient).where(
        scope.rows(), Recipient.person_id == person_id, Recipient.post_id == post_id
    )
    row = db.session.scalar(asked)
    if row is None:
        raise NotFound
    return row


def _note(act: str, person: Person, row: Recipient) -> None:
    record(
        act,
        agency_id=row.agency_id,
        actor_id=person.id,
        subject=("publication", row.publication_id),
        detail={"person": str(row.person_id), "post": str(row.post_id)},
    )


def _code(publication: Publication, number: str, code: str) -> ConfirmationCode | None:
    """Return the code, if it may still be used and belongs to the person with this number."""
    return db.session.scalar(
        select(ConfirmationCode)
        .join(Account, Account.person_id == ConfirmationCode.person_id)
        .where(
            ConfirmationCode.publication_id == publication.id,
            ConfirmationCode.code_hash == _hash(code),
            ConfirmationCode.used_at.is_(None),
            ConfirmationCode.expires_at > clock.now(),
            Account.staff_number == number,
        )
    )


def _end_of_codes(publication: Publication) -> datetime:
    due_on = publication.announcement.due_on or clock.today(publication.agency.time_zone)
    return clock.end_of(due_on + VALID_AFTER_DUE, publication.agency.time_zone)


def _new_code() -> str:
    return "-".join(random_letters(CODE_PART_LETTERS) for _part in range(CODE_PARTS))


def _hash(code: str) -> str:
    return keyed_hash(plain_recovery_code(printable(code, 40)), PURPOSE)
