"""Acknowledged means stored, once and in order, whatever is killed meanwhile (acceptance 3)."""

import threading

import pytest

from tests.faults.talkers import check_contract, everybody_talks
from tests.realtime.clients import wait_until

KILLS = 3
BETWEEN_KILLS = 40
PATIENCE_SECONDS = 60
REDIS_AWAY_SECONDS = 4

slow = pytest.mark.timeout(300)
on_two_workers = pytest.mark.only_on("postgresql", reason="several workers need PostgreSQL")


@slow
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(site):
    site.start()
    talkers, finish = talking(site)
    for _ in range(KILLS):
        go_on(talkers)
        before = site.process.pid
        site.kill()
        site.start()
        assert site.process.pid != before
    go_on(talkers)
    finish()

    assert check_contract(talkers, site.stored()) >= BETWEEN_KILLS * KILLS
    assert min(talker.connections for talker in talkers) > 1


@slow
@on_two_workers
def test_one_of_two_workers_killed_again_and_again_loses_nothing(pair):
    pair.start()
    talkers, finish = talking(pair)
    killed = set()
    for _ in range(KILLS):
        go_on(talkers)
        killed.add(pair.kill_worker())
    go_on(talkers)
    finish()

    assert len(killed) == KILLS
    assert killed.isdisjoint(pair.worker_pids())
    assert check_contract(talkers, pair.stored()) >= BETWEEN_KILLS * KILLS


@slow
@on_two_workers
def test_redis_away_and_back_empty_loses_nothing(pair, redis_service):
    pair.start()
    talkers, finish = talking(pair)
    go_on(talkers)
    redis_service.stop()
    threading.Event().wait(REDIS_AWAY_SECONDS)
    go_on(talkers)
    redis_service.start()
    heard_live = live(talkers)
    wait_until(lambda: live(talkers) > heard_live + BETWEEN_KILLS, PATIENCE_SECONDS)
    finish()

    assert check_contract(talkers, pair.stored()) >= BETWEEN_KILLS * 2


def talking(site):
    """Let everybody talk; give them, and how to come to an end."""
    talkers, stop = site.talkers(), threading.Event()
    threads = everybody_talks(talkers, stop)

    def finish():
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()
        # Who stopped first has not heard the last words of the others.
        for talker in talkers:
            talker.come_back()
            talker.catch_up()
            talker.hang_up()

    return talkers, finish


def go_on(talkers):
    """Wait until enough more is acknowledged: a run without would prove nothing."""
    enough = acknowledged(talkers) + BETWEEN_KILLS
    wait_until(lambda: acknowledged(talkers) >= enough, PATIENCE_SECONDS)


def acknowledged(talkers):
    return sum(len(talker.acknowledged) for talker in talkers)


def live(talkers):
    return sum(talker.heard_live for talker in talkers)
