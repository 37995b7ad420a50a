"""Preview the people of an audience that is a rule of membership."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience, person_ids
from intranet.messaging.spaces.audience_rights import require_may_name
from intranet.messaging.spaces.audience_text import sentence
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import agency_ids_of, is_open_to
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core.web import current_language

SAMPLE_SIZE = 10


def preview(
    viewer: Person, audience: Audience, now: datetime, *only: ColumnElement[bool]
) -> dict[str, Any]:
    """Return the number of people, how many are from other agencies, a few names, and a sentence.

    People who fit only by a post of an agency that is closed to the viewer are left out.

    Args:
        only: limits of where the rule takes people from, as conditions on `Agency`.

    Raises:
        Invalid: it names what does not exist, or what the viewer may not know.
    """
    require_may_name(viewer, audience)
    wanted = person_ids(audience, now).where(is_open_to(viewer), *only).subquery()
    inside = (
        select(Appointment.person_id)
        .join(Post, Appointment.post_id == Post.id)
        .where(is_current(now), Post.agency_id.in_(agency_ids_of(viewer)))
    )
    count = db.session.scalar(select(func.count()).select_from(wanted)) or 0
    outside = (
        db.session.scalar(
            select(func.count()).select_from(wanted).where(wanted.c.person_id.not_in(inside))
        )
        or 0
    )
    people = db.session.scalars(
        select(Person)
        .where(Person.id.in_(select(wanted.c.person_id)))
        .order_by(Person.sort_key, Person.id)
        .limit(SAMPLE_SIZE)
    ).all()
    lines = person_lines([person.id for person in people], now)
    return {
        "count": count,
        "outside": outside,
        "sample": [
            {
                "id": str(person.id),
                "name": person.name,
                "caption": lines[person.id].caption(current_language()),
            }
            for person in people
        ],
        "sentence": sentence(audience),
    }
