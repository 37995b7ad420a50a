"""What follows a commit is done in its order, and what fails in it stops nothing else."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.events import bus, dispatcher
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE


@dataclass(frozen=True)
class Happened:
    """An event of tests."""

    number: int


@pytest.fixture
def told(app_context):
    """What is told after commits; whatever has number 0 fails in the database."""
    heard = []

    def fail(event):
        if event.number == 0:
            db.session.execute(text("SELECT nonsense"))

    def count(event):
        heard.append((event.number, db.session.query(Person).count() > 0))

    bus.after_commit(Happened, fail, count)
    yield heard
    bus._after.pop(Happened)


def happen(*numbers):
    with unit_of_work() as work:
        for number in numbers:
            work.publish(Happened(number))


@pytest.mark.both
def test_what_fails_after_a_commit_stops_nothing_that_follows(told, caplog):
    happen(0, 1)
    happen(2)
    assert dispatcher().drain(PATIENCE)

    assert told == [(0, True), (1, True), (2, True)]
    assert "after commit: Happened, fail" in caplog.text


def test_what_was_not_committed_is_not_told(told):
    def fail():
        with unit_of_work():
            happen(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert dispatcher().drain(PATIENCE)

    assert told == []


def test_an_operation_that_joins_another_is_told_with_it(told):
    with unit_of_work() as work:
        happen(1)
        work.publish(Happened(2))
        assert dispatcher().drain(PATIENCE)
        assert told == []
    assert dispatcher().drain(PATIENCE)

    assert told == [(1, True), (2, True)]
