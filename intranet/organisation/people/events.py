"""What happens to people."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AppointmentChanged:
    """A person was appointed, or the dates or kind of an appointment changed, or it ended."""

    appointment_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class AppointmentOffered:
    """Another agency wants to appoint somebody: they are asked, and their own agency is told."""

    offer_id: UUID


@dataclass(frozen=True)
class ProfileChanged:
    """What is shown of a person changed: name, photo, hours, absence, choice of showing."""

    person_id: UUID


@dataclass(frozen=True)
class StatusChanged:
    """Somebody set their status, or took it back."""

    person_id: UUID


@dataclass(frozen=True)
class AbsenceChanged:
    """Somebody will be away or is back, or another stands in for them."""

    person_id: UUID


@dataclass(frozen=True)
class ManyAppointed:
    """Many people were appointed to posts of an agency in one go.

    `person_ids` names them; without them it may be anybody of the agency.
    """

    agency_id: UUID
    person_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PeopleAppointed:
    """These people were appointed, or their appointments changed, in one or several agencies."""

    person_ids: tuple[UUID, ...]
