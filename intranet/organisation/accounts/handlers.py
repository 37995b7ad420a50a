"""Reactions of accounts to events of other packages."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import letters
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.second_factor_holds import hold_posts, mark_new
from intranet.organisation.agencies.events import AgenciesChanged
from intranet.organisation.people.events import AppointmentOffered, AppointmentsChanged
from intranet.organisation.people.models import Appointment, AppointmentOffer
from intranet.organisation.people.queries import administrator_ids, in_parts
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
    hold_posts(event.agency_ids)


def hold_new(event: AppointmentsChanged) -> None:
    """Put appointments on hold, if required, before other handlers see them."""
    for some in in_parts(event.person_ids):
        mark_new(Appointment.person_id.in_(some))


def _account(person_id: object) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person_id))
