"""Page for the duty roster of an agency: search and remove duties."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.paging import page_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import is_named
from intranet.organisation.worktime import operations
from intranet.organisation.worktime.access import get_duty
from intranet.organisation.worktime.labels import duty_name, stretch
from intranet.organisation.worktime.models import Duty
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable


@bp.get("/<code>/worktime/duties")
@administrator
def worktime_duties(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the duties that are not over, soonest first."""
    typed = printable(request.args.get("q", ""), 80)
    rows = select(Duty).where(Duty.agency_id == agency.id, Duty.until > clock.now())
    if typed:
        rows = rows.join(Person, Person.id == Duty.person_id).where(is_named(typed))
    page = page_of(rows, get_duty, agency, Duty.since)
    return render_template(
        "administration/admin/worktime_duties.html",
        page=page,
        typed=typed,
        duty_name=duty_name,
        stretch=stretch,
    )


@bp.post("/<code>/worktime/duties/<uuid:duty_id>/remove")
@administrator
def remove_duty(actor: Person, agency: Agency, duty_id: UUID) -> ResponseReturnValue:
    """Remove a duty."""
    operations.remove_duty(actor, agency, get_duty(agency, duty_id))
    flash(_("Duty period removed."), "ok")
    return redirect(url_for(".worktime_duties", code=agency.code), 303)
