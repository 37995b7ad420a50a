"""Pages for e-mail and push deliveries to an agency's people: failures, and retrying them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator, bp
from intranet.attention.notifications import failures
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _, ngettext


@bp.get("/<code>/deliveries")
@administrator
def deliveries(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show counts of pending, sent and failed deliveries, and the people they fail for."""
    return render_template(
        "administration/admin/deliveries.html",
        counts=failures.counts(agency),
        failed=failures.failed(agency, failures.MAX_FAILURES),
    )


@bp.post("/<code>/deliveries/retry")
@administrator
def retry_deliveries(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Retry failed deliveries, of one person or of all."""
    person_id = request.form.get("person_id", type=UUID)
    count = failures.retry(actor, agency, person_id)
    flash(
        ngettext(
            "%(num)s delivery is being retried.", "%(num)s deliveries are being retried.", count
        )
        if count
        else _("There are no deliveries left to retry."),
        "ok",
    )
    return redirect(url_for(".deliveries", code=agency.code), 303)
