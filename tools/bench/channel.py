"""All measurements of one contender in a channel of a given size."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.bench import returning, slow
from tools.bench.chat import FEW_AUTHORS, MANY_AUTHORS, Run, percentile, talk, talk_at_peak
from tools.bench.contenders import Contender
from tools.bench.polling import PollingPool
from tools.bench.processes import BenchServer
from tools.bench.returning import Returned
from tools.bench.slow import Stalled
from tools.bench.sockets import BenchClientPool, Client

POSTS_PER_SECOND = 20
POLLED_POSTS_PER_SECOND = 5
WARM_UP_POSTS = 20
FIRST_CLIENTS = 20
MAX_PEOPLE_TO_STALL = 300  # long texts to more would measure the machine


@dataclass(frozen=True)
class ChannelFigures:
    """The results of one contender, in seconds; `cpu` and `beside` are per delivery at peak.

    `cpu_of_few` is `cpu` where few people write. `beside` is the processor time of the services.
    `answered` and `delivered` are the p95 of posts at an even pace.
    """

    name: str
    people: int
    is_ours: bool
    cpu: float
    beside: float
    cpu_of_few: float
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
        """Processor time of the server and of the services beside it."""
        return self.cpu + self.beside


def measure(
    contender: Contender, people: int, seconds: float, *, polling: bool = False
) -> ChannelFigures:
    """Measure a contender at peak, at an even pace, with stalled readers and after a restart.

    Polling clients are measured only at peak and at an even pace.
    """
    kind = PollingPool if polling else BenchClientPool
    with contender.serves(people) as (program, channel):
        pool = kind((program.host, program.port), channel.conversation_id)
        try:
            socket_bytes = _connect(program, pool, channel.cookies)
            peak = _at_peak(program, pool, seconds)
            of_few = _at_peak(program, pool, seconds, authors=FEW_AUTHORS)
            even = Run()
            pace = POLLED_POSTS_PER_SECOND if polling else POSTS_PER_SECOND
            talk(pool, pool.clients, even, int(pace * seconds), per_second=pace)
            faults = _faults(pool.clients)
            return ChannelFigures(
                name=f"{contender.name}, polling" if polling else contender.name,
                people=people,
                is_ours=contender.is_ours,
                cpu=peak.cpu,
                beside=peak.beside,
                cpu_of_few=of_few.cpu,
                per_second=peak.per_second,
                answered=percentile(even.answered_after, 0.95),
                delivered=percentile(even.delivered_after, 0.95),
                socket_bytes=socket_bytes,
                faults=faults,
                refused=peak.refused + of_few.refused + even.refused + even.cut_off,
                stalled=slow.measure(program, pool)
                if people <= MAX_PEOPLE_TO_STALL and not polling
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
    """Return the lowest processor seconds per delivery at peak: noise can only raise them."""
    with contender.serves(people) as (program, channel):
        pool = BenchClientPool((program.host, program.port), channel.conversation_id)
        try:
            pool.connect(channel.cookies, Run())
            return min(_at_peak(program, pool, seconds).cpu for _round in range(rounds))
        finally:
            pool.close()


def _connect(program: BenchServer, pool: BenchClientPool, cookies: Sequence[str]) -> float:
    """Connect everybody and return the bytes per socket.

    The first clients do not count: the server allocates its shared structures for them.
    """
    run = Run()
    pool.connect(cookies[:FIRST_CLIENTS], run)
    talk(pool, pool.clients, Run(), FIRST_CLIENTS, per_second=POSTS_PER_SECOND)
    held, rest = program.resident_bytes(), cookies[FIRST_CLIENTS:]
    pool.connect(rest, run)
    return (program.resident_bytes() - held) / max(len(rest), 1)


@dataclass(frozen=True)
class _Peak:
    cpu: float
    beside: float
    per_second: float
    refused: int


def _at_peak(
    program: BenchServer, pool: BenchClientPool, seconds: float, *, authors: int = MANY_AUTHORS
) -> _Peak:
    talk(pool, pool.clients, Run(), WARM_UP_POSTS, per_second=POSTS_PER_SECOND)
    run = Run()
    cpu, beside, began = program.cpu_seconds(), program.cpu_seconds_beside(), time.perf_counter()
    talk_at_peak(pool, run, seconds, authors=authors)
    heard = max(len(run.delivered_after), 1)
    return _Peak(
        cpu=(program.cpu_seconds() - cpu) / heard,
        beside=(program.cpu_seconds_beside() - beside) / heard,
        per_second=heard / (time.perf_counter() - began),
        refused=run.refused + run.cut_off,
    )


def _faults(clients: Sequence[Client]) -> dict[str, int]:
    """Count the messages lost, doubled or out of order, over all clients."""
    last = max(client.rev for client in clients)
    return {
        "lost": sum(len(one.missing) + last - one.rev for one in clients),
        "doubled": sum(one.doubled for one in clients),
        "disordered": sum(one.disordered for one in clients),
    }
