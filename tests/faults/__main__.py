"""`python -m tests.faults`: each fault so many times at moments of chance, and a table of it.

    python -m tests.faults [--times 20] [--fault NAME …] [--database sqlite|postgresql]
                           [--break NAME] [--seed SEED]

The seed is printed: the same one gives the same choices, though not the same moments of threads.
"""

import argparse
import random
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.faults.breakages import BREAKAGES
from tests.faults.cases import FAULTS, Fault
from tests.faults.house import House
from tests.faults.run import running
from tests.faults.site import Site
from tests.faults.switches import turn_on

LONG: dict[str, dict[str, Any]] = {
    "sqlite": {"crowd": 200, "missed": 10_000},
    "postgresql": {"crowd": 1_000, "missed": 10_000},
}
SIZES: dict[str, Any] = {
    "enough": 20,
    "away_seconds": 8,
    "redis_away_seconds": (30, 40),
    "busy_seconds": 5,
}


def main() -> int:
    """Run what is asked for; 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--fault", action="append", choices=sorted(FAULTS), default=[])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--break", dest="broken", choices=sorted(BREAKAGES))
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    parser.add_argument("--short", action="store_true", help="as in the tests: small and quick")
    asked = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    names = asked.fault or ([BREAKAGES[asked.broken].fault] if asked.broken else list(FAULTS))
    faults = [FAULTS[name] for name in names if FAULTS[name].only in (None, asked.database)]
    sizes = {} if asked.short else {**SIZES, **LONG[asked.database]}
    print(f"seed {asked.seed}, {asked.database}", flush=True)
    tallies = {fault.name: Tally() for fault in faults}
    with ExitStack() as stack, suppress(KeyboardInterrupt):
        stack.callback(_print_table, tallies)
        house = House(asked.database, stack)
        # Each once, then each again: a run that is broken off has a table as well.
        for number in range(asked.times):
            for fault in faults:
                site = house.site(switched=True) if asked.broken else fault.site(house)
                turn_on(site.switch, *filter(None, [asked.broken]))
                _once(
                    site, fault, f"{asked.seed} {fault.name} {number}", sizes, tallies[fault.name]
                )
                house.leave(site)
    return int(any(tally.found for tally in tallies.values()))


@dataclass
class Tally:
    """What came of one fault."""

    times: int = 0
    posts: int = 0
    seconds: float = 0
    found: Counter[str] = field(default_factory=Counter)
    figures: dict[str, float] = field(default_factory=dict)


def _once(site: Site, fault: Fault, seed: str, sizes: dict[str, Any], tally: Tally) -> None:
    """Run a fault and count what came of it; what was found is printed at once."""
    began, logged = time.monotonic(), site.logged()
    with running(site, seed, **sizes) as run:
        verdicts = run.through(fault.act, kills=fault.kills)
    tally.times += 1
    tally.posts += run.acknowledged
    tally.seconds += time.monotonic() - began
    tally.found.update(verdicts.names)
    for name, value in run.figures.items():
        tally.figures[name] = max(value, tally.figures.get(name, value))
    if verdicts.names:
        print(f"{fault.name}, seed “{seed}”:\n{verdicts}", flush=True)
        for line, times in Counter(site.complaints(logged)).items():
            print(f"  logged × {times}: {line}", flush=True)


def _print_table(tallies: dict[str, Tally]) -> None:
    print(f"{'fault':28}{'times':>6}{'posts':>8}{'s each':>8}  found; the largest of each figure")
    for name, tally in tallies.items():
        found = ", ".join(f"{verdict} × {times}" for verdict, times in tally.found.items())
        most = "".join(f"; {name} {value:.2f}" for name, value in tally.figures.items())
        each = tally.seconds / max(tally.times, 1)
        print(f"{name:28}{tally.times:6}{tally.posts:8}{each:8.1f}  {found or 'nothing'}{most}")


if __name__ == "__main__":
    sys.exit(main())
