"""Clients that do not say who they are keep nobody out."""

import socket
import time
from contextlib import ExitStack

import pytest
import requests
import websocket

from intranet.delivery.realtime.client_limits import SocketPlaces
from tests.delivery.realtime.clients import Client
from tests.delivery.realtime.processes import gunicorn

STRANGERS = 300


def taken(places, network="a"):
    place = places.take(network)
    assert place
    return place


def test_a_place_is_made_by_whoever_held_it_longest_without_a_word(monkeypatch):
    monkeypatch.setattr("intranet.delivery.realtime.client_limits.SETTLES_WITHIN_SECONDS", 0)
    places, gone = SocketPlaces(60), []
    strangers = []
    for number in range(20):
        place = taken(places, "attacker")
        place.let_go = lambda number=number: gone.append(number)
        strangers.append(place)

    assert places.take("attacker")
    assert gone == [0]
    assert places.take("somebody else")
    assert gone == [0]
    strangers[1].is_entering = True  # it has just said who it is
    assert places.take("attacker")
    assert gone == [0, 2]
    strangers[3].note(is_identified=True)
    assert places.take("attacker")
    assert gone == [0, 2]
    assert places.take("attacker")
    assert gone == [0, 2, 4]


def test_who_has_only_just_come_does_not_make_room():
    places = SocketPlaces(60)
    for _ in range(20):
        taken(places, "attacker").let_go = pytest.fail

    assert places.take("attacker") is None
    assert places.take("somebody else")


def test_strangers_of_many_addresses_together_hold_half():
    places = SocketPlaces(60)
    taken = [places.take(f"address {number}") for number in range(40)]
    assert len([place for place in taken if place]) == 30
    for place in filter(None, taken):
        place.note(is_identified=True)
    assert all(places.take(f"address {number}") for number in range(30))
    assert places.take("one more") is None


def test_what_is_given_back_twice_is_one_place():
    places = SocketPlaces(10)
    place = taken(places)
    place.leave()
    place.leave()
    place.note(is_identified=False)
    assert places.held == 0
    for _ in range(10):
        assert places.take("a")
    assert places.take("a") is None


HANDSHAKES = {
    "websocket": (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==",
    ),
    "polling": ("GET /socket.io/?EIO=4&transport=polling HTTP/1.1",),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", HANDSHAKES)
def test_three_hundred_strangers_keep_nobody_from_coming_and_posting(
    tmp_path, cast, cookie, used_database, way
):
    options = ("-k", "gthread", "--threads", "320", "--worker-connections", "700")
    mine = cookie(cast.ana)
    with ExitStack() as stack, gunicorn(tmp_path, used_database, *options) as server:
        alone = come_and_ask(server.address, mine)
        host, port = server.address.removeprefix("http://").split(":")
        words = "\r\n".join((*HANDSHAKES[way], f"Host: {host}:{port}", "", "")).encode()
        strangers = [
            stack.enter_context(socket.create_connection((host, int(port))))
            for _ in range(STRANGERS)
        ]
        for stranger in strangers:
            stranger.sendall(words)
        for stranger in strangers:
            stranger.recv(100)
        meanwhile = come_and_ask(server.address, mine)

    assert meanwhile < max(2, 4 * alone)


def come_and_ask(address, cookie):
    """How long one takes to load a page, connect and be answered, as a browser tries."""
    began = time.monotonic()
    assert requests.get(address + "/signin", timeout=10).ok
    while True:
        try:
            client = Client(address, cookie=cookie)
            break
        except websocket.WebSocketBadStatusException:
            assert time.monotonic() - began < 30
            time.sleep(0.3)
    with client:
        client.next("hello")
        assert client.ask("test:nothing", {}) == {"ok": True}
    return time.monotonic() - began
