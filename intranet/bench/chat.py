"""How fast a channel is: from posting to the acknowledgement, and to everybody's screen."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import uuid4

from flask import Flask

from intranet.bench.site import Room, Server, make_room, serving
from intranet.bench.sockets import Client, Pool

BODY = "The plans for Castle Street are in, with the two changes that we spoke of on Monday."
SETTLE_SECONDS = 5.0
WARM_UP = 20


@dataclass
class Run:
    """What was sent, answered and heard in one run."""

    sent_at: dict[str, float] = field(default_factory=dict)
    asked: dict[tuple[int, int], str] = field(default_factory=dict)
    answered_after: list[float] = field(default_factory=list)
    delivered_after: list[float] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    heard: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    refused: int = 0

    def answer(self, client: Client, number: int, body: Any) -> None:
        """Note an acknowledgement."""
        client_id = self.asked.pop((client.name, number), None)
        if client_id is None:
            return
        if not body["ok"]:
            self.refused += 1
            return
        self.answered_after.append(time.perf_counter() - self.sent_at[client_id])
        self.places[client_id] = body["message"]["seq"]

    def hear(self, client: Client, event: str, body: Any) -> None:
        """Note a message that arrived."""
        if event != "message:posted":
            return
        sent_at = self.sent_at.get(body["message"]["client_id"])
        if sent_at is not None:
            self.delivered_after.append(time.perf_counter() - sent_at)
            self.heard[client.name].append(body["message"]["seq"])


@dataclass(frozen=True)
class Result:
    """The figures of one run; times in seconds."""

    people: int
    posts: int
    seconds: float
    cpu_seconds: float
    run: Run

    @property
    def deliveries(self) -> int:
        """How many messages arrived at a client."""
        return len(self.run.delivered_after)

    def faults(self) -> dict[str, int]:
        """Messages lost, doubled or out of order, over all clients."""
        wanted = set(self.run.places.values())
        lost = doubled = disordered = 0
        for name in range(self.people):
            seqs = self.run.heard.get(name, [])
            lost += len(wanted - set(seqs))
            doubled += len(seqs) - len(set(seqs))
            disordered += sum(before > after for before, after in pairwise(seqs))
        return {"lost": lost, "doubled": doubled, "disordered": disordered}


def measure(app: Flask, people: int, *, posts_per_second: int, seconds: int) -> Result:
    """Let so many people be in one channel, and post into it in turn at an even pace."""
    with app.app_context():
        room = make_room(people)
    with serving(app) as server:
        pool = Pool(server.host, server.port)
        try:
            for cookie in room.cookies:
                pool.connect(cookie)
            talk(pool, room, Run(), WARM_UP, posts_per_second)
            return _measured(server, pool, room, posts_per_second, seconds)
        finally:
            pool.close()


def _measured(
    server: Server, pool: Pool, room: Room, posts_per_second: int, seconds: int
) -> Result:
    run = Run()
    posts = posts_per_second * seconds
    cpu, began = server.cpu_seconds(), time.perf_counter()
    talk(pool, room, run, posts, posts_per_second)
    return Result(
        people=len(pool.clients),
        posts=posts,
        seconds=time.perf_counter() - began,
        cpu_seconds=server.cpu_seconds() - cpu,
        run=run,
    )


def talk(pool: Pool, room: Room, run: Run, posts: int, posts_per_second: int) -> None:
    """Post, and listen until all has arrived or nothing more comes."""
    began = time.perf_counter()
    for number in range(posts):
        due = began + number / posts_per_second
        while (wait := due - time.perf_counter()) > 0:
            pool.listen(wait, run.hear, run.answer)
        _post(pool.clients[number % len(pool.clients)], room, run, number)
    _settle(pool, run, posts * len(pool.clients))


def _settle(pool: Pool, run: Run, deliveries: int) -> None:
    """Listen until all has arrived, or nothing has come for a while."""
    heard, last = -1, time.perf_counter()
    while len(run.delivered_after) < deliveries:
        if len(run.delivered_after) > heard:
            heard, last = len(run.delivered_after), time.perf_counter()
        elif time.perf_counter() - last > SETTLE_SECONDS:
            return
        pool.listen(0.1, run.hear, run.answer)


def _post(client: Client, room: Room, run: Run, number: int) -> None:
    client_id = str(uuid4())
    run.sent_at[client_id] = time.perf_counter()
    asked = client.ask(
        "message:post",
        {
            "conversation_id": str(room.conversation_id),
            "client_id": client_id,
            "body": f"{number}. {BODY}",
        },
    )
    run.asked[(client.name, asked)] = client_id


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")
