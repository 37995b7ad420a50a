"""What is owed is done, by one, and a failure stops only itself."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from intranet.extensions import db
from intranet.platform.core import clock, jobs, outbox, outbox_figures
from intranet.platform.core.jobs import Clockwork
from intranet.platform.core.outbox import (
    LaterError,
    NeverError,
    OutboxRow,
    Pace,
    enqueue,
    handler,
    run_due,
)
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE, wait_until
from tests.platform.core.owing import owed, rows


@pytest.mark.both
def test_what_is_owed_is_done_once_and_its_content_is_forgotten(done):
    owed({"number": 1}, {"number": 2})

    assert [run_due(), run_due()] == [2, 0]
    assert sorted(done) == [1, 2]
    assert [row.payload for row in rows()] == [{}, {}]


def test_who_asks_again_sees_what_came_meanwhile(app_context, done):
    assert run_due() == 0

    def elsewhere():
        with app_context.app_context():
            owed({"number": 1})

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()
    assert run_due() == 1
    assert done == [1]


def test_what_may_have_gone_out_already_is_set_aside_and_can_be_tried_all_the_same(done):
    outbox._kinds["tests.do"] = replace(outbox._kinds["tests.do"], reaches_out=True)
    owed({"number": 1})

    assert outbox.set_aside("Restored") == 1
    assert outbox.set_aside("Restored") == 0
    assert run_due() == 0
    [standing] = [row for row in outbox_figures.counts_by_kind() if row.kind == "tests.do"]
    assert (standing.failed, list(standing.errors)) == (1, [("Restored", 1)])
    outbox.retry_failed("tests.do")
    assert run_due() == 1
    assert done == [1]


def test_what_is_done_within_the_house_is_not_set_aside(done):
    owed({"number": 1})

    assert outbox.set_aside("Restored") == 0
    assert run_due() == 1


@pytest.fixture
def long_done(app_context):
    """What was done of that which takes long; each waits until it may end."""
    there, may_end = [], threading.Event()

    @handler("tests.do_long", pace=Pace.LONG)
    def do(payload):
        may_end.wait(PATIENCE)
        there.append(payload["number"])

    yield there, may_end
    may_end.set()
    outbox._kinds.pop("tests.do_long")


def test_what_takes_long_stands_in_a_line_of_its_own(done, long_done):
    there, may_end = long_done
    may_end.set()
    with unit_of_work() as work:
        enqueue(work, "tests.do_long", {"number": 1})
        enqueue(work, "tests.do_long", {"number": 2})
    owed({"number": 3})

    assert [run_due(pace=Pace.SOON), run_due(pace=Pace.SOON)] == [1, 0]
    assert (done, there) == ([3], [])
    assert [run_due(pace=Pace.LONG) for _each in range(3)] == [1, 1, 0]  # one at a time
    assert there == [1, 2]


def test_what_is_very_many_stands_in_a_line_of_its_own(app_context, done):
    digests = []
    handler("tests.do_many", pace=Pace.MANY)(lambda payload: digests.append(payload["number"]))
    try:
        with unit_of_work() as work:
            for number in range(12):
                enqueue(work, "tests.do_many", {"number": number})
        owed({"number": 99})

        assert [run_due(pace=Pace.SOON), run_due(pace=Pace.SOON)] == [1, 0]
        assert (done, digests) == ([99], [])
        assert [run_due(pace=Pace.MANY) for _each in range(3)] == [10, 2, 0]
        assert sorted(digests) == list(range(12))
    finally:
        outbox._kinds.pop("tests.do_many")


@pytest.mark.both
def test_nothing_waits_behind_what_takes_long(app, done, long_done):
    there, may_end = long_done
    with unit_of_work() as work:
        enqueue(work, "tests.do_long", {"number": 1})
    owed({"number": 2})
    clockwork = Clockwork(app, [])
    clockwork.start()
    try:
        wait_until(lambda: done == [2])
        assert there == []
        may_end.set()
        wait_until(lambda: there == [1])
    finally:
        may_end.set()
        clockwork.stop()


def test_a_database_that_is_away_is_one_line_in_the_log(app, caplog, monkeypatch):
    monkeypatch.setattr(jobs, "AWAY_SECONDS", 0.01)

    def run():
        raise OperationalError("SELECT", {}, Exception("gone"))

    clockwork = Clockwork(app, [jobs.Job("sweeping", timedelta(seconds=0.01), run)])
    clockwork.start()
    try:
        wait_until(lambda: sum("sweeping" in line for line in caplog.messages) > 1)
    finally:
        clockwork.stop()

    lines = [row for row in caplog.records if "sweeping" in row.getMessage()]
    said = "database: OperationalError in job sweeping: gone"
    assert {row.getMessage() for row in lines} == {said}
    assert not any(row.exc_info for row in lines)


def test_what_fails_waits_and_stops_nothing_else(done):
    owed({"number": 1, "fails": True}, {"number": 2})

    assert run_due() == 1
    assert run_due() == 0
    with clock.freeze(clock.now() + timedelta(seconds=3)):
        run_due()
    assert sorted(done) == [1, 1, 2]
    assert {row.last_error for row in rows()} == {None, "ValueError"}


def test_what_fails_too_often_is_given_up(done):
    owed({"number": 1, "fails": True})
    instant = clock.now()
    for _ in range(20):
        instant += timedelta(hours=1)
        with clock.freeze(instant):
            run_due()

    assert len(done) == outbox.MAX_ATTEMPTS
    assert rows()[0].failed_at


@pytest.mark.slow
def test_a_kind_with_patience_is_tried_for_that_long_with_waits_up_to_an_hour(app_context):
    tries = []

    @handler("tests.patient", patience=timedelta(days=3))
    def do(_payload):
        tries.append(clock.now())
        raise OSError

    with unit_of_work() as work:
        enqueue(work, "tests.patient", {})
    start = clock.now()
    for hour in range(80):
        with clock.freeze(start + timedelta(hours=hour + 1)):
            run_due()
    outbox._kinds.pop("tests.patient")

    assert tries[-1] == start + timedelta(hours=72)
    assert len(tries) > 60


def test_a_job_says_that_it_is_to_be_tried_later_or_never(app_context):
    says = {"later": LaterError(timedelta(minutes=20)), "never": NeverError()}

    @handler("tests.saying")
    def do(payload):
        raise says[payload["what"]]

    with unit_of_work() as work:
        for what in says:
            enqueue(work, "tests.saying", {"what": what})
    run_due()
    outbox._kinds.pop("tests.saying")

    never, later = sorted(db.session.query(OutboxRow).all(), key=lambda row: row.failed_at is None)
    assert never.failed_at
    assert later.run_after > clock.now() + timedelta(minutes=19)
