"""Who may connect: security, rows 9, 23 and 35."""

from datetime import timedelta

import pytest
import requests
import websocket
from sqlalchemy import update

from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE, Client, Refused, open_websocket, wait_until


def test_a_signed_in_person_is_greeted_with_where_everything_stands(connect, cast):
    ana = connect(cast.ana)

    hello = ana.next("hello")

    assert hello["person_id"] == str(cast.ana.id)
    assert hello["server_time"].endswith("Z")


def test_a_program_connects_with_a_token_and_no_origin(address, cast, token):
    client = Client(address, token=token(cast.ana, "read"), origin=None)

    assert client.ask("test:echo", {"a": 1})["person"] == str(cast.ana.id)
    client.close()


@pytest.mark.both
def test_who_was_away_for_an_hour_connects_with_the_same_sign_in(address, app, cast, cookie):
    mine = cookie(cast.ana)
    with app.app_context(), unit_of_work():
        db.session.execute(update(SignIn).values(last_used_at=clock.now() - timedelta(hours=1)))

    with Client(address, cookie=mine) as client:
        assert client.next("hello")["person_id"] == str(cast.ana.id)


def test_a_token_that_may_not_read_hears_nothing(address, cast, token):
    with pytest.raises(Refused) as refused:
        Client(address, token=token(cast.ana, "write"), origin=None).close()
    assert refused.value.why == "unauthorized"


@pytest.mark.parametrize("given", ["", "nonsense", "ñ", 7, None, ["a"], {"a": 1}])
def test_who_is_not_signed_in_is_refused(address, given):
    for options in ({"token": given}, {"cookie": f"sign_in={given}"}):
        with pytest.raises(Refused) as refused:
            Client(address, **options)
        assert refused.value.why == "unauthorized"


def test_a_cookie_without_an_origin_is_not_enough(address, cast, cookie):
    with pytest.raises(Refused):
        Client(address, cookie=cookie(cast.ana), origin=None)


@pytest.mark.parametrize("name", ["lara"])
def test_a_disabled_account_is_refused(address, cast, cookie, name):
    with pytest.raises(Refused):
        Client(address, cookie=cookie(getattr(cast, name)))


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "127.0.0.1", "https://127.0.0.1:1", "http://", "file://", ""],
)
def test_another_origin_is_refused_at_the_handshake(address, cast, cookie, origin):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Client(address, cookie=cookie(cast.ana), origin=origin)
    assert refused.value.status_code == 403


def test_an_origin_that_only_begins_or_ends_like_ours_is_refused(address, cast, cookie):
    host = address.removeprefix("http://")
    for origin in (
        f"{address}.evil.example",
        f"{address}@evil.example",
        f"http://evil-{host}",
        f"http://{host}@evil.example",
        f"//{host}",
        host,
        f"https://{host}",
        address[:-1],
        address + "1",
    ):
        with pytest.raises((websocket.WebSocketBadStatusException, ValueError)):
            Client(address, cookie=cookie(cast.ana), origin=origin)


def test_a_forged_host_of_a_proxy_makes_no_origin_ours(address, cast, cookie):
    with pytest.raises(websocket.WebSocketBadStatusException):
        Client(
            address,
            cookie=cookie(cast.ana),
            origin="http://evil.example",
            header=["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http"],
        )


ERRORS = [
    ("GET", "EIO=4", 0, "Transport unknown"),
    ("GET", "EIO=4&transport=webtransport", 0, "Transport unknown"),
    ("GET", "EIO=4&transport=polling&sid=nonsense", 1, "Session ID unknown"),
    ("POST", "EIO=4&transport=polling&sid=nonsense", 1, "Session ID unknown"),
    ("GET", "EIO=4&transport=websocket&sid=nonsense", 1, "Session ID unknown"),
    ("POST", "EIO=4&transport=polling", 2, "Bad handshake method"),
    ("OPTIONS", "EIO=4&transport=polling", 2, "Bad handshake method"),
    ("GET", "EIO=4&transport=websocket", 3, "Bad request"),
    ("GET", "EIO=4&transport=polling&j=0", 3, "Bad request"),
    ("GET", "EIO=3&transport=polling", 5, "Unsupported protocol version"),
    ("GET", "transport=polling", 5, "Unsupported protocol version"),
]


@pytest.mark.parametrize(("method", "query", "code", "message"), ERRORS)
def test_errors_are_those_of_the_protocol(address, method, query, code, message):
    answer = requests.request(method, f"{address}/socket.io/?{query}", timeout=PATIENCE)

    assert (answer.status_code, answer.json()) == (400, {"code": code, "message": message})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_what_is_no_handshake_takes_no_place(app, address):
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "no key"}
    query = "EIO=4&transport=websocket"
    answer = requests.get(f"{address}/socket.io/?{query}", headers=upgrade, timeout=PATIENCE)

    assert answer.status_code == 400
    assert app.extensions["realtime"].places.held == 0


def test_no_extension_is_agreed_on(address, cast, cookie):
    client = Client(
        address,
        cookie=cookie(cast.ana),
        header=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],
    )

    assert "sec-websocket-extensions" not in client.socket.getheaders()
    client.close()


def test_too_many_sockets_are_refused_politely(app, address, cast, cookie):
    realtime = app.extensions["realtime"]
    realtime.places.most = 2
    clients = [Client(address, cookie=cookie(cast.ana)) for _ in range(2)]

    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Client(address, cookie=cookie(cast.ana))
    assert refused.value.status_code == 503
    assert (refused.value.resp_headers or {})["retry-after"] == "10"

    clients[0].close()
    wait_until(lambda: realtime.places.held < 2)
    Client(address, cookie=cookie(cast.ana)).close()
    clients[1].close()


def test_one_person_cannot_take_all_sockets(monkeypatch, address, cast, cookie):
    monkeypatch.setattr("intranet.delivery.realtime.connecting.MAX_SOCKETS_OF_A_PERSON", 2)
    clients = [Client(address, cookie=cookie(cast.ana)) for _ in range(2)]

    with pytest.raises(Refused) as refused:
        Client(address, cookie=cookie(cast.ana))
    assert refused.value.why == "too many"
    Client(address, cookie=cookie(cast.carles)).close()
    for client in clients:
        client.close()


def test_who_does_not_say_who_they_are_is_closed(monkeypatch, address):
    monkeypatch.setattr("intranet.delivery.realtime.session.IDENTIFIED_WITHIN_SECONDS", 0.3)
    silent = open_websocket(address, origin=address)

    silent.recv()
    assert silent.recv() == ""
    silent.shutdown()


def test_connecting_again_and_again_on_one_socket_ends_it(connect, cast):
    ana = connect(cast.ana)
    for _ in range(10):
        ana.send("41")
        ana.send("40")

    assert ana.closed() == 1008


def test_who_left_and_came_again_on_the_same_socket_is_greeted_again(connect, cast):
    ana = connect(cast.ana)
    ana.next("hello")
    ana.send("41")
    ana.send("40")

    assert ana.next("hello")["person_id"] == str(cast.ana.id)
    assert ana.ask("test:nothing", {}) == {"ok": True}
