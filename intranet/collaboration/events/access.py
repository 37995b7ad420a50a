"""Access to events: reading, changing, and what is still possible after an end or cancellation."""

from sqlalchemy import select

from intranet.collaboration.events.models import WHOLE, Event, EventOccurrence
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l


def get_occurrence(event: Event, recurrence: str) -> EventOccurrence:
    """Return an occurrence of the event.

    Raises:
        NotFound: the event has no such occurrence.
    """
    found = db.session.get(EventOccurrence, (event.publication_id, recurrence[:20]))
    if found is None:
        raise NotFound
    return found


def require_changeable(event: Event) -> None:
    """Check that the event can still be changed.

    Raises:
        Forbidden: it was cancelled.
    """
    if event.cancelled_at:
        raise Forbidden(_l("This event was cancelled and can no longer be changed."))


def require_open(event: Event, recurrence: str) -> None:
    """Check that the event, or one of its days, still accepts answers.

    Raises:
        NotFound: the event has no occurrence at that time.
        Forbidden: it was cancelled, or it is over.
    """
    require_changeable(event)
    if recurrence == WHOLE and event.is_repeating:
        ends = select(EventOccurrence.ends_at).where(
            EventOccurrence.publication_id == event.publication_id,
            EventOccurrence.ends_at > clock.now(),
        )
        if db.session.scalar(ends.limit(1)) is None:
            raise Forbidden(_l("This event is over."))
        return
    occurrence = get_occurrence(event, recurrence)
    if occurrence.cancelled_at:
        raise Forbidden(_l("This day of the event has been cancelled."))
    if occurrence.ends_at <= clock.now():
        raise Forbidden(_l("This event is over."))
