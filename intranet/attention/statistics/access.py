"""Access to the weekly statistics: administrators of the agency and heads of its units."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.access import led_space_ids
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.queries import agency_by_code
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def get_counted_agency(person: Person, code: str) -> Agency:
    """Return the agency whose weekly statistics the person may see.

    Raises:
        NotFound: there is none, or they neither administer it nor lead a unit there.
    """
    agency = agency_by_code(code) if code.isprintable() else None
    if agency is None or not sees(person, agency):
        raise NotFound
    return agency


def sees(person: Person, agency: Agency) -> bool:
    """Whether the person administers the agency or leads a unit there."""
    return person.administers(agency.id) or _leads_in(person, agency)


def _leads_in(person: Person, agency: Agency) -> bool:
    asked = select(Space.id).where(
        Space.agency_id == agency.id, Space.id.in_(led_space_ids(person))
    )
    return db.session.scalar(asked.limit(1)) is not None
