"""Clients that send half a request, or a body drop by drop, and what others notice of them."""

import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.unreader import IterUnreader

from intranet.cli import request_intake
from intranet.platform.core.capacity import MAX_THREADS
from tests.cli.processes import running
from tests.delivery.realtime.clients import PATIENCE

SLOW = MAX_THREADS + 80
HEAD = "POST /signin HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
HANDSHAKE = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: {host}\r\n\r\n"
WHOLE = "GET /health/live HTTP/1.1\r\nHost: {host}\r\n\r\n"
LARGE_ANSWER = "GET /static/vendor/emoji/ca.json HTTP/1.1\r\nHost: {host}\r\n\r\n"
LAST = "GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
HALVES = {
    "headers": HEAD,
    "bodies": HEAD + FORM,
    "second requests": WHOLE + HEAD,
}


@pytest.fixture(scope="module")
def address(new_migrated_url, tmp_path_factory):
    """A site with nobody in it, served: of threads with SQLite, of greenlets with PostgreSQL."""
    settings = {"data_dir": tmp_path_factory.mktemp("slow"), "database_url": new_migrated_url()}
    with running("serve", "--empty", "--no-browser", "--port=0", **settings) as server:
        yield server.line("Serving on ").removeprefix("Serving on ")


@pytest.fixture
def opened(address):
    """Sends something over a connection of its own, which stays open until the test is over."""
    url = urlsplit(address)
    with ExitStack() as stack:

        def open_and_send(text, length=0, receives_bytes=0):
            sock = stack.enter_context(socket.socket())
            if receives_bytes:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives_bytes)
            sock.settimeout(PATIENCE)
            sock.connect((url.hostname, url.port))
            sock.sendall(text.format(host=url.netloc, length=length).encode())
            return sock

        yield open_and_send


def seconds_of_an_honest_page(address):
    began = time.monotonic()
    assert requests.get(f"{address}/signin", timeout=PATIENCE).ok
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("half", "length"),
    [
        ("headers", 100),
        ("bodies", 100),
        ("bodies", 10 * request_intake.SMALL_BYTES),
        ("second requests", 100),
    ],
)
def test_four_hundred_half_requests_hold_up_nobody(address, opened, half, length):
    before = max(seconds_of_an_honest_page(address) for _time in range(3))
    for _one in range(SLOW):
        opened(HALVES[half], length)

    during = max(seconds_of_an_honest_page(address) for _time in range(3))
    assert during < 2 + 5 * before


def test_who_does_not_hang_up_after_the_last_answer_holds_up_nobody(address, opened):
    before = max(seconds_of_an_honest_page(address) for _time in range(3))
    for _one in range(20):
        opened(LAST)

    during = max(seconds_of_an_honest_page(address) for _time in range(3))
    assert during < 2 + 5 * before
    sock = opened(LAST)
    while sock.recv(1_000):
        pass


@pytest.mark.slow
def test_answers_that_nobody_takes_hold_up_nobody(address, opened):
    """Each asks for many answers at once and takes none: more than fits in the connection."""
    before = max(seconds_of_an_honest_page(address) for _time in range(3))
    for _one in range(SLOW):
        opened(LARGE_ANSWER * 60, receives_bytes=4_096)
    seconds_of_an_honest_page(address)  # meanwhile thousands of answers are made

    during = max(seconds_of_an_honest_page(address) for _time in range(3))
    assert during < 2 + 5 * before


@pytest.mark.slow
def test_what_does_not_come_in_time_is_ended(opened):
    began = time.monotonic()
    silent, head = opened(""), opened(HALVES["headers"], 100)
    body, large = (
        opened(HALVES["bodies"], 100),
        opened(HALVES["bodies"], 10 * request_intake.SMALL_BYTES),
    )
    assert silent.recv(100) == b""
    assert head.recv(100)[:12] in {b"HTTP/1.1 408", b""}  # greenlets end without a word
    assert body.recv(100).startswith(b"HTTP/1.1 408")
    assert large.recv(100)[:10] in {b"HTTP/1.1 4", b""}
    assert time.monotonic() - began > request_intake.HEAD_SECONDS - 1


@pytest.mark.slow
def test_headers_without_end_are_refused(opened):
    sock = opened("GET / HTTP/1.1\r\n")
    answer = b""
    try:
        for _line in range(10):
            sock.sendall(b"X-Filling: " + b"a" * 8_000 + b"\r\n")
        answer = sock.recv(100)
    except ConnectionError:
        pass
    assert answer[:10] in {b"HTTP/1.1 4", b""}


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [
        0,
        10,
        request_intake.SMALL_BYTES - 1,
        request_intake.SMALL_BYTES,
        request_intake.SMALL_BYTES + 1,
        300_000,
    ],
)
def test_requests_one_after_the_other_over_a_connection_are_told_apart(opened, size):
    body = "name=" + "a" * max(0, size - 5) if size else ""
    head = HEAD + "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    sock = opened(head + body + WHOLE + WHOLE, len(body))
    heard = b""
    while heard.count(b"HTTP/1.1 ") < 3 and (data := sock.recv(65536)):
        heard += data

    first, second, third = (part[:3] for part in heard.split(b"HTTP/1.1 ")[1:])
    assert first in {b"400", b"403", b"413", b"422", b"200"}
    assert (second, third) == (b"200", b"200")


@pytest.mark.slow
@pytest.mark.parametrize("announced", ["Expect: 100-continue", "Content-Length: 100000"])
def test_who_waits_on_a_socket_holds_no_place_of_a_large_body(opened, announced):
    sock = opened(UPGRADE + announced + "\r\n\r\n")
    heard = b""
    while data := sock.recv(1_000):
        heard += data
        if b"socket" in heard or b"Bad request" in heard:
            break
    assert b"HTTP/1.1 400 " in heard
    assert b"101 Switching" not in heard


@pytest.mark.parametrize("reader", ["length", "chunks", "cut off"])
def test_the_place_of_a_body_is_left_once_it_is_read(reader):
    coming = IterUnreader(
        [b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n" if reader == "chunks" else b"abcdef"]
    )
    made = ChunkedReader(None, coming) if reader == "chunks" else LengthReader(coming, 6)
    left = []
    place = request_intake.BodySlot(lambda: left.append(True))
    place.leave_when_read(made)
    made.read(3)
    assert not left
    if reader != "cut off":
        made.read(3)
        made.read(3)
        assert left == [True]
    place.leave()
    place.leave()
    assert left == [True]


@pytest.mark.slow
def test_a_body_in_chunks_and_one_that_waits_to_be_asked_for_arrive(opened, address):
    chunks = iter([b"name=", b"a"])
    assert requests.post(f"{address}/signin", data=chunks, timeout=PATIENCE).status_code
    sock = opened(HEAD + "Expect: 100-continue\r\n\r\n", 5)
    assert sock.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    sock.sendall(b"name=")
    assert sock.recv(9) == b"HTTP/1.1 "


@pytest.mark.slow
def test_connections_kept_open_between_polls_hold_up_nobody(address, opened):
    """A thread is a client's while a poll or a POST is answered, and nobody's in between."""
    before = max(seconds_of_an_honest_page(address) for _time in range(3))
    kept = [opened(HANDSHAKE) for _one in range(SLOW)]
    answers = [sock.recv(1_000)[:12] for sock in kept]
    assert answers.count(b"HTTP/1.1 200") > 0  # the rest are too many of one address
    assert set(answers) <= {b"HTTP/1.1 200", b"HTTP/1.1 503", b"HTTP/1.1 429"}

    during = max(seconds_of_an_honest_page(address) for _time in range(3))
    assert during < 2 + 5 * before
    heard = b""
    kept[0].sendall(LAST.format(host=urlsplit(address).netloc).encode())
    while data := kept[0].recv(65_536):
        heard += data
    assert b"HTTP/1.1 200" in heard  # it was open still
