"""Adapt appointments, absences and the occupations of posts to changes, in the same transaction.

An import publishes thousands of events, so posts are gathered and each is derived once.
"""

from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.organisation.agencies.events import (
    PostsChanged,
    PostsCreated,
    TimeZoneChanged,
    UnitsChanged,
)
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.events import (
    AppointmentsChanged,
    AppointmentsEnded,
    ProfileChanged,
)
from intranet.organisation.people.models import Absence, Appointment
from intranet.organisation.people.operations.appointments import end_now
from intranet.organisation.people.operations.post_occupations import (
    derive_occupations,
    posts_below,
    posts_held_by,
    posts_written_of,
)
from intranet.organisation.people.queries import is_not_over, time_zone_of
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def end_with_posts(event: PostsChanged) -> None:
    """End the appointments to posts that end, with their last days."""
    now = clock.now()
    beyond = select(Appointment, Post).where(
        Appointment.post_id == Post.id,
        Post.id.in_(event.post_ids),
        is_not_over(now),
        or_(Appointment.ends_on.is_(None), Appointment.ends_on > Post.valid_to),
        Post.valid_to.is_not(None),
    )
    with unit_of_work() as work:
        found = db.session.execute(beyond).all()
        running = [row for row, _post in found if row.is_current(now)]
        for row, post in found:
            agency, last_day = post.unit.agency, cast("date", post.valid_to)
            if row.starts_on > last_day or last_day < clock.today(agency.time_zone):
                end_now(row)
            else:
                row.set_dates(agency, row.starts_on, last_day)
            row.version += 1
        if found:
            work.publish(AppointmentsChanged.of([row for row, _post in found]))
        if ended := [row for row in running if not row.is_current(clock.now())]:
            work.publish(AppointmentsEnded.of(ended))


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
    with unit_of_work():
        for row in db.session.scalars(rows).all():
            row.set_dates(agency, row.starts_on, row.ends_on)
        db.session.flush()
        _reckon_absences(agency)


def derive_of_posts(event: PostsCreated | PostsChanged) -> None:
    """Derive the occupations of posts whose titles or units may have changed."""
    with unit_of_work() as work:
        work.gather(_derive, event.post_ids)


def derive_of_units(event: UnitsChanged) -> None:
    """Derive the occupations of posts in units that may have other names or parents now."""
    with unit_of_work() as work:
        work.gather(_derive, posts_below(event.unit_ids))


def derive_of_appointments(event: AppointmentsChanged) -> None:
    """Derive the occupations of posts whose holders, and so their words, may be others now."""
    with unit_of_work() as work:
        work.gather(_derive_written, event.post_ids)


def derive_of_profile(event: ProfileChanged) -> None:
    """Derive the occupations of the posts of somebody who may say, or show, something else now."""
    with unit_of_work() as work:
        work.gather(_derive_held, [event.person_id])


def _derive(post_ids: frozenset[UUID]) -> None:
    derive_occupations(post_ids)


def _derive_written(post_ids: frozenset[UUID]) -> None:
    derive_occupations(posts_written_of(post_ids))


def _derive_held(person_ids: frozenset[UUID]) -> None:
    derive_occupations(posts_held_by(person_ids))


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
