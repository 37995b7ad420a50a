"""`INTRANET_SOCKETS=stock`: the libraries carry the frames; who is told what is the same."""

from contextlib import ExitStack
from dataclasses import replace
from threading import Event

import pytest
from simple_websocket import Server
from wsproto.events import CloseConnection
from wsproto.frame_protocol import CloseReason

from intranet.app import create_app
from intranet.realtime import close_sign_in, push_to
from intranet.realtime.wire import event_frame
from tests.conftest import close
from tests.realtime.clients import PATIENCE, Client, open_websocket, served
from tests.realtime.processes import gunicorn

SIZES = [1, 200, 70_000]
"""Of each way in which a frame says how long it is."""


@pytest.fixture
def stock(app, calls_of_tests):
    """The same house, with the sockets of the libraries."""
    made = create_app(replace(app.config["SETTINGS"], sockets="stock"))
    yield made
    close(made)


@pytest.fixture
def address(stock):
    with served(stock) as address:
        yield address


def test_the_queue_and_the_websocket_are_the_libraries_own(stock):
    from engineio.async_drivers.threading import _async

    table = stock.extensions["realtime"]._server.eio._async
    assert issubclass(table["queue"], _async["queue"])
    assert issubclass(table["websocket"], _async["websocket"])


def test_people_are_greeted_answered_and_told_and_nobody_else_is(stock, connect, cast):
    ana, carles, bieito = map(connect, (cast.ana, cast.carles, cast.bieito))
    assert ana.next("hello")["person_id"] == str(cast.ana.id)
    assert ana.ask("test:echo", {"a": "ñ" * 10_000})["ok"] is True

    with stock.app_context():
        for size in SIZES:
            push_to([cast.ana.id, cast.carles.id], "test:told", {"n": "ñ" * size})

    for reader in (ana, carles):
        assert [len(reader.next("test:told")["n"]) for _time in SIZES] == SIZES
    assert bieito.heard("test:told") == []


def test_frames_that_are_written_together_are_packets_of_their_own(stock, connect, cast):
    ana = connect(cast.ana)
    ana.next("hello")
    [connection] = stock.extensions["realtime"].connections.of_person(cast.ana.id)

    connection.write(b"".join(event_frame("test:told", {"n": "x" * size}) for size in SIZES))

    assert [len(ana.next("test:told")["n"]) for _time in SIZES] == SIZES


def test_the_end_of_a_sign_in_is_told_and_closes_its_sockets_alone(stock, connect, cast):
    ended, other = map(connect, (cast.ana, cast.ana))
    ended.next("hello")
    other.next("hello")
    connections = stock.extensions["realtime"].connections
    [first, _] = connections.of_person(cast.ana.id)

    with stock.app_context():
        close_sign_in(first.credential.id, "signed out")

    assert ended.next("session:ended") == {"reason": "signed out"}
    assert ended.raw() == "41"
    ended.closed()
    assert other.heard("session:ended") == []
    assert len(connections.of_person(cast.ana.id)) == 1


def test_who_does_not_say_who_they_are_is_closed(monkeypatch, address):
    monkeypatch.setattr("intranet.realtime.stock.IDENTIFIED_WITHIN_SECONDS", 0.3)
    silent = open_websocket(address, origin=address)

    silent.recv()
    assert silent.recv() == "1"
    assert silent.recv() == ""
    silent.shutdown()


def test_a_packet_that_is_none_is_no_fault_and_the_connection_stays(connect, cast, caplog):
    ana = connect(cast.ana)
    for junk in ("", "x", "99", "b4AA="):
        ana.send(junk)

    assert ana.ask("test:nothing", {}) == {"ok": True}
    assert caplog.records == []


def test_a_frame_over_the_limit_ends_the_connection(connect, cast):
    ana = connect(cast.ana)
    ana.send("42" + "x" * 200_000)

    ana.closed()


def test_a_writer_that_closes_what_the_reader_is_closing_is_no_fault(
    monkeypatch, stock, connect, cast
):
    close_by_writer, tried = Server.close, Event()

    def close_after_the_reader(self):
        self.ws.send(CloseConnection(CloseReason.MESSAGE_TOO_BIG))
        tried.set()
        close_by_writer(self)

    monkeypatch.setattr(Server, "close", close_after_the_reader)
    ana = connect(cast.ana)
    ana.next("hello")
    [connection] = stock.extensions["realtime"].connections.of_person(cast.ana.id)

    with stock.app_context():
        close_sign_in(connection.credential.id, "signed out")

    assert tried.wait(PATIENCE)


@pytest.mark.only_on("postgresql", reason="gevent is served with PostgreSQL only")
def test_under_gevent_too(tmp_path, cast, cookie, used_database):
    with (
        gunicorn(tmp_path, used_database, "-k", "gevent", INTRANET_SOCKETS="stock") as server,
        ExitStack() as open_,
    ):
        ana, carles = (
            open_.enter_context(Client(server.address, cookie=cookie(person)))
            for person in (cast.ana, cast.carles)
        )
        carles.next("hello")
        assert ana.ask("test:push", {"people": [str(cast.carles.id)], "times": 3}) == {"ok": True}

        assert [carles.next("test:pushed")["number"] for _time in range(3)] == [0, 1, 2]
