"""Page for an agency's calendar of a year: official holidays, its own, and copied ones."""

from datetime import date
from typing import Annotated

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled, localized_fields
from intranet.administration.admin.typed_choices import find_agency
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.worktime import operations
from intranet.organisation.worktime.labels import scope_names, weekday_day
from intranet.organisation.worktime.models import DayScope
from intranet.organisation.worktime.operations import DAY_NAME_LIMIT
from intranet.organisation.worktime.queries import calendar_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _, _l, ngettext
from intranet.platform.core.parsing import Form, Line

YEARS_AHEAD = 2


class DayForm(Form):
    """A day of the calendar."""

    day: date
    scope: DayScope = DayScope.LOCAL


class CopyForm(Form):
    """The agency whose calendar of a year is copied."""

    other: Annotated[Line, Field(min_length=1, max_length=300)]
    year: int


@bp.get("/<code>/worktime/calendar")
@administrator
def worktime_calendar(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the holidays of a year, with the forms to add one and to copy another agency's."""
    year, years = _year(agency), _years(agency)
    days = calendar_of(agency, year)
    return render_template(
        "administration/admin/worktime_calendar.html",
        days=days,
        count=sum(each.is_holiday for each in days),
        year=year,
        years=years,
        adding=filled(suggested={"scope": DayScope.LOCAL}, sent_to="add_holiday"),
        copying=filled(sent_to="copy_calendar"),
        scopes=[(scope.value, text) for scope, text in scope_names().items()],
        scope_names=scope_names(),
        tags=agency.languages,
        weekday_day=weekday_day,
    )


@bp.post("/<code>/worktime/calendar/days")
@again(worktime_calendar)
@administrator
def add_holiday(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Add a holiday."""
    form = DayForm.parse(request.form)
    name = localized_fields("name", agency.languages, DAY_NAME_LIMIT)
    try:
        operations.add_day(actor, agency, form.day, name, scope=form.scope)
    except Conflict as problem:
        raise Invalid({"day": problem.detail}) from problem
    flash(_("Holiday added to the calendar."), "ok")
    return redirect(_address(agency, form.day.year), 303)


@bp.post("/<code>/worktime/calendar/days/<day>")
@administrator
def change_holiday(actor: Person, agency: Agency, day: str) -> ResponseReturnValue:
    """Remove a holiday, or restore an official one; report a concurrent change."""
    form = DayForm.parse({"day": day})
    try:
        if request.form.get("do") == "restore":
            operations.restore_day(actor, agency, form.day)
        else:
            operations.remove_day(actor, agency, form.day)
    except Conflict as problem:
        flash(str(problem.detail), "attn")
    else:
        flash(_("Saved."), "ok")
    return redirect(_address(agency, form.day.year), 303)


@bp.post("/<code>/worktime/calendar/copy")
@again(worktime_calendar)
@administrator
def copy_calendar(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Copy the holidays of another agency in a year."""
    form = CopyForm.parse(request.form)
    if form.year not in _years(agency):
        raise Invalid({"year": _l("Choose one of these years.")})
    other = find_agency(actor, form.other, "other")
    count = operations.copy_calendar(actor, agency, other, form.year)
    words = ngettext(
        "The calendar now has %(num)s holiday.", "The calendar now has %(num)s holidays.", count
    )
    flash(words, "ok")
    return redirect(_address(agency, form.year), 303)


def _years(agency: Agency) -> list[int]:
    this = clock.today(agency.time_zone).year
    return list(range(this, this + YEARS_AHEAD))


def _year(agency: Agency) -> int:
    """Return the requested year, or that of the form that was sent."""
    asked = request.values.get("year", request.form.get("day", "")[:4])
    years = _years(agency)
    return int(asked) if asked in map(str, years) else years[0]


def _address(agency: Agency, year: int) -> str:
    return url_for(".worktime_calendar", code=agency.code, year=year)
