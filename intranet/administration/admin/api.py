"""REST: every call of administration, registered on one blueprint."""

from intranet.administration.admin import (
    rest_agency,
    rest_changes,
    rest_people,
    rest_posts,
    rest_units,
)
from intranet.administration.admin.rest import bp

CALLS = (rest_agency, rest_changes, rest_people, rest_posts, rest_units)

__all__ = ["CALLS", "bp"]
