"""Page for an agency's working time: hours by weekday, and quiet outside them."""

from collections.abc import Mapping
from datetime import time

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.finding.directory.labels import weekday_names
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.people.models import Person
from intranet.organisation.worktime import operations
from intranet.organisation.worktime.queries import working_time
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form


class WorkingTimeForm(Form):
    """The fields of working time besides the hours."""

    is_quiet_outside: bool = False
    lets_loosen: bool = False
    version: int = 0


@bp.get("/<code>/worktime")
@administrator
def worktime(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the hours of each weekday."""
    return render_template(
        "administration/admin/worktime.html",
        filled=filled(_stored(agency)),
        weekdays=weekday_names(),
    )


@bp.post("/<code>/worktime")
@again(worktime)
@administrator
def change_worktime(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Save the agency's working time."""
    form = WorkingTimeForm.parse(request.form)
    operations.set_working_time(
        actor,
        agency,
        hours_typed(request.form),
        is_quiet_outside=form.is_quiet_outside,
        lets_loosen=form.lets_loosen,
        version=form.version,
    )
    flash(_("Saved."), "ok")
    return redirect(url_for(".worktime", code=agency.code), 303)


def hours_typed(sent: Mapping[str, str]) -> dict[str, tuple[time, time]]:
    """Return the hours by weekday; a day without hours is not worked.

    Raises:
        Invalid: a day has only one of its two times, or a value is no time of day.
    """
    hours: dict[str, tuple[time, time]] = {}
    errors: dict[str, Words] = {}
    for day in WEEKDAYS:
        said = [sent.get(f"{day}_{end}", "").strip() for end in ("from", "to")]
        if not any(said):
            continue
        try:
            opens, closes = (
                time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
                for text in said
            )
        except ValueError:
            errors[f"{day}_from"] = _l(
                "Enter a start time and an end time, such as 08:00 and 15:00."
            )
        else:
            hours[day] = (opens, closes)
    if errors:
        raise Invalid(errors)
    return hours


def _stored(agency: Agency) -> dict[str, str]:
    row = working_time(agency)
    hours = {f"{day}_{end}": at for day, span in row.week.items() for end, at in span.items()}
    quiet = "1" if row.is_quiet_outside else ""
    loosened = "1" if row.lets_loosen else ""
    switches = {"is_quiet_outside": quiet, "lets_loosen": loosened}
    return {**hours, **switches, "version": str(row.version)}
