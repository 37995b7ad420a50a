"""Pages for appointments: list them by period, create, correct and end them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import or_, select

from intranet.administration.admin import queries
from intranet.administration.admin.access import account_of, get_appointment, get_person, get_post
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import Filled, again, filled
from intranet.administration.admin.labels import appointment_kinds
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.terms import TermFields
from intranet.administration.admin.typed_choices import (
    find_person,
    find_post,
    person_text,
    post_text,
)
from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.extensions import db
from intranet.messaging.spaces.models import Space, SpaceKind, SpaceMember
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import (
    Appointment,
    AppointmentOffer,
    Person,
)
from intranet.organisation.people.operations import appointments as operations
from intranet.organisation.people.operations import offers
from intranet.organisation.people.operations.empowering import fillable
from intranet.organisation.people.queries import current_appointments, holders
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import EmptyIsNone, Form, Line, printable


class AppointmentForm(TermFields):
    """The fields of an appointment; person and post cannot change once it exists."""

    person: Annotated[Line, Field(max_length=300)] = ""
    post: Annotated[Line, Field(max_length=300)] = ""
    version: int = 0


class EndAppointmentForm(Form):
    """When an appointment ends: now, or on a day."""

    when: str = "now"
    last_day: Annotated[date | None, EmptyIsNone] = None
    version: int = 0


@bp.get("/<code>/appointments")
@administrator
def appointments(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List appointments, filtered by period: current, ending soon, future or past."""
    typed = printable(request.args.get("q", ""), 80)
    periods = queries.AppointmentPeriod
    when = request.args.get("when", periods.CURRENT, type=periods)
    found = queries.appointments(agency, typed, when)
    page = page_of(found, get_appointment, agency, Appointment.since, falling=True)
    return render_template(
        "administration/admin/appointments.html",
        page=page,
        typed=typed,
        when=when,
        kinds=appointment_kinds(),
        today=clock.today(agency.time_zone),
        offers=offers.offers_of(agency),
        may_change=fillable(actor, agency, [pair_of(row) for row in page.rows]),
    )


@bp.post("/<code>/appointments/offers/<uuid:offer_id>/take-back")
@administrator
def take_back_offer(actor: Person, agency: Agency, offer_id: UUID) -> ResponseReturnValue:
    """Withdraw the offer of a post to a person of another agency."""
    offers.withdraw_offer(actor, agency, offer_id)
    flash(_("The offer has been withdrawn."), "ok")
    return redirect(url_for(".appointments", code=agency.code), 303)


@bp.get("/<code>/appointments/new")
@administrator
def new_appointment(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form for a new appointment, prefilled with the person or post in the address."""
    person_id = request.args.get("person", type=UUID)
    post_id = request.args.get("post", type=UUID)
    person = get_person(agency, person_id) if person_id else None
    post = get_post(agency, post_id) if post_id else None
    suggested = {
        "person": person_text(person, account_of(agency, person) if person else None),
        "post": post_text(post),
        "kind": "holder",
        "starts_on": clock.today(agency.time_zone).isoformat(),
    }
    return _form(None, filled(suggested=suggested))


@bp.post("/<code>/appointments/new")
@again(new_appointment)
@administrator
def create_appointment(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Appoint a person to a post of the agency."""
    form = AppointmentForm.parse(request.form)
    post = find_post(agency, form.post, "post")
    person = find_person(agency, form.person, "person")
    outcome = offers.appoint_or_offer(actor, agency, form.of(person, post))
    if isinstance(outcome, AppointmentOffer):
        flash(
            _(
                "The post has been offered to %(name)s. The appointment will start "
                "when they accept.",
                name=outcome.name,
            ),
            "ok",
        )
        return redirect(url_for(".appointments", code=agency.code), 303)
    flash(_("%(name)s has been appointed.", name=outcome.person.name), "ok")
    return redirect(url_for(".person", code=agency.code, person_id=outcome.person_id), 303)


@bp.get("/<code>/appointments/<uuid:appointment_id>")
@administrator
def appointment(actor: Person, agency: Agency, appointment_id: UUID) -> ResponseReturnValue:
    """Show the form of an appointment."""
    found = get_appointment(agency, appointment_id)
    may_change = bool(fillable(actor, agency, [pair_of(found)]))
    return _form(found, filled(_stored(found)), may_change=may_change)


@bp.post("/<code>/appointments/<uuid:appointment_id>")
@again(appointment)
@administrator
def change_appointment(actor: Person, agency: Agency, appointment_id: UUID) -> ResponseReturnValue:
    """Correct the dates, the kind or the basis of an appointment."""
    found = get_appointment(agency, appointment_id)
    form = AppointmentForm.parse(request.form)
    operations.change_appointment(
        actor,
        found,
        version=form.version,
        starts_on=form.starts_on,
        ends_on=form.ends_on,
        kind=form.kind,
        basis=form.basis,
    )
    flash(_("Saved."), "ok")
    return redirect(url_for(".person", code=agency.code, person_id=found.person_id), 303)


@bp.get("/<code>/appointments/<uuid:appointment_id>/end")
@administrator
def ending_appointment(actor: Person, agency: Agency, appointment_id: UUID) -> ResponseReturnValue:
    """Ask when an appointment ends, and show what follows from it."""
    found = get_appointment(agency, appointment_id)
    suggested = {"when": "now", "last_day": clock.today(agency.time_zone).isoformat()}
    others = [row for row in current_appointments(found.person_id) if row.id != found.id]
    staying = [row for row in holders(found.post_id, clock.now()) if row.id != found.id]
    return render_template(
        "administration/admin/appointment_end.html",
        appointment=found,
        may_change=bool(fillable(actor, agency, [pair_of(found)])),
        filled=filled({"version": str(found.version)}, suggested=suggested),
        rooms=_rooms_lost(found),
        others=others,
        staying=staying,
    )


@bp.post("/<code>/appointments/<uuid:appointment_id>/end")
@again(ending_appointment)
@administrator
def end_appointment(actor: Person, agency: Agency, appointment_id: UUID) -> ResponseReturnValue:
    """End an appointment."""
    found = get_appointment(agency, appointment_id)
    form = EndAppointmentForm.parse(request.form)
    last_day = form.last_day if form.when == "day" else None
    operations.end_appointment(actor, found, last_day=last_day, version=form.version)
    flash(
        _("The end date of %(name)s’s appointment has been saved.", name=found.person.name),
        "ok",
    )
    if last_day and last_day < clock.today(agency.time_zone):
        words = _(
            "That day is over, so the post’s rights have ended at once. Nothing was lost: the page "
            "of the post leads its holder and the head to the hand-over."
        )
        flash(words, "attn")
    return redirect(url_for(".person", code=agency.code, person_id=found.person_id), 303)


def _form(found: Appointment | None, form: Filled, *, may_change: bool = True) -> str:
    return render_template(
        "administration/admin/appointment.html",
        appointment=found,
        filled=form,
        may_change=may_change,
        kinds=list(appointment_kinds().items()),
    )


def _rooms_lost(found: Appointment) -> Sequence[Space]:
    """Return the spaces that the person is in through this appointment only.

    A group is included only if it is the agency's own and administrators may know of it. The board
    of the staff representatives is left out, because they may not know its members.
    """
    theirs = select(SpaceMember.space_id).where(SpaceMember.person_id == found.person_id)
    by_this = theirs.where(SpaceMember.appointment_id == found.id)
    otherwise = theirs.where(SpaceMember.appointment_id.is_distinct_from(found.id))
    return db.session.scalars(
        select(Space)
        .where(
            Space.id.in_(by_this),
            Space.id.not_in(otherwise),
            Space.hides_people.is_(False),
            or_(Space.kind != SpaceKind.GROUP, Space.agency_id == found.post.agency_id),
            is_visible_to_administrators(),
        )
        .order_by(Space.kind, Space.id)
    ).all()


def pair_of(found: Appointment) -> tuple[UUID, UUID]:
    """Return the post and the person of an appointment, as `fillable` takes them."""
    return found.post_id, found.person_id


def _stored(found: Appointment) -> dict[str, str]:
    return {
        "kind": found.kind,
        "starts_on": found.starts_on.isoformat(),
        "ends_on": found.ends_on.isoformat() if found.ends_on else "",
        "basis": found.basis,
        "version": str(found.version),
    }
