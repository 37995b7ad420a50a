"""Pages for the people of the agency and their accounts: invite, correct, close, reopen."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin import queries
from intranet.administration.admin.access import (
    account_of,
    get_account,
    get_person,
    get_post,
    has_account_elsewhere,
    may_rename,
)
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.labels import account_standings, appointment_kinds
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.person_rights import rights_over
from intranet.administration.admin.person_ways import ways_of
from intranet.administration.admin.terms import TermFields
from intranet.administration.admin.typed_choices import find_post, post_text
from intranet.organisation.accounts.invitation_status import statuses_of
from intranet.organisation.accounts.letters import what_changes
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations import accounts as operations
from intranet.organisation.accounts.operations import second_factors
from intranet.organisation.accounts.operations.accounts import Invited
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.accounts.operations.talks_cuts import cut_of
from intranet.organisation.accounts.queries import tokens_of, waiting_changes
from intranet.organisation.accounts.scopes import SCOPE_WORDS
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.absence_queries import absences_ahead
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.offers import appoint_or_offer
from intranet.organisation.people.operations.people import rename_person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import EmptyIsNone, Form, Line, printable
from intranet.platform.core.refused import flashing
from intranet.platform.core.unit_of_work import unit_of_work

Name = Annotated[Annotated[Line, Field(max_length=254)] | None, EmptyIsNone]


class InvitationForm(TermFields):
    """The person to invite, and the post they are appointed to."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    email: Name = None
    staff_number: Name = None
    post: Annotated[Line, Field(max_length=300)]


class AdminPersonForm(Form):
    """A person's name and sign-in names."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    email: Name = None
    staff_number: Name = None
    version: int = 0


@bp.get("/<code>/people")
@administrator
def people(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List people, filtered by name or sign-in name and by the state of their account."""
    typed = printable(request.args.get("q", ""), 80)
    access = request.args.get("access", type=queries.Access)
    page = page_of(queries.people(agency, typed, access), get_person, agency, Person.sort_key)
    shown = [person.id for person in page.rows]
    accounts = queries.accounts_of(agency, shown)
    return render_template(
        "administration/admin/people.html",
        page=page,
        typed=typed,
        access=access,
        held=queries.current_appointments_in(agency, shown),
        accounts=accounts,
        standings=statuses_of({account.id for account in accounts.values()}),
        elsewhere=queries.accounts_elsewhere(agency, shown),
        states=account_standings(),
        today=clock.today(agency.time_zone),
        may_export=actor.may(Act.PEOPLE, agency.id, by_own_post=True),
    )


@bp.get("/<code>/people/new")
@administrator
def new_person(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form to invite a person."""
    post_id = request.args.get("post", type=UUID)
    suggested = {
        "post": post_text(get_post(agency, post_id) if post_id else None),
        "kind": "holder",
        "starts_on": clock.today(agency.time_zone).isoformat(),
    }
    return render_template(
        "administration/admin/person_new.html",
        filled=filled(suggested=suggested),
        kinds=list(appointment_kinds().items()),
    )


@bp.post("/<code>/people/new")
@again(new_person)
@administrator
def invite_person(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Invite and appoint a person; a person of another agency is offered the post."""
    form = InvitationForm.parse(request.form)
    post = find_post(agency, form.post, "post")
    with unit_of_work() as work:
        lock_organisation(work, agency)  # before its log is written, as everywhere
        invited = operations.invite_person(
            actor, agency, form.name, email=form.email, staff_number=form.staff_number
        )
        appoint_or_offer(actor, agency, form.of(invited.person, post), name=form.name)
    if invited.address:
        return _link_to_hand_over(request.form["name"], invited)
    email = request.form["email"].strip()
    flash(_("The invitation to %(email)s is being sent.", email=email), "ok")
    return redirect(url_for(".people", code=agency.code), 303)


@bp.get("/<code>/people/<uuid:person_id>")
@administrator
def person(_actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Show a person as the agency knows them."""
    found = get_person(agency, person_id)
    today = clock.today(agency.time_zone)
    account = account_of(agency, found)
    held = queries.appointments_of(agency, found)
    may = rights_over(g.administrator, agency, found, held)
    is_given_account = request.endpoint == "admin.give_account"
    return render_template(
        "administration/admin/person.html",
        person=found,
        filled=filled({} if is_given_account else _stored(found, account)),
        account=account,
        standing=statuses_of({account.id})[account.id] if account else None,
        changes=waiting_changes(account.id) if account else [],
        what_changes=what_changes,
        is_cut=account is not None and cut_of(account.id) is not None,
        tokens=tokens_of(account.id) if account else [],
        scopes=SCOPE_WORDS,
        elsewhere=has_account_elsewhere(agency, found),
        may_rename=may_rename(agency, found),
        appointments=held,
        absences=absences_ahead(found.id, today),
        kinds=appointment_kinds(),
        states=account_standings(),
        may=may,
        ways=ways_of(account) if account and may.ask else None,
        today=today,
    )


@bp.post("/<code>/people/<uuid:person_id>")
@again(person)
@administrator
def change_person(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Correct the name and the sign-in names of a person."""
    found = get_person(agency, person_id)
    if not may_rename(agency, found):
        raise NotFound
    account = account_of(agency, found)
    form = AdminPersonForm.parse(request.form)
    with unit_of_work():
        rename_person(actor, agency, found, form.name, version=form.version)
        names = (form.email, form.staff_number)
        is_given = "email" in request.form  # the fields are there for administrators
        if account and is_given and names != (account.email, account.staff_number):
            change_sign_in_names(actor, account, email=form.email, staff_number=form.staff_number)
    is_asked = account is not None and is_given and form.email != account.email
    flash(_asked() if is_asked else _("Saved."), "ok")
    return redirect(url_for(".person", code=agency.code, person_id=found.id), 303)


@bp.post("/<code>/people/<uuid:person_id>/account")
@again(person)
@administrator
def give_account(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Create an account for a person who has none, and invite them."""
    found = get_person(agency, person_id)
    if account_of(agency, found) or has_account_elsewhere(agency, found):
        raise NotFound
    with unit_of_work():
        account = operations.create_account(
            actor,
            found,
            agency,
            email=request.form.get("email") or None,
            staff_number=request.form.get("staff_number") or None,
        )
        invited = operations.invite_again(actor, account)
    return _invited(agency, found, invited)


@bp.post("/<code>/people/<uuid:person_id>/invitation")
@administrator
def invite_again(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Send a new invitation; the previous one becomes invalid."""
    found = get_person(agency, person_id)
    outcome = operations.invite_again(actor, get_account(agency, found))
    return _invited(agency, found, outcome)


@bp.post("/<code>/people/<uuid:person_id>/invitation/withdraw")
@administrator
def withdraw_invitation(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Withdraw an invitation, so that its link becomes invalid."""
    return _do(agency, person_id, operations.withdraw_invitation, actor, _("Invitation withdrawn."))


@bp.post("/<code>/people/<uuid:person_id>/account/password")
@administrator
def send_password_link(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Send a link for a new password, or show it once to hand over."""
    found = get_person(agency, person_id)
    with flashing(_("Password link sent.")):
        if operations.send_password_link(actor, get_account(agency, found)):
            flash(_asked(), "ok")
            return redirect(url_for(".approvals", code=agency.code), 303)
    return redirect(url_for(".person", code=agency.code, person_id=found.id), 303)


@bp.post("/<code>/people/<uuid:person_id>/account/close")
@administrator
def close_account(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Close an account and sign it out on every device at once."""
    return _do(agency, person_id, operations.disable_account, actor, _("Account closed."))


@bp.post("/<code>/people/<uuid:person_id>/account/open")
@administrator
def open_account(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Reopen an account."""
    return _do(agency, person_id, operations.enable_account, actor, _("Account reopened."))


@bp.post("/<code>/people/<uuid:person_id>/account/second-factor")
@administrator
def reset_second_factor(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Ask to remove a lost second factor; a second person has to approve."""
    return _do(agency, person_id, second_factors.reset_second_factor, actor, _asked())


def _do(
    agency: Agency,
    person_id: UUID,
    operation: Callable[[Person | None, Account], object],
    actor: Person,
    done: str,
) -> ResponseReturnValue:
    found = get_person(agency, person_id)
    account = get_account(agency, found)
    with flashing(done):
        operation(actor, account)
    return redirect(url_for(".person", code=agency.code, person_id=found.id), 303)


def _asked() -> str:
    """Return what is said after asking for a sensitive change."""
    return _("Requested. It waits for a second administrator, or for the person to agree.")


def _invited(agency: Agency, found: Person, outcome: Invited) -> ResponseReturnValue:
    if outcome.address:
        return _link_to_hand_over(found.name, outcome)
    flash(_("The invitation is being sent."), "ok")
    return redirect(url_for(".person", code=agency.code, person_id=found.id), 303)


def _link_to_hand_over(name: str, invited: Invited) -> ResponseReturnValue:
    """Show once the link for a person without a mailbox, for the administrator to hand over."""
    return render_template("administration/admin/invitation_link.html", name=name, invited=invited)


def _stored(found: Person, account: Account | None) -> dict[str, str]:
    return {
        "name": found.name,
        "email": (account.email or "") if account else "",
        "staff_number": (account.staff_number or "") if account else "",
        "version": str(found.version),
    }
