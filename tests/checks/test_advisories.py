"""What is locked is looked up where the machine's index tells of weaknesses; else it is said."""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.services import free_port
from tools.advisories import LOCKS, ROOT, locked

WEAK = {
    "id": "PYSEC-2099-1",
    "aliases": ["CVE-2099-0001"],
    "fixed_in": ["99.0"],
    "withdrawn": None,
}


@contextmanager
def index(answer):
    """An index on this machine; `answer` gives status and body for the name of a package."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _pypi, name, version, _json = self.path.strip("/").split("/")[-4:]
            asked.append((name, version))
            status, body = answer(name)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/mirror/simple/", asked
    finally:
        server.shutdown()
        server.server_close()


def look(index_url):
    """The check, with an index as the environment names it to pip."""
    environment = {**os.environ, "PIP_INDEX_URL": index_url, "PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, str(ROOT / "tools" / "check.py"), "advisories"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_advisory_on_what_is_locked_fails_by_its_name():
    def answer(name):
        return 200, {"vulnerabilities": [WEAK] if name == "flask" else []}

    with index(answer) as (address, asked):
        done = look(address)

    version = locked(LOCKS)["flask"]
    assert done.returncode == 1
    assert f"flask=={version}: CVE-2099-0001 PYSEC-2099-1, fixed in 99.0" in done.stdout
    assert set(asked) == set(locked(LOCKS).items())


@pytest.mark.slow
def test_where_nothing_is_known_or_was_withdrawn_nothing_fails():
    withdrawn = {**WEAK, "withdrawn": "2099-01-01T00:00:00Z"}
    with index(lambda _name: (200, {"vulnerabilities": [withdrawn]})) as (address, _asked):
        done = look(address)
    assert done.returncode == 0
    assert "packages, no advisory" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (200, {"info": {}}), (200, b"<html>")],
)
def test_an_index_that_offers_none_is_asked_once_and_fails_nothing(status, body):
    with index(lambda _name: (status, body)) as (address, asked):
        done = look(address)
    assert done.returncode == 0
    assert "not looked for: the index" in done.stdout
    assert len(asked) == 1


@pytest.mark.slow
def test_without_a_network_nothing_fails():
    done = look(f"http://127.0.0.1:{free_port()}/simple")
    assert done.returncode == 0
    assert "not looked for: the index does not answer" in done.stdout


def test_the_linters_of_every_day_ask_nobody():
    from tools.check import CHECKS, ON_DEMAND

    assert set(ON_DEMAND) <= set(CHECKS)
    assert "advisories" in ON_DEMAND
    assert "check advisories" in (ROOT / ".ci" / "run").read_text()
