"""The benchmark of a restart: how soon all clients are back, have caught up, and can post."""

import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.bench.chat import BODY, MANY_AUTHORS, Run, percentile, post
from tools.bench.processes import BenchServer
from tools.bench.sockets import BenchClientPool, BenchPushedMessage, Client

# As browsers wait: static/platform/core/socket.js.
FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS = 0.3, 5.0
POSTS_PER_SECOND = 20
TIMEOUT_SECONDS = 90


@dataclass(frozen=True)
class Returned:
    """The results, in seconds since the server stopped and since the first client was back."""

    people: int
    since_end: float
    since_first: float
    answered: float
    posts: int
    refused: int
    behind: int


@dataclass
class Returning(Run):
    """A run whose clients reconnect by themselves and fetch what they missed."""

    pool: BenchClientPool = field(kw_only=True)
    due: dict[Client, float] = field(default_factory=dict)
    tries: dict[Client, int] = field(default_factory=dict)
    asking: dict[tuple[int, int], Client] = field(default_factory=dict)
    ask_again: dict[Client, float] = field(default_factory=dict)
    behind: set[Client] = field(default_factory=set)
    reached: dict[Client, int] = field(default_factory=dict)
    present: list[Client] = field(default_factory=list)

    def gone(self, client: Client) -> None:
        """Schedule a reconnection, with a longer wait each time."""
        if client in self.present:
            self.present.remove(client)
            self.ask_again.pop(client, None)
        self.behind.add(client)
        tries = self.tries[client] = self.tries.get(client, -1) + 1
        wait = min(FIRST_WAIT_SECONDS * 2**tries, MAX_WAIT_SECONDS)
        self.due[client] = time.perf_counter() + wait * random.uniform(0.5, 1.5)  # noqa: S311 - no secret

    def greeted(self, client: Client, rev: int) -> None:
        """Fetch what the client missed, if anything."""
        self.present.append(client)
        self.reached[client] = rev
        if rev > client.rev or client.missing:
            self.ask(client)
        else:
            self.behind.discard(client)

    def told(self, client: Client, messages: Sequence[BenchPushedMessage]) -> None:
        """Record messages, and fetch missing ones."""
        super().told(client, messages)
        if client.missing and client not in self.behind:
            self.behind.add(client)
            self.ask(client)

    def ask(self, client: Client) -> None:
        """Request the changes since the last revision before the first gap.

        What comes after the greeting is pushed: static/messaging/messages/catch-up.js.
        """
        rev = min(client.missing, default=client.rev + 1) - 1
        to = max(self.reached.get(client, 0), *client.missing, 0)
        known = {"id": self.pool.conversation_id, "rev": rev, "to": to}
        number = client.ask("conversation:sync", {"conversations": [known]})
        self.asking[(client.name, number)] = client

    def answered(self, client: Client, number: int, body: bytes) -> None:
        """Merge the changes that the client missed."""
        if self.asking.pop((client.name, number), None) is None:
            super().answered(client, number, body)
            return
        (reply,) = json.loads(body)
        if not reply["ok"]:
            self.refused += 1
            self.ask_again[client] = time.perf_counter() + FIRST_WAIT_SECONDS
            return
        (page,) = reply["conversations"]
        client.rev = max(client.rev, page["rev"])
        client.missing = {rev for rev in client.missing if rev > page["rev"]}
        if client.missing or not page["complete"]:
            self.ask(client)
        else:
            self.behind.discard(client)


def measure(program: BenchServer, pool: BenchClientPool) -> Returned:
    """Restart the server under its clients, and post as soon as one client is back."""
    run = Returning(pool=pool)
    for client in pool.clients:
        if client.sock.fileno() < 0:  # it was cut off before
            run.gone(client)
    restart = threading.Thread(target=_restart, args=[program])
    began, first, next_post = time.perf_counter(), 0.0, 0.0
    restart.start()
    while time.perf_counter() < began + TIMEOUT_SECONDS:
        pool.listen(0.01, run)
        now = time.perf_counter()
        for client in _due(run.due, now):
            pool.connect_again(client)
        for client in _due(run.ask_again, now):
            run.ask(client)
        if restart.is_alive() or not run.present:
            continue
        first = first or now
        if not run.behind and not run.asked:
            break
        if now >= next_post and run.behind and len(run.asked) < MANY_AUTHORS:
            next_post = now + 1 / POSTS_PER_SECOND
            number = len(run.sent_at)
            post(pool, run.present[number % len(run.present)], run, f"{number}. {BODY}")
    ended = time.perf_counter()
    restart.join()
    answered = percentile(run.answered_after, 0.95)
    return Returned(
        people=len(pool.clients),
        since_end=ended - began,
        since_first=ended - first,
        answered=answered,
        posts=len(run.sent_at),
        refused=run.refused + len(run.asked),
        behind=len(run.behind),
    )


def _due(waiting: dict[Client, float], now: float) -> list[Client]:
    """Remove and return the clients whose wait is over."""
    found = [client for client, due in waiting.items() if due <= now]
    for client in found:
        del waiting[client]
    return found


def _restart(program: BenchServer) -> None:
    program.stop()
    program.start()
