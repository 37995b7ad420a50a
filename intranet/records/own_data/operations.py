"""Asking for the file of own data, making it, and letting it go."""

import logging
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import discard, store_made
from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, TalksCut
from intranet.organisation.people.home_agencies import homes_of
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.mail import in_language
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings
from intranet.records.own_data.models import OwnDataFile
from intranet.records.own_data.writing import write_own_data

log = logging.getLogger(__name__)

MAKE = "own_data.make"
KEPT_FOR = timedelta(days=7)
GIVEN_UP_AFTER = timedelta(hours=12)
"""After that, a file that was not made can be asked for again."""
MEDIA_TYPE = "application/zip"
BATCH_SIZE = 200


def ask_for_own_data(person: Person, language: str) -> OwnDataFile:
    """Ask for the file of everything that is stored of the person; it replaces an earlier one.

    Raises:
        ConfirmationNeeded: they have not confirmed their password lately.
        Conflict: one is being made, or others changed the account.
    """
    with unit_of_work() as work:
        work.lock(person)
        require_confirmed(person)
        _require_owner(person)
        asked = db.session.get(OwnDataFile, person.id)
        if asked and is_being_made(asked):
            raise Conflict(_l("Your data is being put together. Wait until it is ready."))
        if asked is None:
            asked = OwnDataFile(person_id=person.id, language=language)
            work.add(asked)
        _let_go(asked)
        asked.language, asked.asked_at = language, clock.now()
        asked.done = asked.total = 0
        work.flush()
        _log("own_data.ask", person)
        enqueue(work, MAKE, {"person_id": str(person.id), "asked_at": asked.asked_at.isoformat()})
    return asked


def is_being_made(asked: OwnDataFile) -> bool:
    """Return whether the file is on its way, and not given up."""
    return asked.made_at is None and asked.asked_at > clock.now() - GIVEN_UP_AFTER


def own_data_of(person: Person) -> OwnDataFile | None:
    """Return what the person asked for, and whether it is made."""
    return db.session.get(OwnDataFile, person.id)


def take_own_data(person: Person) -> File:
    """Return the file that is made, for its download, and note in the log that it was taken.

    Raises:
        ConfirmationNeeded: they have not confirmed their password lately.
        NotFound: there is none.
        Conflict: others changed the account, and its owner has not confirmed since.
    """
    with unit_of_work():
        require_confirmed(person)
        _require_owner(person)
        made = db.session.get(OwnDataFile, person.id)
        if made is None or made.file is None:
            raise NotFound
        _log("own_data.take", person)
        return made.file


def delete_own_data(person: Person) -> None:
    """Delete the file before its time.

    Raises:
        NotFound: there is none.
    """
    with unit_of_work() as work:
        work.lock(person)
        made = db.session.get(OwnDataFile, person.id)
        if made is None or made.file_id is None:
            raise NotFound
        _let_go(made)
        work.delete(made)


@handler(MAKE, pace=Pace.LONG)
def make(payload: Mapping[str, str]) -> None:
    """Make the file that was asked for, and tell the person, unless they asked again since."""
    asked = db.session.get(OwnDataFile, UUID(payload["person_id"]))
    if asked is None or asked.made_at or asked.asked_at.isoformat() != payload["asked_at"]:
        return
    person, language, at = asked.person, asked.language, asked.asked_at
    with (
        tempfile.TemporaryFile(dir=settings().data_dir) as out,
        in_language(language),
    ):
        digest = write_own_data(out, person, language, lambda *so_far: _tell(person.id, *so_far))
        out.seek(0)
        name = f"{_l('own-data')}-{clock.now():%Y-%m-%d}.zip"
        file = store_made(person, out, name, MEDIA_TYPE)
    with unit_of_work() as work:
        made = db.session.get(OwnDataFile, person.id, with_for_update=True, populate_existing=True)
        if made is None or made.made_at or made.asked_at != at:
            discard([file.id])
            return
        made.file_id, made.sha256, made.made_at = file.id, digest, clock.now()
        work.publish(AccountConcerned(person.id, "account_own_data", "/me/data"))


def forget_files(now: datetime) -> None:
    """Delete the files that were made a week ago."""
    old = select(OwnDataFile.person_id).where(OwnDataFile.made_at < now - KEPT_FOR)
    for person_id in db.session.scalars(old.limit(BATCH_SIZE)).all():
        with unit_of_work() as work:
            made = db.session.get(OwnDataFile, person_id, with_for_update=True)
            if made is not None:
                _let_go(made)
                work.delete(made)


def _require_owner(person: Person) -> None:
    """Require that nobody but the person could have got into the account.

    Else whoever did would read by the file what is closed to them on the pages (decision 57).

    Raises:
        Conflict: others changed the account, and its owner has not confirmed since.
    """
    theirs = select(TalksCut.account_id).join(Account, Account.id == TalksCut.account_id)
    if db.session.scalar(theirs.where(Account.person_id == person.id)):
        raise Conflict(
            _l("Others changed your account. First confirm that it is yours, at /me/waiting.")
        )


def _let_go(made: OwnDataFile) -> None:
    """Within an operation: delete the file; the row stays."""
    file_id, made.file_id, made.made_at, made.sha256 = made.file_id, None, None, None
    with unit_of_work() as work:
        work.flush()
        if file_id:
            discard([file_id])


def _tell(person_id: UUID, done: int, total: int) -> None:
    """Store the progress, for the page on which the person waits."""
    with unit_of_work():
        db.session.execute(
            update(OwnDataFile)
            .where(OwnDataFile.person_id == person_id)
            .values(done=done, total=total)
        )


def _log(act: str, person: Person) -> None:
    record(
        act,
        agency_id=homes_of([person.id]).get(person.id),
        actor_id=person.id,
        subject=("person", person.id),
    )
