"""Looking at what one would not read otherwise: each time leaves a line in the audit log."""

from intranet.attention.moderation.models import Case
from intranet.attention.moderation.operations.deciding import about
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core.unit_of_work import unit_of_work


def write_down_look(person: Person, case: Case) -> None:
    """Add the line: who looked at what somebody reported, in a place that is not theirs."""
    with unit_of_work():
        record(
            "moderation.read",
            agency_id=case.agency_id,
            actor_id=person.id,
            subject=about(case),
            detail={"subject": case.subject.value, "case": str(case.id)},
        )
