"""Slow down password guessing without locking out the people who belong here.

Three counts, kept in the database, so that a restart does not reset them:
- of a name **at one place** (a device that has signed in to the account before, else an
  address): after five failures each further try waits twice as long, up to a quarter of an hour;
- of a name anywhere: once it is being guessed at from many places, each place has one try left;
- of an address: a leaky bucket, large enough for the typing errors of 600 colleagues. While it
  is full, two tries a second are checked from there, and each name has one try left.

A correct password removes the person's own failures from the counts. Nobody is locked out by
what others do to their name, or by others behind the same address: a device that has signed in
before is counted separately, and any other place always has its first try.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Failure
from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.platform.core import clock
from intranet.platform.core.database import insert_into
from intranet.platform.core.errors import TooMany
from intranet.platform.core.networks import network_of
from intranet.platform.core.unit_of_work import unit_of_work

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=15)
MAX_WAIT = timedelta(minutes=15)
FORGIVEN_AFTER = timedelta(hours=2)
NAME_LIMIT = 50
ADDRESS_LIMIT = 100
ADDRESS_LEAK_INTERVAL = timedelta(seconds=6)
TOTAL_LIMIT = 200
TOTAL_LEAK_INTERVAL = timedelta(seconds=6)
"""Wrong codes in total: about 14,000 a day of 2^39 are tried without a name."""
FULL_ADDRESS_INTERVAL = timedelta(seconds=0.5)
DEPARTURE_LIMIT = 600
DEPARTURE_LEAK_INTERVAL = timedelta(seconds=1)


@dataclass(frozen=True)
class Attempt:
    """An attempt to sign in or enter a code, with the three hashed keys that count it."""

    place: str
    name: str
    address: str


def attempt(name: str, address: str, device: str | None = None) -> Attempt:
    """Return the attempt with the three hashed keys that count it.

    Args:
        name: the typed e-mail or staff number, whether or not it exists.
        address: where the request comes from.
        device: the account that this browser has signed in to before, if its cookie proves it.
    """
    name = name.strip().casefold()
    network = network_of(address)
    place = f"{name}\0device {device}" if device else f"{name}\0{network}"
    return Attempt(
        place=keyed_hash(place, "failures of a name at a place"),
        name=keyed_hash(name, "failures of a name"),
        address=keyed_hash(network, "failures of an address"),
    )


def begin(tried: Attempt, *, known_device: bool = False) -> None:
    """Count an attempt at this place before it is checked, so that concurrent ones count too.

    Raises:
        TooMany: with the seconds to wait.
    """
    now = clock.now()
    with unit_of_work():
        place, name, address = _locked(tried, now)
        left = _left(address, now)
        is_full = left >= ADDRESS_LIMIT and not known_device
        if is_full:
            _refuse_until(address.last_at + FULL_ADDRESS_INTERVAL, now)
            address.count, address.last_at = left, now
        if now - place.last_at > FORGIVEN_AFTER:
            place.count = 0
        guessed_at = _is_guessed_at(name, now) and not known_device
        _check_place(place, 1 if guessed_at or is_full else FREE_TRIES, now)
        place.count += 1
        place.last_at = now


def fail(tried: Attempt) -> int:
    """Count a failure of the name and the address as well; return the count of the name."""
    now = clock.now()
    with unit_of_work():
        _place, name, address = _locked(tried, now)
        name.count = 1 if now - name.last_at > FORGIVEN_AFTER else name.count + 1
        address.count = min(_left(address, now) + 1, ADDRESS_LIMIT)
        name.last_at = address.last_at = now
        return name.count


def succeed(tried: Attempt) -> None:
    """Delete the failures of this name at this place: they were typing errors."""
    now = clock.now()
    with unit_of_work():
        place, name, address = _locked(tried, now)
        errors = max(0, place.count - 1)
        place.count = 0
        name.count = max(0, name.count - errors)
        address.count = max(0, address.count - errors)


def count_departure(address: str) -> None:
    """Count somebody who leaves for a provider, which stores a question for ten minutes.

    Raises:
        TooMany: a whole town hall's worth left from this network just now.
    """
    now = clock.now()
    key = keyed_hash(network_of(address), "departures from an address")
    with unit_of_work():
        row = _locked_rows([key], now)[key]
        level = max(0, row.count - (now - row.last_at) // DEPARTURE_LEAK_INTERVAL)
        if level >= DEPARTURE_LIMIT:
            raise TooMany(int(DEPARTURE_LEAK_INTERVAL.total_seconds()) + 1)
        row.count, row.last_at = level + 1, now


def is_total_full() -> bool:
    """Return whether too many wrong codes were entered on the whole site."""
    row = db.session.get(Failure, _total_key(), populate_existing=True)
    return row is not None and _in_total(row, clock.now()) >= TOTAL_LIMIT


def count_in_total() -> None:
    """Count a wrong code of the whole site."""
    now = clock.now()
    key = _total_key()
    with unit_of_work():
        row = _locked_rows([key], now)[key]
        row.count = min(_in_total(row, now) + 1, TOTAL_LIMIT)
        row.last_at = now


def take_back(tried: Attempt) -> None:
    """Uncount an attempt that said nothing about the password, since it was not checked."""
    now = clock.now()
    with unit_of_work():
        place, _name, _address = _locked(tried, now)
        place.count = max(0, place.count - 1)


def forget_old() -> int:
    """Delete counts that no longer matter; return how many."""
    with unit_of_work():
        old = delete(Failure).where(Failure.last_at < clock.now() - FORGIVEN_AFTER)
        result = cast("CursorResult[Any]", db.session.execute(old))
        return result.rowcount


def _locked(tried: Attempt, now: datetime) -> tuple[Failure, Failure, Failure]:
    """Return the counts of the place, the name and the address, locked and created if missing."""
    found = _locked_rows(sorted({tried.place, tried.name, tried.address}), now)
    return found[tried.place], found[tried.name], found[tried.address]


def _locked_rows(keys: list[str], now: datetime) -> dict[str, Failure]:
    values = [{"key": key, "count": 0, "last_at": now} for key in keys]
    # Two concurrent failures must not both insert the row.
    db.session.execute(insert_into(Failure).values(values).on_conflict_do_nothing())
    rows = db.session.scalars(
        select(Failure)
        .where(Failure.key.in_(keys))
        .order_by(Failure.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.key: row for row in rows}


def _total_key() -> str:
    return keyed_hash("", "wrong codes in total")


def _in_total(row: Failure, now: datetime) -> int:
    return max(0, row.count - (now - row.last_at) // TOTAL_LEAK_INTERVAL)


def _check_place(place: Failure, free: int, now: datetime) -> None:
    over = place.count - free
    if over < 0:
        return
    wait = min(MAX_WAIT, FIRST_WAIT * 2 ** min(over, 10))
    _refuse_until(place.last_at + wait, now)


def _is_guessed_at(name: Failure, now: datetime) -> bool:
    return name.count >= NAME_LIMIT and now - name.last_at < FORGIVEN_AFTER


def _left(address: Failure, now: datetime) -> int:
    """Return the level of an address's bucket after it has leaked."""
    return max(0, address.count - (now - address.last_at) // ADDRESS_LEAK_INTERVAL)


def _refuse_until(moment: datetime, now: datetime) -> None:
    seconds = (moment - now).total_seconds()
    if seconds > 0:
        raise TooMany(int(seconds) + 1)
