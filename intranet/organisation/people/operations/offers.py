"""Offer a post to a person of another agency; the appointment starts when they accept.

The audit logs of both agencies have an entry for the offer and for its answer.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.events import AppointmentOffered
from intranet.organisation.people.home_agencies import homes_of, strangers_among
from intranet.organisation.people.models import Appointment, AppointmentOffer, Person
from intranet.organisation.people.operations.appointments import (
    AppointmentSpec,
    appoint_all,
    check_new,
    make_appointments,
)
from intranet.organisation.people.operations.empowering import require_right_to_fill
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work

ACCEPT = "appointment.accept"
REOFFER_DELAY = timedelta(days=30)
MAX_PENDING_OFFERS = 500
"""Limit of pending offers per agency."""


def appoint_or_offer(
    actor: Person | None, agency: Agency, new: AppointmentSpec, *, name: str = ""
) -> Appointment | AppointmentOffer:
    """Appoint a person, or offer the post if they belong to another agency.

    Args:
        name: the name that the actor typed; no other is shown to them before the person accepts.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the dates are invalid, or all places of the post are held then.
        Conflict: the person is in the post already or declined it lately, or too many offers wait.
    """
    with unit_of_work() as work:
        lock_organisation(work, agency)
        if actor is None or not strangers_among(agency.id, [new.person.id]):
            return appoint_all(actor, agency, [new])[0]
        require_right_to_fill(actor, agency, [new.post.id], [new.person.id])
        check_new(new, agency)
        return _offered(work, actor, agency, new, name or new.person.name)


def accept_offer(person: Person, offer_id: UUID) -> Appointment:
    """Accept an offered post, from today or from its later first day.

    Raises:
        NotFound: it is not offered to this person.
        Conflict: its days are over, or the person is in the post by now.
        Invalid: the post has ended, or all its places are held.
    """
    with unit_of_work() as work:
        offer = offer_to(person, offer_id)
        agency = offer.post.unit.agency
        lock_organisation(work, agency, offer)
        today = clock.today(agency.time_zone)
        if offer.ends_on and offer.ends_on < today:
            raise Conflict(_l("This offer has expired."))
        new = AppointmentSpec(
            post=offer.post,
            person=person,
            starts_on=max(offer.starts_on, today),
            ends_on=offer.ends_on,
            kind=offer.kind,
            basis=offer.basis,
        )
        (made,) = make_appointments(work, person, agency, [new])
        _record(ACCEPT, person, offer)
        work.delete(offer)
    return made


def decline_offer(person: Person, offer_id: UUID) -> None:
    """Decline an offered post.

    Raises:
        NotFound: it is not offered to this person.
    """
    with unit_of_work() as work:
        offer = offer_to(person, offer_id)
        work.lock(offer)
        offer.declined_at = clock.now()
        _record("appointment.decline", person, offer)


def withdraw_offer(actor: Person | None, agency: Agency, offer_id: UUID) -> None:
    """Withdraw an offer.

    Raises:
        Forbidden: the actor does not administer the agency.
        NotFound: it is not offered by this agency.
    """
    with unit_of_work() as work:
        require_right(actor, Act.PEOPLE, agency.id)
        offer = db.session.get(AppointmentOffer, offer_id)
        if offer is None or offer.post.agency_id != agency.id or offer.declined_at:
            raise NotFound
        _record("appointment.take_back", actor, offer)
        work.delete(offer)


def offer_to(person: Person, offer_id: UUID) -> AppointmentOffer:
    """Return a pending offer to this person.

    Raises:
        NotFound: there is no such offer to this person, or it was declined.
    """
    offer = db.session.get(AppointmentOffer, offer_id)
    if offer is None or offer.person_id != person.id or offer.declined_at:
        raise NotFound
    return offer


def offers_to(person: Person) -> Sequence[AppointmentOffer]:
    """Return the pending offers to this person, oldest first."""
    return db.session.scalars(
        select(AppointmentOffer)
        .where(AppointmentOffer.person_id == person.id, AppointmentOffer.declined_at.is_(None))
        .order_by(AppointmentOffer.offered_at, AppointmentOffer.id)
    ).all()


def offers_of(agency: Agency) -> Sequence[AppointmentOffer]:
    """Return the pending offers of an agency, newest first."""
    return db.session.scalars(
        select(AppointmentOffer)
        .join(Post, Post.id == AppointmentOffer.post_id)
        .where(Post.agency_id == agency.id, AppointmentOffer.declined_at.is_(None))
        .order_by(AppointmentOffer.offered_at.desc(), AppointmentOffer.id.desc())
        .limit(MAX_PENDING_OFFERS)
    ).all()


def forget_old_offers(before: timedelta) -> None:
    """Delete offers older than the given age."""
    with unit_of_work() as work:
        old = select(AppointmentOffer).where(AppointmentOffer.offered_at < clock.now() - before)
        for offer in db.session.scalars(old.limit(MAX_PENDING_OFFERS)):
            work.delete(offer)


def _offered(
    work: Work, actor: Person, agency: Agency, new: AppointmentSpec, name: str
) -> AppointmentOffer:
    there = db.session.scalar(
        select(AppointmentOffer).where(
            AppointmentOffer.post_id == new.post.id, AppointmentOffer.person_id == new.person.id
        )
    )
    if there and there.declined_at and there.declined_at > clock.now() - REOFFER_DELAY:
        raise Conflict(_l("This offer was declined less than a month ago."))
    terms = {
        "kind": new.kind,
        "basis": new.basis.strip(),
        "starts_on": new.starts_on,
        "ends_on": new.ends_on,
    }
    waited = there is not None and not there.declined_at
    if there and waited and all(getattr(there, name) == value for name, value in terms.items()):
        return there
    if there:  # an answer to other terms does not apply to these
        work.delete(there)
        work.flush()
    waiting = select(func.count(AppointmentOffer.id)).join(AppointmentOffer.post)
    count = waiting.where(Post.agency_id == agency.id, AppointmentOffer.declined_at.is_(None))
    if (db.session.scalar(count) or 0) >= MAX_PENDING_OFFERS:
        raise Conflict(_l("Too many offers are waiting for an answer. Withdraw some first."))
    offer = AppointmentOffer(
        post_id=new.post.id,
        post=new.post,
        person_id=new.person.id,
        person=new.person,
        name=name,
        offered_by_id=actor.id,
        **terms,
    )
    work.add(offer)
    work.flush()
    _record("appointment.offer", actor, offer)
    if not waited:
        work.publish(AppointmentOffered(offer.id))
    return offer


def _record(act: str, by: Person | None, offer: AppointmentOffer) -> None:
    """Write the audit entry of both agencies.

    The entry of the offering agency names only the offer: it learns the person's identity once
    they accept.
    """
    agency_id = offer.post.agency_id
    detail = {"post": str(offer.post_id), "agency": str(agency_id)}
    homes = {*homes_of([offer.person_id]).values()} - {agency_id}
    by_id = by.id if by else None
    is_known = act == ACCEPT or by_id != offer.person_id
    record(
        act,
        agency_id=agency_id,
        actor_id=by_id if is_known else None,
        subject=("person", offer.person_id) if act == ACCEPT else ("offer", offer.id),
        detail=detail,
    )
    for home_id in homes:
        record(
            act,
            agency_id=home_id,
            actor_id=by_id,
            subject=("person", offer.person_id),
            detail=detail,
        )
