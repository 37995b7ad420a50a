"""One transaction at a time where it must be, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.models import Absence, Person
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE


def person(last_byte: int) -> Person:
    """Somebody whose id ends in this byte: rows with the same one stand in one line."""
    row_id = UUID(int=uuid7().int & ~0xFF | last_byte)
    return Person(id=row_id, name="N", sort_key="n")


@pytest.fixture
def rows(app):
    """Four people; the first and the last stand in one line, the others in another."""
    with app.app_context():
        made = [person(last_byte) for last_byte in (1, 2, 2, 1)]
        with unit_of_work() as work:
            work.add(*made)
        return [row.id for row in made]


@pytest.fixture
def lock_in_turn(app):
    """Locks two rows one after the other, each first when the other side has its first."""
    both = threading.Barrier(2)

    def lock(first, second):
        with app.app_context(), unit_of_work() as work:
            work.lock(db.session.get_one(Person, first))
            with suppress(threading.BrokenBarrierError):  # SQLite lets in one after the other
                both.wait(1)
            work.lock(db.session.get_one(Person, second))

    return lock


@pytest.mark.slow
def test_two_who_lock_different_rows_never_wait_for_each_other(lock_in_turn, rows):
    threads = [
        threading.Thread(target=lock_in_turn, args=pair, daemon=True)
        for pair in (rows[:2], rows[2:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.both
def test_of_many_who_change_one_row_none_is_lost(app, rows):
    def count(_number):
        with app.app_context(), unit_of_work() as work:
            row = db.session.get_one(Person, rows[0])
            work.lock(row)
            row.version += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))

    with app.app_context():
        assert db.session.scalar(select(Person.version).where(Person.id == rows[0])) == 41


@pytest.mark.slow
def test_two_who_change_themselves_and_refer_to_each_other_both_get_through(app, rows):
    """As two who begin a talk with each other do."""
    both = threading.Barrier(2)

    def refer(mine, other):
        with app.app_context(), unit_of_work() as work:
            work.lock(db.session.get_one(Person, mine))
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
            today = clock.today("Europe/Madrid")
            absence = Absence(person_id=mine, stand_in_id=other)
            absence.set_days("Europe/Madrid", today, today)
            work.add(absence)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(refer, rows[:2], reversed(rows[:2])))
