"""From local times to instants: the occurrences of an event, by the time zones as known today.

The rows of `EventOccurrence` are an index. They are recalculated with each change and each day, so
also after a country changed its time zone rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from intranet.collaboration.events.models import WHOLE, Event, EventException, EventOccurrence
from intranet.collaboration.events.recurrence import HORIZON_BEHIND, days_of, key_of, read_rule
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True)
class EventSpan:
    """An occurrence of an event, as instants."""

    recurrence: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None = None


def instant(local: datetime, zone: str) -> datetime:
    """Return the instant of a local time; in a skipped hour, with the offset before the gap.

    Source: RFC 5545, 3.3.5.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def times_of(event: Event, exceptions: Iterable[EventException], now: datetime) -> list[EventSpan]:
    """Return the occurrences of an event around now; all last as long as the first."""
    by_key = {row.recurrence: row for row in exceptions}
    around = now.astimezone(ZoneInfo(event.zone)).replace(tzinfo=None)
    rule = read_rule(event.rule)
    return [
        _time(event, key_of(starts) if rule else WHOLE, starts, by_key)
        for starts in days_of(rule, event.starts, around)
    ]


def span_of(event: Event, starts: datetime) -> tuple[datetime, datetime]:
    """Return the start and end, as instants, of the occurrence that starts at a local time."""
    begins = instant(starts, event.zone)
    if event.is_all_day:
        return begins, instant(starts + event.length, event.zone)
    first, last = instant(event.starts, event.zone), instant(event.ends, event.zone)
    return begins, begins + (last - first)


def exceptions_of(event: Event) -> Sequence[EventException]:
    """Return the days on which the event departs from its rule."""
    return db.session.scalars(
        select(EventException).where(EventException.publication_id == event.publication_id)
    ).all()


def reckon(event: Event, *, since: datetime | None = None) -> list[EventSpan]:
    """Recalculate the occurrences of the event; reminders already sent are not sent again.

    Args:
        since: occurrences before this instant stay as stored; without it, all are
            recalculated.
    """
    now = clock.now()
    times = times_of(event, exceptions_of(event), now)
    with unit_of_work() as work:
        work.flush()
        mine = EventOccurrence.publication_id == event.publication_id
        written = db.session.scalars(select(EventOccurrence).where(mine)).all()
        there = {row.recurrence: row for row in written}
        known = {time.recurrence for time in times}
        gone = [
            key
            for key, row in there.items()
            if key not in known and (since is None or row.starts_at >= since)
        ]
        if gone:
            db.session.execute(
                delete(EventOccurrence).where(mine, EventOccurrence.recurrence.in_(gone))
            )
        for time in times:
            row = there.get(time.recurrence)
            if row is None:
                work.add(_row(event, time))
                continue
            if row.starts_at != time.starts_at:
                row.reminded_at = None
            row.starts_at, row.ends_at = time.starts_at, time.ends_at
            row.cancelled_at = time.cancelled_at
        event.reckoned_at = now
        work.flush()
    return times


def recalculate(event: Event) -> None:
    """Recalculate in the daily job; occurrences of more than a year ago stay as they were."""
    reckon(event, since=clock.now() - HORIZON_BEHIND)


def _time(event: Event, key: str, starts: datetime, by_key: dict[str, EventException]) -> EventSpan:
    exception = by_key.get(key)
    cancelled_at = event.cancelled_at or (exception.cancelled_at if exception else None)
    if exception and exception.starts and exception.ends:
        begins, ends = (
            instant(exception.starts, event.zone),
            instant(exception.ends, event.zone),
        )
        return EventSpan(key, begins, ends, cancelled_at)
    return EventSpan(key, *span_of(event, starts), cancelled_at)


def _row(event: Event, time: EventSpan) -> EventOccurrence:
    return EventOccurrence(
        publication_id=event.publication_id,
        recurrence=time.recurrence,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        cancelled_at=time.cancelled_at,
    )
