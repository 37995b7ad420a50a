"""A server in a process of its own, and the resources that its process tree uses."""

import os
import random
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 15
HOST = "127.0.0.1"
PORT_RANGE = (20_000, 30_000)


def free_port() -> int:
    """Return a free TCP port below the ephemeral range.

    The server binds it a moment later, and again after a restart: a port of the ephemeral range
    could be taken by then.
    """
    while True:
        port = random.randint(*PORT_RANGE)  # noqa: S311 - no secret
        with suppress(OSError), socket.create_server((HOST, port)):
            return port


@dataclass
class BenchServer:
    """A server that prints `Serving on …` once it is ready; `--port` is added to its command.

    `beside` are process ids of services, whose processor time is counted apart.
    """

    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[int, ...] = ()
    host: str = HOST
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the server, and wait until it is ready.

        Raises:
            RuntimeError: it ended before it was ready.
        """
        with tempfile.TemporaryFile("w+") as said:
            self._process = subprocess.Popen(
                [*self.command, f"--port={self.port}"],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env={**os.environ, **self.environment},
            )
            if not any(line.startswith("Serving on ") for line in self._process.stdout or ()):
                said.seek(0)
                raise RuntimeError(f"{self.command} did not start: {said.read()}")

    def stop(self) -> None:
        """Terminate the server; kill it if it does not end in time."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None

    def cpu_seconds(self) -> float:
        """Return the user and system time of the server and its descendants."""
        return _family_cpu_seconds(self._pid)

    def cpu_seconds_beside(self) -> float:
        """Return the processor time of the services beside the server."""
        return sum(map(_family_cpu_seconds, self.beside))

    def resident_bytes(self) -> int:
        """Return the resident memory of the server and its descendants."""
        return sum(map(_resident_bytes, _family(self._pid)))

    @property
    def _pid(self) -> int:
        if self._process is None:
            raise RuntimeError("it does not run")
        return self._process.pid


@contextmanager
def running(program: BenchServer) -> Iterator[BenchServer]:
    """Run a server for the length of the block."""
    try:
        program.start()
        yield program
    finally:
        program.stop()


def _family(pid: int) -> list[int]:
    """Return the ids of a process and its descendants."""
    found = [pid]
    with suppress(FileNotFoundError):  # one of them may end while we look
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = (task / "children").read_text().split()
            found += [one for child in children for one in _family(int(child))]
    return found


def _family_cpu_seconds(pid: int) -> float:
    """Return the processor time of a process tree.

    It includes children that ended: their parents carry the time on.
    """
    ticks = 0
    for one in _family(pid):
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_bytes(pid: int) -> int:
    with suppress(FileNotFoundError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0
