"""One thing at a time, and everybody in turn."""

import threading
from uuid import uuid4

import pytest

from intranet.platform.core.errors import TooMany
from intranet.platform.core.fair_queue import FairQueue
from intranet.platform.core.load_shedding import Busy
from intranet.platform.core.operation import doing


def queue(*, of_a_person=10, in_all=20, wait_seconds=20.0):
    return FairQueue(
        of_a_person=of_a_person, in_all=in_all, wait_seconds=wait_seconds, busy="Later."
    )


class Crowd:
    """Threads that come one after the other, while somebody holds the turn."""

    def __init__(self, line):
        self.line, self.served, self.threads = line, [], []
        self.at_once = self.most_at_once = 0

    def come(self, person_id, name):
        def wait():
            with doing("test", person_id), self.line.turn():
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                self.served.append(name)
                self.at_once -= 1

        before = self.line._count.total()
        self.threads.append(threading.Thread(target=wait, daemon=True))
        self.threads[-1].start()
        while self.line._count.total() == before:
            threading.Event().wait(0.001)

    def leave(self):
        for thread in self.threads:
            thread.join(20)


def test_people_take_turns_so_that_many_of_one_wait_behind_one_of_another():
    line, many, one = queue(), uuid4(), uuid4()
    crowd = Crowd(line)
    with doing("test", uuid4()), line.turn():
        for number in range(4):
            crowd.come(many, f"many {number}")
        crowd.come(one, "one")
    crowd.leave()

    assert crowd.served == ["many 0", "one", "many 1", "many 2", "many 3"]
    assert crowd.most_at_once == 1
    assert not line._count


def test_one_person_has_only_so_many_in_the_queue_and_others_still_come():
    line, greedy = queue(of_a_person=2), uuid4()
    crowd = Crowd(line)
    with doing("test", greedy), line.turn():
        crowd.come(greedy, "second")
        with pytest.raises(TooMany), doing("test", greedy), line.turn():
            pass
        crowd.come(uuid4(), "other")
    crowd.leave()

    assert sorted(crowd.served) == ["other", "second"]


def test_a_full_queue_and_one_that_does_not_move_say_that_it_has_to_wait():
    line = queue(in_all=1)
    with line.turn(), pytest.raises(Busy), doing("test", uuid4()), line.turn():
        pass

    line = queue(wait_seconds=0.01)
    with line.turn(), pytest.raises(Busy), doing("test", uuid4()), line.turn():
        pass
    with line.turn():
        pass  # whoever gave up left nothing behind


def test_a_turn_that_ends_in_a_fault_is_handed_on():
    line = queue()
    with pytest.raises(ZeroDivisionError), line.turn():
        _ = 1 / 0
    with line.turn():
        pass
