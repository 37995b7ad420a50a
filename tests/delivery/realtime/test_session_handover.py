"""Clients that poll reach their session through whichever process of the machine accepts them."""

import os
import signal
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import requests
import socketio

from tests.delivery.realtime.clients import PATIENCE, Client, PollingClient, wait_until
from tests.delivery.realtime.processes import gunicorn

pytestmark = pytest.mark.only_on("postgresql", reason="several processes need PostgreSQL")

TWO_WORKERS = ("-k", "gevent", "-w", "2")
ROUNDS = 8


class FreshClient(PollingClient):
    """Takes a new connection for each request, as behind a proxy: any worker may accept it."""

    def request(self, *given, **options):
        self.http.close()
        return super().request(*given, **options)


@pytest.fixture
def server(tmp_path, used_database, bell):
    with gunicorn(tmp_path, used_database, *TWO_WORKERS, INTRANET_REDIS_URL=bell.url) as server:
        wait_until(lambda: len(server.workers()) == 2)
        yield server


@pytest.mark.slow
def test_clients_that_poll_reach_their_session_through_any_process(
    server, cast, cookie, token, tmp_path
):
    reach_their_owner(server, cast, cookie, tmp_path)
    come_over(server, cast, cookie)
    connect_with_defaults(server, cast, token)


def reach_their_owner(server, cast, cookie, tmp_path):
    """Polls and posts of one session."""
    with ExitStack() as stack:
        tags, here = set(), cookie(cast.ana)
        # At once: while one process answers, the other takes what comes.
        at_once = stack.enter_context(ThreadPoolExecutor(ROUNDS))
        for _round in range(ROUNDS // 2):
            opened = [
                at_once.submit(FreshClient, server.address, cookie=here) for _ in range(ROUNDS)
            ]
            for ana in [stack.enter_context(each.result()) for each in opened]:
                tags.add(ana.sid[:8])
                for _ in range(4):
                    assert ana.ask("test:nothing", {}) == {"ok": True}
            if len(tags) == 2:
                break
        assert len(tags) == 2
        asked = {"people": [str(cast.ana.id)], "times": 3}
        other = stack.enter_context(Client(server.address, cookie=cookie(cast.carles)))
        assert other.ask("test:push", asked) == {"ok": True}
        assert [ana.next("test:pushed")["number"] for _ in range(3)] == [0, 1, 2]
        assert ana.ask("test:nothing", {"fill": "x" * 120_000}) == {"ok": True}

        [folder] = (tmp_path / "sockets").iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        sockets = [path for path in folder.iterdir() if path.name in tags]
        assert {stat.S_IMODE(path.stat().st_mode) for path in sockets} == {0o600}


def come_over(server, cast, cookie):
    """To a WebSocket of the owner."""
    for _ in range(ROUNDS):
        with FreshClient(server.address, cookie=cookie(cast.ana)) as ana:
            ana.next("hello")
            over = ana.upgrading()
            over.send("2probe")
            assert over.recv() == "3probe"
            over.send("5")
            over.send('421["test:nothing",{}]')
            while (said := over.recv()) != '431[{"ok":true}]':
                assert said
            over.close(timeout=1)
            over.shutdown()


def connect_with_defaults(server, cast, token):
    """The client of PyPI, also by polls alone."""
    for transports in (None, ["polling"]):
        client = socketio.Client()
        told = threading.Event()
        client.on("test:pushed", lambda _data, told=told: told.set())
        client.connect(
            server.address,
            auth={"token": token(cast.ana, "read", "write")},
            transports=transports,
            retry=True,
        )
        asked = {"people": [str(cast.ana.id)], "times": 1}
        assert client.call("test:push", asked, timeout=PATIENCE) == {"ok": True}
        assert told.wait(PATIENCE)
        websocket = client.eio.ws
        client.disconnect()
        if websocket is not None:
            websocket.shutdown()


@pytest.mark.slow
def test_the_session_of_a_process_that_was_killed_is_unknown_and_what_it_left_is_taken_away(
    server, cast, cookie, tmp_path
):
    ana = FreshClient(server.address, cookie=cookie(cast.ana))
    gone = ana.opening["sid"][:8]
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: ana_is_unknown(ana))
    [folder] = (tmp_path / "sockets").iterdir()
    with FreshClient(server.address, cookie=cookie(cast.ana)) as again:
        assert again.ask("test:nothing", {}) == {"ok": True}
    assert gone not in {path.name for path in folder.iterdir()}
    ana.close()


def ana_is_unknown(client):
    try:
        answer = client.get()
    except requests.RequestException:
        return False
    return answer.json() == {"code": 1, "message": "Session ID unknown"}
