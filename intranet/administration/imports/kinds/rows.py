"""Rows to store, made of what a file says."""

from typing import Any
from uuid import UUID

from intranet.administration.imports.kinds.person_records import (
    AppointmentFact,
    PersonFact,
)
from intranet.administration.imports.stored_records import AgencyFact
from intranet.organisation.accounts.operations.storing import AccountRow
from intranet.organisation.people.operations.storing import (
    AppointmentRow,
    PersonRow,
)
from intranet.platform.core.ids import uuid7


def person_row(fact: PersonFact) -> PersonRow:
    """Return the row of a person to create."""
    profile = {"languages": fact.languages, "phone": fact.phone}
    return PersonRow(id=fact.id, name=fact.name, profile=profile)


def account_row(fact: PersonFact, agency_id: UUID, import_id: UUID | None) -> AccountRow:
    """Return the row of an account to create."""
    return AccountRow(
        id=uuid7(),
        person_id=fact.id,
        home_agency_id=agency_id,
        email=fact.email,
        staff_number=fact.number,
        import_id=import_id,
    )


def columns_of(fact: PersonFact) -> dict[str, Any]:
    """Return the changed columns of a person with their values."""
    return {name: getattr(fact, name) for name in fact.changes}


def appointment_row(fact: PersonFact, held: AppointmentFact, agency: AgencyFact) -> AppointmentRow:
    """Return the row of an appointment."""
    return AppointmentRow(
        id=held.id,
        time_zone=agency.zone,
        post_id=held.post_id,
        person_id=fact.id,
        kind=held.kind,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
    )
