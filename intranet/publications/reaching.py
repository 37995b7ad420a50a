"""What reaches a person by its visibility, in statements that are built once."""

from sqlalchemy import ColumnElement, and_, or_, select

from intranet.agencies.models import Post
from intranet.core.types import Id, Instant
from intranet.people.models import Appointment
from intranet.people.queries import is_current
from intranet.publications.access import OPEN
from intranet.publications.models import Publication
from intranet.spaces.access import is_joined_by
from intranet.spaces.models import Space, Visibility


def reaches(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """What has no audience, stands, and reaches the person, as a condition on `Publication`.

    The rule of `publications.access.is_open_to`, by an id and an instant that may be bound later.
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
