"""Pages for the roles of posts in the agency, and the mandates its posts hold over others."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin.access import get_administration, get_own_role
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.typed_choices import find_post, post_text
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations import administrations as operations
from intranet.organisation.agencies.queries import administrations_of, mandates_of, post_by_address
from intranet.organisation.agencies.role_labels import ROLE_NAMES, ROLE_PURPOSES
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import holders_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.refused import flashing

SUGGESTED_MANDATE = timedelta(days=365)


class TermsForm(Form):
    """The days of a role, and its deputy post; all of them may be left empty."""

    first_day: date | None = None
    last_day: date | None = None
    deputy: Annotated[Line, Field(max_length=300)] = ""

    def terms(self, agency: Agency) -> operations.RoleTerms:
        """Return the terms, with the post found by what was typed."""
        deputy = find_post(agency, self.deputy, "deputy") if self.deputy else None
        return operations.RoleTerms(first_day=self.first_day, last_day=self.last_day, deputy=deputy)


class RoleForm(TermsForm):
    """The post to give a role, and the role."""

    post: Annotated[Line, Field(min_length=1, max_length=300)]
    role: AgencyRole = AgencyRole.ADMINISTRATOR


class MandateForm(Form):
    """The post of another agency, as `@post@agency`, and the last day of its mandate."""

    address: Annotated[Line, Field(min_length=1, max_length=110)]
    last_day: date


@bp.get("/<code>/administrators")
@administrator
def administrators(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the posts with a role, and the other agencies that posts of this one administer."""
    rows = [row for row in administrations_of(agency.id) if not row.is_past]
    mandates = [row for row in mandates_of(agency.id) if not row.is_past]
    posts = [row.post_id for row in (*rows, *mandates)]
    last_day = clock.today(agency.time_zone) + SUGGESTED_MANDATE
    return render_template(
        "administration/admin/administrators.html",
        rows_of_agency=rows,
        mandates=mandates,
        holders=holders_of(posts, clock.now()),
        filled=filled(sent_to="give_administration"),
        mandate=filled(suggested={"last_day": last_day.isoformat()}, sent_to="propose_mandate"),
        may_give=actor.administers(agency.id, by_own_post=True),
        role_names=ROLE_NAMES,
        role_purposes=ROLE_PURPOSES,
    )


@bp.post("/<code>/administrators")
@again(administrators)
@administrator
def give_administration(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Give a post of the agency a role."""
    form = RoleForm.parse(request.form)
    post = find_post(agency, form.post, "post")
    operations.give_role(actor, agency, post, form.role, form.terms(agency))
    flash(_("The post has the role. The other administrators have been told."), "ok")
    return _back(agency)


@bp.get("/<code>/administrators/<uuid:administration_id>")
@administrator
def role(actor: Person, agency: Agency, administration_id: UUID) -> ResponseReturnValue:
    """Show the form for the days and the deputy of a role."""
    row = get_own_role(actor, agency, administration_id)
    first_day = row.since.astimezone(ZoneInfo(agency.time_zone)).date() if row.since else None
    days = {"first_day": first_day, "last_day": row.last_day}
    return render_template(
        "administration/admin/role.html",
        row=row,
        role_names=ROLE_NAMES,
        filled=filled(
            suggested={
                **{name: day.isoformat() for name, day in days.items() if day},
                "deputy": post_text(row.deputy),
            }
        ),
    )


@bp.post("/<code>/administrators/<uuid:administration_id>")
@again(role)
@administrator
def change_role(actor: Person, agency: Agency, administration_id: UUID) -> ResponseReturnValue:
    """Change the days or the deputy of a role."""
    row = get_own_role(actor, agency, administration_id)
    operations.change_role(actor, row, TermsForm.parse(request.form).terms(agency))
    flash(_("Saved. The other administrators have been told."), "ok")
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
        role_names=ROLE_NAMES,
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
