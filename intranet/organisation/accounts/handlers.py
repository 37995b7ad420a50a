"""Reactions of accounts to events of other packages."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import letters, role_letters
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.last_administrators import (
    administrators_at,
    agencies_that_lose,
    require_administrators,
)
from intranet.organisation.accounts.operations.second_factor_holds import hold_posts, mark_new
from intranet.organisation.agencies.events import AgenciesChanged, RoleChanged
from intranet.organisation.agencies.models import Administration
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.events import (
    AppointmentOffered,
    AppointmentsChanged,
    AppointmentsEnded,
)
from intranet.organisation.people.models import Appointment, AppointmentOffer
from intranet.organisation.people.queries import administrator_ids, in_parts
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def notify_of_offer(event: AppointmentOffered) -> None:
    """Ask the person offered a post, and notify the other administrators of their home agency."""
    offer = db.session.get_one(AppointmentOffer, event.offer_id)
    account = _account(offer.person_id)
    if account is None:
        return
    agency = offer.post.unit.agency
    with unit_of_work() as work:
        post = offer.post.title.text(letters.language_of(account), agency.language)
        letters.post_offer(work, account, agency, post)
        work.publish(AccountConcerned(account.person_id, "account_offer", "/me/waiting"))
        where = f"/admin/{account.home_agency.code}/audit"
        for person_id in administrator_ids(account.home_agency_id):
            if person_id != account.person_id and (theirs := _account(person_id)):
                post = offer.post.title.text(letters.language_of(theirs), agency.language)
                letters.post_offer_mail(work, theirs, offer.person, agency, post)
                work.publish(AccountConcerned(person_id, "account_offer_told", where))


def hold_agencies(event: AgenciesChanged) -> None:
    """Apply the second-factor rules of changed agencies to their appointments."""
    found = administrators_at(clock.now()).where(Administration.agency_id.in_(event.agency_ids))
    before = {row.agency_id for row in db.session.execute(found)}
    if hold_posts(event.agency_ids):
        with unit_of_work() as work:
            work.gather(require_administrators, before)


def require_left(event: AppointmentsEnded) -> None:
    """Refuse to end the appointment of the last administrator of an agency."""
    with unit_of_work() as work:
        losing = agencies_that_lose(event.post_ids, event.person_ids)
        work.gather(require_administrators, losing)


def follow_role(event: RoleChanged) -> None:
    """Refuse to end the last administrator's role; tell the others and its holders of a change."""
    row = db.session.get_one(Administration, event.administration_id)
    posts = [post_id for post_id in (row.post_id, row.deputy_post_id) if post_id]
    held = select(Appointment.person_id).where(
        Appointment.post_id.in_(posts), Appointment.runs_at(clock.now())
    )
    holders = set(db.session.scalars(held))
    with unit_of_work() as work:
        if event.verb != "give" and row.role == AgencyRole.ADMINISTRATOR and not row.is_mandate:
            can_sign_in = select(Account.id).where(
                Account.person_id.in_(holders), Account.state == AccountState.ACTIVE
            )
            if db.session.scalar(can_sign_in.limit(1)):
                work.gather(require_administrators, [row.agency_id])
        # The operator speaks to the first holders themselves, as when an agency is set up.
        administrators = set(administrator_ids(row.agency_id))
        told = administrators | holders if event.actor_id else administrators - holders
        for person_id in told - {event.actor_id}:
            if account := _account(person_id):
                role_letters.post_role(work, account, row, event.verb)
            where = f"/admin/{row.agency.code}/administrators"
            why = f"account_role_{event.verb}"
            work.publish(AccountConcerned(person_id, why, where, event.actor_id))


def hold_new(event: AppointmentsChanged) -> None:
    """Put appointments on hold, if required, before other handlers see them."""
    for some in in_parts(event.person_ids):
        mark_new(some)


def _account(person_id: object) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person_id))
