"""A reader that does not read costs little and nobody else; what it gets is whole."""

import time
from itertools import cycle
from statistics import median

import pytest

from tests.delivery.realtime.clients import PATIENCE, Client
from tests.delivery.realtime.processes import gunicorn

ON_THREADS = ("-k", "gthread", "--threads", "40")
ON_GEVENT = ("-k", "gevent")


def slow_reader(tmp_path, cast, cookie, url, options):
    people = [str(cast.nadia.id), str(cast.carles.id)]
    with (
        gunicorn(tmp_path, url, *options) as server,
        Client(server.address, cookie=cookie(cast.ana)) as first,
        Client(server.address, cookie=cookie(cast.ana)) as second,
        Client(server.address, cookie=cookie(cast.carles)) as other,
        Client(server.address, cookie=cookie(cast.nadia)) as silent,
    ):
        silent.next("hello")
        other.next("hello")
        askers = cycle((first, second))  # one alone would ask too fast
        for _ in range(10):
            send(next(askers), other, people, 3)
        before = server.resident_bytes()

        seconds = [send(next(askers), other, people, 3) for _ in range(334)]

        assert server.resident_bytes() - before < 10_000 * 1024
        assert silent.closed() is None
        numbers = [frame for frame in silent.frames if frame.startswith('42["test:pushed",')]
        assert 0 < len(numbers) < 200
        # To be held up by the one that does not read would take as long as it is waited for.
        assert max(seconds) < max(1, 50 * median(seconds))
        with Client(server.address, cookie=cookie(cast.nadia)) as again:
            assert again.ask("test:nothing", {}) == {"ok": True}


def send(asking, other, people, times):
    """Push to both, read by the other; the seconds that it took."""
    then = time.monotonic()
    asked = {"people": people, "times": times, "size": 80_000}
    assert asking.ask("test:push", asked) == {"ok": True}
    for number in range(times):
        assert other.next("test:pushed")["number"] == number
    return time.monotonic() - then


@pytest.mark.slow
def test_a_reader_that_never_reads_is_cut_off_and_nobody_notices(
    tmp_path, cast, cookie, used_database
):
    slow_reader(tmp_path, cast, cookie, used_database, ON_THREADS)


@pytest.mark.slow
@pytest.mark.only_on("postgresql", reason="gevent is served with PostgreSQL only")
def test_a_reader_that_never_reads_is_cut_off_under_gevent_too(
    tmp_path, cast, cookie, used_database
):
    slow_reader(tmp_path, cast, cookie, used_database, ON_GEVENT)


@pytest.mark.slow
def test_who_reads_late_gets_everything_in_order(tmp_path, cast, cookie, used_database):
    with (
        gunicorn(tmp_path, used_database, *ON_THREADS) as server,
        Client(server.address, cookie=cookie(cast.ana)) as asking,
        Client(server.address, cookie=cookie(cast.nadia)) as late,
    ):
        late.next("hello")
        asking.ask("test:push", {"people": [str(cast.nadia.id)], "times": 200, "size": 2_000})
        for number in range(200):
            assert late.next("test:pushed") == {"number": number, "fill": "x" * 2_000}


@pytest.mark.slow
def test_a_stopping_server_tells_its_sockets_to_come_back(tmp_path, cast, cookie, used_database):
    with (
        gunicorn(tmp_path, used_database, *ON_THREADS) as server,
        Client(server.address, cookie=cookie(cast.ana)) as ana,
    ):
        ana.next("hello")
        server.process.terminate()

        assert ana.closed() == 1012
        assert server.process.wait(PATIENCE) == 0
