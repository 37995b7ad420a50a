"""Consent to circulars, given and revoked by an agency's administrators."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency, Function
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.consents import CircularConsent


def give_consent(
    actor: Person, agency: Agency, sender: Space, function_code: str | None
) -> CircularConsent:
    """Let a unit or another agency send circulars to the agency's people who have a function.

    Args:
        function_code: None for all of its people.

    Raises:
        Forbidden: the person does not administer the agency.
        Invalid: the sender is of the agency itself or has the consent, or the function is unknown.
    """
    with unit_of_work() as work:
        work.lock(agency)
        require_right(actor, Act.CIRCULARS, agency.id)
        if sender.agency_id == agency.id:
            raise Invalid(
                {"sender": _l("Your own units can reach your people without this permission.")}
            )
        if function_code and db.session.get(Function, function_code) is None:
            raise Invalid({"function": _l("There is no such function. Choose one from the list.")})
        there = select(CircularConsent.id).where(
            CircularConsent.agency_id == agency.id,
            CircularConsent.space_id == sender.id,
            CircularConsent.function_code == function_code,
            CircularConsent.revoked_at.is_(None),
        )
        if db.session.scalar(there.limit(1)):
            raise Invalid({"sender": _l("This agency or unit already has that permission.")})
        consent = CircularConsent(
            agency_id=agency.id,
            space_id=sender.id,
            function_code=function_code,
            given_by_id=actor.id,
        )
        work.add(consent)
        work.flush()
        record(
            "circular_consent.give",
            agency_id=agency.id,
            actor_id=actor.id,
            subject=("circular_consent", consent.id),
            detail={"agency": str(sender.agency_id), "function": function_code},
        )
    return consent


def revoke_consent(actor: Person, consent: CircularConsent) -> None:
    """Revoke a consent to circulars. Announcements already sent stay with their recipients.

    Raises:
        Forbidden: the person does not administer the agency.
    """
    with unit_of_work() as work:
        work.lock(consent)
        require_right(actor, Act.CIRCULARS, consent.agency_id)
        if consent.revoked_at:
            return
        consent.revoked_at, consent.revoked_by_id = clock.now(), actor.id
        record(
            "circular_consent.revoke",
            agency_id=consent.agency_id,
            actor_id=actor.id,
            subject=("circular_consent", consent.id),
            detail={"agency": str(consent.space.agency_id), "function": consent.function_code},
        )
