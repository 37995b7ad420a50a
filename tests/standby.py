"""A PostgreSQL that replays what another one writes."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg

from tests.services import PostgreSQL


class Standby(PostgreSQL):
    """A streaming replica of a cluster of the tests' own, made when it is first started."""

    def __init__(self, primary: PostgreSQL) -> None:
        super().__init__(durable=True)
        self._given = None
        self._primary = primary

    def like(self, url: str) -> str:
        """The URL of the same database here."""
        return url.replace(str(self._primary.home), str(self.home))

    def run(self, statement: str) -> None:
        """Execute a statement of an operator."""
        with psycopg.connect(self._url(), autocommit=True) as connection:
            connection.execute(statement)

    def lag(self, seconds: float) -> None:
        """Have each commit replayed so much later."""
        self.run(f"ALTER SYSTEM SET recovery_min_apply_delay = '{int(seconds * 1000)}ms'")
        self.run("SELECT pg_reload_conf()")

    def stand_still(self, *, still: bool = True) -> None:
        """Stop all its processes without ending them, as a machine does that is out of order."""
        for pid in (*self.children(), self.pid):
            os.kill(pid, signal.SIGSTOP if still else signal.SIGCONT)

    def _fill(self, home: Path) -> None:
        subprocess.run(
            [
                *(str(self._binaries / "pg_basebackup"), "-D", str(home / "data"), "-R"),
                *("-h", str(self._primary.home), "-U", "postgres", "-c", "fast", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=home,
            **self._as_user,
        )
