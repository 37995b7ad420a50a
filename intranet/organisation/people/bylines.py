"""The line beside a person's name: post, unit and agency."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intranet.organisation.people.models import Appointment, AppointmentKind
from intranet.organisation.people.queries import current_appointments_of
from intranet.platform.core.types import Localized


@dataclass(frozen=True)
class PersonLine:
    """The line beside a name. `post_title` is None for a person without a post.

    `tags` are keys for the template: `acting`, `substitute`, `head`, and `several` for more than
    one post. `unit_name` is None if the unit is the agency itself.
    """

    person_id: UUID
    post_id: UUID | None = None
    unit_id: UUID | None = None
    agency_id: UUID | None = None
    post_title: Localized | None = None
    unit_name: Localized | None = None
    agency_name: Localized | None = None
    agency_language: str = ""
    tags: tuple[str, ...] = ()
    posts: int = 0

    def caption(self, language: str) -> str:
        """Return post · unit · agency in a language, as far as known, without repeating a name."""
        parts = (self.post_title, self.unit_name, self.agency_name)
        texts = (part.text(language, self.agency_language) for part in parts if part)
        return " · ".join(dict.fromkeys(texts))


def person_lines(person_ids: Collection[UUID], now: datetime) -> dict[UUID, PersonLine]:
    """Return the line of each of these people, from their oldest current appointment."""
    held = current_appointments_of(person_ids, now)
    return {person_id: line_for(person_id, held.get(person_id, [])) for person_id in person_ids}


def byline_of(appointment: Appointment, posts: int = 1) -> PersonLine:
    """Return the line of a person as the holder of a given post."""
    post = appointment.post
    unit, agency = post.unit, post.unit.agency
    return PersonLine(
        person_id=appointment.person_id,
        post_id=post.id,
        unit_id=unit.id,
        agency_id=agency.id,
        post_title=post.title,
        unit_name=unit.name if unit.parent_id else None,
        agency_name=agency.name,
        agency_language=agency.language,
        tags=tags_of(appointment.kind, is_head=post.is_head, posts=posts),
        posts=posts,
    )


def tags_of(kind: AppointmentKind, *, is_head: bool, posts: int) -> tuple[str, ...]:
    """Return the keys of `PersonLine.tags` for the holder of so many posts."""
    tags = {
        kind.value: kind != AppointmentKind.HOLDER,
        "head": is_head,
        "several": posts > 1,
    }
    return tuple(tag for tag, is_so in tags.items() if is_so)


def line_for(person_id: UUID, held: Sequence[Appointment]) -> PersonLine:
    """Return the line of a person who holds these appointments, oldest first."""
    return byline_of(held[0], len(held)) if held else PersonLine(person_id)
