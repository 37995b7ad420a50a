"""Names of the people and things in audit log entries, as far as the agency may know them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, func, null, or_, select, union_all

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Administration, Agency, Post, Unit
from intranet.organisation.people.models import Appointment, AppointmentOffer, Person
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.types import Localized

HiddenLines = Callable[[Person, Agency], ColumnElement[bool]]
_hidden: list[HiddenLines] = []


@dataclass(frozen=True)
class AuditNames:
    """Names by id, of people and of the subjects of entries."""

    people: Mapping[UUID, str]
    things: Mapping[UUID, Localized | str]

    def of(self, found: UUID | None) -> Localized | str:
        """Return the name for an id; empty if the agency knows none."""
        return self.things.get(found, "") if found else ""

    def called(self, value: object) -> Localized | str:
        """Return the name for an id in an entry's details; empty if it is no id or unknown."""
        return self.of(_id(value))


GROUP = "group"


def names_in(agency: Agency, lines: Sequence[AuditLine]) -> AuditNames:
    """Return the names that these entries need, in a constant number of queries."""
    wanted = {line.subject_id for line in lines if line.subject_id}
    wanted |= {line.actor_id for line in lines if line.actor_id}
    for line in lines:
        wanted |= set(_ids_in(line.detail.values()))
    of_ids = _posts_and_people(wanted)
    wanted |= {each for row in of_ids for each in (row.post_id, row.person_id) if each}
    people = _texts(wanted)
    things: dict[UUID, Localized | str] = {agency.id: agency.name}
    things |= people
    things |= _localized(agency, wanted)
    if any("space" in line.detail or line.subject_kind == GROUP for line in lines):
        subjects = {line.subject_id for line in lines if line.subject_kind == GROUP}
        things |= {
            row.id: row.title
            for row in _spaces(wanted)
            if row.agency_id == agency.id or row.id in subjects
        }
    for row in of_ids:
        things[row.id] = things.get(row.person_id or row.post_id, "")
    return AuditNames(people, things)


def hides_in_log(hidden: HiddenLines) -> HiddenLines:
    """Register a condition on `AuditLine` for entries of which a reader may not know."""
    if hidden not in _hidden:
        _hidden.append(hidden)
    return hidden


def is_visible_in_log(reader: Person, agency: Agency) -> ColumnElement[bool]:
    """Return the condition for entries of an agency's log that somebody with a role may read.

    It is a condition on `AuditLine` that leaves out groups that administrators may not know of,
    and what else the reader may not. The hash chain is verified over all entries.
    """
    hidden = select(Space.id).where(~is_visible_to_administrators())
    as_text = select(func.replace(cast(Space.id, String), "-", ""))  # SQLite stores no hyphens
    named = func.replace(func.coalesce(AuditLine.detail["space"].as_string(), ""), "-", "")
    return and_(
        or_(AuditLine.subject_kind != GROUP, AuditLine.subject_id.not_in(hidden)),
        named.not_in(as_text.where(~is_visible_to_administrators())),
        *(~hidden(reader, agency) for hidden in _hidden),
    )


def _posts_and_people(ids: set[UUID]) -> Sequence[Any]:
    """Return the post and person ids of accounts, appointments and mandates."""
    nobody, no_post = null().label("person_id"), null().label("post_id")
    return db.session.execute(
        union_all(
            # The first query has both columns, which gives the union their types.
            select(Appointment.id, Appointment.post_id, Appointment.person_id).where(
                Appointment.id.in_(ids)
            ),
            select(Account.id, no_post, Account.person_id).where(Account.id.in_(ids)),
            select(Administration.id, Administration.post_id, nobody).where(
                Administration.id.in_(ids)
            ),
        )
    ).all()


def _texts(ids: set[UUID]) -> dict[UUID, str]:
    """Return the names of people, including people who were offered a post."""
    offered = select(AppointmentOffer.id, AppointmentOffer.name)
    people = select(Person.id, Person.name).where(Person.id.in_(ids))
    return dict(
        db.session.execute(union_all(people, offered.where(AppointmentOffer.id.in_(ids)))).all()
    )


def _localized(agency: Agency, ids: set[UUID]) -> dict[UUID, Localized]:
    """Return the names of the agency's units, and the titles of posts."""
    units = select(Unit.id, Unit.name).where(Unit.id.in_(ids), Unit.agency_id == agency.id)
    posts = select(Post.id, Post.title).where(Post.id.in_(ids))
    return dict(db.session.execute(union_all(units, posts)).all())


def _spaces(ids: set[UUID]) -> Sequence[Space]:
    """Return the spaces among these ids whose names administrators may know."""
    asked = select(Space).where(Space.id.in_(ids), is_visible_to_administrators())
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
