"""The visibility rule for cached statements."""

from sqlalchemy import ColumnElement, and_, or_, select

from intranet.messaging.spaces.access import is_joined_by
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current
from intranet.platform.core.types import Id, Instant
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.visibility import OPEN


def reaches(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """Return what reaches the person by visibility and is not withdrawn, as a condition.

    It is the rule of `publications.access.is_open_to`, for values that may be parameters.
    """
    agencies = (
        select(Post.agency_id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Appointment.person_id == person_id, is_current(now))
    )
    return and_(
        Publication.visibility.is_not(None),
        Publication.withdrawn_at.is_(None),
        agencies.exists(),
        or_(
            Publication.visibility.in_(OPEN),
            and_(Publication.visibility == Visibility.AGENCY, Publication.agency_id.in_(agencies)),
            Publication.space_id.in_(select(Space.id).where(is_joined_by(person_id, now))),
        ),
    )
