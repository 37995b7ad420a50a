"""Events of people."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True)
class AppointmentsChanged:
    """People were appointed to posts, or their appointments were changed or ended."""

    person_ids: tuple[UUID, ...]
    post_ids: tuple[UUID, ...]

    @classmethod
    def of(cls, appointments: Collection[Any]) -> Self:
        """Return the event about these appointments, given as objects or as rows of a query."""
        people = dict.fromkeys(each.person_id for each in appointments)
        posts = dict.fromkeys(each.post_id for each in appointments)
        return cls(tuple(people), tuple(posts))


class AppointmentsEnded(AppointmentsChanged):
    """Appointments that gave rights until now do so no longer, at once and not by their last day.

    It is published besides `AppointmentsChanged`.
    """


@dataclass(frozen=True)
class AppointmentOffered:
    """Another agency offered a person a post: notify them and their own agency."""

    offer_id: UUID


@dataclass(frozen=True)
class PersonChanged:
    """A change that concerns one person; the classes below say which."""

    person_id: UUID


class ProfileChanged(PersonChanged):
    """The visible profile changed: name, photo, hours, absence, or the choice of what to show."""


class StatusChanged(PersonChanged):
    """A person set or cleared their status."""


class AbsenceChanged(PersonChanged):
    """An absence was set, changed or ended, or its stand-in changed."""
