"""A run rests long enough for others, and is no faster than it has to be."""

import time

import pytest

from intranet.records.retention import pacing


@pytest.fixture
def clock(monkeypatch):
    """Stands still unless a test moves it."""

    class Hands:
        now = 100.0

    monkeypatch.setattr(time, "monotonic", lambda: Hands.now)
    return Hands


def rested(clock, rows, seconds, *, search=0.0):
    """How long a pacer rests after a batch of so many rows that took so long."""
    rests: list[float] = []
    pacer = pacing.Pacer(rest=rests.append)
    with pacer.batch():
        clock.now += search  # and the wait for the lock: others are not delayed
        pacer.begins(rows)
        clock.now += seconds
    return rests[0]


def test_a_slow_batch_is_followed_by_a_longer_rest(clock):
    assert rested(clock, 150, 0.5, search=5) == pytest.approx(0.5 * pacing.MIN_REST)


def test_a_fast_batch_waits_for_its_pace(clock):
    rate = pacing.ROWS_PER_SECOND
    assert rested(clock, 220, 0.01) == pytest.approx(220 / rate - 0.01)
    assert rested(clock, 220, 0.01, search=0.02) == pytest.approx(220 / rate - 0.03)


def test_the_size_of_batches_follows_their_time(clock):
    pacer = pacing.Pacer(size=400)
    pacer.begins(400)
    clock.now += pacing.TARGET_SECONDS * 2
    pacer.adapt()
    assert pacer.size == 300
    pacer.begins(300)
    clock.now += pacing.TARGET_SECONDS / 2
    pacer.adapt()
    assert pacer.size == 450
    pacer.begins(450)
    clock.now += 60
    pacer.adapt()
    assert pacing.MIN_ROWS <= pacer.size <= 226
