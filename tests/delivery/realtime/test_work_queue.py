"""What many ask for at once is done a few at a time, each person's in turn."""

import threading
from contextlib import suppress
from functools import partial

from intranet.delivery.realtime.work_queue import TaskLimiter
from tests.delivery.realtime.clients import PATIENCE, wait_until


def aside(task):
    threading.Thread(target=task, daemon=True).start()


def test_so_many_are_done_at_once_and_all_are_done():
    turns, go, within, done = TaskLimiter(2, aside), threading.Event(), [], []

    def do(number):
        within.append(number)
        go.wait(PATIENCE)
        done.append(number)

    for number in range(5):
        turns.wait(number, partial(do, number))
    wait_until(lambda: len(within) == 2)
    assert sorted(within) == [0, 1]
    assert done == []
    go.set()

    wait_until(lambda: len(done) == 5)
    turns.wait("later", lambda: done.append("later"))
    wait_until(lambda: "later" in done)


def test_who_asks_for_much_waits_behind_who_asks_for_little():
    turns, go = TaskLimiter(1, aside), threading.Event()
    done: list[object] = []
    turns.wait("first", partial(go.wait, PATIENCE))
    for number in range(3):
        turns.wait("fifty windows", partial(done.append, number))
    turns.wait("one window", lambda: done.append("one"))
    go.set()

    wait_until(lambda: len(done) == 4)
    assert done == [0, "one", 1, 2]


def test_where_no_thread_can_be_started_it_is_done_here_and_nobody_is_forgotten():
    def none(_task):
        raise RuntimeError("can't start new thread")

    turns = TaskLimiter(1, none)
    done: list[int] = []
    for number in range(2):
        turns.wait(number, partial(done.append, number))
    assert done == [0, 1]


def test_what_fails_gives_its_place_back():
    def here(task):
        with suppress(ZeroDivisionError):
            task()

    turns = TaskLimiter(1, here)
    done: list[int] = []
    turns.wait("fails", lambda: 1 / 0)
    turns.wait("works", partial(done.append, 1))
    assert done == [1]
