"""People as they stand beside what they say: name, post, unit, face, availability."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.core import clock
from intranet.core.web import current_language
from intranet.extensions import db
from intranet.people.access import photos_visible
from intranet.people.availability import availabilities
from intranet.people.lines import Line, person_lines
from intranet.people.models import Person
from intranet.people.queries import in_parts

Face = dict[str, Any]


def faces_of(person_ids: Collection[UUID], viewer: Person) -> dict[UUID, Face]:
    """What a reader sees beside each of these names, in a constant number of queries.

    The agency is named only where it is none of the viewer's.
    """
    wanted = {*person_ids, viewer.id}
    people: list[Person] = []
    for some in in_parts(wanted):
        people += db.session.scalars(select(Person).where(Person.id.in_(some)))
    now = clock.now()
    lines = person_lines(wanted, now)
    states = availabilities(people, now)
    photos = photos_visible(viewer, people)
    home = lines[viewer.id].agency_id
    return {
        person.id: _face(person, lines[person.id], home)
        | {
            "photo_url": f"/people/{person.id}/photo/{person.photo_key}"
            if person.id in photos
            else None,
            "availability": states[person.id].state.value if person.id in states else None,
            "availability_text": states[person.id].text if person.id in states else "",
        }
        for person in people
        if person.id in wanted
    }


def _face(person: Person, line: Line, home: UUID | None) -> Face:
    language = current_language()

    def words(text: Any) -> str:
        return text.text(language, line.agency_language) if text else ""

    return {
        "id": person.id,
        "name": person.name,
        "post_title": words(line.post_title),
        "unit_name": words(line.unit_name),
        "agency_name": words(line.agency_name) if line.agency_id != home else "",
    }
