"""Whom and what the ids of audit lines mean, as far as the agency may know it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from intranet.accounts.models import Account
from intranet.agencies.models import Administration, Agency, Post, Unit
from intranet.audit.models import AuditLine
from intranet.core.types import Localized
from intranet.extensions import db
from intranet.groups.access import is_told_to_administrators
from intranet.people.models import Appointment, AppointmentOffer, Person
from intranet.spaces.models import Space


@dataclass(frozen=True)
class Names:
    """Names by id: of people, and of what was changed."""

    people: Mapping[UUID, Person]
    things: Mapping[UUID, Localized | str]

    def of(self, found: UUID | None) -> Localized | str:
        """What an id is called; the empty text where the agency knows no name for it."""
        return self.things.get(found, "") if found else ""

    def called(self, value: object) -> Localized | str:
        """What an id that stands in the details is called; the empty text for what is none."""
        return self.of(_id(value))


GROUP = "group"


def names_in(agency: Agency, lines: Sequence[AuditLine]) -> Names:
    """The names that these lines need, in a constant number of queries."""
    wanted = {line.subject_id for line in lines if line.subject_id}
    wanted |= {line.actor_id for line in lines if line.actor_id}
    for line in lines:
        wanted |= set(_ids_in(line.detail.values()))
    accounts = _rows(Account, wanted)
    appointments = _rows(Appointment, wanted)
    mandates = _rows(Administration, wanted)
    wanted |= {row.post_id for row in (*appointments, *mandates)}
    wanted |= {row.person_id for row in appointments}
    people = {row.id: row for row in _rows(Person, wanted)}
    things: dict[UUID, Localized | str] = {agency.id: agency.name}
    things |= {row.id: row.name for row in people.values()}
    things |= {row.id: row.name for row in _rows(Unit, wanted) if row.agency_id == agency.id}
    things |= {row.id: row.title for row in _rows(Post, wanted)}
    if any("space" in line.detail or line.subject_kind == GROUP for line in lines):
        subjects = {line.subject_id for line in lines if line.subject_kind == GROUP}
        things |= {
            row.id: row.title
            for row in _spaces(wanted)
            if row.agency_id == agency.id or row.id in subjects
        }
    things |= {row.id: row.person.name for row in (*accounts, *appointments)}
    things |= {row.id: row.post.title for row in mandates}
    things |= {row.id: row.name for row in _rows(AppointmentOffer, wanted)}
    return Names(people, things)


def is_told() -> ColumnElement[bool]:
    """Lines that administrators read: none of a group of which they may not know.

    A condition on `AuditLine`. The chain is checked over all lines.
    """
    hidden = select(Space.id).where(~is_told_to_administrators())
    as_text = select(func.replace(cast(Space.id, String), "-", ""))  # SQLite stores no hyphens
    named = func.replace(func.coalesce(AuditLine.detail["space"].as_string(), ""), "-", "")
    return and_(
        or_(AuditLine.subject_kind != GROUP, AuditLine.subject_id.not_in(hidden)),
        named.not_in(as_text.where(~is_told_to_administrators())),
    )


def _rows(kind: type[Any], ids: set[UUID]) -> Sequence[Any]:
    return db.session.scalars(select(kind).where(kind.id.in_(ids))).all()


def _spaces(ids: set[UUID]) -> Sequence[Space]:
    """Those of these spaces of whose names the administrators may know."""
    asked = select(Space).where(Space.id.in_(ids), is_told_to_administrators())
    return db.session.scalars(asked).all()


def _ids_in(values: Iterable[Any]) -> Iterable[UUID]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _ids_in(value.values())
        elif found := _id(value):
            yield found


def _id(value: object) -> UUID | None:
    if not isinstance(value, str) or len(value) != 36:  # noqa: PLR2004 - as a UUID is written
        return None
    try:
        return UUID(value)
    except ValueError:
        return None
