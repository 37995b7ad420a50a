"""Access to the organisation: open to everyone who holds a post in the network today."""

from uuid import UUID

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.access import holds_any_post
from intranet.organisation.people.agency_search import is_closed, known_agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def require_post(viewer: Person) -> None:
    """Check that the viewer holds a post today; for everyone else nothing here exists.

    Raises:
        NotFound: the viewer holds no post.
    """
    if not holds_any_post(viewer):
        raise NotFound


def get_agency(viewer: Person, code: str) -> Agency:
    """Return the agency with an official code.

    Raises:
        NotFound: there is none, or the viewer holds no post.
    """
    require_post(viewer)
    agency = known_agency(viewer, code) if code.isprintable() else None
    if agency is None:
        raise NotFound
    return agency


def get_unit(viewer: Person, unit_id: UUID) -> Unit:
    """Return a unit, also an ended one: its page names the successor.

    Raises:
        NotFound: there is none, or the viewer holds no post.
    """
    require_post(viewer)
    unit = db.session.get(Unit, unit_id)
    if unit is None or is_closed(viewer, unit.agency):
        raise NotFound
    return unit


def get_post(viewer: Person, post_id: UUID) -> Post:
    """Return a post, also an ended one.

    Raises:
        NotFound: there is none, or the viewer holds no post.
    """
    require_post(viewer)
    post = db.session.get(Post, post_id)
    if post is None or is_closed(viewer, post.unit.agency):
        raise NotFound
    return post
