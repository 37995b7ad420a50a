"""Handlers that keep the index true to the organisation, in the same transaction before commit.

Changes of an import are queued instead: decision 30.
"""

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.directory.indexing import (
    queue_agency,
    write_agencies,
    write_new_units,
    write_people,
    write_posts,
    write_units,
)
from intranet.organisation.agencies.events import (
    AgenciesChanged,
    AgenciesCreated,
    PostsChanged,
    PostsCreated,
    TimeZoneChanged,
    UnitsChanged,
    UnitsCreated,
)
from intranet.organisation.people.events import AppointmentsChanged, ProfileChanged
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.unit_of_work import unit_of_work


def follow_agencies(event: AgenciesCreated | AgenciesChanged) -> None:
    """Index agencies anew."""
    with unit_of_work() as work:
        work.gather(write_agencies, event.agency_ids)


def follow_new_units(event: UnitsCreated) -> None:
    """Index new units."""
    with unit_of_work() as work:
        work.gather(write_new_units, event.unit_ids)


def follow_units(event: UnitsChanged) -> None:
    """Index units anew, with their people and posts, which are found by their names too."""
    with unit_of_work() as work:
        work.gather(write_units, event.unit_ids)


def follow_new_posts(event: PostsCreated) -> None:
    """Index new posts, which nobody holds yet."""
    with unit_of_work() as work:
        work.gather(write_posts, event.post_ids)


def follow_posts(event: PostsChanged) -> None:
    """Index posts anew, and the people who hold them."""
    with unit_of_work() as work:
        work.gather(write_posts, event.post_ids)
        for some in in_parts(event.post_ids):
            held = select(Appointment.person_id).where(Appointment.post_id.in_(some))
            work.gather(write_people, db.session.scalars(held))


def follow_appointments(event: AppointmentsChanged) -> None:
    """Index the appointed people and their posts, which may now be vacant."""
    with unit_of_work() as work:
        work.gather(write_people, event.person_ids)
        work.gather(write_posts, event.post_ids)


def follow_time_zone(event: TimeZoneChanged) -> None:
    """Index a whole agency anew, in slices."""
    queue_agency(event.agency_id)


def follow_profile(event: ProfileChanged) -> None:
    """Index a person and their posts, for a new name, languages or openness to questions."""
    held = select(Appointment.post_id).where(Appointment.person_id == event.person_id)
    with unit_of_work() as work:
        work.gather(write_people, [event.person_id])
        work.gather(write_posts, db.session.scalars(held))
