"""Who is told: pushes reach those they are for, and nobody else."""

import threading
from uuid import UUID, uuid4

import pytest

from intranet.delivery import realtime
from intranet.delivery.realtime import (
    FoundReaders,
    Readers,
    close_sign_in,
    push,
    push_readers,
    push_to,
    push_to_watchers,
)
from intranet.extensions import db
from intranet.platform.core import events
from intranet.platform.core.events import bus
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE, wait_until


@pytest.fixture
def within(app):
    """Within it, pushes are made as after a commit."""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def pushes(app, within):
    """What pushes in this process."""
    return app.extensions["realtime"].pushes


@pytest.fixture
def readers_found(monkeypatch):
    """Lets a test say who reads what; gives how often it was asked."""
    found: dict[UUID, FoundReaders] = {}
    guests: dict[UUID, set[UUID]] = {}
    asked: list[UUID] = []

    def find(key):
        asked.append(key)
        return found[key]

    monkeypatch.setattr(push_readers, "_find", [find])
    monkeypatch.setattr(push_readers, "_still_read", [lambda key, _people: guests.get(key, ())])
    return found, guests, asked


def greeted(*clients):
    for client in clients:
        client.next("hello")


def test_a_push_reaches_all_devices_of_its_readers_and_nobody_else(
    connect, cast, within, readers_found
):
    ana, ana_again, carles, bieito = map(connect, (cast.ana, cast.ana, cast.carles, cast.bieito))
    greeted(ana, ana_again, carles, bieito)

    key = uuid4()
    readers_found[0][key] = FoundReaders(frozenset({cast.ana.id, cast.carles.id}))
    push(Readers(key, 1), "test:told", {"n": 1})

    assert ana.next("test:told") == ana_again.next("test:told") == {"n": 1}
    assert carles.next("test:told") == {"n": 1}
    assert bieito.heard("test:told") == []


def test_everybody_gets_the_same_bytes(connect, cast, within):
    ana, carles = map(connect, (cast.ana, cast.carles))
    greeted(ana, carles)

    push_to([cast.ana.id, cast.carles.id], "test:told", {"text": "ñ", "id": cast.ana.id})

    frame = f'42["test:told",{{"text":"ñ","id":"{cast.ana.id}"}}]'
    assert ana.raw() == carles.raw() == frame


def test_an_empty_audience_is_nobody(connect, cast, within, readers_found):
    ana = connect(cast.ana)
    greeted(ana)
    key = uuid4()
    readers_found[0][key] = FoundReaders(frozenset())

    push_to([], "test:told", {})
    push(Readers(key, 1), "test:told", {})
    push_to_watchers(uuid4(), "test:told", {})

    assert ana.heard("test:told") == []


def test_readers_are_looked_up_once_for_each_version(connect, cast, within, readers_found):
    found, _, asked = readers_found
    ana, carles = map(connect, (cast.ana, cast.carles))
    greeted(ana, carles)
    key = uuid4()
    found[key] = FoundReaders(frozenset({cast.ana.id}))
    push(Readers(key, 1), "test:told", {"n": 1})
    push(Readers(key, 1), "test:told", {"n": 2})
    found[key] = FoundReaders(frozenset({cast.carles.id}))
    push(Readers(key, 2), "test:told", {"n": 3})

    assert asked == [key, key]
    assert [told["n"] for told in ana.heard("test:told")] == [1, 2]
    assert [told["n"] for told in carles.heard("test:told")] == [3]


def test_readers_without_a_version_are_looked_up_each_time(cast, within, readers_found):
    found, _, asked = readers_found
    key = uuid4()
    found[key] = FoundReaders(frozenset())
    push(Readers(key, 0), "test:told", {})
    push(Readers(key, 0), "test:told", {})

    assert asked == [key, key]


def test_readers_are_looked_up_again_when_a_membership_begins_or_ends_by_date(
    within, readers_found
):
    from datetime import timedelta

    from intranet.platform.core import clock

    found, _, asked = readers_found
    key = uuid4()
    now = clock.now()
    found[key] = FoundReaders(frozenset(), now + timedelta(hours=1))
    with clock.freeze(now):
        push(Readers(key, 1), "test:told", {})
        push(Readers(key, 1), "test:told", {})
    with clock.freeze(now + timedelta(hours=1)):
        push(Readers(key, 1), "test:told", {})

    assert asked == [key, key]


@pytest.fixture
def watch_calls(calls_of_tests):
    @realtime.on("test:watch")
    def watch(_person, data):
        realtime.watch(uuid_of(data))

    @realtime.on("test:unwatch")
    def unwatch(_person, data):
        realtime.unwatch(uuid_of(data))


def uuid_of(data):
    return UUID(data["id"])


def test_who_has_it_open_is_told_who_types_and_nobody_else(connect, cast, within, watch_calls):
    ana, carles = map(connect, (cast.ana, cast.carles))
    greeted(ana, carles)
    key = uuid4()
    ana.ask("test:watch", {"id": str(key)})

    push_to_watchers(key, "typing", {"n": 1})
    ana.ask("test:unwatch", {"id": str(key)})
    push_to_watchers(key, "typing", {"n": 2})

    assert ana.heard("typing") == [{"n": 1}]
    assert carles.heard("typing") == []


def test_who_left_or_may_not_read_any_more_hears_nothing_of_what_is_open(
    connect, cast, within, readers_found, watch_calls
):
    ana, carles, bieito = map(connect, (cast.ana, cast.carles, cast.bieito))
    greeted(ana, carles, bieito)
    key = uuid4()
    for client in (ana, carles, bieito):
        client.ask("test:watch", {"id": str(key)})
    readers_found[0][key] = FoundReaders(frozenset({cast.ana.id}))
    readers_found[1][key] = {cast.bieito.id}

    push_to_watchers(key, "typing", {"n": 1}, among=Readers(key, 1))
    push(Readers(key, 1), "test:told", {"n": 1})
    push_to([cast.ana.id], "conversation:left", {"conversation_id": str(key)})
    push_to_watchers(key, "typing", {"n": 2})

    assert ana.heard("typing") == [{"n": 1}]
    assert carles.heard("typing") == [{"n": 2}]
    assert bieito.heard("typing") == [{"n": 1}, {"n": 2}]
    assert (ana.heard("test:told"), carles.heard("test:told")) == ([{"n": 1}], [])
    assert bieito.heard("test:told") == [{"n": 1}]


def test_of_many_open_conversations_the_last_are_watched(connect, cast, within, watch_calls):
    ana = connect(cast.ana)
    greeted(ana)
    keys = [uuid4() for _ in range(25)]
    for key in keys:
        ana.ask("test:watch", {"id": str(key)})
    for place, key in enumerate(keys):
        push_to_watchers(key, "typing", {"n": place})

    assert [told["n"] for told in ana.heard("typing")] == list(range(5, 25))


def test_the_end_of_a_sign_in_is_told_and_closes_its_sockets_alone(app, connect, cast, within):
    ended, other, stranger = map(connect, (cast.ana, cast.ana, cast.carles))
    greeted(ended, other, stranger)
    [first, _] = app.extensions["realtime"].connections.of_person(cast.ana.id)

    close_sign_in(first.credential.id, "signed out")

    assert ended.next("session:ended") == {"reason": "signed out"}
    assert ended.raw() == "41"
    assert ended.closed() == 1000
    assert other.heard("session:ended") == stranger.heard("session:ended") == []


def test_what_is_asked_after_the_end_is_not_done(app, connect, cast, within, calls_of_tests):
    done = []

    @realtime.on("test:do")
    def do(_person, _data):
        done.append(1)

    ana = connect(cast.ana)
    greeted(ana)
    [here] = app.extensions["realtime"].connections.of_person(cast.ana.id)
    close_sign_in(here.credential.id)
    ana.send('421["test:do",{}]')

    assert ana.closed() == 1000
    assert done == []


class Happened:
    """An event of tests."""


@pytest.mark.slow
def test_an_acknowledgement_goes_before_the_pushes_of_what_it_acknowledges(
    app, connect, cast, calls_of_tests, monkeypatch
):
    monkeypatch.setattr(events, "ACKNOWLEDGED_WITHIN_SECONDS", PATIENCE)  # however busy it is

    @realtime.on("test:commit")
    def commit(person, data):
        with unit_of_work() as work:
            work.publish(Happened())
        # The dispatcher has all the time it wants to be first.
        threading.Event().wait(0.02)
        return {"n": data["n"]}

    def tell(_event):
        push_to([cast.ana.id], "test:told", {})

    bus.after_commit(Happened, tell)
    ana = connect(cast.ana)
    greeted(ana)
    for number in range(20):
        ana.send(f'42{number}["test:commit",{{"n":{number}}}]')
        assert ana.raw().startswith(f"43{number}[")
        assert ana.raw() == '42["test:told",{}]'
    bus._after.pop(Happened)


def test_a_handler_that_takes_long_delays_the_pushes_of_others_only_a_moment(
    app, connect, cast, calls_of_tests
):
    free = threading.Event()

    @realtime.on("test:slow")
    def slow(_person, _data):
        with unit_of_work() as work:
            work.publish(Happened())
        free.wait(PATIENCE)

    ana, carles = map(connect, (cast.ana, cast.carles))
    greeted(ana, carles)
    bus.after_commit(Happened, lambda _event: push_to([cast.carles.id], "test:told", {}))
    ana.send('421["test:slow",{}]')

    assert carles.next("test:told") == {}
    free.set()
    bus._after.pop(Happened)


def test_the_sockets_are_forgotten_when_they_close(app, connect, cast):
    connections = app.extensions["realtime"].connections
    clients = [connect(cast.ana) for _ in range(3)]
    greeted(*clients)
    assert len(connections.everybody()) == 3
    for client in clients:
        client.close()

    wait_until(lambda: connections.everybody() == [])
    assert connections._by_credential == connections._watching == {}


def test_what_is_pushed_together_stays_in_its_order_when_the_membership_changes(
    pushes, connect, cast, readers_found
):
    ana = connect(cast.ana)
    greeted(ana)
    here = uuid4()
    readers_found[0][here] = FoundReaders(frozenset({cast.ana.id}))

    with pushes.joined():
        for number, version in ((1, 1), (2, 2), (3, 1)):
            push(Readers(here, version), "test:told", {"rev": number})

    assert [ana.next("test:told")["rev"] for _ in range(3)] == [1, 2, 3]


def test_what_is_pushed_together_is_joined_and_stays_in_its_order(
    pushes, connect, cast, readers_found, monkeypatch
):
    ana, carles = map(connect, (cast.ana, cast.carles))
    greeted(ana, carles)
    here, there = uuid4(), uuid4()
    readers_found[0][here] = FoundReaders(frozenset({cast.ana.id, cast.carles.id}))
    readers_found[0][there] = FoundReaders(frozenset({cast.ana.id}))
    served, serve = [], pushes.serve

    def note(told):
        served.append(told)
        serve(told)

    monkeypatch.setattr(pushes, "serve", note)

    with pushes.joined():
        for number in (1, 2):
            push(Readers(here, 1), "test:told", {"n": number, "rev": number})
            push(Readers(there, 1), "test:told", {"n": number * 10, "rev": number})
        push_to([cast.carles.id], "conversation:left", {"conversation_id": str(here)})
        push(Readers(here, 2), "test:told", {"n": 3, "rev": 3})
        assert len(served) == 3  # who leaves is told after what was said before

    assert [told.get("revs") for told in served] == [[1, 2], [1, 2], None, [3]]
    assert [carles.next("test:told")["n"] for _ in range(2)] == [1, 2]
    assert carles.next("conversation:left") == {"conversation_id": str(here)}
    assert carles.next("test:told")["n"] == 3
    assert [ana.next("test:told")["n"] for _ in range(5)] == [1, 2, 10, 20, 3]
