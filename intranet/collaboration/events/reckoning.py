"""From the clock on the wall to instants: which times an event has, by the zones as known today.

The rows of `EventOccurrence` are an index of that. They are reckoned anew with each change, each
day, and so also after a country changed its rule and the machine learned of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from intranet.collaboration.events.models import WHOLE, Event, EventException, EventOccurrence
from intranet.collaboration.events.recurrence import BEHIND, days_of, key_of, read_rule
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True)
class Time:
    """One time at which an event is, as instants."""

    recurrence: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None = None


def instant(local: datetime, zone: str) -> datetime:
    """The instant of what a clock shows; in the hour that is left out, as if it had gone on.

    Source: RFC 5545, 3.3.5: the offset before the gap.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def times_of(event: Event, exceptions: Iterable[EventException], now: datetime) -> list[Time]:
    """The times of an event around now; what repeats is as long each time, to the second."""
    by_key = {row.recurrence: row for row in exceptions}
    around = now.astimezone(ZoneInfo(event.zone)).replace(tzinfo=None)
    rule = read_rule(event.rule)
    return [
        _time(event, key_of(starts) if rule else WHOLE, starts, by_key)
        for starts in days_of(rule, event.starts, around)
    ]


def span_of(event: Event, starts: datetime) -> tuple[datetime, datetime]:
    """From when to when it is, as instants, on the day on which it begins at `starts`."""
    begins = instant(starts, event.zone)
    if event.is_all_day:
        return begins, instant(starts + event.length, event.zone)
    first, last = instant(event.starts, event.zone), instant(event.ends, event.zone)
    return begins, begins + (last - first)


def exceptions_of(event: Event) -> Sequence[EventException]:
    """The days that are not as the rule says."""
    return db.session.scalars(
        select(EventException).where(EventException.publication_id == event.publication_id)
    ).all()


def reckon(event: Event, *, since: datetime | None = None) -> list[Time]:
    """Write down its times anew; what was said to people already is not said again.

    Args:
        since: what was before it stays as it is written down; without, all is reckoned anew.
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


def reckon_again(event: Event) -> None:
    """The same by the clock's work: what was longer than a year ago is left as it was."""
    reckon(event, since=clock.now() - BEHIND)


def _time(event: Event, key: str, starts: datetime, by_key: dict[str, EventException]) -> Time:
    exception = by_key.get(key)
    cancelled_at = event.cancelled_at or (exception.cancelled_at if exception else None)
    if exception and exception.starts and exception.ends:
        begins, ends = (
            instant(exception.starts, event.zone),
            instant(exception.ends, event.zone),
        )
        return Time(key, begins, ends, cancelled_at)
    return Time(key, *span_of(event, starts), cancelled_at)


def _row(event: Event, time: Time) -> EventOccurrence:
    return EventOccurrence(
        publication_id=event.publication_id,
        recurrence=time.recurrence,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        cancelled_at=time.cancelled_at,
    )
