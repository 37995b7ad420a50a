"""Pages for the senders whose circulars the agency accepts: give and revoke consent."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select

from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.typed_choices import find_unit
from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import space_of_agency, space_of_unit
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.queries import agency_by_code, agency_by_handle
from intranet.organisation.people.access import is_open_to
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import EmptyIsNone, Form, Line
from intranet.platform.core.refused import flashing
from intranet.publishing.publications.consents import CircularConsent
from intranet.publishing.publications.operations.consenting import give_consent, revoke_consent

MAX_REVOKED_CONSENTS = 20


class ConsentForm(Form):
    """Consent to a sender: an agency or one of its units, and for which function."""

    sender: Annotated[Line, Field(min_length=1, max_length=80)]
    unit: Annotated[Line, Field(max_length=300)] = ""
    function: Annotated[str | None, EmptyIsNone] = None


@bp.get("/<code>/circulars")
@administrator
def circulars(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the consents in force and the most recently revoked ones."""
    return render_template(
        "administration/admin/circulars.html",
        consents=_consents(agency, revoked=False),
        revoked=_consents(agency, revoked=True),
        functions=[("", _("any function")), *function_names().items()],
        names=function_names(),
        filled=filled(),
    )


@bp.post("/<code>/circulars")
@again(circulars)
@administrator
def give_circular_consent(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Let an agency, or a unit of it, send circulars."""
    form = ConsentForm.parse(request.form)
    give_consent(actor, agency, _space_called(actor, form), form.function)
    flash(
        _(
            "You will now receive circulars from this agency. You can revoke this "
            "permission at any time."
        ),
        "ok",
    )
    return _back(agency)


@bp.post("/<code>/circulars/<uuid:consent_id>/revoke")
@administrator
def revoke_circular_consent(actor: Person, agency: Agency, consent_id: UUID) -> ResponseReturnValue:
    """Revoke a consent."""
    consent = db.session.get(CircularConsent, consent_id)
    if consent is None or consent.agency_id != agency.id:
        raise NotFound
    done = _(
        "Permission revoked. You can still read earlier announcements, but no new ones will arrive."
    )
    with flashing(done):
        revoke_consent(actor, consent)
    return _back(agency)


def _space_called(actor: Person, form: ConsentForm) -> Space:
    """Return the space of the sender.

    Raises:
        Invalid: there is no such agency or unit.
    """
    called = form.sender.lstrip("@")
    sender = agency_by_handle(called) or agency_by_code(called)
    known = select(Agency.id).where(Agency.id == (sender.id if sender else None), is_open_to(actor))
    if sender is None or db.session.scalar(known) is None:
        raise Invalid({"sender": _l("This agency was not found. Enter its short name or code.")})
    unit = find_unit(sender, form.unit, "unit") if form.unit else None
    of_unit = space_of_unit(unit.id) if unit else None  # the root unit has none: it is the agency
    space = of_unit or space_of_agency(sender.id)
    if space is None:
        raise NotFound
    return space


def _consents(agency: Agency, *, revoked: bool) -> Sequence[CircularConsent]:
    asked = select(CircularConsent).where(CircularConsent.agency_id == agency.id)
    if revoked:
        latest = CircularConsent.revoked_at.desc()
        asked = (
            asked.where(CircularConsent.revoked_at.is_not(None))
            .order_by(latest)
            .limit(MAX_REVOKED_CONSENTS)
        )
    else:
        asked = asked.where(CircularConsent.revoked_at.is_(None))
        asked = asked.order_by(CircularConsent.given_at.desc())
    return db.session.scalars(asked).all()


def _back(agency: Agency) -> ResponseReturnValue:
    return redirect(url_for(".circulars", code=agency.code), 303)
