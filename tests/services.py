"""A PostgreSQL and a Redis of the tests' own, in temporary folders, stopped with them."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import redis

from tools.programs import postgresql_folder, redis_server

START_SECONDS = 120
DISK_MB = 400
PORTS = range(15_000, 30_000)


class PostgreSQL:
    """A cluster on a Unix socket, or the server that INTRANET_TEST_PG names.

    Made by the system's PostgreSQL, else by the one that a development package carries. Nothing
    in it survives a power cut, unless it is to be `durable`; on a disk of its own it can be filled.
    """

    def __init__(
        self, *, embedded: bool = False, durable: bool = False, own_disk: bool = False
    ) -> None:
        self._embedded = embedded
        self._durable = durable
        self._has_own_disk = own_disk and os.geteuid() == 0
        self._given = None if embedded or own_disk else os.environ.get("INTRANET_TEST_PG")
        self._process: subprocess.Popen[bytes] | None = None
        self._home: Path | None = None

    def start(self) -> None:
        """Make the cluster on the first call; bring the server up and wait for its answer."""
        if self._given:
            return
        self._home = self._home or self._make_cluster()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._home),
            "max_connections": "200",
            "shared_buffers": "64MB",
        }
        if self._durable:
            settings |= {"max_wal_size": "64MB"} if self._has_own_disk else {}
        else:
            settings |= dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._binaries / "postgres"), "-D", str(self._home / "data"), *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                **self._as_user,
            )
        _wait_until(self._answers, self._process, self._home / "log")

    def children(self) -> list[int]:
        """The processes that serve connections, and those that keep house."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(one) for one in found]

    def fill_disk(self) -> None:
        """Take all room on its disk, where it has one of its own, and have it ask for more."""
        if not self._has_own_disk:
            return
        with contextlib.suppress(OSError), self._ballast.open("wb") as ballast:
            while True:
                ballast.write(bytes(1 << 16))
                ballast.flush()
        with contextlib.suppress(psycopg.Error), psycopg.connect(self._url()) as connection:
            connection.execute("SELECT pg_switch_wal()")

    def make_room(self) -> None:
        """Give the room back, and start it again if it has given up."""
        self._ballast.unlink(missing_ok=True)
        if self._process and self._process.poll() is not None:
            self._process = None
            self.start()

    @property
    def _ballast(self) -> Path:
        assert self._home
        return self._home / "ballast"

    def kill(self) -> int:
        """End all its processes at once, as when the machine is gone; give the first's number."""
        assert self._process
        pid, below = self.pid, self.children()
        for one in (pid, *below):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self._process.wait(START_SECONDS)
        self._process = None
        return pid

    def stop(self) -> None:
        """Bring the server down; what it holds stays until `remove`."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)
            self._process = None

    @property
    def is_own(self) -> bool:
        """Whether its processes are of our own: it was not given, and runs."""
        return self._process is not None

    @property
    def home(self) -> Path:
        """The folder of its data and of its socket, once it was started."""
        assert self._home
        return self._home

    @property
    def pid(self) -> int:
        """The process that began all others of it."""
        assert self._process
        return self._process.pid

    def remove(self) -> None:
        """Stop the server and forget everything in it."""
        self.stop()
        if self._home:
            if self._has_own_disk:
                subprocess.run(["umount", "-l", str(self._home)], check=True)
            shutil.rmtree(self._home, ignore_errors=True)

    def new_database(self, like: str | None = None) -> str:
        """Make a database, empty or like another that nobody uses; give its SQLAlchemy URL."""
        name = f"intranet_{uuid.uuid4().hex[:12]}"
        template = _name_in(like) if like else "template0"
        with psycopg.connect(self._url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self._url(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def drop_database(self, url: str) -> None:
        """Take away a database that `new_database` made, whoever is still connected."""
        with psycopg.connect(self._url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {_name_in(url)} WITH (FORCE)")

    def _url(self, database: str = "postgres") -> str:
        if self._given:
            parts = psycopg.conninfo.conninfo_to_dict(self._given.replace("+psycopg", "", 1))
            parts["dbname"] = database
            query = "&".join(f"{key}={value}" for key, value in parts.items() if key != "dbname")
            return f"postgresql:///{database}?{query}"
        return f"postgresql://postgres@/{database}?host={self._home}"

    def _make_cluster(self) -> Path:
        home = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 characters
        if self._has_own_disk:
            options = f"size={DISK_MB}m,mode=755"
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(home)], check=True)
        self._binaries = postgresql_folder(embedded_only=self._embedded)
        self._as_user = _other_user()
        if self._as_user:
            # The server refuses to run as root, and another user may not reach this folder.
            if "site-packages" in self._binaries.parts:
                self._binaries = _copy_of_package(self._binaries.parent, home)
            shutil.chown(home, self._as_user["user"])
        self._fill(home)
        return home

    def _fill(self, home: Path) -> None:
        """Make the data of a new cluster."""
        subprocess.run(
            [
                *(str(self._binaries / "initdb"), "-D", str(home / "data"), "-U", "postgres"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=home,
            **self._as_user,
        )

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self._url(), connect_timeout=10).close()
            return True
        return False


class Redis:
    """A server on a free port that keeps its port when it is started again.

    With INTRANET_TEST_REDIS it is the one named there, which cannot be stopped, unless it is to
    be one's `own`.
    """

    def __init__(self, *, embedded: bool = False, own: bool = False) -> None:
        self._embedded = embedded
        self._given = None if embedded or own else os.environ.get("INTRANET_TEST_REDIS")
        self._process: subprocess.Popen[bytes] | None = None
        self._home = Path(tempfile.mkdtemp(prefix="redis-"))
        self._port = free_port()

    @property
    def url(self) -> str:
        """Where it answers."""
        return self._given or f"redis://127.0.0.1:{self._port}/0"

    @property
    def is_own(self) -> bool:
        """Whether its process is of our own: it was not given, and runs."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Bring the server up and wait for its answer."""
        if self._given:
            return
        server = redis_server(embedded_only=self._embedded)
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(server, "--port", str(self._port), "--bind", "127.0.0.1"),
                    *("--save", "", "--appendonly", "no", "--dir", str(self._home)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _wait_until(self._answers, self._process, self._home / "log")

    def stop(self) -> None:
        """Bring the server down at once, as when its machine is gone."""
        if self._process:
            self._process.kill()
            self._process.wait(START_SECONDS)
            self._process = None

    def remove(self) -> None:
        """Stop the server and take its folder away."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.ConnectionError):
            client = redis.Redis.from_url(self.url)
            answer = bool(client.ping())
            client.close()
            return answer
        return False


def free_port() -> int:
    """A TCP port that nothing has now, for a server that is started, or started again, on it.

    It is none of those that the system gives to whoever connects somewhere: one of the many
    clients, here or beside, would have it by then, even in trying to reach that very server.
    """
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def _other_user() -> dict[str, Any]:
    """As root, arguments to run a process as somebody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {}


def _copy_of_package(installed: Path, home: Path) -> Path:
    """Copy a PostgreSQL out of a wheel, with the libraries that lie beside it."""
    package = installed.parent
    shutil.copytree(installed, home / package.name / installed.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return home / package.name / installed.name / "bin"


def _wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _ in range(START_SECONDS * 20):
        if answers():
            return
        if process.poll() is not None:
            break
        pause.wait(0.05)
    process.kill()
    raise RuntimeError(f"{process.args!r} does not start:\n{log.read_text(errors='replace')}")


def _name_in(url: str) -> str:
    """The name of the database in a URL."""
    return str(psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", "", 1))["dbname"])
