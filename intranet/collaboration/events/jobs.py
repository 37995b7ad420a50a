"""Scheduled jobs of events: reminders, and recalculation of occurrences."""

import logging
from datetime import timedelta

from intranet.collaboration.events.models import Event
from intranet.collaboration.events.occurrences import recalculate
from intranet.collaboration.events.operations.reminding import due_reminders, remind_of
from intranet.collaboration.events.queries import unreckoned_ids
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

RECKONING_INTERVAL = timedelta(days=1)
BATCH_SIZE = 200


def remind() -> None:
    """Send reminders of events within a day; an event that fails does not stop the others."""
    for occurrence in due_reminders(clock.now()):
        event_id = occurrence.publication_id
        try:
            remind_of(occurrence)
        except Exception:
            log.exception("reminders of event %s", event_id)
            db.session.rollback()


def reckon_times() -> None:
    """Recalculate occurrences daily: time zone rules change, and later days come into range."""
    for event_id in unreckoned_ids(clock.now() - RECKONING_INTERVAL, BATCH_SIZE):
        try:
            with unit_of_work():
                recalculate(db.session.get_one(Event, event_id))
        except Exception:
            log.exception("times of event %s", event_id)
            db.session.rollback()
