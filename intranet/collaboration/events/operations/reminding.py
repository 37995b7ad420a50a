"""Reminders of events: each person once for each occurrence."""

from datetime import datetime, timedelta

from sqlalchemy import select

from intranet.collaboration.events.events import SOON
from intranet.collaboration.events.models import Event, EventOccurrence
from intranet.collaboration.events.operations.planning import coming_ids
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication

REMIND_BEFORE = timedelta(hours=24)
BATCH_SIZE = 200


def due_reminders(now: datetime) -> list[EventOccurrence]:
    """Return occurrences within a day whose reminders have not been sent."""
    asked = (
        select(EventOccurrence)
        .where(
            EventOccurrence.starts_at > now,
            EventOccurrence.starts_at <= now + REMIND_BEFORE,
            EventOccurrence.reminded_at.is_(None),
        )
        .order_by(EventOccurrence.starts_at)
        .limit(BATCH_SIZE)
    )
    return list(db.session.scalars(asked))


def remind_of(occurrence: EventOccurrence) -> None:
    """Remind the people who answered yes or maybe. A second call changes nothing."""
    key = (occurrence.publication_id, occurrence.recurrence)
    with unit_of_work() as work:
        publication = db.session.get_one(Publication, key[0])
        work.lock(publication)
        there = db.session.get(EventOccurrence, key, populate_existing=True)
        if there is None or there.reminded_at or there.starts_at <= clock.now():
            return
        there.reminded_at = clock.now()
        if there.cancelled_at or publication.withdrawn_at:
            return
        event = db.session.get_one(Event, key[0])
        coming = coming_ids(event, there.recurrence)
        if coming:
            when = f"{there.starts_at:%Y%m%dT%H%M}"
            work.publish(Concerned(publication.id, SOON, tuple(sorted(coming)), when))
