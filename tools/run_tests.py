"""Run the tests that use no database, and the others on SQLite and PostgreSQL, all at once.

Three pytest processes, so that the two cores of a small machine are busy while one waits; the
arguments are pytest's. The first is shown as it runs, then what the others said. The last lines
count them; those of the two databases differ only by the tests named there.
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
RUNS = ("none", "sqlite", "postgresql")
LONGEST, POLITE = "postgresql", 3
"""The run by which all end has nearly a core for itself; the others share the rest."""

OUTCOMES = ("failed", "error", "passed", "skipped")


@dataclass
class Run:
    """One pytest on one database, or of what uses none."""

    database: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, arguments: list[str]) -> None:
        """Begin; what it says goes to a file."""
        cache = f"cache_dir={ROOT / '.pytest_cache' / self.database}"
        color = "yes" if sys.stdout.isatty() else "no"
        command = [sys.executable, "-m", "pytest", "-o", cache, f"--color={color}", *arguments]
        command += ["--database", self.database, "--counts", str(self.folder / self.database)]
        if self.database != LONGEST:
            command = ["nice", f"-n{POLITE}", *command]
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
        """How many tests had which of the `outcomes`, and which of them ran `only_here`."""
        try:
            counted: dict[str, Any] = json.loads((self.folder / self.database).read_text())
        except (OSError, ValueError):
            return {"outcomes": {}, "only_here": []}
        return counted

    @property
    def title(self) -> str:
        """How it is called in what is shown."""
        return "without a database" if self.database == "none" else self.database

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.database}.log"


def main(arguments: list[str]) -> int:
    """Run all and give one exit status: 0, or that of the first that failed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tests-") as folder:
        runs = [Run(name, Path(folder)) for name in RUNS]
        for run in runs:
            run.start(arguments)
        statuses = []
        try:
            for run in runs:
                print(f"\n{run.title} " + "=" * (70 - len(run.title)), flush=True)
                statuses.append(run.show())
        except KeyboardInterrupt:
            for run in runs:
                if run.process:
                    run.process.send_signal(signal.SIGINT)
                    run.process.wait()
            return 130
        counts = [(run.title, run.counts()) for run in runs]
    if set(statuses) != {NOTHING_COLLECTED}:
        statuses = [status for status in statuses if status != NOTHING_COLLECTED]
    _close(counts, time.monotonic() - began)
    return next(filter(None, statuses), 0)


def _close(counts: list[tuple[str, dict[str, Any]]], seconds: float) -> None:
    """Print the closing lines."""
    print()
    total: Counter[str] = Counter()
    for title, counted in counts:
        print(f"{title:20}{_words(counted['outcomes'])}")
        for name in counted["only_here"]:
            print(f"{'':20}only here: {name}")
        total.update(counted["outcomes"])
    print(f" {_words(total)} in {seconds:.2f}s ".center(80, "="), flush=True)


def _words(outcomes: Mapping[str, int]) -> str:
    said = [f"{outcomes[name]} {name}" for name in OUTCOMES if outcomes.get(name)]
    return ", ".join(said) or "no tests ran"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
