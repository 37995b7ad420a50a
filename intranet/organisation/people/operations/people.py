"""Create people, and edit their profiles."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from intranet.organisation.agencies.access import require_right, require_version
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.models import Person, Showing
from intranet.organisation.people.operations.storing import (
    PersonRow,
    change_people,
    store_people,
)
from intranet.platform.audit.operations import record
from intranet.platform.core.database import rows_of
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import required_line
from intranet.platform.core.unit_of_work import unit_of_work

NAME_LIMIT = 120


@dataclass(frozen=True, kw_only=True)
class ProfileContents:
    """The contents of a profile; see `Person` for the shapes of `week` and `reach`."""

    about: str = ""
    languages: list[str] = field(default_factory=list)
    ask_about: list[str] = field(default_factory=list)
    phone: str = ""
    contact_note: str = ""
    week: dict[str, Any] = field(default_factory=dict)
    reach: dict[str, str] = field(default_factory=dict)
    showing: Showing = Showing.HOURS


def create_person(
    actor: Person | None, agency: Agency, name: str, profile: ProfileContents | None = None
) -> Person:
    """Create a person on behalf of an agency, without a post or an account yet.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the name is invalid.
    """
    return create_people(actor, agency, [(name, profile or ProfileContents())])[0]


def create_people(
    actor: Person | None, agency: Agency, people: Sequence[tuple[str, ProfileContents]]
) -> list[Person]:
    """Create many people at once, in the order given, from names and profiles.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: a name is invalid.
    """
    with unit_of_work():
        require_right(actor, Act.PEOPLE, agency.id)
        rows = [
            PersonRow(
                id=uuid7(),
                name=required_line(name, "name", NAME_LIMIT),
                profile=vars(profile),
            )
            for name, profile in people
        ]
        store_people(rows)
        made = rows_of(Person, [row.id for row in rows])
        one = made[0] if len(made) == 1 else None
        record(
            "person.create" if one else "people.create",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("person", one.id) if one else ("agency", agency.id),
            detail={} if one else {"count": len(made)},
        )
    return made


def rename_person(
    actor: Person | None,
    agency: Agency,
    person: Person,
    name: str,
    *,
    version: int | None = None,
) -> Person:
    """Correct a person's name, as an administrator of their agency.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed it since `version`.
        Invalid: the name is invalid.
    """
    name = required_line(name, "name", NAME_LIMIT)
    with unit_of_work() as work:
        work.lock(person)
        require_right(actor, Act.PEOPLE, agency.id)
        require_version(person.version, version)
        change_people({person.id: {"name": name}})
        record(
            "person.rename",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("person", person.id),
        )
    return person


def edit_profile(
    actor: Person, person: Person, profile: ProfileContents, *, version: int | None
) -> Person:
    """Edit the person's own profile. Nobody can edit another person's.

    Raises:
        Forbidden: it is another person's profile.
        Conflict: it was changed since `version`, perhaps on another device.
    """
    with unit_of_work() as work:
        work.lock(person)
        if actor.id != person.id:
            raise Forbidden(_l("You can edit only your own profile."))
        require_version(person.version, version)
        for name, value in vars(profile).items():
            setattr(person, name, value)
        person.version += 1
        work.publish(ProfileChanged(person.id))
    return person


def set_photo(actor: Person, person: Person, photo_key: str | None) -> Person:
    """Replace or remove the photo. The bytes are stored already, under this key.

    Raises:
        Forbidden: it is another person's profile.
    """
    with unit_of_work() as work:
        work.lock(person)
        if actor.id != person.id:
            raise Forbidden(_l("You can edit only your own profile."))
        person.photo_key = photo_key
        person.version += 1
        work.publish(ProfileChanged(person.id))
    return person
