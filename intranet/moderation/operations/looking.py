"""Looking at what one would not read otherwise: each time leaves a line in the audit log."""

from intranet.audit.operations import record
from intranet.core.unit_of_work import unit_of_work
from intranet.moderation.models import Case
from intranet.moderation.operations.deciding import about
from intranet.people.models import Person


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
