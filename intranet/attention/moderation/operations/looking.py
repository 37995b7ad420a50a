"""Access to content that the moderator could not read otherwise, recorded in the audit log."""

from intranet.attention.moderation.models import Case
from intranet.attention.moderation.operations.deciding import about
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core.unit_of_work import unit_of_work


def write_down_look(person: Person, case: Case) -> None:
    """Record in the audit log that the person viewed reported content."""
    with unit_of_work():
        record(
            "moderation.read",
            agency_id=case.agency_id,
            actor_id=person.id,
            subject=about(case),
            detail={"subject": case.subject.value, "case": str(case.id)},
        )
