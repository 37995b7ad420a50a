"""The library's own client, which browsers' follows: it connects, is answered, and comes back."""

import queue

import pytest
import socketio

from intranet.delivery.realtime.frames import RESTART
from tests.delivery.realtime.clients import PATIENCE


@pytest.fixture
def client(address, cast, cookie):
    made = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.2)
    heard: queue.Queue[tuple[str, object]] = queue.Queue()
    for name in ("hello", "session:ended"):
        made.on(name, lambda data, name=name: heard.put((name, data)))
    sockets = []

    @made.on("connect")
    def connected():
        sockets.append(made.eio.ws)
        heard.put(("connect", None))

    made.on("disconnect", lambda *_reason: heard.put(("disconnect", None)))
    made.connect(address, headers={"Cookie": cookie(cast.ana)}, transports=["websocket"])
    yield made, heard
    made.disconnect()
    for socket in sockets:
        socket.shutdown()  # the library leaves those open that the server closed


def names(heard, count):
    return [heard.get(timeout=PATIENCE)[0] for _ in range(count)]


def test_the_librarys_client_is_greeted_and_answered(client, cast):
    sio, heard = client

    assert sorted(names(heard, 2)) == ["connect", "hello"]
    assert sio.call("test:echo", {"a": 1}, timeout=PATIENCE)["person"] == str(cast.ana.id)
    assert sio.call("no:such", {}, timeout=PATIENCE)["error"]["status"] == 404


def test_after_a_restart_it_comes_back_by_itself(app, client):
    sio, heard = client
    names(heard, 2)
    for connection in app.extensions["realtime"].connections.everybody():
        connection.session.end(RESTART)

    assert names(heard, 1) == ["disconnect"]
    assert sorted(names(heard, 2)) == ["connect", "hello"]
    assert sio.call("test:nothing", {}, timeout=PATIENCE) == {"ok": True}


@pytest.mark.slow
def test_after_the_end_of_its_sign_in_it_does_not_come_back(app, client):
    sio, heard = client
    names(heard, 2)
    for connection in app.extensions["realtime"].connections.everybody():
        connection.end_sign_in("signed out")

    assert names(heard, 2) == ["session:ended", "disconnect"]
    sio.wait()  # until it neither is connected nor tries to be
    assert heard.empty()
