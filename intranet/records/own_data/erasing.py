"""Erase a person: in steps that may be repeated, each in short transactions.

First the account is closed and the profile emptied, so that the person is gone from every page.
Then go the rows that were theirs alone; then every mention gets the pseudonym. What a post has
written stays, by a person of whom nobody knows who it was.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select, update

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import discard, discard_photo
from intranet.delivery.files.queries import is_referenced
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Participant
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.links import end_access
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.hidden_profiles import HiddenProfile
from intranet.organisation.people.models import Person, Showing
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.i18n import _
from intranet.platform.core.keeping import offer
from intranet.platform.core.mail import in_language
from intranet.platform.core.outbox import LaterError, Pace, handler
from intranet.platform.core.text import sort_key
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.jobs import forget_unused_words
from intranet.records.own_data.catalogue import ErasureFate, catalogue
from intranet.records.own_data.erasure_blocks import blocks_of
from intranet.records.own_data.models import ErasureRequest
from intranet.records.own_data.other_records import (
    forget_in_plans,
    let_go_of_packages,
    rename_requests,
)
from intranet.records.own_data.ownership import is_of
from intranet.records.own_data.sweeping import (
    delete_passing,
    delete_rows,
    rewrite_mentions,
    rewrite_names,
)
from intranet.records.own_data.traces import PersonTraces, traces_of

ERASE = "own_data.erase"
CODE_BYTES = 2
FILES_AT_ONCE = 200
PATIENCE, TRY_AGAIN_AFTER = timedelta(days=30), timedelta(hours=1)
"""How long a task waits for what is in the way to end, and how often it looks."""


@handler(ERASE, pace=Pace.LONG, patience=PATIENCE)
def erase(payload: Mapping[str, str]) -> None:
    """Erase the person of an approved request, from the step at which an earlier run ended.

    Raises:
        LaterError: something has come in the way since the second person agreed.
    """
    asked = db.session.get(ErasureRequest, UUID(payload["request_id"]))
    if asked is None or not asked.is_running:
        return
    if not asked.done and blocks_of(asked.person):
        raise LaterError(TRY_AGAIN_AFTER)
    request_id, person_id, done = asked.id, asked.person_id, asked.done
    if asked.traces is None:
        _note(request_id, traces=_traces_of(asked.person, asked.agency.language).as_json())
    traces = PersonTraces.stored(db.session.get_one(ErasureRequest, request_id).traces or {})
    steps = _steps(person_id, traces)
    for number, step in enumerate(steps[done:], done + 1):
        step()
        _note(request_id, done=number, total=len(steps))
    _finish(request_id)


def tables_to_empty() -> list[Table]:
    """Return the tables whose rows go, those that refer to others first."""
    return [
        table
        for table in reversed(Model.metadata.sorted_tables)
        if table.name in catalogue()
        and catalogue()[table.name].erasure == ErasureFate.DELETED
        and catalogue()[table.name].mine
    ]


def _steps(person_id: UUID, traces: PersonTraces) -> list[Callable[[], Any]]:
    return [
        partial(_close, person_id, traces),
        partial(_let_go_of_pictures, person_id),
        *(partial(_empty, table, person_id) for table in tables_to_empty()),
        partial(_discard_uploads, person_id),
        partial(let_go_of_packages, person_id),
        partial(forget_in_plans, person_id),
        partial(rewrite_mentions, traces),
        partial(rewrite_names, traces),
        partial(rename_requests, traces),
        partial(delete_passing, traces),
        forget_unused_words,
    ]


def _traces_of(person: Person, language: str) -> PersonTraces:
    account = db.session.scalar(select(Account).where(Account.person_id == person.id))
    found = [person.phone]
    if account:
        found += [account.email or "", account.staff_number or ""]
    with in_language(language):
        return traces_of(person.id, person.name, _pseudonym(), found)


def _pseudonym() -> str:
    """Return a name that nobody has, drawn at random: nothing leads from it to the person."""
    while True:
        name = _("Former employee %(code)s", code=secrets.token_hex(CODE_BYTES))
        if db.session.scalar(select(Person.id).where(Person.sort_key == sort_key(name))) is None:
            return name


def _close(person_id: UUID, traces: PersonTraces) -> None:
    """Close the account and empty the profile: from now on the person is on no page."""
    with unit_of_work() as work:
        person = db.session.get_one(Person, person_id)
        work.lock(person)
        offer([person])
        account = db.session.scalar(select(Account).where(Account.person_id == person_id))
        if account:
            account.state = AccountState.DISABLED
            end_access(work, account)
        if person.photo_key:
            discard_photo(person.photo_key)
        person.name, person.sort_key = traces.pseudonym, sort_key(traces.pseudonym)
        person.about = person.phone = person.contact_note = ""
        person.languages, person.ask_about, person.week, person.reach = [], [], {}, {}
        person.showing, person.photo_key = Showing.NOTHING, None
        person.open_to_questions = person.is_suggested = False
        person.confirmed_on = person.status_until = None
        person.status_emoji = person.status_text = ""
        person.erased_at = clock.now()
        person.version += 1
        _leave(person_id)
        work.publish(ProfileChanged(person_id))


def _leave(person_id: UUID) -> None:
    """Within `_close`: end what no appointment ends, rooms by invitation and direct messages."""
    now = clock.now()
    for statement in (
        update(SpaceMember)
        .where(SpaceMember.person_id == person_id, SpaceMember.until.is_(None))
        .values(until=now),
        update(Participant)
        .where(Participant.person_id == person_id, Participant.declined_at.is_(None))
        .values(declined_at=now),
    ):
        db.session.execute(statement)


def _let_go_of_pictures(person_id: UUID) -> None:
    hidden = select(HiddenProfile.photo_key).where(HiddenProfile.person_id == person_id)
    for key in filter(None, db.session.scalars(hidden).all()):
        discard_photo(key)


def _empty(table: Table, person_id: UUID) -> None:
    """Delete the person's rows of a table; what stays and refers to them forgets them first."""
    theirs = is_of(table.name, person_id)
    _forget_references(table, theirs)
    delete_rows(table, theirs)


def _forget_references(table: Table, theirs: ColumnElement[bool]) -> None:
    emptied = set(tables_to_empty())
    for other in Model.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.parent.nullable and other not in emptied:
                with unit_of_work():
                    db.session.execute(
                        update(other)
                        .where(key.parent.in_(select(key.column).where(theirs)))
                        .values({key.parent.name: None})
                    )


def _discard_uploads(person_id: UUID) -> None:
    """Delete the files that hang on nothing: what is attached to a message stays with it."""
    loose = select(File.id).where(File.owner_id == person_id, ~is_referenced())
    for some in batches(list(db.session.scalars(loose)), FILES_AT_ONCE):
        discard(some)


def _note(request_id: UUID, **values: Any) -> None:
    with unit_of_work():
        db.session.execute(
            update(ErasureRequest).where(ErasureRequest.id == request_id).values(**values)
        )
    db.session.expire_all()


def _finish(request_id: UUID) -> None:
    """Forget what was looked for, and write into the log that it is done."""
    with unit_of_work() as work:
        asked = db.session.get_one(ErasureRequest, request_id)
        work.lock(asked)
        asked.traces, asked.erased_at = None, clock.now()
        record(
            "erasure.finish",
            agency_id=asked.agency_id,
            actor_id=asked.approved_by_id,
            subject=("person", asked.person_id),
        )
