"""A person's own status: set with an end, cleared by hand or automatically."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.status import clear_status, set_status
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.web import current_zone, local_address, wants_fragment

bp = Blueprint("status", __name__, url_prefix="/me/status")


class DirectoryStatusEnd(StrEnum):
    """When a status ends."""

    HALF_HOUR = "30"
    HOUR = "60"
    TODAY = "today"
    WEEK = "week"
    DATE = "date"


class DirectoryStatusForm(Form):
    """A status and its end; `last_day` counts if a date was chosen."""

    emoji: Line = ""
    text: Line = ""
    ends: DirectoryStatusEnd = DirectoryStatusEnd.HOUR
    last_day: date | None = None


@bp.get("")
@signed_in
def edit(person: Person) -> ResponseReturnValue:
    """Show the form, filled with the current status."""
    status = person.status
    values = {"emoji": "", "text": "", "ends": DirectoryStatusEnd.HOUR.value, "last_day": ""}
    if status:
        last = (status.until - timedelta(seconds=1)).astimezone(ZoneInfo(current_zone())).date()
        values |= {"emoji": status.emoji, "text": status.text, "last_day": last.isoformat()}
    return _page(person, values, {})


@bp.post("")
@signed_in
def save(person: Person) -> ResponseReturnValue:
    """Set the status."""
    try:
        form = DirectoryStatusForm.parse(
            {**request.form, "last_day": request.form.get("last_day") or None}
        )
        set_status(person, emoji=form.emoji, text=form.text, until=_end_of(form))
    except Invalid as problem:
        return _page(person, request.form, problem.errors), problem.status
    flash(_("Your status has been set and will clear automatically."), "ok")
    return _back()


@bp.post("/clear")
@signed_in
def clear(person: Person) -> ResponseReturnValue:
    """Clear the status."""
    clear_status(person)
    flash(_("Your status has been cleared."), "ok")
    return _back()


def _end_of(form: DirectoryStatusForm) -> datetime:
    now = clock.now()
    if form.ends in {DirectoryStatusEnd.HALF_HOUR, DirectoryStatusEnd.HOUR}:
        return now + timedelta(minutes=int(form.ends))
    today = clock.today(current_zone())
    last = today
    if form.ends == DirectoryStatusEnd.WEEK:
        last = today + timedelta(days=6 - today.weekday())
    elif form.ends == DirectoryStatusEnd.DATE:
        if form.last_day is None:
            raise Invalid({"until": _l("Choose the last day.")})
        last = form.last_day
    if last.year > today.year + 1:
        raise Invalid({"until": _l("A status can last up to a year.")})
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(current_zone()))


def _page(person: Person, values: Mapping[str, str], errors: Mapping[str, Words]) -> str:
    template = (
        "finding/directory/_status.html" if wants_fragment() else "finding/directory/status.html"
    )
    return render_template(
        template,
        person=person,
        values=values,
        errors=errors,
        today=clock.today(current_zone()),
        is_dialog=wants_fragment(),
        back=local_address(request.values.get("next"), "/"),
    )


def _back() -> ResponseReturnValue:
    return redirect(local_address(request.form.get("next"), "/"), 303)
