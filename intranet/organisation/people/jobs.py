"""Jobs for the occupations of posts."""

from intranet.extensions import db
from intranet.organisation.people.operations.post_occupations import derive_occupations, outdated
from intranet.platform.core.unit_of_work import unit_of_work

DERIVED_AT_ONCE = 200


def derive_outdated() -> None:
    """Derive the occupations of posts anew if an earlier version had another vocabulary."""
    while ids := outdated(DERIVED_AT_ONCE):
        with unit_of_work():
            derive_occupations(ids)
        db.session.remove()
