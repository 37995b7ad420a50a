"""Who comes later to what was published: by the keys of what they hold (`spaces.keys`).

Who was in an audience when it was sent is written down (`Recipient`). Who comes later is in it if
a key of what they hold is one of its atoms' and they hold it within the publication's reach. So
nothing has to be written when somebody takes up a post, and one query finds all that is theirs.
"""

from collections.abc import Collection, Iterable
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from intranet.core import clock
from intranet.core.database import ask
from intranet.core.per_request import per_request
from intranet.core.types import NOW, given
from intranet.people.models import Appointment, Person
from intranet.people.queries import appointments_held
from intranet.publications.consents import senders_to
from intranet.publications.models import Publication, PublicationAtom
from intranet.spaces.access import is_joined_by
from intranet.spaces.audience import Audience
from intranet.spaces.keys import keys_in, keys_of_appointments
from intranet.spaces.models import Space, SpaceKind


def atoms_of(publication_id: UUID, audience: Audience) -> list[PublicationAtom]:
    """The rows by which who comes later finds a publication."""
    return [
        PublicationAtom(publication_id=publication_id, key=key, is_exception=is_exception)
        for key, is_exception in keys_in(audience)
    ]


def fits(person: Person) -> ColumnElement[bool]:
    """The person is in the audience of a publication by what they hold now, as a condition."""
    held = _held(person)
    now = clock.now()
    current = [row for row in held if row[0].is_current(now)]
    if not current:
        return false()
    groups = groups_of(person)
    every = {key for _appointment, keys in held for key in keys}
    return and_(
        or_(*(_by_one(appointment, keys, groups) for appointment, keys in current)),
        ~_has_atom(every, is_exception=True),
    )


def _by_one(
    appointment: Appointment, keys: Iterable[str], groups: Collection[UUID]
) -> ColumnElement[bool]:
    post = appointment.post
    reached = select(Space.id).where(
        or_(
            Space.unit_id.in_(post.unit.ancestor_ids),
            and_(Space.agency_id == post.agency_id, Space.kind == SpaceKind.AGENCY),
            Space.id.in_(senders_to(post)),
            Space.id.in_(groups),
        )
    )
    return and_(Publication.space_id.in_(reached), _has_atom(keys, is_exception=False))


def _has_atom(keys: Iterable[str], *, is_exception: bool) -> ColumnElement[bool]:
    return exists().where(
        PublicationAtom.publication_id == Publication.id,
        PublicationAtom.key.in_(sorted(keys)),
        PublicationAtom.is_exception.is_(is_exception),
    )


@per_request
def _held(person: Person) -> list[tuple[Appointment, frozenset[str]]]:
    """What the person holds or will hold, each with its keys."""
    rows = [row for row, _is_held_now in appointments_held(person.id)]
    keys = keys_of_appointments(rows)
    groups = {f"group:{space_id}" for space_id in groups_of(person)}
    return [(row, keys[row.id] | groups) for row in rows]


@per_request
def groups_of(person: Person) -> frozenset[UUID]:
    """Ids of the groups in which the person is."""
    return frozenset(ask(_groups(), person_id=person.id).scalars())


@cache
def _groups() -> Select[UUID]:
    is_joined = is_joined_by(given("person_id"), NOW)
    return select(Space.id).where(Space.kind == SpaceKind.GROUP, is_joined)
