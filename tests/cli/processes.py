"""Commands of `intranet` in processes of their own."""

import os
import queue
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

SECONDS = 240
"""A command hangs that has not ended, or said something, by then."""


def intranet(*arguments, **settings):
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "intranet", *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


class Running:
    """A command that runs on, and what it has printed."""

    def __init__(self, process) -> None:
        self.process = process
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def line(self, start) -> str:
        """Wait for the line that begins so."""
        said = []
        while (line := self._lines.get(timeout=SECONDS)) is not None:
            said.append(line)
            if line.startswith(start):
                return line.rstrip("\n")
        ended = self.process.wait()
        raise AssertionError(f"it ended with {ended}, never said {start!r}, but: {''.join(said)}")

    def workers(self) -> list[int]:
        """The processes below it."""
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)
        self.process.stdout.close()


@contextmanager
def running(*arguments, **settings):
    """Start a command, and end it when the block does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "intranet", *arguments],
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def environment(**settings):
    """The environment, with these settings and none of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTRANET_")}
    return {**kept, **{f"INTRANET_{name.upper()}": str(value) for name, value in settings.items()}}
