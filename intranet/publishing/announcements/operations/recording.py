"""Confirming without an account: with a code at a shared screen, or on paper."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.accounts import failures
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.second_factor import plain_recovery_code, random_letters
from intranet.organisation.accounts.secret import keyed_hash
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import printable
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements import queries
from intranet.publishing.announcements.access import Scope, get_scope
from intranet.publishing.announcements.models import ConfirmationCode
from intranet.publishing.publications.models import Acknowledgement, Publication, Recipient, Way
from intranet.publishing.publications.operations.acknowledging import (
    confirm,
    note_confirmed,
    require_asked,
    require_read,
)

VALID_AFTER_DUE = timedelta(days=30)
PARTS, LETTERS = 2, 4
CODE_FACTOR = "code"
PURPOSE = "code of a confirmation"


def record_on_paper(
    person: Person, publication: Publication, person_id: UUID, post_id: UUID
) -> None:
    """Write down that somebody confirmed on paper. It is marked so everywhere.

    Raises:
        NotFound: it was not sent to them, or they are not the person's to answer for.
        Forbidden: there is nothing to confirm, or it is oneself.
    """
    if person_id == person.id:
        raise Forbidden(_l("You must confirm reading from your own account."))
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        require_asked(publication)
        row = _recipient(scope, person_id, post_id)
        kept = confirm(work, _acknowledged(scope, row, Way.PAPER, by=person))
        if kept:
            _note("acknowledgement.record", person, row)


def undo_on_paper(person: Person, publication: Publication, person_id: UUID, post_id: UUID) -> None:
    """Take back, within a day, what one wrote down by mistake.

    Raises:
        NotFound: there is no such confirmation that the person wrote down.
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
    """New codes for people who have not confirmed, by person; older ones of theirs end.

    Raises:
        NotFound: the report is not the person's to see.
        Forbidden: there is nothing to confirm any more.
    """
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        require_asked(publication)
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
    """Confirm for whom a staff number and a code belong to; the code is used up.

    Args:
        opener: who handed the screen over; it works while the report is theirs to see.
        version: the one that was on the screen.
        address: where the request comes from.

    Raises:
        NotFound: the report is no longer the opener's to see.
        Forbidden: there is nothing to confirm any more, or it was corrected since.
        TooMany: there were too many wrong tries.
        Invalid: number and code do not belong together, the code was used or is too old, or who
            it is of has confirmed already or is not the opener's to answer for.
    """
    number = printable(staff_number, 40)
    tried = failures.attempt(f"{publication.id} {number}", address)
    failures.begin(tried)
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(opener, publication.id)
        require_asked(publication)
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
        failures.fail(tried)
        raise Invalid(
            {
                "code": _l(
                    "The staff number and the code do not match, or the code has already been used."
                )
            }
        )
    failures.succeed(tried)
    return db.session.get_one(Person, found.person_id)


def forget_codes(now: datetime) -> None:
    """Delete the codes that can no longer be used."""
    with unit_of_work():
        db.session.execute(delete(ConfirmationCode).where(ConfirmationCode.expires_at <= now))


def _acknowledged(
    scope: Scope, row: Recipient, way: Way, *, factor: str = "", by: Person | None = None
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


def _recipient(scope: Scope, person_id: UUID, post_id: UUID) -> Recipient:
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
    """The code, if it may still be used and is of who has this number."""
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
    due_on = publication.due_on or clock.today(publication.agency.time_zone)
    return clock.end_of(due_on + VALID_AFTER_DUE, publication.agency.time_zone)


def _new_code() -> str:
    return "-".join(random_letters(LETTERS) for _part in range(PARTS))


def _hash(code: str) -> str:
    return keyed_hash(plain_recovery_code(printable(code, 40)), PURPOSE)
