"""Chatting in a channel, timed from posting to the acknowledgement and to every reader."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.bench.sockets import BenchClientPool, BenchPushedMessage, Client

BODY = "The plans for Castle Street are in, with the two changes that we spoke of on Monday."
SETTLE_SECONDS = 5.0
MANY_AUTHORS, FEW_AUTHORS = 32, 4


@dataclass
class Run:
    """The posts, acknowledgements and deliveries of one run."""

    sent_at: dict[int, float] = field(default_factory=dict)
    asked: dict[tuple[int, int], int] = field(default_factory=dict)
    answered_after: list[float] = field(default_factory=list)
    delivered_after: list[float] = field(default_factory=list)
    refused: int = 0
    cut_off: int = 0

    def told(self, client: Client, messages: Sequence[BenchPushedMessage]) -> None:
        """Record messages that arrived."""
        now = time.perf_counter()
        for rev, number in messages:
            if rev == client.rev + 1:
                client.rev = rev
            else:
                client.hear(rev)
            if sent_at := self.sent_at.get(number):
                self.delivered_after.append(now - sent_at)

    def answered(self, client: Client, number: int, body: bytes) -> None:
        """Record an acknowledgement."""
        if post := self.asked.pop((client.name, number), None):
            self.answered_after.append(time.perf_counter() - self.sent_at[post])
            self.refused += not body.startswith(b'[{"ok":true')

    def greeted(self, client: Client, rev: int) -> None:
        """Record the revision at which a client starts."""
        client.rev = rev

    def gone(self, client: Client) -> None:
        """Record that a connection was cut off."""
        self.cut_off += client.is_greeted


def talk(
    pool: BenchClientPool,
    clients: Sequence[Client],
    run: Run,
    posts: int,
    *,
    per_second: int,
    body: str = BODY,
) -> None:
    """Post from these clients in turn at an even pace, and listen until everything has arrived."""
    began = time.perf_counter()
    for number in range(posts):
        due = began + number / per_second
        while (wait := due - time.perf_counter()) > 0:
            pool.listen(wait, run)
        post(pool, clients[number % len(clients)], run, f"{number}. {body}")
    _settle(pool, run, len(clients))


def talk_at_peak(
    pool: BenchClientPool, run: Run, seconds: float, *, authors: int = MANY_AUTHORS
) -> None:
    """Keep a post of each author unacknowledged, and listen until everything has arrived.

    Few authors are always the same clients; `MANY_AUTHORS` are all clients in turn.
    """
    turns = pool.clients if authors == MANY_AUTHORS else pool.clients[:authors]
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        while len(run.asked) < authors:
            number = len(run.sent_at)
            post(pool, turns[number % len(turns)], run, f"{number}. {BODY}")
        pool.listen(0.1, run)
    _settle(pool, run, len(pool.clients))


def post(pool: BenchClientPool, client: Client, run: Run, body: str) -> None:
    """Post from a client and record the time."""
    now = time.perf_counter()
    number, asked = pool.post(client, body)
    run.sent_at[number] = now
    run.asked[(client.name, asked)] = number


def _settle(pool: BenchClientPool, run: Run, readers: int) -> None:
    """Listen until everything has arrived, or nothing has for `SETTLE_SECONDS`."""
    heard, last = -1, time.perf_counter()
    while run.asked or len(run.delivered_after) < len(run.sent_at) * readers:
        if len(run.delivered_after) > heard:
            heard, last = len(run.delivered_after), time.perf_counter()
        elif time.perf_counter() - last > SETTLE_SECONDS:
            return
        pool.listen(0.1, run)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")
