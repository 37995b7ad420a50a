"""The site answers to its own names only, at pages, the REST interface and sockets."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from websocket import WebSocketBadStatusException

from intranet.app import create_app
from intranet.platform.core.web import settings_of
from tests.conftest import close
from tests.delivery.realtime.clients import open_websocket, served

TOWN = "https://intranet.monteclaro.example"
FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example#localhost",
    "localhost@evil.example",
    "localhost:8000@evil.example",
    "localhost:8000/evil",
    "localhost:x",
    "localhost, evil.example",
    "xn--lcalhost-w4a",
    "[::1",
    "a b",
    "",
]


@contextmanager
def site(app, **settings):
    made = create_app(replace(settings_of(app), **settings))
    try:
        yield made
    finally:
        close(made)


@pytest.mark.parametrize("host", FOREIGN)
def test_a_host_that_is_not_ours_is_refused_and_not_repeated(client, host):
    for path in ("/signin", "/api/v1/me", "/static/platform/core/icon.svg", "/open", "/nothing"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.text + str(answer.headers)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_a_refused_host_posts_nothing(client):
    answer = client.post(
        "/signin", headers={"Host": "evil.example", "Origin": "http://evil.example"}
    )
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST", "app.localhost"],
)
def test_this_machine_may_always_be_called_by_its_loopback_names(app, host):
    with site(app, base_url=TOWN, is_base_url_given=True) as town:
        for made in (app, town):
            assert made.test_client().get("/signin", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["192.168.1.20:8000", "10.0.0.7", "[fd00::7]:8000"])
def test_by_its_number_a_site_is_called_only_while_it_has_no_name(app, host):
    assert app.test_client().get("/signin", headers={"Host": host}).status_code == 200
    with site(app, base_url=TOWN, is_base_url_given=True) as town:
        assert town.test_client().get("/signin", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "host", ["intranet.monteclaro.example", "Intranet.Monteclaro.Example.:443"]
)
def test_a_site_with_a_name_answers_to_it(app, host):
    with site(app, base_url=TOWN, is_base_url_given=True) as town:
        assert town.test_client().get("/signin", headers={"Host": host}).status_code == 200
        assert town.test_client().get("/signin", headers={"Host": "b." + host}).status_code == 400


def test_without_a_name_it_answers_to_that_of_the_machine(app, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "Registry-PC")
    with site(app) as made:
        for host in ("registry-pc:8000", "Registry-PC.local"):
            assert made.test_client().get("/signin", headers={"Host": host}).status_code == 200


def test_a_balancer_asks_for_health_by_whatever_address_it_knows(app):
    with site(app, base_url=TOWN, is_base_url_given=True) as town:
        client = town.test_client()
        for host in ("10.0.0.21:8000", "web1", ""):
            assert client.get("/health/live", headers={"Host": host}).json == {"status": "ok"}
        assert client.get("/metrics", headers={"Host": "10.0.0.21:8000"}).status_code == 200


def test_the_name_that_a_proxy_passes_on_is_asked_and_not_its_own(app):
    with site(app, base_url=TOWN, is_base_url_given=True, trusted_proxies=1) as town:
        client = town.test_client()
        inside = {"Host": "web1:8000", "X-Forwarded-Host": "intranet.monteclaro.example"}
        assert client.get("/signin", headers=inside).status_code == 200
        forged = {"Host": "intranet.monteclaro.example", "X-Forwarded-Host": "evil.example"}
        assert client.get("/signin", headers=forged).status_code == 400


def test_without_a_trusted_proxy_a_forwarded_host_is_not_believed(app):
    with site(app, base_url=TOWN, is_base_url_given=True) as town:
        forged = {"Host": "evil.example", "X-Forwarded-Host": "intranet.monteclaro.example"}
        assert town.test_client().get("/signin", headers=forged).status_code == 400


def test_a_page_of_another_name_for_this_machine_opens_no_socket(app):
    """A name of theirs that leads here (DNS rebinding): the origin is that of the request."""
    with served(app) as address:
        port = address.rpartition(":")[2]
        for host in ("evil.example", f"evil.example:{port}"):
            with pytest.raises(WebSocketBadStatusException) as refused:
                open_websocket(address, origin=f"http://{host}", host=host)
            assert refused.value.status_code in (400, 403)


def test_the_printed_foot_of_a_page_names_the_site_as_the_settings_do(client_of, cast):
    page = client_of(cast.ana).get("/me/settings", headers={"Host": "localhost:6666"}).text
    assert "localhost:6666" not in page
    assert "http://127.0.0.1:8000/me/settings" in page
