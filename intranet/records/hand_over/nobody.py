"""The one definition of "nobody": posts that nobody holds or will, and people who have left."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.records.hand_over.line_kinds import LeftThing


def unheld_posts(agency: Agency) -> Select[UUID]:
    """Select an agency's posts that have ended, or that nobody holds now or has been named for.

    A post whose next holder is known is not among them: what belongs to it waits for them.
    """
    today = clock.today(agency.time_zone)
    held = exists().where(Appointment.post_id == Post.id, is_not_over(clock.now()))
    return select(Post.id).where(Post.agency_id == agency.id, or_(has_ended(today), ~held))


def has_ended(today: date) -> ColumnElement[bool]:
    """Return the condition that a post's last day is over."""
    return and_(Post.valid_to.is_not(None), Post.valid_to < today)


def has_left(person_id: object, agency: Agency) -> ColumnElement[bool]:
    """Return the condition that a person holds no post of an agency, now or later."""
    held, post = aliased(Appointment), aliased(Post)
    return ~exists(
        select(held.id)
        .join(post, post.id == held.post_id)
        .where(
            held.person_id == person_id,
            post.agency_id == agency.id,
            or_(held.until.is_(None), held.until > clock.now()),
        )
    )


def without_deputies(things: Collection[LeftThing], agency: Agency) -> list[LeftThing]:
    """Leave out things of vacant posts for which another post acts, in few queries.

    The things of a post that has ended stay: nobody comes any more.
    """
    ids = {one.post_id for one in things if one.post_id}
    acting = answering(ids, clock.now())
    today = clock.today(agency.time_zone)
    over: set[UUID] = set()
    for some in in_parts(ids):
        ended = select(Post.id).where(Post.id.in_(some), has_ended(today))
        over.update(db.session.scalars(ended))
    return [
        one
        for one in things
        if one.post_id is None or one.post_id in over or not acting[one.post_id].speakers
    ]
