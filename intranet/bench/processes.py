"""A server in a process of its own, and what it and all that it started take of the machine."""

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
PORTS = (20_000, 30_000)


def free_port() -> int:
    """A TCP port that is free, below those that the system gives to whoever asks for any.

    It is bound a moment later, and again after a restart: one of those could be gone by then.
    """
    while True:
        port = random.randint(*PORTS)  # noqa: S311 - no secret
        with suppress(OSError), socket.create_server((HOST, port)):
            return port


@dataclass
class Program:
    """A server that says `Serving on …` when it does; `--port` is added to its command.

    `beside` names the processes of services whose processor time counts, apart.
    """

    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[int, ...] = ()
    host: str = HOST
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it serves.

        Raises:
            RuntimeError: it ended before it served.
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
        """Ask it to end, and see to it."""
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
        """Processor time of the server and of what it started, in user and system."""
        return _family_cpu_seconds(self._pid)

    def cpu_seconds_beside(self) -> float:
        """Processor time of the services beside it."""
        return sum(map(_family_cpu_seconds, self.beside))

    def resident_bytes(self) -> int:
        """Memory that the server and what it started hold."""
        return sum(map(_resident_bytes, _family(self._pid)))

    @property
    def _pid(self) -> int:
        if self._process is None:
            raise RuntimeError("it does not run")
        return self._process.pid


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Start a server, and end it with the block."""
    try:
        program.start()
        yield program
    finally:
        program.stop()


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    with suppress(FileNotFoundError):  # one of them may end while we look
        for task in Path(f"/proc/{pid}/task").iterdir():
            children = (task / "children").read_text().split()
            found += [one for child in children for one in _family(int(child))]
    return found


def _family_cpu_seconds(pid: int) -> float:
    """With that of children that ended: who started them carries it on."""
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
