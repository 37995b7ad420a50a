"""The simulated restart: no quicker than the work there is, and quicker with more to do it."""

from tools.bench.storm import (
    CLIENT_SECONDS,
    DATABASE_SECONDS,
    GIVES_UP_SECONDS,
    START_SECONDS,
    seconds_until_whole,
)


def test_more_processes_and_a_larger_database_bring_all_back_sooner():
    one, two = (seconds_until_whole(2_000, processes, 1) for processes in (1, 2))
    assert START_SECONDS + 2_000 * CLIENT_SECONDS < one < GIVES_UP_SECONDS
    assert two < one

    small, large = (seconds_until_whole(10_000, 8, cores) for cores in (1, 4))
    assert small > 0.99 * (START_SECONDS + 10_000 * DATABASE_SECONDS)
    assert large < small
