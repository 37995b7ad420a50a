"""Who stands first in line serves all who came meanwhile."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from intranet.platform.core.group_commit import GroupCommit
from tests.delivery.realtime.clients import PATIENCE, wait_until


class Counter:
    """Serves, and holds the first of all until it is told to go on."""

    def __init__(self):
        self.rounds = []
        self.busy, self.go_on = threading.Event(), threading.Event()

    def serve(self, take):
        self.busy.set()
        assert self.go_on.wait(PATIENCE)
        self.rounds.append(take())


def test_those_who_came_meanwhile_are_served_together_and_in_their_order():
    counter = Counter()
    line = GroupCommit(counter.serve, most=10)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(line.join, "a", 0)
        assert counter.busy.wait(PATIENCE)
        others = []
        for number in range(1, 6):
            others.append(pool.submit(line.join, "a", number))
            wait_until(lambda wanted=number: len(line._lines["a"]) == wanted)
        counter.go_on.set()
        for each in (first, *others):
            each.result(PATIENCE)
    assert counter.rounds == [[0, 1, 2, 3, 4, 5]]
    assert line._lines == {}


def test_no_more_are_served_together_than_are_allowed_and_nobody_is_left_behind():
    counter = Counter()
    counter.go_on.set()
    line = GroupCommit(counter.serve, most=3)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda number: line.join("a", number), range(500)))
    served = [number for some in counter.rounds for number in some]
    assert sorted(served) == list(range(500))
    assert max(map(len, counter.rounds)) <= 3
    assert line._lines == {}


def test_lines_do_not_wait_for_each_other():
    counter = Counter()
    line = GroupCommit(counter.serve, most=10)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(line.join, "a", "slow")
        assert counter.busy.wait(PATIENCE)
        quick = pool.submit(line.join, "b", "quick")
        wait_until(lambda: set(line._lines) == {"a", "b"})
        counter.go_on.set()
        slow.result(PATIENCE)
        quick.result(PATIENCE)
    assert sorted(counter.rounds) == [["quick"], ["slow"]]


def test_what_goes_wrong_is_told_to_all_of_them_and_the_line_goes_on():
    def serve(take):
        if "bad" in take():
            raise ValueError("bad")

    line = GroupCommit(serve, most=10)
    with pytest.raises(ValueError, match="bad"):
        line.join("a", "bad")
    line.join("a", "good")
    assert line._lines == {}


def test_greenlets_that_are_ready_at_the_same_moment_are_served_together():
    program = [sys.executable, "-m", "tests.platform.core.group_commit_in_greenlets"]
    ran = subprocess.run(program, capture_output=True, text=True, timeout=60, check=True)

    assert ran.stdout.strip() == "[0, 1, 2, 3]"
