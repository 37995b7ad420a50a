"""REST: the people of an administered agency, their appointments, the audit log."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select

from intranet.administration.admin import queries
from intranet.administration.admin.access import (
    account_of,
    get_account,
    get_appointment,
    get_person,
    get_post,
    may_rename,
)
from intranet.administration.admin.audit import record_reading
from intranet.administration.admin.audit_names import is_visible_in_log
from intranet.administration.admin.responses import (
    AdminAppointmentResponse,
    AdminPersonResponse,
    AuditLineResponse,
    InvitedResponse,
)
from intranet.administration.admin.rest import (
    administrator,
    bp,
    list_by_id,
    list_by_name,
    version_of,
    words,
)
from intranet.administration.admin.serializers import (
    appointment_json,
    line_json,
    offer_json,
    person_json,
)
from intranet.administration.admin.terms import Basis, Term
from intranet.organisation.accounts.operations import accounts as account_operations
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import (
    Appointment,
    AppointmentKind,
    AppointmentOffer,
    Person,
)
from intranet.organisation.people.operations import appointments as operations
from intranet.organisation.people.operations.offers import appoint_or_offer
from intranet.organisation.people.operations.people import rename_person
from intranet.platform.audit.queries import AuditFilter, lines
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import Form, Line, printable
from intranet.platform.core.query_values import identity, limit
from intranet.platform.core.rest import (
    NO_CURSOR,
    body,
    cursor,
    described,
    idempotent,
    page,
    version_in,
    with_version,
)
from intranet.platform.core.unit_of_work import unit_of_work

Name = Annotated[Line, Field(min_length=1, max_length=120)]
SignInName = Annotated[Line, Field(min_length=1, max_length=254)]


class NewAppointment(Term):
    """An appointment to create for a person of the agency; the last day is included."""

    post_id: UUID
    person_id: UUID


class AppointmentChange(Form):
    """Changes to an appointment; `ended` ends it at this instant."""

    kind: AppointmentKind | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    basis: Basis | None = None
    ended: Literal[True] | None = None


class Invitation(Term):
    """A person to invite and appoint; an e-mail or a staff number is required."""

    name: Name
    email: SignInName | None = None
    staff_number: SignInName | None = None
    post_id: UUID


class PersonChange(Form):
    """Changes to a person: the name, the sign-in names, the state of the account."""

    name: Name | None = None
    email: SignInName | None = None
    staff_number: SignInName | None = None
    account: Literal["active", "disabled"] | None = None


@bp.get("/appointments")
@described(list[AdminAppointmentResponse], query=("agency", "person", "post", "limit", "cursor"))
@administrator
def appointments(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List every appointment, past and future included, in the order of creation."""
    found = (
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id)
    )
    if person := identity("person"):
        found = found.where(Appointment.person_id == person)
    if post := identity("post"):
        found = found.where(Appointment.post_id == post)
    return list_by_id(found, Appointment, lambda rows: [appointment_json(row) for row in rows])


@bp.post("/appointments")
@described(AdminAppointmentResponse, form=NewAppointment, query=("agency",))
@administrator
def create_appointment(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Appoint a person of the agency; invite new people at `/admin/people`.

    A person of another agency is offered the post (202, `waits`) and holds it once they accept.
    """
    form = NewAppointment.parse_exactly(body())

    def create() -> tuple[dict[str, Any], int]:
        post, person = get_post(agency, form.post_id), get_person(agency, form.person_id)
        made = appoint_or_offer(actor, agency, form.of(person, post))
        if isinstance(made, AppointmentOffer):
            return offer_json(made), 202
        return appointment_json(made), 201

    return idempotent(actor.id, create, version=version_in)


@bp.get("/appointments/<uuid:appointment_id>")
@described(AdminAppointmentResponse, query=("agency",))
@administrator
def appointment(_actor: Person, agency: Agency, appointment_id: UUID) -> ResponseReturnValue:
    """Return an appointment."""
    found = get_appointment(agency, appointment_id)
    return with_version(appointment_json(found), found.version)


@bp.patch("/appointments/<uuid:appointment_id>")
@described(AdminAppointmentResponse, form=AppointmentChange, query=("agency",))
@administrator
def change_appointment(actor: Person, agency: Agency, appointment_id: UUID) -> ResponseReturnValue:
    """Correct or end an appointment; a field that is not given stays as it is."""
    form = AppointmentChange.parse_exactly(body())
    found = get_appointment(agency, appointment_id)
    version = version_of(found)
    if form.ended:
        operations.end_appointment(actor, found, version=version)
    else:
        sent = form.model_fields_set
        operations.change_appointment(
            actor,
            found,
            version=version,
            starts_on=form.starts_on or found.starts_on,
            ends_on=form.ends_on if "ends_on" in sent else found.ends_on,
            kind=form.kind or found.kind,
            basis=found.basis if form.basis is None else form.basis,
        )
    return with_version(appointment_json(found), found.version)


@bp.get("/people")
@described(list[AdminPersonResponse], query=("agency", "q", "limit", "cursor"))
@administrator
def people(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the agency's past, present and future post holders and account holders, by name."""

    def people_json(rows: Sequence[Person]) -> list[dict[str, Any]]:
        accounts = queries.accounts_of(agency, [row.id for row in rows])
        return [person_json(row, accounts) for row in rows]

    found = queries.people(agency, words(), None)
    return list_by_name(found, Person, Person.sort_key, people_json)


@bp.post("/people")
@described(InvitedResponse, form=Invitation, query=("agency",))
@administrator
def invite(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Invite and appoint a person. The answer does not tell whether they were known already."""
    form = Invitation.parse_exactly(body())

    def do() -> tuple[dict[str, Any], int]:
        with unit_of_work() as work:
            lock_organisation(work, agency)  # before its log is written, as everywhere
            invited = account_operations.invite_person(
                actor, agency, form.name, email=form.email, staff_number=form.staff_number
            )
            term = form.of(invited.person, get_post(agency, form.post_id))
            appoint_or_offer(actor, agency, term, name=form.name)
        answer = {"email": form.email, "staff_number": form.staff_number}
        return {**answer, "address": invited.address}, 201

    return idempotent(actor.id, do)


@bp.get("/people/<uuid:person_id>")
@described(AdminPersonResponse, query=("agency",))
@administrator
def person(_actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Return a person as the agency knows them."""
    return _person(agency, get_person(agency, person_id))


@bp.patch("/people/<uuid:person_id>")
@described(AdminPersonResponse, form=PersonChange, query=("agency",))
@administrator
def change_person(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Correct the name or the sign-in names; close or reopen the account."""
    form = PersonChange.parse_exactly(body())
    found = get_person(agency, person_id)
    if not may_rename(agency, found):
        raise NotFound
    version = version_of(found)
    sent = form.model_fields_set
    with unit_of_work():
        if form.name:
            rename_person(actor, agency, found, form.name, version=version)
        if sent & {"email", "staff_number"}:
            account = get_account(agency, found)
            change_sign_in_names(
                actor,
                account,
                email=form.email if "email" in sent else account.email,
                staff_number=form.staff_number if "staff_number" in sent else account.staff_number,
            )
        if form.account == "disabled":
            account_operations.disable_account(actor, get_account(agency, found))
        elif form.account == "active":
            account_operations.enable_account(actor, get_account(agency, found))
    return _person(agency, found)


@bp.get("/audit")
@described(
    list[AuditLineResponse], query=("agency", "act", "actor", "since", "until", "limit", "cursor")
)
@administrator
def audit(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the entries of the agency's audit log, latest first."""
    record_reading(actor, agency)
    wanted = AuditFilter(
        act=printable(request.args.get("act", ""), 40) or None,
        actor_id=identity("actor"),
        since=_instant("since"),
        until=_instant("until"),
        limit=is_visible_in_log(actor, agency),
    )
    before = cursor()
    if before and not (before.isascii() and before.isdecimal()):
        raise Invalid({"cursor": NO_CURSOR})
    count = limit()
    found = lines(agency.id, wanted, before=int(before[:18]) if before else None, limit=count + 1)
    some = found[:count]
    following = str(some[-1].number) if len(found) > count else None
    return page([line_json(line) for line in some], following)


def _person(agency: Agency, found: Person) -> ResponseReturnValue:
    account = account_of(agency, found)
    accounts = {found.id: account} if account else {}
    return with_version(person_json(found, accounts), found.version)


def _instant(name: str) -> datetime | None:
    if not (text := request.args.get(name)):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid({name: _l("Enter a time in the format 2026-11-25T08:00:00Z.")}) from error
    if found.tzinfo is None:
        raise Invalid({name: _l("Enter a time in the format 2026-11-25T08:00:00Z.")})
    return found
