"""The people selected on the list: the last day of their accounts, or their invitation."""

from datetime import date
from typing import Annotated

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.access import get_person
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.chosen_people import CHOSEN_LIMIT, given_ids
from intranet.organisation.accounts.operations.account_ends import set_last_day
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Refusal
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.parsing import EmptyIsNone, Form


class LastDayForm(Form):
    """The last day of accounts; none takes it away."""

    last_day: Annotated[date | None, EmptyIsNone] = None


@bp.post("/<code>/people/chosen")
@administrator
def change_chosen_people(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Set, move or take away the last day of the selected people's accounts, or invite them."""
    chosen = list(dict.fromkeys(request.form.getlist("person_ids")))[:CHOSEN_LIMIT]
    people = [get_person(agency, person_id) for person_id in given_ids(chosen)]
    if people and request.form.get("do") == "invite":
        ids = [str(one.id) for one in people]
        return redirect(url_for(".new_invitations", code=agency.code, person_ids=ids), 303)
    try:
        form = LastDayForm.parse({"last_day": request.form.get("last_day", "")})
        count = set_last_day(actor, agency, [one.id for one in people], form.last_day)
    except Refusal as problem:
        reasons = problem.errors.values()
        flash(" ".join(map(str, reasons)) or str(problem.detail), "bad")
    else:
        flash(
            ngettext("%(num)s account changed.", "%(num)s accounts changed.", count)
            if count
            else _("Select the people first."),
            "ok" if count else "attn",
        )
    if request.form.get("from") == "person" and len(people) == 1:
        return redirect(url_for(".person", code=agency.code, person_id=people[0].id), 303)
    return redirect(url_for(".people", code=agency.code, access="ending"), 303)
