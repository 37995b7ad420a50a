"""What the clock does around events: it reminds, and reckons their times anew."""

import logging
from datetime import timedelta

from intranet.collaboration.events.models import Event
from intranet.collaboration.events.operations.reminding import due_reminders, remind_of
from intranet.collaboration.events.queries import unreckoned_ids
from intranet.collaboration.events.reckoning import reckon_again
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

EACH = timedelta(days=1)
AT_ONCE = 200


def remind() -> None:
    """Remind of what is within a day; one event that cannot be done stops itself only."""
    for occurrence in due_reminders(clock.now()):
        event_id = occurrence.publication_id
        try:
            remind_of(occurrence)
        except Exception:
            log.exception("reminders of event %s", event_id)
            db.session.rollback()


def reckon_times() -> None:
    """Write down anew, once a day, when events ahead are: zones change, and days come near."""
    for event_id in unreckoned_ids(clock.now() - EACH, AT_ONCE):
        try:
            with unit_of_work():
                reckon_again(db.session.get_one(Event, event_id))
        except Exception:
            log.exception("times of event %s", event_id)
            db.session.rollback()
