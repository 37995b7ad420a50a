"""Pages for the posts that administer the agency, and the mandates its posts hold over others."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.access import get_administration
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.typed_choices import find_post
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations import administrations as operations
from intranet.organisation.agencies.queries import administrations_of, mandates_of, post_by_address
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import holders_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.refused import flashing

SUGGESTED_MANDATE = timedelta(days=365)


class AdministrationForm(Form):
    """The post to make an administrator."""

    post: Annotated[Line, Field(min_length=1, max_length=300)]


class MandateForm(Form):
    """The post of another agency, as `@post@agency`, and the last day of its mandate."""

    address: Annotated[Line, Field(min_length=1, max_length=110)]
    last_day: date


@bp.get("/<code>/administrators")
@administrator
def administrators(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List who administers this agency, and the other agencies that its posts administer."""
    rows = [row for row in administrations_of(agency.id) if not row.is_past]
    mandates = [row for row in mandates_of(agency.id) if not row.is_past]
    posts = [row.post_id for row in (*rows, *mandates)]
    last_day = clock.today(agency.time_zone) + SUGGESTED_MANDATE
    return render_template(
        "administration/admin/administrators.html",
        rows_of_agency=rows,
        mandates=mandates,
        holders=holders_of(posts, clock.now()),
        filled=filled(suggested={"last_day": last_day.isoformat()}),
        may_give=actor.administers(agency.id, by_own_post=True),
    )


@bp.post("/<code>/administrators")
@again(administrators)
@administrator
def give_administration(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Make a post of the agency an administrator of it."""
    form = AdministrationForm.parse(request.form)
    operations.make_administrator(actor, agency, find_post(agency, form.post, "post"))
    flash(_("The holder of this post now administers the agency."), "ok")
    return _back(agency)


@bp.post("/<code>/administrators/mandates")
@again(administrators)
@administrator
def propose_mandate(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Offer a mandate to a post of another agency."""
    form = MandateForm.parse(request.form)
    post = post_by_address(form.address)
    if post is None:
        words = _l("There is no post with that name. Enter the post in the form @post@agency.")
        raise Invalid({"address": words})
    operations.propose_mandate(actor, agency, post, last_day=form.last_day)
    flash(_("Mandate offered. It will start when the other agency accepts."), "ok")
    return _back(agency)


@bp.post("/<code>/administrators/<uuid:administration_id>/accept")
@administrator
def accept_mandate(actor: Person, agency: Agency, administration_id: UUID) -> ResponseReturnValue:
    """Accept a mandate that is offered to a post of this agency."""
    row = get_administration(agency, administration_id)
    if row.post.agency_id != agency.id:
        raise NotFound
    with flashing(_("You have accepted the mandate.")):
        operations.accept_mandate(actor, row)
    return _back(agency)


@bp.get("/<code>/administrators/<uuid:administration_id>/end")
@administrator
def ending_administration(
    _actor: Person, agency: Agency, administration_id: UUID
) -> ResponseReturnValue:
    """Ask for confirmation before an administration ends."""
    row = get_administration(agency, administration_id)
    return render_template(
        "administration/admin/administration_end.html",
        row=row,
        holders=holders_of([row.post_id], clock.now()).get(row.post_id, []),
    )


@bp.post("/<code>/administrators/<uuid:administration_id>/end")
@administrator
def end_administration(
    actor: Person, agency: Agency, administration_id: UUID
) -> ResponseReturnValue:
    """End an administration, or withdraw or decline an offered one."""
    row = get_administration(agency, administration_id)
    with flashing(_("This has ended.")):
        operations.end_administration(actor, row)
    return _back(agency)


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".administrators", code=agency.code), 303)
