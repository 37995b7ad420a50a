"""A simulation of a restart under many clients: how soon all have what they lack.

A machine with eight processes and 10,000 sockets is more than one on which tests run. What a client
and a message cost was measured with one process on a busy machine (docs/performance.md); the start,
the relay and what a delivery adds are assumed. What is simulated is who waits for whom.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.returning import FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS, POSTS_PER_SECOND

SEED = 12
START_SECONDS = 5.0
CLIENT_SECONDS = 0.0065
"""What a process works to let in, greet and bring up to date one client."""
DATABASE_SECONDS = 0.0045
"""What PostgreSQL works for that."""
MESSAGE_SECONDS, DELIVERY_SECONDS = 0.0035, 0.000_003
RELAY_SECONDS = 0.000_3
"""What a process works to hear of another's message over Redis."""
SLICE_SECONDS = 0.01
GIVES_UP_SECONDS = 600.0


@dataclass
class _Process:
    """A processor's worth of server: the clients that wait for it, and those it has let in."""

    waiting: deque[float] = field(default_factory=deque)
    present: int = 0
    spare: float = 0.0


def seconds_until_whole(clients: int, processes: int, database_cores: int) -> float:
    """Return the seconds from the end of the old processes until every client lacks nothing.

    Clients try again as browsers do, messages go on as soon as the processes are there, and what is
    pushed goes before who comes back.
    """
    chance = random.Random(SEED)  # noqa: S311 - the same day for each size
    all_processes = [_Process() for _process in range(processes)]
    for number, due in enumerate(sorted(_back_at(chance) for _client in range(clients))):
        all_processes[number % processes].waiting.append(due)
    now, database = START_SECONDS, 0.0
    while any(one.waiting for one in all_processes) and now < GIVES_UP_SECONDS:
        now += SLICE_SECONDS
        database = min(database, 0) + database_cores * SLICE_SECONDS
        posts = POSTS_PER_SECOND * SLICE_SECONDS
        for one in all_processes:
            pushed = posts * (RELAY_SECONDS + one.present * DELIVERY_SECONDS)
            written = posts * MESSAGE_SECONDS / processes
            one.spare = min(one.spare, 0) + SLICE_SECONDS - pushed - written
        # One of each in turn, so that the database serves the processes alike.
        while took := [one for one in all_processes if _may_serve(one, now) and database > 0]:
            for one in took:
                one.waiting.popleft()
                one.present += 1
                one.spare -= CLIENT_SECONDS
                database -= DATABASE_SECONDS
    return now


def _may_serve(process: _Process, now: float) -> bool:
    return bool(process.waiting) and process.waiting[0] <= now and process.spare > 0


def _back_at(chance: random.Random) -> float:
    """Return when a client first finds a process that listens."""
    now, tries = 0.0, 0
    while now < START_SECONDS:
        wait = min(FIRST_WAIT_SECONDS * 2**tries, MAX_WAIT_SECONDS)
        now += wait * chance.uniform(0.5, 1.5)
        tries += 1
    return now


SIZES = ((1_000, 1, 1), (2_000, 1, 1), (2_000, 2, 1), (10_000, 8, 2), (10_000, 8, 4))


def storms() -> Iterator[str]:
    """Yield a table: for each size, the seconds until all are back and lack nothing."""
    yield f"  {'clients':>8} {'processes':>9} {'database cores':>14} {'all whole after':>16}"
    for clients, processes, cores in SIZES:
        took = seconds_until_whole(clients, processes, cores)
        yield f"  {clients:>8,} {processes:>9} {cores:>14} {took:>14.1f} s"
