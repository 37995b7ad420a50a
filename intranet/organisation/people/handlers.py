"""Adapt appointments and absences to changes of the organisation, in the same transaction."""

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.organisation.agencies.events import PostChanged, PostsChanged, TimeZoneChanged
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.events import AppointmentChanged, ManyAppointed
from intranet.organisation.people.models import Absence, Appointment
from intranet.organisation.people.operations.appointments import end_now
from intranet.organisation.people.queries import is_not_over, time_zone_of
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def end_with_post(event: PostChanged) -> None:
    """End the appointments to a post that ends, with its last day."""
    post = db.session.get_one(Post, event.post_id)
    if post.valid_to is None:
        return
    agency = post.unit.agency
    now = clock.now()
    beyond = select(Appointment).where(
        Appointment.post_id == post.id,
        is_not_over(now),
        or_(Appointment.ends_on.is_(None), Appointment.ends_on > post.valid_to),
    )
    with unit_of_work() as work:
        for row in db.session.scalars(beyond).all():
            if row.starts_on > post.valid_to or post.valid_to < clock.today(agency.time_zone):
                end_now(row)
            else:
                row.set_dates(agency, row.starts_on, post.valid_to)
            row.version += 1
            work.publish(AppointmentChanged(row.id, row.person_id))


def end_with_posts(event: PostsChanged) -> None:
    """End the appointments to many posts that end."""
    ended = select(Post.id).where(Post.id.in_(event.post_ids), Post.valid_to.is_not(None))
    held = select(Appointment.post_id).where(
        Appointment.post_id.in_(ended), is_not_over(clock.now())
    )
    for post_id in set(db.session.scalars(held)):
        end_with_post(PostChanged(post_id))


def reckon_anew(event: TimeZoneChanged) -> None:
    """Recompute the instants of current and future appointments in another time zone."""
    agency = db.session.get_one(Agency, event.agency_id)
    rows = (
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            Post.agency_id == agency.id,
            is_not_over(clock.now()),
            Appointment.until.is_distinct_from(Appointment.since),
        )
    )
    with unit_of_work() as work:
        for row in db.session.scalars(rows).all():
            row.set_dates(agency, row.starts_on, row.ends_on)
        db.session.flush()
        _reckon_absences(agency)
        work.publish(ManyAppointed(agency.id))


def _reckon_absences(agency: Agency) -> None:
    """Recompute the instants of the absences of an agency's people."""
    now = clock.now()
    people = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id, is_not_over(now))
    )
    rows = select(Absence).where(Absence.person_id.in_(people), Absence.until > now)
    for row in db.session.scalars(rows).all():
        row.set_days(time_zone_of(row.person_id), row.starts_on, row.ends_on)
