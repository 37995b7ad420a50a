"""An agency leaves: asked by one administrator, agreed by another, done a day later.

Its accounts close, its appointments end, and its approvals of shared groups are withdrawn. What was
written stays where it is: in shared rooms with the captions of then.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.operations.sharing import turn_back
from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKey
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.accounts import close_account
from intranet.organisation.accounts.operations.approvers import settled_administrators
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.organisation.people.access import administers
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.outbox_claims import go_on
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.portability.access import NOT_SETTLED, require_administrator
from intranet.records.portability.models import AgencyLeaving

LEAVE = "portability.leave"
GRACE = timedelta(days=1)


def leaving_of(agency: Agency) -> AgencyLeaving | None:
    """Return the leaving of an agency that was asked for, if there is one."""
    return db.session.get(AgencyLeaving, agency.id)


def ask_to_leave(actor: Person, agency: Agency) -> None:
    """Ask that the agency leaves. Nothing happens until a second administrator agrees.

    Raises:
        NotFound: the person does not administer the agency.
        Conflict: it was asked for already.
    """
    require_confirmed(actor)
    with unit_of_work() as work:
        require_administrator(actor, agency)
        added = work.add_unless_there(
            AgencyLeaving,
            {"agency_id": agency.id, "asked_by_id": actor.id, "asked_at": clock.now()},
        )
        if not added:
            raise Conflict(_l("This was asked for already."))
        _record("agency.leave_ask", agency, actor)


def agree_to_leave(actor: Person, agency: Agency) -> None:
    """Agree, as the second administrator: the agency leaves a day later.

    Raises:
        NotFound: the person does not administer the agency.
        Forbidden: they asked for it themselves, or are administrators for less than a week.
        Conflict: it does not wait.
    """
    require_confirmed(actor)
    with unit_of_work() as work:
        require_administrator(actor, agency)
        row = db.session.get(AgencyLeaving, agency.id, with_for_update=True, populate_existing=True)
        if row is None or row.due_at is not None:
            raise Conflict(_l("This was decided already."))
        if row.asked_by_id == actor.id:
            raise Forbidden(_l("Another administrator has to agree."))
        if actor.id not in settled_administrators(agency.id):
            raise Forbidden(NOT_SETTLED)
        row.agreed_by_id, row.due_at = actor.id, clock.now() + GRACE
        enqueue(work, LEAVE, {"agency_id": str(agency.id)}, run_after=row.due_at)
        _record("agency.leave_agree", agency, actor)


def stay(actor: Person, agency: Agency) -> None:
    """Withdraw the leaving, as any administrator may until it is done.

    Raises:
        NotFound: the person does not administer the agency.
        Conflict: nothing waits.
    """
    with unit_of_work() as work:
        require_administrator(actor, agency)
        row = db.session.get(AgencyLeaving, agency.id, with_for_update=True, populate_existing=True)
        if row is None or row.left_at is not None:
            raise Conflict(_l("This was decided already."))
        work.delete(row)
        _record("agency.leave_withdraw", agency, actor)


def leave(agency_id: UUID) -> None:
    """Let an agency leave that is due; after a crash, go on where it stopped.

    If neither who asked nor who agreed administers it any more, it does not begin.
    """
    row = db.session.get(AgencyLeaving, agency_id)
    if row is None or row.due_at is None or row.due_at > clock.now() or row.left_at:
        return
    agency = row.agency
    both = [person for person in (row.agreed_by, row.asked_by) if person]
    actor = next((person for person in both if administers(person, agency)), None)
    if actor is None and next(_accounts(agency_id), None):
        return
    if actor:
        for group in _shared_groups(agency_id):
            turn_back(actor, group, agency)
    # Before the appointments: an agency keeps its last administrator who can sign in.
    for account in _accounts(agency_id):
        go_on()
        with unit_of_work() as work:
            work.lock(account)
            close_account(work, account)
    for appointment in _appointments(agency_id):
        go_on()
        end_appointment(None, appointment)
    with unit_of_work():
        agency = db.session.get_one(Agency, agency_id)
        change_agency(
            None,
            agency,
            version=None,
            name=agency.name,
            languages=agency.languages,
            time_zone=agency.time_zone,
            second_factor=agency.second_factor,
            basis_shown_outside=agency.basis_shown_outside,
            in_directory=False,
        )
        row = db.session.get_one(AgencyLeaving, agency_id)
        row.left_at = clock.now()
        _record("agency.leave", agency, None)


def _shared_groups(agency_id: UUID) -> Iterator[Group]:
    now = clock.now()
    ids = db.session.scalars(select(SpaceKey).where(SpaceKey.agency_id == agency_id)).all()
    for space_id in [key.space_id for key in ids if key.is_turned(now)]:
        yield db.session.get_one(Group, space_id)


def _appointments(agency_id: UUID) -> Iterator[Appointment]:
    """Yield the appointments to posts of the agency that are not over."""
    found = (
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency_id, is_not_over(clock.now()))
    )
    for appointment_id in db.session.scalars(found.order_by(Appointment.id)).all():
        yield db.session.get_one(Appointment, appointment_id)


def _accounts(agency_id: UUID) -> Iterator[Account]:
    found = select(Account.id).where(
        Account.home_agency_id == agency_id, Account.state != AccountState.DISABLED
    )
    for account_id in db.session.scalars(found.order_by(Account.id)).all():
        yield db.session.get_one(Account, account_id)


def _record(act: str, agency: Agency, actor: Person | None) -> None:
    record(
        act,
        agency_id=agency.id,
        actor_id=actor.id if actor else None,
        subject=("agency", agency.id),
    )
