"""The benchmark of clients that stop reading: their cost to others, and how they end."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.chat import Run, percentile, talk
from tools.bench.processes import BenchServer
from tools.bench.sockets import BenchClientPool, Client

LONG_BODY = "A long text. " * 600
POSTS_PER_SECOND = 20
POST_COUNT = 200
RECOVERY_SECONDS = 15


@dataclass(frozen=True)
class Stalled:
    """The results with `people` clients stalled.

    `times` is the other clients' p95 of delivery, divided by the p95 before the stall. Of the
    stalled clients, `whole` had read everything in the end, `cut_off` were disconnected, `broken`
    got an invalid stream of frames, and `stuck` were neither complete nor disconnected.
    """

    people: int
    times: float
    more_bytes: int
    whole: int
    cut_off: int
    broken: int
    stuck: int


def measure(program: BenchServer, pool: BenchClientPool) -> list[Stalled]:
    """Stall one client, then a tenth of the clients, while the others chat."""
    clients = list(pool.clients)
    before = _talked(pool, clients)
    found = []
    for count in (1, len(clients) // 10):
        stalled, clients = clients[-count:], clients[:-count]
        held = program.resident_bytes()
        for client in stalled:
            pool.stall(client)
        meanwhile = _talked(pool, clients)
        more = program.resident_bytes() - held
        found.append(_mended(pool, stalled, clients[0], meanwhile / before, more))
    return found


def _talked(pool: BenchClientPool, clients: Sequence[Client]) -> float:
    run = Run()
    talk(pool, clients, run, POST_COUNT, per_second=POSTS_PER_SECOND, body=LONG_BODY)
    return percentile(run.delivered_after, 0.95)


def _mended(
    pool: BenchClientPool, stalled: Sequence[Client], other: Client, times: float, more: int
) -> Stalled:
    """Resume the stalled clients, and count them by what they receive."""
    for client in stalled:
        pool.resume(client)
    until, run = time.monotonic() + RECOVERY_SECONDS, Run()
    while time.monotonic() < until and not all(_is_done(one, other.rev) for one in stalled):
        pool.listen(0.1, run)
    broken = [one for one in stalled if one.is_broken]
    left = [one for one in stalled if one not in broken]
    whole = [one for one in left if one.rev == other.rev and not one.missing]
    gone = [one for one in left if one not in whole and one.sock.fileno() < 0]
    stuck = len(left) - len(whole) - len(gone)
    return Stalled(len(stalled), times, more, len(whole), len(gone), len(broken), stuck)


def _is_done(client: Client, rev: int) -> bool:
    return client.rev == rev or client.is_broken or client.sock.fileno() < 0
