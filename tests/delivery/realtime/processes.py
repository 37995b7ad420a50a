"""Gunicorn with the house in it, in processes of their own."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.delivery.realtime.clients import PATIENCE, wait_until
from tests.memory import memory_bytes
from tests.services import free_port

ROOT = Path(__file__).parents[3]


class Gunicorn:
    def __init__(self, process, address):
        self.process = process
        self.address = address

    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def resident_bytes(self):
        """Memory that the workers hold."""
        return sum(memory_bytes(pid=pid) for pid in self.workers())

    def terminate(self, seconds=PATIENCE):
        """Ask it to stop, and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextmanager
def gunicorn(folder, url, *options, **settings):
    """Serve with gunicorn, and give what is served."""
    address = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "INTRANET_DATA_DIR": str(folder),
        "INTRANET_DATABASE_URL": url,
        "INTRANET_SECRET_KEY": "the same in all processes, and long",
        **settings,
    }
    with (folder / "gunicorn.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "tests.delivery.realtime.serving:app"),
                *("-b", address, "--graceful-timeout", "8", "--no-control-socket", *options),
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: _answers(process, f"http://{address}"))
        yield Gunicorn(process, f"http://{address}")
    finally:
        process.kill()
        process.wait()
        print((folder / "gunicorn.log").read_text()[-4_000:])


def _answers(process, address):
    assert process.poll() is None
    try:
        return requests.get(address + "/static/platform/core/code.css", timeout=10).ok
    except requests.RequestException:
        return False
