"""Two processes and Redis between them: security, row 36, and Redis gone and back."""

import json
import pickle
from contextlib import ExitStack
from dataclasses import replace
from uuid import uuid4

import pytest
import redis

from intranet.app import create_app
from intranet.delivery.realtime import (
    FoundReaders,
    Readers,
    close_sign_in,
    counters,
    push,
    push_readers,
    push_to,
)
from intranet.delivery.realtime.relay import ANSWERS_WITHIN_SECONDS
from intranet.delivery.realtime.server import CHANNEL
from intranet.extensions import db
from tests.conftest import close
from tests.delivery.realtime.clients import PATIENCE, Client, served, wait_until
from tests.services import Redis


@pytest.fixture
def bell():
    """A Redis that the test may stop."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def houses(app, bell, tmp_path, calls_of_tests):
    """The same house twice, as two processes would have it, and where each is served."""
    settings = replace(app.config["SETTINGS"], redis_url=bell.url)
    with ExitStack() as opened:
        made = []
        for _ in range(2):
            house = create_app(settings)
            opened.callback(close, house)
            address = opened.enter_context(served(house))
            made.append((house, address))
        yield made


@pytest.fixture
def pair(houses, cast, cookie):
    """Ana at the first process and Carles at the second, both greeted."""
    with (
        Client(houses[0][1], cookie=cookie(cast.ana)) as ana,
        Client(houses[1][1], cookie=cookie(cast.carles)) as carles,
    ):
        ana.next("hello")
        carles.next("hello")
        for house, _ in houses:
            wait_until(lambda house=house: relay_of(house).is_listening)
        yield ana, carles


def relay_of(house):
    return house.extensions["realtime"].pushes.relay


def tell(house, people, payload):
    with house.app_context():
        push_to([person.id for person in people], "test:told", payload)
        db.session.remove()


def numbers(client, count):
    return [client.next("test:told")["n"] for _ in range(count)]


def test_a_push_reaches_the_sockets_of_all_processes_once_and_in_order(houses, pair, cast):
    for number in range(200):
        tell(houses[number % 2][0], [cast.ana, cast.carles], {"n": number})

    for client in pair:
        assert sorted(numbers(client, 200)) == list(range(200))
        assert client.heard("test:told") == []


@pytest.mark.slow
def test_pushes_of_one_process_keep_their_order_in_the_others(houses, pair, cast):
    for number in range(200):
        tell(houses[0][0], [cast.ana, cast.carles], {"n": number})

    assert numbers(pair[0], 200) == numbers(pair[1], 200) == list(range(200))


@pytest.mark.slow
def test_between_processes_goes_the_version_of_the_readers_and_not_their_names(
    houses, pair, cast, monkeypatch, bell
):
    key = uuid4()
    found = FoundReaders(frozenset({cast.ana.id, cast.carles.id}))
    monkeypatch.setattr(push_readers, "_find", [lambda _key: found])
    with redis.Redis.from_url(bell.url) as client, client.pubsub() as listening:
        listening.subscribe(CHANNEL + houses[0][0].config["SETTINGS"].base_url)
        listening.get_message(timeout=PATIENCE)
        with houses[0][0].app_context():
            push(Readers(key, 3), "test:told", {"n": 1})
        heard = listening.get_message(timeout=PATIENCE)["data"]

    assert json.loads(heard)[2] == {
        "kind": "readers",
        "key": str(key),
        "version": 3,
        "packets": ['42["test:told",{"n":1}]'],
        "revs": [],
    }
    assert numbers(pair[0], 1) == numbers(pair[1], 1) == [1]


def test_the_end_of_a_sign_in_closes_its_sockets_in_all_processes(houses, pair, cast):
    [connection] = houses[1][0].extensions["realtime"].connections.of_person(cast.carles.id)
    with houses[0][0].app_context():
        close_sign_in(connection.credential.id, "signed out")

    assert pair[1].next("session:ended") == {"reason": "signed out"}
    assert pair[1].closed() == 1000


class Harmful:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return (ran.append, (1,))


ran: list[int] = []


@pytest.mark.slow
def test_junk_on_the_channel_is_counted_and_nothing_of_it_runs(houses, pair, cast, bell, caplog):
    before = counters.junk._value.get()
    good = {"kind": "people", "people": [], "event": "x", "payload": {}}
    junk = [
        pickle.dumps(Harmful()),
        pickle.dumps({"method": "emit", "event": "x", "data": "y"}),
        b"",
        b"\xff\xfe",
        b"nonsense",
        b"null",
        b"[]",
        b"7",
        b"[" * 100_000,
        *(
            json.dumps(value).encode()
            for value in (
                ["a", "b", "c"],
                ["a", 1, {}],
                ["a", 1, {"kind": "readers"}],
                ["a", 1, {"kind": "readers", "key": "no", "version": 1}],
                ["a", 1, {"kind": "people", "people": "all", "event": "x", "payload": {}}],
                ["a", 1, {**good, "people": [7]}],
                ["a", 1, {"kind": "people", "people": [str(cast.ana.id)]}],
                ["a", 1, {"kind": "end", "credential": "x", "reason": "y"}],
                ["a", 1, {"kind": "end", "credential": str(uuid4()), "reason": 7}],
                ["a", 1, {"kind": "watchers", "key": None}],
                {"kind": "resync"},
            )
        ),
    ]
    with redis.Redis.from_url(bell.url) as client:
        for data in junk:
            client.publish(CHANNEL + houses[0][0].config["SETTINGS"].base_url, data)
    # What each process hears from the other stands behind the junk.
    tell(houses[0][0], [cast.carles], {"n": 1})
    tell(houses[1][0], [cast.ana], {"n": 1})

    assert numbers(pair[0], 1) == numbers(pair[1], 1) == [1]
    assert ran == []
    assert counters.junk._value.get() - before == 2 * len(junk)
    assert [record for record in caplog.records if record.exc_info] == []
    assert pair[0].heard("hello") == []


@pytest.mark.slow
def test_without_redis_each_process_serves_its_own_and_then_all_catch_up(houses, pair, cast, bell):
    bell.stop()
    for number in range(20):
        tell(houses[0][0], [cast.ana], {"n": number})
    assert numbers(pair[0], 20) == list(range(20))

    bell.start()

    for client in pair:
        assert client.next("hello")["person_id"]
    for house, _ in houses:
        wait_until(lambda house=house: relay_of(house).is_listening)
    tell(houses[0][0], [cast.ana, cast.carles], {"n": 100})
    assert numbers(pair[0], 1) == numbers(pair[1], 1) == [100]


@pytest.mark.slow
def test_a_redis_that_hangs_delays_pushes_only_once_and_is_left(houses, pair, cast, bell):
    import signal
    import time

    bell._process.send_signal(signal.SIGSTOP)
    try:
        then = time.monotonic()
        for number in range(50):
            tell(houses[0][0], [cast.ana], {"n": number})
        # Fifty that each waited for it would take as many times that long.
        assert time.monotonic() - then < 20 * ANSWERS_WITHIN_SECONDS
        assert sorted(numbers(pair[0], 50)) == list(range(50))
    finally:
        bell._process.send_signal(signal.SIGCONT)
    assert pair[1].next("hello")


def test_a_process_that_could_not_publish_has_all_others_catch_up(houses, pair, cast):
    relay = relay_of(houses[0][0])
    relay._missed = True

    tell(houses[0][0], [cast.ana], {"n": 1})

    assert pair[1].next("hello")
    assert pair[0].next("hello")
    assert numbers(pair[0], 1) == [1]
