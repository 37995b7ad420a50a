"""Pushes of several processes go in the order of their revisions."""

import math
from typing import Any

from intranet.delivery.realtime import push_order as orders
from intranet.delivery.realtime.push_order import PushOrder
from tests.delivery.realtime.clients import PATIENCE, wait_until


def message(*revs, key="a", version=1):
    packets = [f"{key}{rev}" for rev in revs]
    told = {"kind": "readers", "key": key, "version": version}
    return {**told, "revs": list(revs), "packets": packets}


class Served(list[str]):
    def __call__(self, told):
        self.extend(told["packets"])


def test_what_comes_too_early_waits_for_what_lies_before_it():
    served = Served()
    order = PushOrder(served)
    for told in (message(5), message(7, 8), message(6), message(9)):
        order.take(told)
    assert served == ["a5", "a6", "a7", "a8", "a9"]
    assert order.wait_seconds() == math.inf


def test_what_two_processes_joined_is_put_in_between():
    served = Served()
    order = PushOrder(served)
    order.take(message(1))
    order.take(message(2, 4))
    order.take(message(3, 5))
    assert served == ["a1", "a2", "a3", "a4", "a5"]


def test_conversations_do_not_wait_for_each_other():
    served = Served()
    order = PushOrder(served)
    order.take(message(1))
    order.take(message(3))
    order.take(message(1, key="b"))
    assert served == ["a1", "b1"]


def test_what_never_comes_is_waited_for_no_longer_than_a_moment(monkeypatch):
    monkeypatch.setattr(orders, "WAITS_SECONDS", PATIENCE)
    served = Served()
    order = PushOrder(served)
    order.take(message(1))
    order.take(message(3))
    order.flush_late()
    assert served == ["a1"]
    assert 0 < order.wait_seconds() <= PATIENCE

    monkeypatch.setattr(orders, "WAITS_SECONDS", 0.01)

    def hurried():
        order.flush_late()
        return served == ["a1", "a3"]

    wait_until(hurried)
    order.take(message(4))
    assert served == ["a1", "a3", "a4"]


def test_what_comes_after_others_went_without_it_is_told_nobody():
    served = Served()
    order = PushOrder(served)
    order.take(message(4))
    order.take(message(3))
    order.take(message(5))
    order.take(message(4, 6))
    assert served == ["a4", "a5", "a6"]


def test_what_could_not_be_published_goes_at_once_and_nothing_earlier_after_it():
    served = Served()
    order = PushOrder(served)
    for told in (message(1), message(3)):
        order.take(told)
    order.take(message(5), waits=False)
    for told in (message(2), message(4), message(6)):
        order.take(told)
    assert served == ["a1", "a3", "a5", "a6"]
    assert order.wait_seconds() == math.inf


def test_after_something_may_have_been_missed_what_comes_next_waits_for_nothing():
    served = Served()
    order = PushOrder(served)
    for told in (message(1), message(3)):
        order.take(told)
    order.forget()
    for told in (message(1), message(7), message(6), message(8)):
        order.take(told)
    assert served == ["a1", "a7", "a8"]


def test_what_has_no_revision_goes_at_once():
    served = Served()
    order = PushOrder(served)
    order.take({"kind": "people", "people": [], "packets": ["left"]})
    assert served == ["left"]


def test_who_was_out_by_a_later_revision_is_not_brought_back_by_an_earlier_one_that_comes_late():
    served: list[Any] = []
    order = PushOrder(served.append)
    order.take(message(1))
    order.take(message(3, version=2))
    order.take(message(2, version=1))
    assert [(told["packets"], told["version"]) for told in served] == [
        (["a1"], 1),
        (["a2", "a3"], 2),
    ]
