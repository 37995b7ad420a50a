"""Events of people."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AppointmentChanged:
    """A person was appointed, or an appointment was changed or ended."""

    appointment_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class AppointmentOffered:
    """Another agency offered a person a post: notify them and their own agency."""

    offer_id: UUID


@dataclass(frozen=True)
class ProfileChanged:
    """The visible profile changed: name, photo, hours, absence, or the choice of what to show."""

    person_id: UUID


@dataclass(frozen=True)
class StatusChanged:
    """A person set or cleared their status."""

    person_id: UUID


@dataclass(frozen=True)
class AbsenceChanged:
    """An absence was set, changed or ended, or its stand-in changed."""

    person_id: UUID


@dataclass(frozen=True)
class ManyAppointed:
    """Many people were appointed to posts of an agency at once.

    `person_ids` names them; if empty, it may be anybody of the agency.
    """

    agency_id: UUID
    person_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PeopleAppointed:
    """These people were appointed or their appointments changed, in one or several agencies."""

    person_ids: tuple[UUID, ...]
