"""What readers that stop reading cost the others, and what becomes of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from intranet.bench.chat import Run, percentile, talk
from intranet.bench.processes import Program
from intranet.bench.sockets import Client, Pool

LONG = "A long text. " * 600
POSTS_PER_SECOND = 20
POSTS = 200
MEND_SECONDS = 15


@dataclass(frozen=True)
class Stalled:
    """What happened while so many did not read.

    `times` is the others' p95 of delivery against that of before; `whole` is how many of them
    had read everything in the end, `cut_off` whose connection was ended, `broken` who got
    something that is no stream of frames, `stuck` who got neither all nor an end.
    """

    people: int
    times: float
    more_bytes: int
    whole: int
    cut_off: int
    broken: int
    stuck: int


def measure(program: Program, pool: Pool) -> list[Stalled]:
    """Let first one, then a tenth of the clients stop reading while the others talk."""
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


def _talked(pool: Pool, clients: Sequence[Client]) -> float:
    run = Run()
    talk(pool, clients, run, POSTS, per_second=POSTS_PER_SECOND, body=LONG)
    return percentile(run.delivered_after, 0.95)


def _mended(
    pool: Pool, stalled: Sequence[Client], other: Client, times: float, more: int
) -> Stalled:
    """Let them read on, and see what they get."""
    for client in stalled:
        pool.resume(client)
    until, run = time.monotonic() + MEND_SECONDS, Run()
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
