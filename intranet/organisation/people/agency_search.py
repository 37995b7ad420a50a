"""Find agencies by a code or a typed name, as far as a person may know of them."""

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.queries import agency_by_code
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import has_word
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.text import sort_key

MAX_MATCHES = 5


def known_agency(viewer: Person, code: str) -> Agency | None:
    """Return the agency with an official code, if the viewer may know of it."""
    found = agency_by_code(code) if code else None
    return None if found is None or is_closed(viewer, found) else found


def is_closed(viewer: Person, agency: Agency) -> bool:
    """Return whether an agency left the network's directory and is not the viewer's."""
    return not agency.in_directory and agency.id in closed_agency_ids(viewer)


def agency_named(person: Person, typed: str) -> Agency:
    """Return the one agency with this name that the person may know of.

    Args:
        typed: its short name, its code, or enough of its name to be unique.

    Raises:
        Invalid: no agency matches, or several do.
    """
    exactly = select(Agency).where(
        or_(Agency.handle == typed, Agency.code == typed),
        Agency.id.not_in(closed_agency_ids(person)),
    )
    if found := db.session.scalar(exactly):
        return found
    several = find_agencies(person, typed, MAX_MATCHES)
    whole = [one for one in several if sort_key(typed) in map(sort_key, one.name.values())]
    match whole or several:
        case []:
            raise Invalid({"agency": _l("No administration has that name.")})
        case [agency]:
            return agency
    names = ", ".join(one.name.text(one.language) for one in several)
    raise Invalid({"agency": _l("Several administrations have that name: %(names)s.", names=names)})


def find_agencies(person: Person, words: str, limit: int) -> list[Agency]:
    """Return agencies the person may know of whose names contain words with these prefixes."""
    if not sort_key(words):
        return []
    has = (has_word(Agency.sort_key, word) for word in sort_key(words).split())
    asked = select(Agency).where(*has, Agency.id.not_in(closed_agency_ids(person)))
    return list(db.session.scalars(asked.order_by(Agency.sort_key, Agency.id).limit(limit)))
