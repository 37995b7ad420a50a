"""The clock: every reading of the time goes through here, so that tests can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
_everywhere: list[datetime] = []


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    if _everywhere:
        return _everywhere[-1]
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Return the current date in a time zone of the IANA database."""
    return now().astimezone(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """Return the instant at which a day ends in a zone: the first that is no longer part of it."""
    return start_of(day + timedelta(days=1), zone)


def instant_of(local: datetime, zone: str) -> datetime:
    """Return the UTC instant of a local time in a zone; the first one if the time occurs twice.

    Raises:
        ValueError: the local time does not exist, because clocks skip that hour in spring.
    """
    instant = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise ValueError("this hour does not exist")
    return instant


@contextmanager
def freeze(instant: datetime) -> Iterator[None]:
    """Stop the clock at one instant, in every thread, until the block ends."""
    _everywhere.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _everywhere.pop()
