"""What a process does of the outbox is its own while it lives, and soon another's when it ends."""

import threading
from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.platform.core import clock, outbox, outbox_claims
from intranet.platform.core.jobs import Clockwork
from intranet.platform.core.outbox import OutboxRow, enqueue, handler, run_due
from intranet.platform.core.outbox_claims import CLAIM_LIFETIME, go_on
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import wait_until
from tests.platform.core.owing import owed, rows


def test_what_another_process_has_taken_is_left_to_it(done):
    owed({"number": 1})
    outbox._claim()  # and the process dies

    assert run_due() == 0
    with clock.freeze(clock.now() + CLAIM_LIFETIME + timedelta(seconds=1)):
        assert run_due() == 1
    assert [row.attempts for row in rows()] == [2]


def test_a_process_that_dies_holds_back_the_one_row_that_it_does(done):
    owed({"number": 1}, {"number": 2}, {"number": 3})
    outbox._claim()

    assert run_due() == 2


@pytest.mark.both
def test_a_claim_is_renewed_while_its_process_lives(app_context, done):
    began, may_end = threading.Event(), threading.Event()

    @handler("tests.slow")
    def slow(_payload):
        began.set()
        may_end.wait(10)

    with unit_of_work() as work:
        enqueue(work, "tests.slow", {})
    doing = threading.Thread(target=in_house(app_context, run_due))
    doing.start()
    try:
        assert began.wait(10)
        instant = clock.now()
        for _time in range(4):
            instant += CLAIM_LIFETIME * 0.8
            with clock.freeze(instant):
                outbox.renew_claims()
                assert run_due() == 0
    finally:
        may_end.set()
        doing.join()
        outbox._kinds.pop("tests.slow")
    assert [row.attempts for row in db.session.query(OutboxRow)] == [1]


def in_house(app_context, run):
    def within():
        with app_context.app_context():
            run()

    return within


@pytest.fixture
def sent(app_context):
    """What went out of a row that sends several things; `ask` is called after each."""
    there = Asking()

    @handler("tests.send")
    def send(payload):
        for number in payload["numbers"]:
            if number not in there:
                go_on()
                there.append(number)
                there.ask(number)

    with unit_of_work() as work:
        enqueue(work, "tests.send", {"numbers": [1, 2, 3]})
    yield there
    outbox._kinds.pop("tests.send")


class Asking(list[int]):
    def ask(self, number):
        """Do nothing."""


@pytest.mark.both
def test_a_process_that_ends_stops_in_the_middle_and_hands_the_rest_over_at_once(sent):
    assert run_due(is_ending=lambda: 2 in sent) == 0
    assert sent == [1, 2]

    assert run_due() == 1
    assert sent == [1, 2, 3]
    assert [row.attempts for row in db.session.query(OutboxRow)] == [1]


def test_a_process_that_was_held_up_sends_nothing_more_and_changes_nothing_of_the_next(sent):
    def others(number):
        if number == 2:  # for so long nothing of this process ran
            [claim] = outbox_claims.own_claims()
            claim.renewed_at -= CLAIM_LIFETIME.total_seconds() + 1
            with clock.freeze(clock.now() + CLAIM_LIFETIME):
                taken.append(outbox._claim())

    taken: list[OutboxRow | None] = []
    sent.ask = others
    assert run_due() == 0

    assert sent == [1, 2]
    [row] = db.session.query(OutboxRow).all()
    assert (row.attempts, row.done_at) == (2, None)
    assert taken[0]
    assert row.run_after == taken[0].run_after


def test_what_the_process_before_had_claimed_is_taken_over_by_the_next_start(app, done):
    owed({"number": 1})
    outbox._claim()
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"

    clockwork = Clockwork(app, [])
    clockwork.start()
    try:
        if is_sqlite:
            wait_until(lambda: done == [1], CLAIM_LIFETIME.total_seconds() / 2)
        else:  # others may live
            assert done == []
    finally:
        clockwork.stop()


def test_what_ends_its_process_again_and_again_is_given_up(done):
    owed({"number": 1})
    instant = clock.now()
    for _death in range(outbox.MAX_ATTEMPTS):
        with clock.freeze(instant):
            assert outbox._claim()
        instant += CLAIM_LIFETIME + timedelta(seconds=1)

    with clock.freeze(instant):
        assert run_due() == 0
    assert done == []
    assert rows()[0].failed_at
