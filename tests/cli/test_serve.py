"""`intranet serve` and `intranet worker`, as an operator meets them."""

import json
import os
import resource
import signal
import socket
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import requests

from tests.cli.processes import intranet, running
from tests.delivery.realtime.clients import PATIENCE, open_websocket, wait_until
from tests.services import free_port

pytestmark = pytest.mark.slow

SERVE = ("serve", "--empty", "--no-browser", "--port=0")
SOCKETS = 24


@pytest.fixture
def settings(new_database_url, tmp_path):
    """A data folder and a database of the test's own."""
    return {"data_dir": tmp_path / "data", "database_url": new_database_url()}


@pytest.fixture
def own(tmp_path):
    """A data folder with a database in it: what is tried is the same on the other one."""
    return {"data_dir": tmp_path / "data"}


@contextmanager
def served(settings, *more):
    """A server, and the address that it says."""
    with running(*SERVE, *more, **settings) as server:
        yield server, server.line("Serving on ").removeprefix("Serving on ")


@pytest.fixture(scope="module")
def few_files():
    """How many files this process may open, and so what it starts may at first: as few as usual."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    begun = min(soft, 1024)
    resource.setrlimit(resource.RLIMIT_NOFILE, (begun, most))
    yield begun, most
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))


@pytest.fixture(scope="module")
def standing(few_files, new_migrated_url, tmp_path_factory):
    """A server of an empty site with its address and its settings; no test ends or changes it."""
    folder = tmp_path_factory.mktemp("standing")
    settings = {"data_dir": folder / "data", "database_url": new_migrated_url()}
    with served(settings) as (server, address):
        yield server, address, settings


@dataclass(frozen=True)
class Started:
    """A server that was started, and the link to make the first agency."""

    address: str
    link: str


@pytest.fixture(scope="module")
def twice_started(new_migrated_url, tmp_path_factory):
    """A server that was killed, and at once another of the same site, which serves."""
    folder = tmp_path_factory.mktemp("twice")
    settings = {"data_dir": folder / "data", "database_url": new_migrated_url()}
    with served(settings) as (server, address):
        first = Started(address, server.line("http"))
        server.process.kill()
        server.process.wait()
        with served(settings) as (again, found):
            yield first, Started(found, again.line("http"))


def answers(address):
    try:
        return requests.get(f"{address}/health/live", timeout=PATIENCE).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.mark.both
def test_it_says_where_it_serves_once_it_answers_and_ends_well_when_asked(settings):
    began = time.monotonic()
    with served(settings) as (server, address):
        start_seconds = time.monotonic() - began
        assert answers(address)
        assert requests.get(f"{address}/health/ready", timeout=PATIENCE).json()["status"] == "ok"
        assert requests.get(f"{address}/signin", timeout=PATIENCE).status_code == 200
        began = time.monotonic()
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
        # It waits for nobody. To end is less work than to start, on whatever machine.
        assert time.monotonic() - began < max(10, 2 * start_seconds)
        assert not answers(address)


def test_it_may_open_more_files_than_processes_begin_with(standing, few_files):
    server, _address, _settings = standing
    begun, most = few_files

    given = [resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in server.workers()]

    assert [hard for _, hard in given] == [most]
    assert all(begun < now <= most for now, _ in given)


@pytest.mark.both
def test_an_open_socket_takes_a_thread_beside_sqlite_and_none_beside_postgresql(standing, database):
    server, address, _settings = standing
    with ExitStack() as held:
        (worker,) = server.workers()
        before = threads_of(worker)
        for _socket in range(SOCKETS):
            held.enter_context(closing(open_websocket(address, cookie=None, origin=address)))
        more = threads_of(worker) - before

    assert more >= SOCKETS if database == "sqlite" else more < SOCKETS / 4


def threads_of(pid):
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def test_a_request_that_is_running_is_finished_before_the_end(own):
    with served(own) as (server, address):
        page = requests.Session().get(f"{address}/signin", timeout=PATIENCE)
        assert page.status_code == 200
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as slow:
            slow.sendall(b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n")
            slow.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\nab")
            assert answers(address)
            server.process.terminate()
            slow.sendall(b"cde")
            assert slow.recv(100).startswith(b"HTTP/1.1 400")
        assert server.process.wait(PATIENCE) == 0


def test_the_first_link_leads_to_the_address_that_is_served(twice_started):
    _before, now = twice_started

    assert now.link.startswith(f"{now.address}/first-agency/")
    page = requests.get(now.link, timeout=PATIENCE)
    assert page.status_code == 200
    assert 'name="agency_name"' in page.text


def test_a_second_start_makes_a_new_link_and_the_earlier_one_is_worth_nothing(twice_started):
    before, now = twice_started
    first = before.link.removeprefix(before.address)

    assert requests.get(now.address + first, timeout=PATIENCE).status_code == 404
    assert requests.get(now.link, timeout=PATIENCE).status_code == 200


def test_a_port_that_is_taken_is_said_in_one_sentence(own):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = intranet("serve", "--empty", "--no-browser", f"--port={port}", **own)

    assert done.returncode == 1
    assert "port is taken" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.both
def test_a_killed_server_leaves_its_folder_free(twice_started):
    _before, now = twice_started

    assert answers(now.address)


def test_a_killed_server_leaves_nobody_behind(twice_started):
    before, _now = twice_started

    wait_until(lambda: not answers(before.address))


@pytest.mark.both
def test_two_servers_share_postgresql_and_never_sqlite(standing, database):
    _first, _address, settings = standing
    if database == "postgresql":
        with served(settings) as (_second, address):
            assert answers(address)
        return
    done = intranet(*SERVE, **settings)
    assert done.returncode == 1
    assert "serves from" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.both
def test_a_killed_worker_is_replaced(settings):
    with served(settings) as (server, address):
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: server.workers() not in ([], [worker]) and answers(address))
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (["serve"], {"bad_name": "1"}, "INTRANET_BAD_NAME is not a setting"),
        (["serve"], {"log": "loud"}, "INTRANET_LOG is 'loud'"),
        (["doctor"], {"posts_per_10s": "x"}, "INTRANET_POSTS_PER_10S is 'x'"),
        (["serve", "--workers=0"], {}, "--workers"),
        (["serve", "--port=99999"], {}, "--port"),
    ],
)
def test_what_cannot_be_stops_the_start_with_a_sentence(own, arguments, more, said):
    done = intranet(*arguments, **own, **more)
    assert done.returncode in (1, 2)
    assert said in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.both
def test_several_workers_need_redis_and_postgresql(settings, database):
    done = intranet(*SERVE, "--workers=2", **settings)
    assert done.returncode == 1
    missing = "INTRANET_DATABASE_URL" if database == "sqlite" else "INTRANET_REDIS_URL"
    assert missing in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.both
def test_a_worker_does_the_jobs_beside_postgresql_and_is_refused_beside_sqlite(
    settings, tmp_path, database
):
    if database == "sqlite":
        done = intranet("worker", **settings)
        assert done.returncode == 1
        assert "SQLite" in done.stderr
        return
    made = intranet(
        *("agency", "create", "Concello de Outeiro", "--code=X1", "--kind=municipality"),
        *("--administrator=Uxía Lema", "--post=Secretaría", "--email=uxia@outeiro.example"),
        **settings,
    )
    assert made.returncode == 0, made.stderr
    with psycopg.connect(settings["database_url"].replace("+psycopg", "")) as connection:
        connection.execute(
            "CREATE TABLE moving AS SELECT now()::text AS begins_at, 5 AS minutes, "
            "true AS is_closed, 'SQLite'::text AS moved_to"
        )
    refused = intranet("worker", **settings)
    assert refused.returncode == 1
    assert "moved to SQLite" in refused.stderr
    with psycopg.connect(settings["database_url"].replace("+psycopg", "")) as connection:
        connection.execute("DROP TABLE moving")
    with running("worker", **settings, log="json") as worker:
        assert json.loads(worker.line("{"))["message"] == "Working"  # every line is in that form
        folder = tmp_path / "data" / "mail" / "new"
        wait_until(lambda: folder.exists() and list(folder.iterdir()))
        with psycopg.connect(settings["database_url"].replace("+psycopg", "")) as connection:
            connection.execute("ALTER TABLE outbox RENAME TO put_away")
        line = json.loads(worker.line("{"))
        assert line["level"] == "error"
        assert line["message"].startswith("job ")
        assert "exception" in line
        worker.process.terminate()
        assert worker.process.wait(PATIENCE) == 0


@pytest.mark.only_on("postgresql", reason="it needs PostgreSQL")
def test_two_workers_refuse_until_they_answer_serve_and_end_well_when_asked(settings, redis_url):
    port = free_port()
    command = ("serve", "--empty", "--no-browser", f"--port={port}", "--workers=2")
    with running(*command, **settings, redis_url=redis_url) as server:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(address))  # to be taken and not answered ends the test
        server.line("Serving on ")
        wait_until(lambda: len(server.workers()) == 2)  # it says so when the first one serves
        for _time in range(10):
            assert requests.get(f"{address}/health/ready", timeout=PATIENCE).json()["missing"] == []
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
