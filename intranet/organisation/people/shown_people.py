"""Few columns of many people: those of a face, and of the posts that they hold."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.availability import HeldAgency
from intranet.organisation.people.bylines import PersonLine, tags_of
from intranet.organisation.people.looks import Status, photo_address, status_at
from intranet.organisation.people.models import (
    Appointment,
    AppointmentKind,
    Person,
    Showing,
)
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Localized, among


class ShownPerson(NamedTuple):
    """The columns of a person that stand beside what they write."""

    id: UUID
    name: str
    week: dict[str, Any]
    showing: Showing
    reach: dict[str, str]
    photo_key: str | None
    status_emoji: str
    status_text: str
    status_until: datetime | None

    @property
    def photo_url(self) -> str | None:
        """Return the address of the photo, for readers who may see it; None without one."""
        return photo_address(self.id, self.photo_key)

    @property
    def status(self) -> Status | None:
        """The current status; None once its time is over."""
        return status_at(clock.now(), self.status_emoji, self.status_text, self.status_until)


class ShownPost(NamedTuple):
    """A post that a person holds, as far as the line beside their name tells of it."""

    person_id: UUID
    kind: AppointmentKind
    post_id: UUID
    title: Localized
    is_head: bool
    unit_id: UUID
    parent_unit_id: UUID | None
    unit_name: Localized
    agency_id: UUID
    agency_name: Localized
    languages: list[str]
    time_zone: str
    territory: str | None

    @property
    def agency(self) -> HeldAgency:
        """The agency, as hours and holidays follow from it."""
        return HeldAgency(self.agency_id, self.time_zone, self.territory)


def shown_people(person_ids: Collection[UUID]) -> list[ShownPerson]:
    """Return these people, in no order. One query."""
    rows = execute_prepared(_people(), ids=list(person_ids))
    return [ShownPerson._make(row) for row in rows]


def posts_shown(person_ids: Collection[UUID], now: datetime) -> dict[UUID, list[ShownPost]]:
    """Return the posts that each of these people holds now, the oldest first. One query."""
    found: dict[UUID, list[ShownPost]] = {}
    for row in execute_prepared(_posts(), ids=list(person_ids), now=now):
        post = ShownPost._make(row)
        found.setdefault(post.person_id, []).append(post)
    return found


def line_of(person_id: UUID, held: Sequence[ShownPost]) -> PersonLine:
    """Return the line of a person who holds these posts, the oldest first."""
    if not held:
        return PersonLine(person_id)
    first = held[0]
    return PersonLine(
        person_id=person_id,
        post_id=first.post_id,
        unit_id=first.unit_id,
        agency_id=first.agency_id,
        post_title=first.title,
        unit_name=first.unit_name if first.parent_unit_id else None,
        agency_name=first.agency_name,
        agency_language=first.languages[0],
        tags=tags_of(first.kind, is_head=first.is_head, posts=len(held)),
        posts=len(held),
    )


@cache
def _people() -> Select[Any, *tuple[Any, ...]]:
    return select(
        Person.id,
        Person.name,
        Person.week,
        Person.showing,
        Person.reach,
        Person.photo_key,
        Person.status_emoji,
        Person.status_text,
        Person.status_until,
    ).where(among(Person.id, "ids"))


@cache
def _posts() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(
            Appointment.person_id,
            Appointment.kind,
            Post.id,
            Post.title,
            Post.is_head,
            Unit.id,
            Unit.parent_id,
            Unit.name,
            Agency.id,
            Agency.name,
            Agency.languages,
            Agency.time_zone,
            Agency.territory,
        )
        .select_from(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Unit.agency_id)
        .where(among(Appointment.person_id, "ids"), is_current(NOW))
        .order_by(Appointment.since, Appointment.id)
    )
