"""With INTRANET_LOG=json everything that a served process writes is JSON, whatever goes wrong."""

import json
import os
import signal
import socket

import pytest
import requests

from tests.cli.processes import running
from tests.delivery.realtime.clients import PATIENCE, wait_until

pytestmark = pytest.mark.slow

# Python imports it at its start. Each process of the server, once it is forked, does what
# libraries and mistakes do: it prints, warns, and raises where nobody catches.
MISCHIEF = """
import os, sys, threading, time, warnings, logging

def spoil():
    time.sleep(1)
    if "intranet.platform.core.health" in sys.modules:
        sys.modules["intranet.platform.core.health"].missing_services = fail
    print("printed", "by a library")
    sys.stderr.write("one line\\nand a begun one")
    sys.stderr.flush()
    warnings.warn("it is old", DeprecationWarning, stacklevel=1)
    logging.getLogger("library").error("two\\nlines")
    threading.Thread(target=fail).start()
    if "gevent" in sys.modules:
        import gevent
        gevent.spawn(fail)
    class Unraisable:
        def __del__(self):
            raise ValueError("in a finalizer")
    Unraisable()

def fail():
    raise ValueError("nobody catches it")

warnings.simplefilter("always")
os.register_at_fork(after_in_child=lambda: threading.Thread(target=spoil, daemon=True).start())
"""


@pytest.fixture
def settings(new_database_url, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(MISCHIEF, encoding="utf-8")
    return {"data_dir": tmp_path / "data", "database_url": new_database_url(), "log": "json"}


@pytest.mark.both
def test_every_line_is_json(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    seen = Seen()
    with running("serve", "--empty", "--no-browser", "--port=0", **settings) as server:
        served = seen.until(server, lambda said: said["message"].startswith("Serving on "))
        address = served["message"].removeprefix("Serving on ")
        seen.until(server, lambda said: "in a finalizer" in said.get("exception", ""))
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as rude:
            rude.sendall(b"GET / HTTP/9.9\r\n\r\n")
            rude.recv(1000)
        assert requests.get(f"{address}/health/ready", timeout=PATIENCE).status_code == 500
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: server.workers() not in ([], [worker]))
        server.process.terminate()
        server.process.wait(PATIENCE)
        seen.rest(server)

    texts = " ".join(f"{said['message']} {said.get('exception', '')}" for said in seen.lines)
    for expected in (
        *("Preparing the database", "first-agency", "printed by a library", "and a begun one"),
        *("it is old", "two\nlines", "nobody catches it", "in a finalizer", "SIGKILL"),
    ):
        assert expected in texts, expected
    (fault,) = [said for said in seen.lines if said.get("operation") == "health.ready"]
    assert "nobody catches it" in fault["exception"]
    for said in seen.lines:
        assert {"at", "level", "logger", "message"} <= said.keys()


class Seen:
    """The lines of a command, each read as JSON."""

    def __init__(self) -> None:
        self.lines: list[dict[str, str]] = []

    def until(self, server, is_it):
        while True:
            said = self.read(server.line(""))
            self.lines.append(said)
            if is_it(said):
                return said

    @staticmethod
    def read(line):
        try:
            return json.loads(line)
        except ValueError:
            raise AssertionError(f"this is no JSON: {line!r}") from None

    def rest(self, server):
        while (line := server._lines.get(timeout=PATIENCE)) is not None:
            self.lines.append(self.read(line))
