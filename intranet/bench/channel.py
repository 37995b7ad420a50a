"""One contender in a channel of so many people: everything that is measured of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intranet.bench import returning, slow
from intranet.bench.chat import Run, percentile, talk, talk_at_peak
from intranet.bench.contenders import Contender
from intranet.bench.polling import PollingPool
from intranet.bench.processes import Program
from intranet.bench.returning import Returned
from intranet.bench.slow import Stalled
from intranet.bench.sockets import Client, Pool

POSTS_PER_SECOND = 20
POLLED_PER_SECOND = 5
WARM_UP = 20
FIRST = 20
STALLED_AMONG = 300  # long texts to more would measure the machine


@dataclass(frozen=True)
class Figures:
    """What was measured. Times are in seconds, `cpu` and `beside` for each delivery at peak.

    `beside` is what the services took, `answered` and `delivered` are the p95 of posts at an
    even pace.
    """

    name: str
    people: int
    is_ours: bool
    cpu: float
    beside: float
    per_second: float
    answered: float
    delivered: float
    socket_bytes: float
    faults: Mapping[str, int]
    refused: int
    stalled: Sequence[Stalled] = ()
    returned: Returned | None = None

    @property
    def cpu_in_all(self) -> float:
        """Of the server and of the services beside it."""
        return self.cpu + self.beside


def measure(contender: Contender, people: int, seconds: float, *, polling: bool = False) -> Figures:
    """Measure at peak, at an even pace, with readers that stall, and with all coming back.

    Clients that poll are measured at peak and at an even pace alone.
    """
    kind = PollingPool if polling else Pool
    with contender.serves(people) as (program, room):
        pool = kind((program.host, program.port), room.conversation_id)
        try:
            socket_bytes = _connect(program, pool, room.cookies)
            peak = _at_peak(program, pool, seconds)
            even = Run()
            pace = POLLED_PER_SECOND if polling else POSTS_PER_SECOND
            talk(pool, pool.clients, even, int(pace * seconds), per_second=pace)
            faults = _faults(pool.clients)
            return Figures(
                name=f"{contender.name}, polling" if polling else contender.name,
                people=people,
                is_ours=contender.is_ours,
                cpu=peak.cpu,
                beside=peak.beside,
                per_second=peak.per_second,
                answered=percentile(even.answered_after, 0.95),
                delivered=percentile(even.delivered_after, 0.95),
                socket_bytes=socket_bytes,
                faults=faults,
                refused=peak.refused + even.refused + even.cut_off,
                stalled=slow.measure(program, pool)
                if people <= STALLED_AMONG and not polling
                else (),
                returned=returning.measure(program, pool)
                if contender.is_ours and not polling
                else None,
            )
        finally:
            pool.close()


def cpu_of_a_delivery(
    contender: Contender, people: int, seconds: float, *, rounds: int = 2
) -> float:
    """Only what a delivery takes at peak, in seconds: the best of some rounds, for noise adds."""
    with contender.serves(people) as (program, room):
        pool = Pool((program.host, program.port), room.conversation_id)
        try:
            pool.connect(room.cookies, Run())
            return min(_at_peak(program, pool, seconds).cpu for _round in range(rounds))
        finally:
            pool.close()


def _connect(program: Program, pool: Pool, cookies: Sequence[str]) -> float:
    """Connect everybody; what each takes, without the first, for whom everything is made."""
    run = Run()
    pool.connect(cookies[:FIRST], run)
    talk(pool, pool.clients, Run(), FIRST, per_second=POSTS_PER_SECOND)
    held, rest = program.resident_bytes(), cookies[FIRST:]
    pool.connect(rest, run)
    return (program.resident_bytes() - held) / max(len(rest), 1)


@dataclass(frozen=True)
class _Peak:
    cpu: float
    beside: float
    per_second: float
    refused: int


def _at_peak(program: Program, pool: Pool, seconds: float) -> _Peak:
    talk(pool, pool.clients, Run(), WARM_UP, per_second=POSTS_PER_SECOND)
    run = Run()
    cpu, beside, began = program.cpu_seconds(), program.cpu_seconds_beside(), time.perf_counter()
    talk_at_peak(pool, run, seconds)
    heard = max(len(run.delivered_after), 1)
    return _Peak(
        cpu=(program.cpu_seconds() - cpu) / heard,
        beside=(program.cpu_seconds_beside() - beside) / heard,
        per_second=heard / (time.perf_counter() - began),
        refused=run.refused + run.cut_off,
    )


def _faults(clients: Sequence[Client]) -> dict[str, int]:
    """Messages lost, doubled or out of order, over all clients."""
    last = max(client.rev for client in clients)
    return {
        "lost": sum(len(one.missing) + last - one.rev for one in clients),
        "doubled": sum(one.doubled for one in clients),
        "disordered": sum(one.disordered for one in clients),
    }
