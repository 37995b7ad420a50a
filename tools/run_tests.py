"""Run the tests on SQLite and on PostgreSQL at once; the arguments are pytest's.

Two pytest processes, one for each core of a small machine. SQLite's is shown as it runs, then
PostgreSQL's; what uses no database is shared out between them. The last lines count both; they
differ only by the tests named there.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
OUTCOMES = ("failed", "error", "passed", "skipped")


@dataclass
class Run:
    """One pytest on one database."""

    database: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, arguments: list[str]) -> None:
        """Begin; what it says goes to a file."""
        cache = f"cache_dir={ROOT / '.pytest_cache' / self.database}"
        color = "yes" if sys.stdout.isatty() else "no"
        command = [sys.executable, "-m", "pytest", "-o", cache, f"--color={color}", *arguments]
        command += ["--database", self.database, "--counts", str(self.folder / self.database)]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "INTRANET_TEST_LOCKS": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def show(self) -> int:
        """Copy what it says to the terminal until it ends, and give its exit status."""
        if not self.process:
            return 1
        with self._log.open("rb") as log:
            while True:
                status = self.process.poll()
                if said := log.read():
                    sys.stdout.buffer.write(said)
                    sys.stdout.flush()
                elif status is not None:
                    return status
                else:
                    time.sleep(0.2)

    def counts(self) -> dict[str, Any]:
        """What it counted, `with` and `without` a database, and which tests ran `only_here`."""
        try:
            counted: dict[str, Any] = json.loads((self.folder / self.database).read_text())
        except (OSError, ValueError):
            return {"with": {}, "without": {}, "only_here": []}
        return counted

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.database}.log"


def main(arguments: list[str]) -> int:
    """Run both and give one exit status: 0, or that of the first that failed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tests-") as folder:
        runs = [Run("sqlite", Path(folder)), Run("postgresql", Path(folder))]
        for run in runs:
            run.start(arguments)
        statuses = []
        try:
            for run in runs:
                print(f"\n{run.database} " + "=" * (70 - len(run.database)), flush=True)
                statuses.append(run.show())
        except KeyboardInterrupt:
            for run in runs:
                if run.process:
                    run.process.send_signal(signal.SIGINT)
                    run.process.wait()
            return 130
        counts = {run.database: run.counts() for run in runs}
    if set(statuses) != {NOTHING_COLLECTED}:
        statuses = [status for status in statuses if status != NOTHING_COLLECTED]
    _close(counts, time.monotonic() - began)
    return next(filter(None, statuses), 0)


def _close(counts: dict[str, dict[str, Any]], seconds: float) -> None:
    """Print the closing lines."""
    print()
    without: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for counted in counts.values():
        without.update(counted["without"])
        total.update(counted["with"])
    print(f"{'without a database':20}{_words(without)}")
    for database, counted in counts.items():
        print(f"{database:20}{_words(counted['with'])}")
        for name in counted["only_here"]:
            print(f"{'':20}only here: {name}")
    print(f" {_words(total + without)} in {seconds:.2f}s ".center(80, "="), flush=True)


def _words(outcomes: Mapping[str, int]) -> str:
    said = [f"{outcomes[name]} {name}" for name in OUTCOMES if outcomes.get(name)]
    return ", ".join(said) or "no tests ran"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
