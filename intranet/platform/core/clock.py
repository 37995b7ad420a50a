"""The only door to the time of day, so that a test can stand at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
_everywhere: list[datetime] = []


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if _everywhere:
        return _everywhere[-1]
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The date it is now in a time zone named as in the IANA database."""
    return now().astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """The instant at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a day is over in a zone: the first that no longer belongs to it."""
    return start_of(day + timedelta(days=1), zone)


def instant_of(local: datetime, zone: str) -> datetime:
    """The instant at which a clock in a zone shows this time, in UTC; the first of two.

    Raises:
        ValueError: no clock there shows it: the hour that is left out in spring.
    """
    instant = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise ValueError("this hour does not exist")
    return instant


@contextmanager
def freeze(instant: datetime) -> Iterator[None]:
    """Stand at one instant, in every thread, until the block ends."""
    _everywhere.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _everywhere.pop()
