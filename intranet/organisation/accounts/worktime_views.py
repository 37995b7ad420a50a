"""Pages of a person's own notification hours and upcoming duties."""

from collections.abc import Mapping
from datetime import time
from enum import StrEnum

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.labels import duty_name, stretch
from intranet.organisation.worktime.operations import choose_own_hours
from intranet.organisation.worktime.queries import duties_ahead, may_loosen, own_hours
from intranet.organisation.worktime.sender_notes import own_note
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form, Line

bp = Blueprint("own_hours", __name__, url_prefix="/me")

MAX_DUTIES = 50


class OwnHoursChoice(StrEnum):
    """When a person is notified of what is not urgent."""

    AGENCY = "agency"
    WINDOW = "window"
    ALWAYS = "always"


class OwnHoursForm(Form):
    """The person's choice; the times matter only for a window of the day."""

    choice: OwnHoursChoice
    opens: Line = ""
    closes: Line = ""


@bp.get("/worktime")
@signed_in
def worktime(person: Person) -> ResponseReturnValue:
    """Show the current state, the choices and the upcoming duties."""
    row = own_hours(person.id)
    if row and row.is_always and not may_loosen(person, clock.now()):
        row = None  # chosen while it was allowed; it applies again once it is allowed again
    form = {"choice": OwnHoursChoice.AGENCY, "opens": "", "closes": ""}
    if row:
        form["choice"] = OwnHoursChoice.ALWAYS if row.is_always else OwnHoursChoice.WINDOW
        form |= {"opens": row.opens or "", "closes": row.closes or ""}
    return _page(person, form, {})


@bp.post("/worktime")
@signed_in
def choose_worktime(person: Person) -> ResponseReturnValue:
    """Save the choice."""
    try:
        form = OwnHoursForm.parse(request.form)
        window = _window(form) if form.choice == OwnHoursChoice.WINDOW else None
        choose_own_hours(person, is_always=form.choice == OwnHoursChoice.ALWAYS, window=window)
    except Invalid as problem:
        return _page(person, request.form.to_dict(), problem.errors), problem.status
    flash(_("Your choice has been saved."), "ok")
    return redirect("/me/worktime", 303)


def _window(form: OwnHoursForm) -> tuple[time, time]:
    try:
        opens, closes = (
            time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
            for text in (form.opens, form.closes)
        )
    except ValueError as error:
        words = _l("Enter a start time and an end time, such as 08:00 and 15:00.")
        raise Invalid({"opens": words}) from error
    return opens, closes


def _page(person: Person, form: dict[str, str], errors: Mapping[str, Words]) -> str:
    now = clock.now()
    return render_template(
        "organisation/accounts/worktime.html",
        note=own_note(person, now),
        has_week=bool(person.week),
        may_loosen=may_loosen(person, now),
        duties=duties_ahead(person.id, now, MAX_DUTIES),
        form=form,
        errors=errors,
        duty_name=duty_name,
        stretch=stretch,
    )
