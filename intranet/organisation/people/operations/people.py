"""Making people, and what is shown of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator, require_version
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.models import Person, Showing
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.text import sort_key
from intranet.platform.core.unit_of_work import unit_of_work

NAME_LIMIT = 120


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What people say of themselves; see `Person` for the shapes of `week` and `reach`."""

    about: str = ""
    languages: list[str] = field(default_factory=list)
    ask_about: list[str] = field(default_factory=list)
    phone: str = ""
    contact_note: str = ""
    week: dict[str, Any] = field(default_factory=dict)
    reach: dict[str, str] = field(default_factory=dict)
    showing: Showing = Showing.HOURS


def create_person(
    actor: Person | None, agency: Agency, name: str, profile: Profile | None = None
) -> Person:
    """Make a person, on behalf of an agency; a post or an account comes after.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the name cannot be.
    """
    return create_people(actor, agency, [(name, profile or Profile())])[0]


def create_people(
    actor: Person | None, agency: Agency, people: Sequence[tuple[str, Profile]]
) -> list[Person]:
    """Make many people in one go, in the order given, by name and profile.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: a name cannot be.
    """
    with unit_of_work() as work:
        require_administrator(actor, agency.id)
        made = [_made(name, profile) for name, profile in people]
        work.add(*made)
        db.session.flush()
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
    """Correct a person's name, as the agency whose person it is.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: somebody else changed the person since `version`.
        Invalid: the name cannot be.
    """
    name = required_line(name, "name", NAME_LIMIT)
    with unit_of_work() as work:
        work.lock(person)
        require_administrator(actor, agency.id)
        require_version(person.version, version)
        person.name, person.sort_key = name, sort_key(name)
        person.version += 1
        record(
            "person.rename",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("person", person.id),
        )
        work.publish(ProfileChanged(person.id))
    return person


def edit_profile(actor: Person, person: Person, profile: Profile, *, version: int | None) -> Person:
    """Say of oneself what others may see. Nobody says it for another.

    Raises:
        Forbidden: it is somebody else's profile.
        Conflict: it was changed since `version`, on another device perhaps.
    """
    with unit_of_work() as work:
        work.lock(person)
        if actor.id != person.id:
            raise Forbidden(_l("You can edit only your own profile."))
        require_version(person.version, version)
        _assign(person, profile)
        person.version += 1
        work.publish(ProfileChanged(person.id))
    return person


def set_photo(actor: Person, person: Person, photo_key: str | None) -> Person:
    """Take another photo, or none. The bytes are stored already, under this key.

    Raises:
        Forbidden: it is somebody else's profile.
    """
    with unit_of_work() as work:
        work.lock(person)
        if actor.id != person.id:
            raise Forbidden(_l("You can edit only your own profile."))
        person.photo_key = photo_key
        person.version += 1
        work.publish(ProfileChanged(person.id))
    return person


def _made(name: str, profile: Profile) -> Person:
    name = required_line(name, "name", NAME_LIMIT)
    person = Person(name=name, sort_key=sort_key(name))
    _assign(person, profile)
    return person


def _assign(person: Person, profile: Profile) -> None:
    for name, value in vars(profile).items():
        setattr(person, name, value)
