"""Who comes back together is let in some at a time, and all of them are."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import event, exc

from intranet.delivery.realtime import client_events
from intranet.delivery.realtime.frames import RESTART
from intranet.delivery.realtime.limits import MAX_RETURNING
from intranet.extensions import db
from tests.delivery.realtime.clients import PATIENCE, Client, open_websocket
from tests.faults.tabs import GONE

CLIENTS = 3 * MAX_RETURNING


class Counted:
    """Counts how many are within at once; the first ones wait for as many as may be."""

    def __init__(self, real):
        self._real, self._changed = real, threading.Condition()
        self._now = self.most = 0

    def __call__(self, *about):
        with self._changed:
            self._now += 1
            self.most = max(self.most, self._now)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self.most >= MAX_RETURNING, PATIENCE)
        try:
            threading.Event().wait(0.01)  # one more would come in meanwhile
            return self._real(*about)
        finally:
            with self._changed:
                self._now -= 1


@pytest.mark.slow
def test_many_who_come_together_are_greeted_some_at_a_time(address, cast, cookie, monkeypatch):
    counted = Counted(client_events.greetings)
    monkeypatch.setattr(client_events, "greetings", counted)
    people = [cookie(person) for person in (cast.ana, cast.carles, cast.iria)]

    def come(number):
        client = Client(address, cookie=people[number % len(people)])
        hello = client.next("hello")
        client.close()
        return hello["person_id"]

    with ThreadPoolExecutor(CLIENTS) as pool:
        greeted = list(pool.map(come, range(CLIENTS)))
    assert len(greeted) == CLIENTS
    assert counted.most == MAX_RETURNING


def test_who_comes_while_the_database_is_away_is_sent_to_come_back(
    address, cast, cookie, monkeypatch
):
    def gone(*_about):
        raise exc.OperationalError("no connection", None, RuntimeError())

    monkeypatch.setattr("intranet.delivery.realtime.identity.present_with", gone)
    client = open_websocket(address, cookie=cookie(cast.ana), origin=address)
    client.recv()
    client.send("40")
    opcode, data = client.recv_data(control_frame=True)
    while opcode != 8:
        opcode, data = client.recv_data(control_frame=True)
    assert int.from_bytes(data[:2], "big") == RESTART
    client.shutdown()
    with pytest.raises(GONE):
        Client(address, cookie=cookie(cast.ana))


@pytest.mark.slow
def test_who_waits_for_what_they_lack_is_answered_meanwhile(app, connect, cast):
    ana, go, waiting = connect(cast.ana), threading.Event(), threading.Event()
    ana.next("hello")

    def wait(_connection, _cursor, statement, *_more):
        if "FROM epochs" in statement:
            waiting.set()
            go.wait(PATIENCE)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", wait)
    try:
        known = {"conversations": [{"id": str(uuid4()), "rev": 0}]}
        ana.send(f"427{json.dumps(['conversation:sync', known])}")
        assert waiting.wait(PATIENCE)
        assert ana.ask("test:echo", {"a": 1})["ok"]
        assert not [frame for frame in ana.frames if frame.startswith("437[")]
        go.set()
        assert ana.acknowledged(7)["conversations"][0]["gone"]
    finally:
        go.set()
        event.remove(engine, "before_cursor_execute", wait)
