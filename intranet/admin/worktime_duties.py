"""Who is on duty for an agency: what lies ahead, to be searched and taken back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.admin.blueprint import administrator, bp
from intranet.admin.paging import page_of
from intranet.agencies.models import Agency
from intranet.core import clock
from intranet.core.i18n import _
from intranet.core.parsing import printable
from intranet.people.models import Person
from intranet.people.queries import is_named
from intranet.worktime import operations
from intranet.worktime.access import get_duty
from intranet.worktime.models import Duty
from intranet.worktime.words import duty_name, stretch


@bp.get("/<code>/worktime/duties")
@administrator
def worktime_duties(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """The duties that are not over, the nearest first."""
    typed = printable(request.args.get("q", ""), 80)
    rows = select(Duty).where(Duty.agency_id == agency.id, Duty.until > clock.now())
    if typed:
        rows = rows.join(Person, Person.id == Duty.person_id).where(is_named(typed))
    page = page_of(rows, get_duty, agency, Duty.since)
    return render_template(
        "admin/worktime_duties.html",
        page=page,
        typed=typed,
        duty_name=duty_name,
        stretch=stretch,
    )


@bp.post("/<code>/worktime/duties/<uuid:duty_id>/remove")
@administrator
def remove_duty(actor: Person, agency: Agency, duty_id: UUID) -> ResponseReturnValue:
    """Take somebody off duty."""
    operations.remove_duty(actor, agency, get_duty(agency, duty_id))
    flash(_("Duty period removed."), "ok")
    return redirect(url_for(".worktime_duties", code=agency.code), 303)
