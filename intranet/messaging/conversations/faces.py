"""People beside what they write: name, post, unit, photo, availability."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from intranet.organisation.people.access import closed_agency_ids, photos_visible
from intranet.organisation.people.bylines import PersonLine
from intranet.organisation.people.models import Person
from intranet.organisation.people.shown_people import (
    ShownPerson,
    ShownPost,
    line_of,
    posts_shown,
    shown_people,
)
from intranet.organisation.worktime.presence import availabilities
from intranet.platform.core import clock
from intranet.platform.core.per_request import per_request
from intranet.platform.core.web import current_language

Face = dict[str, Any]


def faces_of(person_ids: Collection[UUID], viewer: Person) -> dict[UUID, Face]:
    """Return the faces of these people for a viewer, in a constant number of queries.

    The agency is named only if it is not the viewer's. Results are memoised for the length of the
    request.
    """
    known = _known(viewer.id, current_language())
    unknown = {*person_ids, viewer.id} - known.keys()
    if unknown:
        known |= _looked_up(unknown, viewer, known)
    return {person_id: known[person_id] for person_id in person_ids if person_id in known}


@per_request
def _known(_viewer_id: UUID, _language: str) -> dict[UUID, Face]:
    """Return the faces looked up so far in this request; callers add to them."""
    return {}


def _looked_up(
    person_ids: Collection[UUID], viewer: Person, known: Mapping[UUID, Face]
) -> dict[UUID, Face]:
    people = shown_people(person_ids)
    now = clock.now()
    held = posts_shown(person_ids, now)
    agencies = {person_id: [post.agency for post in posts] for person_id, posts in held.items()}
    states = availabilities(people, now, agencies)
    photos = photos_visible(viewer, people)
    closed = closed_agency_ids(viewer) if any(map(_are_several, held.values())) else ()
    home = known[viewer.id]["agency_id"] if viewer.id in known else _agency(held, viewer.id)
    return {
        person.id: {
            **_face(
                person, line_of(person.id, _in_the_open(held.get(person.id, []), closed)), home
            ),
            "photo_url": person.photo_url if person.id in photos else None,
            "availability": states[person.id].state.value if person.id in states else None,
            "availability_text": states[person.id].text if person.id in states else "",
            "status": person.status,
        }
        for person in people
    }


def _are_several(held: Sequence[ShownPost]) -> bool:
    """Return whether these posts belong to more than one agency."""
    return len({row.agency_id for row in held}) > 1


def _in_the_open(held: Sequence[ShownPost], closed: Collection[UUID]) -> Sequence[ShownPost]:
    """Return the appointments in agencies open to the viewer; all of them if none is open.

    If none is open, the two people share a channel; a person of a closed agency is shown to nobody
    else.
    """
    return [row for row in held if row.agency_id not in closed] or held


def _agency(held: Mapping[UUID, Sequence[ShownPost]], person_id: UUID) -> UUID | None:
    return line_of(person_id, held.get(person_id, [])).agency_id


def _face(person: ShownPerson, line: PersonLine, home: UUID | None) -> Face:
    language = current_language()

    def words(text: Any) -> str:
        return text.text(language, line.agency_language) if text else ""

    return {
        "id": person.id,
        "name": person.name,
        "post_title": words(line.post_title),
        "unit_name": words(line.unit_name),
        "agency_name": words(line.agency_name) if line.agency_id != home else "",
        "agency_id": line.agency_id,
    }
