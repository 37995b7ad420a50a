"""Pages on which two people agree to erase a person."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.access import get_person
from intranet.administration.admin.blueprint import administrator, frame
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import ROLES_FOR, Act
from intranet.organisation.people.access import roles_in
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import flashing
from intranet.records.own_data import erasures
from intranet.records.own_data.erasure_blocks import blocks_of
from intranet.records.own_data.erasure_preview import preview_of
from intranet.records.own_data.models import ErasureRequest

bp = Blueprint("erasures", __name__, url_prefix="/admin/<code>/erasures")
bp.context_processor(frame)


@bp.get("")
@administrator
def index(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the requests of the agency."""
    rows = erasures.requests_in(agency.id)
    return render_template(
        "records/own_data/erasures.html",
        rows=[(asked, erasures.may_agree(actor, asked)) for asked in rows],
        may_find_people=bool(roles_in(actor, agency) & ROLES_FOR[Act.PEOPLE]),
    )


@bp.get("/<uuid:person_id>")
@administrator
def show(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Show what would go and what would stay of a person, and what is in the way."""
    person = get_person(agency, person_id)
    asked = erasures.request_of(person.id)
    is_open = asked is not None and (asked.is_open or asked.is_running)
    return render_template(
        "records/own_data/erasure.html",
        person=person,
        asked=asked,
        is_open=is_open,
        may_agree=asked is not None and erasures.may_agree(actor, asked),
        is_theirs=erasures.agency_of(person) == agency.id,
        is_self=actor.id == person.id,
        blocks=blocks_of(person),
        preview=None if person.erased_at else preview_of(person.id),
    )


@bp.post("/<uuid:person_id>")
@administrator
def ask(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Ask to erase a person."""
    person = get_person(agency, person_id)
    with flashing(_("Asked. A second person has to agree.")):
        erasures.ask_for_erasure(actor, agency, person)
    return _back(agency, person.id)


@bp.post("/requests/<uuid:erasure_id>/agree")
@administrator
def agree(actor: Person, agency: Agency, erasure_id: UUID) -> ResponseReturnValue:
    """Agree to a request."""
    asked = erasures.get_request(agency, erasure_id)
    with flashing(_("You have agreed.")):
        erasures.agree(actor, asked)
    return _back(agency, asked.person_id)


@bp.post("/requests/<uuid:erasure_id>/withdraw")
@administrator
def withdraw(actor: Person, agency: Agency, erasure_id: UUID) -> ResponseReturnValue:
    """Withdraw a request, or decline that of a person."""
    asked: ErasureRequest = erasures.get_request(agency, erasure_id)
    erasures.withdraw(actor, asked)
    flash(_("Withdrawn. Nothing has been changed."), "ok")
    return _back(agency, asked.person_id)


def _back(agency: Agency, person_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", code=agency.code, person_id=person_id), 303)
