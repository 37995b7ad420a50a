"""Cancelling an event or one of its days; people who answered yes or maybe are notified."""

from intranet.collaboration.events.access import get_occurrence, require_changeable
from intranet.collaboration.events.events import CANCELLED, ONE_CANCELLED
from intranet.collaboration.events.models import WHOLE, Event
from intranet.collaboration.events.occurrences import reckon
from intranet.collaboration.events.operations.planning import exception_at, notify_of_change
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.models import Publication

REASON_LIMIT = 300


def cancel_event(person: Person, event: Event, reason: str, *, recurrence: str = WHOLE) -> None:
    """Cancel an event or one of its days. It can still be read, marked as cancelled.

    Raises:
        NotFound: the event has no such occurrence.
        Forbidden: the person may not change it, or it is over.
        Invalid: no reason is given.
    """
    reason = required_line(reason, "reason", REASON_LIMIT)
    with unit_of_work() as work:
        publication = db.session.get_one(Publication, event.publication_id)
        work.lock(publication)
        require_writer(person, publication)
        event = db.session.get_one(Event, publication.id)
        if event.cancelled_at:
            return
        if recurrence == WHOLE:
            event.cancelled_at, event.cancelled_by_id = clock.now(), person.id
            event.cancelled_reason = reason
            work.flush()
            reckon(event)
            notify_of_change(work, event, ["cancelled"], reason, person, why=CANCELLED)
            return
        require_changeable(event)
        occurrence = get_occurrence(event, recurrence)
        if occurrence.cancelled_at:
            return
        if occurrence.ends_at <= clock.now():
            raise Forbidden(_l("This event is over."))
        exception = exception_at(work, event, recurrence)
        exception.cancelled_at, exception.cancelled_reason = clock.now(), reason
        work.flush()
        reckon(event)
        notify_of_change(
            work, event, ["cancelled"], reason, person, recurrence=recurrence, why=ONE_CANCELLED
        )
