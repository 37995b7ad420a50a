"""Names with portrait and availability, for people who are loaded already."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from intranet.organisation.people.access import photos_visible
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.presence import availabilities
from intranet.platform.core import clock

Face = dict[str, Any]


def faces_of(people: Iterable[Person], viewer: Person) -> dict[UUID, Face]:
    """Return the face of each of these people as the viewer may see it, in three queries."""
    known = {person.id: person for person in people}
    shown = list(known.values())
    states = availabilities(shown, clock.now()) if shown else {}
    photos = photos_visible(viewer, shown)
    return {
        person.id: {
            "id": person.id,
            "name": person.name,
            "photo_url": person.photo_url if person.id in photos else None,
            "availability": states[person.id].state.value if person.id in states else None,
            "availability_text": states[person.id].text if person.id in states else "",
        }
        for person in shown
    }
