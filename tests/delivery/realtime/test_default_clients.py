"""The client of PyPI as it is shipped: polling first and then a WebSocket, or one of both alone."""

import queue
from contextlib import contextmanager

import pytest
import socketio

from intranet.delivery.realtime import push_to
from tests.delivery.realtime.clients import PATIENCE

WAYS: list[list[str] | None] = [None, ["polling"], ["websocket"]]
NAMES = ["default", "polling", "websocket"]


@contextmanager
def connected(address, events=("hello", "test:pushed"), **options):
    """The client of PyPI, connected; with what it heard."""
    client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.2)
    heard: queue.Queue[tuple[str, object]] = queue.Queue()
    for name in events:
        client.on(name, lambda data, name=name: heard.put((name, data)))
    sockets = []
    client.on("connect", lambda: sockets.append(client.eio.ws))
    try:
        client.connect(address, **options)
        yield client, heard
    finally:
        client.disconnect()
        for socket in sockets:
            if socket is not None:
                socket.shutdown()


@pytest.mark.parametrize("transports", WAYS, ids=NAMES)
@pytest.mark.usefixtures("pushing")
def test_it_connects_with_a_token_asks_and_is_told(address, cast, token, transports):
    secret = token(cast.ana, "read", "write")
    with connected(address, auth={"token": secret}, transports=transports) as (client, heard):
        assert heard.get(timeout=PATIENCE)[1]["person_id"] == str(cast.ana.id)
        assert client.call("test:echo", {"a": 1}, timeout=PATIENCE)["data"] == {"a": 1}
        assert client.call("no:such", {}, timeout=PATIENCE)["error"]["status"] == 404
        assert client.transport() == ("polling" if transports == ["polling"] else "websocket")
        for number in range(20):
            push_to([cast.ana.id], "test:pushed", {"number": number})

        told = [heard.get(timeout=PATIENCE) for _ in range(20)]
        # It starts a thread for each event, so what it hands on is in no order.
        assert sorted(payload["number"] for _name, payload in told) == list(range(20))


@pytest.mark.parametrize("transports", WAYS, ids=NAMES)
def test_it_connects_with_a_bearer_header(address, cast, token, transports):
    headers = {"Authorization": f"Bearer {token(cast.ana, 'read')}"}
    with connected(address, headers=headers, transports=transports) as (client, heard):
        assert heard.get(timeout=PATIENCE)[1]["person_id"] == str(cast.ana.id)
        assert client.call("test:nothing", {}, timeout=PATIENCE) == {"ok": True}


@pytest.mark.slow
@pytest.mark.parametrize("transports", WAYS, ids=NAMES)
def test_it_is_told_why_it_is_refused(address, transports):
    refused: queue.Queue[object] = queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("connect_error", refused.put)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(address, auth={"token": "nonsense"}, transports=transports)
    assert refused.get(timeout=PATIENCE) == {"message": "unauthorized"}


@pytest.mark.parametrize("transports", WAYS, ids=NAMES)
def test_an_unknown_namespace_is_told_so(address, cast, token, transports):
    refused: queue.Queue[object] = queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("connect_error", refused.put, namespace="/admin")
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            address,
            auth={"token": token(cast.ana, "read")},
            transports=transports,
            namespaces=["/admin"],
        )
    assert refused.get(timeout=PATIENCE) == {"message": "Invalid namespace"}
