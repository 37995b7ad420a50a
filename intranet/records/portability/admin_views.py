"""The page on which an agency's administrators take everything along."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, frame
from intranet.organisation.accounts.operations.approvers import settled_administrators
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form
from intranet.platform.core.refused import flashing
from intranet.records.portability import leaving, operations, queries, statements
from intranet.records.portability.access import get_order_of

bp = Blueprint("portability", __name__, url_prefix="/admin")
bp.context_processor(frame)
bp.context_processor(statements.words)


class AgencyPackageForm(Form):
    """The group whose contributions are asked for; without one, the whole agency."""

    group: UUID | None = None


@bp.get("/<code>/leave")
@administrator
def leave(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show what goes and what stays, the packages, and the groups of others."""
    orders = queries.orders_of_agency(agency)
    return render_template(
        "records/portability/leave.html",
        orders=orders,
        is_busy=queries.is_any_busy(orders),
        titles=queries.titles_of(orders),
        groups=queries.groups_of_others(agency),
        actor=actor,
        leaving=leaving.leaving_of(agency),
        has_second=bool(settled_administrators(agency.id) - {actor.id}),
    )


@bp.post("/<code>/leave/packages")
@administrator
def ask_package(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Ask for the package of the agency, or of its contributions to a group."""
    form = AgencyPackageForm.parse(request.form)
    with flashing(_("Asked. A second administrator must now agree.")):
        operations.ask_for_agency(actor, agency, form.group)
    return _back(agency)


@bp.post("/<code>/leave/packages/<uuid:order_id>")
@administrator
def answer_package(actor: Person, agency: Agency, order_id: UUID) -> ResponseReturnValue:
    """Agree to a package, or delete it."""
    order = get_order_of(agency, order_id)
    if request.form.get("do") == "agree":
        with flashing(_("Agreed. The package is being made.")):
            operations.agree(actor, agency, order)
    elif request.form.get("do") == "delete":
        with flashing(_("Deleted.")):
            operations.withdraw(actor, agency, order)
    return _back(agency)


@bp.post("/<code>/leave")
@administrator
def decide_leaving(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Ask that the agency leaves, agree to it, or withdraw it."""
    do = request.form.get("do")
    if do == "ask":
        with flashing(_("Asked. A second administrator must now agree.")):
            leaving.ask_to_leave(actor, agency)
    elif do == "agree":
        with flashing(_("Agreed. It takes effect in one day. Until then it can be withdrawn.")):
            leaving.agree_to_leave(actor, agency)
    elif do == "stay":
        with flashing(_("Withdrawn. Nothing has been changed.")):
            leaving.stay(actor, agency)
    return _back(agency)


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".leave", code=agency.code), 303)
