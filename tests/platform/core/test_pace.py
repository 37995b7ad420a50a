"""A limit of time holds on a slow core as on a quick one, and is a limit on both."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from tests import pace
from tests.pace import reckoned, reckoned_alone, within

UNIT = 5_500
SECONDS = 0.001


@pytest.fixture(autouse=True)
def smaller_unit(monkeypatch):
    monkeypatch.setattr(pace, "NUMBERS", UNIT)
    monkeypatch.setattr(pace, "UNIT_SECONDS", SECONDS)


def work(units):
    return pace._reckon(units * UNIT)


def test_what_a_limit_allows_is_as_much_work_on_every_core():
    assert within(3 * SECONDS, work, 1)
    with pytest.raises(AssertionError, match="seconds at best, and may take"):
        within(SECONDS, work, 9)


def test_a_core_that_is_ten_times_slower_is_no_reason_to_refuse(monkeypatch):
    """Every sum takes ten times as long on it, so the one that it is compared with as well."""
    monkeypatch.setattr(pace, "NUMBERS", 10 * UNIT)

    assert within(3 * SECONDS, work, 15)


def test_slow_tries_are_no_reason_either():
    numbers = count()

    def slow_twice():
        return work(1 if next(numbers) > 1 else 20)

    assert within(3 * SECONDS, slow_twice)
    assert next(numbers) >= 3


def test_seconds_are_told_as_they_are_where_limits_are_promised():
    _given, seconds = reckoned(work, 10)

    assert 4 * SECONDS < seconds < 25 * SECONDS


def test_what_another_thread_works_meanwhile_counts_only_where_it_is_asked_for():
    with ThreadPoolExecutor(1) as other:

        def work_elsewhere():
            return other.submit(work, 20).result()

        assert reckoned(work_elsewhere)[1] > 4 * SECONDS
        assert reckoned_alone(work_elsewhere)[1] < 4 * SECONDS
