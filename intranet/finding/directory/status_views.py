"""One's own status: written with an end, taken back, gone by itself."""

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


class Ends(StrEnum):
    """When a status goes."""

    HALF_HOUR = "30"
    HOUR = "60"
    TODAY = "today"
    WEEK = "week"
    DATE = "date"


class StatusForm(Form):
    """What somebody says, and until when; `last_day` counts where a date was chosen."""

    emoji: Line = ""
    text: Line = ""
    ends: Ends = Ends.HOUR
    last_day: date | None = None


@bp.get("")
@signed_in
def edit(person: Person) -> ResponseReturnValue:
    """The form; of a status that stands, with its words and its last day."""
    status = person.status
    values = {"emoji": "", "text": "", "ends": Ends.HOUR.value, "last_day": ""}
    if status:
        last = (status.until - timedelta(seconds=1)).astimezone(ZoneInfo(current_zone())).date()
        values |= {"emoji": status.emoji, "text": status.text, "last_day": last.isoformat()}
    return _page(person, values, {})


@bp.post("")
@signed_in
def save(person: Person) -> ResponseReturnValue:
    """Show it beside the name."""
    try:
        form = StatusForm.parse({**request.form, "last_day": request.form.get("last_day") or None})
        set_status(person, emoji=form.emoji, text=form.text, until=_end_of(form))
    except Invalid as problem:
        return _page(person, request.form, problem.errors), problem.status
    flash(_("Your status has been set and will clear automatically."), "ok")
    return _back()


@bp.post("/clear")
@signed_in
def clear(person: Person) -> ResponseReturnValue:
    """Take it back."""
    clear_status(person)
    flash(_("Your status has been cleared."), "ok")
    return _back()


def _end_of(form: StatusForm) -> datetime:
    now = clock.now()
    if form.ends in {Ends.HALF_HOUR, Ends.HOUR}:
        return now + timedelta(minutes=int(form.ends))
    today = clock.today(current_zone())
    last = today
    if form.ends == Ends.WEEK:
        last = today + timedelta(days=6 - today.weekday())
    elif form.ends == Ends.DATE:
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
