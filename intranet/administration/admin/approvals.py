"""Pages for sensitive changes that wait: approve, withdraw, hand over a code or a link."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.access import get_account, get_person
from intranet.administration.admin.blueprint import administrator, bp
from intranet.extensions import db
from intranet.organisation.accounts import letters, queries
from intranet.organisation.accounts.models import ChangeState, SensitiveChange
from intranet.organisation.accounts.operations import owner_answers, sensitive_changes
from intranet.organisation.accounts.operations.accounts import (
    PASSWORD_LINK,
    end_tokens_of,
    take_password_link,
)
from intranet.organisation.accounts.operations.talks_cuts import TALKS, cut_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound, Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import flashing
from intranet.platform.core.web import site_address


@bp.get("/<code>/approvals")
@administrator
def approvals(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the sensitive changes of the agency's accounts that wait."""
    changes = queries.waiting_changes_in(agency.id)
    return render_template(
        "administration/admin/approvals.html",
        rows=sensitive_changes.approvals(actor, changes),
        what_changes=letters.what_changes,
    )


@bp.post("/<code>/approvals/<uuid:change_id>")
@administrator
def answer_change(actor: Person, agency: Agency, change_id: UUID) -> ResponseReturnValue:
    """Approve or withdraw a change, or show a code or a link to hand over, once."""
    change = _get(agency, change_id)
    do = request.form.get("do")
    try:
        if do == "print":
            return _printed(change, owner_answers.print_code(actor, change))
        if do == "take" and change.kind == PASSWORD_LINK:
            invited = take_password_link(actor, change)
            return render_template(
                "administration/admin/invitation_link.html",
                name=invited.person.name,
                invited=invited,
            )
    except Refusal as problem:
        flash(str(problem.detail), "bad")
        return _back(agency)
    if do == "approve":
        with flashing(_("Approved. It takes effect in one day, unless the person refuses.")):
            sensitive_changes.approve(actor, change)
    elif do == "withdraw":
        with flashing(_("Withdrawn. Nothing has been changed.")):
            sensitive_changes.withdraw(actor, change)
    return _back(agency)


@bp.post("/<code>/people/<uuid:person_id>/account/vouch")
@administrator
def vouch(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """Ask to open a person's earlier direct messages again; a second administrator approves."""
    account = get_account(agency, get_person(agency, person_id))
    if cut_of(account.id) is None:
        raise NotFound
    with flashing(_("A second administrator must now approve this and hand over a code.")):
        sensitive_changes.ask_for(TALKS, account, {}, actor)
    return redirect(url_for(".person", code=agency.code, person_id=person_id), 303)


@bp.post("/<code>/people/<uuid:person_id>/account/tokens")
@administrator
def end_tokens(actor: Person, agency: Agency, person_id: UUID) -> ResponseReturnValue:
    """End all tokens of a person's programs at once."""
    account = get_account(agency, get_person(agency, person_id))
    with flashing(_("All tokens have been ended.")):
        end_tokens_of(actor, account)
    return redirect(url_for(".person", code=agency.code, person_id=person_id), 303)


def _get(agency: Agency, change_id: UUID) -> SensitiveChange:
    """Return a change of the agency's accounts that waits.

    Raises:
        NotFound: there is none, it waits no longer, or it is another agency's.
    """
    change = db.session.get(SensitiveChange, change_id)
    if (
        change is None
        or change.account.home_agency_id != agency.id
        or change.state != ChangeState.WAITING
    ):
        raise NotFound
    return change


def _printed(change: SensitiveChange, handed: str) -> ResponseReturnValue:
    where = "/me/waiting" if change.kind == TALKS else "/handed-code"
    return render_template(
        "administration/admin/printed_code.html",
        change=change,
        handed=handed,
        what_changes=letters.what_changes,
        address=site_address(where),
    )


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".approvals", code=agency.code), 303)
