"""Tabs of people who go on talking whatever happens to the server, as the page's script does."""

import contextlib
import json
import math
import random
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import websocket

from tests.delivery.realtime.clients import Client, Refused, name_of
from tests.faults.history import (
    FAIL,
    INFO,
    OK,
    Answered,
    Asked,
    Came,
    Caught,
    History,
    Message,
    Record,
    Told,
)

GONE = (OSError, websocket.WebSocketException, Refused)
PAUSE_SECONDS = 0.1
LISTENS_SECONDS = 0.2
RETURNS_WITHIN_SECONDS = 0.4
ANSWERED_WITHIN_SECONDS = 60
UNKNOWN = (500, 503)
"""Answers after which it may be stored all the same: the connection to the database was lost."""


@dataclass
class Tab:
    """One tab: sends once, repeats what was not answered, catches up, and writes all down.

    `known` is what the screen shows, by id; `waiting` what is sent and not yet answered.
    """

    name: str
    address: Callable[[], str]
    cookie: str
    conversation_id: str
    history: History
    talks: bool = True
    dice: random.Random = field(default_factory=random.Random)
    rev: int = 0
    known: dict[str, Message] = field(default_factory=dict)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    said: int = 0
    acknowledged: int = 0
    heard_live: int = 0
    connections: int = 0
    is_gone: bool = False
    client: Any = None
    paused: threading.Event = field(default_factory=threading.Event)

    def note(self, record: Record) -> None:
        """Write down."""
        self.history.note(record, time.monotonic())

    def live_until(self, stop: threading.Event) -> None:
        """Talk and listen; when the connection is lost, come back and go on."""
        pause = threading.Event()
        while not (stop.is_set() and not self.waiting):
            if self.paused.is_set():
                self.hang_up()
                pause.wait(PAUSE_SECONDS)
                continue
            try:
                self.come_back()
                self.do_something(quiet=stop.is_set())
                pause.wait(self.dice.uniform(0.5, 1.5) * PAUSE_SECONDS)
            except GONE:
                self.hang_up()
                pause.wait(self.dice.uniform(0.1, RETURNS_WITHIN_SECONDS))

    def do_something(self, *, quiet: bool) -> None:
        """Post, or change what one said, or only listen."""
        if self.waiting or (self.talks and not quiet and self.dice.random() < 0.8):
            self.post()
        elif self.talks and not quiet and self.dice.random() < 0.5:
            self.edit()
        else:
            self.listen()

    def come_back(self) -> None:
        """Connect if need be, and catch up."""
        if self.client is None:
            self.client = Client(self.address(), cookie=self.cookie)
            self.client.socket.settimeout(ANSWERED_WITHIN_SECONDS)
            self.connections += 1
            self.note(Came(self.name))
            self.catch_up()

    def new_post(self) -> tuple[str, str]:
        """Say something new; the words say who and which."""
        self.said += 1
        client_id, body = str(uuid4()), f"{self.name} {self.said}"
        self.waiting.append((client_id, body))
        self.note(Asked(self.name, client_id, body))
        return client_id, body

    def payload(self, client_id: str, body: str) -> dict[str, Any]:
        """What is sent of a post."""
        return {"conversation_id": self.conversation_id, "client_id": client_id, "body": body}

    def post(self) -> None:
        """Say something new, or again what was not answered, under the same id."""
        if not self.waiting:
            self.new_post()
        client_id, body = self.waiting[0]
        try:
            answer = self.client.ask("message:post", self.payload(client_id, body))
        except GONE:
            self.note(Answered(self.name, client_id, INFO))
            raise
        self.take_answer(client_id, answer)
        self.take_pushes()

    def settle(self) -> None:
        """Post what waits until it is answered for good."""
        while self.waiting:
            self.post()

    def take_answer(self, client_id: str, answer: dict[str, Any]) -> None:
        """Note what became of a post, and let it go if it is settled."""
        if answer["ok"]:
            self.note(Answered(self.name, client_id, OK, answer["message"]))
            self.acknowledged += 1
        else:
            status = answer["error"]["status"]
            outcome = INFO if status in UNKNOWN else FAIL
            self.note(Answered(self.name, client_id, outcome, status=status))
            if status in (429, *UNKNOWN):
                return
        self.waiting = [one for one in self.waiting if one[0] != client_id]

    def edit(self) -> None:
        """Change something that one said oneself."""
        own = [one for one in self.known.values() if self.is_own(one)]
        if not own:
            return
        message = self.dice.choice(own[-10:])
        words = message["body"].split(" ·", 1)[0]
        body = f"{words} · {self.dice.randrange(1000)}"
        change = {"id": message["id"], "body": body, "body_rev": message["body_rev"]}
        self.client.ask("message:edit", change)
        self.take_pushes()

    def is_own(self, message: Message) -> bool:
        """Whether this tab said it, and it is still there."""
        return not message["deleted"] and message["body"].startswith(f"{self.name} ")

    def listen(self, *, up_to: float = math.inf) -> None:
        """Take what is pushed, for a moment, or until a revision is known."""
        until = time.monotonic() + LISTENS_SECONDS
        while self.rev < up_to and (left := until - time.monotonic()) > 0:
            if self.client.socket.sock is None:
                raise ConnectionError(self.name)
            if select.select([self.client.socket.sock], [], [], left)[0]:
                message = self.client.socket.recv()
                if message == "2":
                    self.client.send("3")
                self.client.frames.append(message)
                self.take_pushes()

    def take_pushes(self) -> None:
        """Take in what was pushed; where something lacks, ask for it."""
        while self.client.frames:  # some came while it asked: what it asks for ends before them
            frames = [frame for frame in self.client.frames if name_of(frame)]
            self.client.frames.clear()
            for frame in frames:
                event, payload = json.loads(frame[2:])
                if event == "hello":
                    standings = {one["id"]: one["rev"] for one in payload["conversations"]}
                    self.catch_up(standings.get(self.conversation_id))
                elif event in ("message:posted", "message:changed"):
                    self.hear(event, payload)

    def hear(self, event: str, payload: Message) -> None:
        """Show a pushed message, unless an earlier revision is still to come."""
        if payload["conversation_id"] != self.conversation_id:
            return
        self.note(Told(self.name, event, payload["rev"], payload["message"]))
        if payload["rev"] <= self.rev:
            return
        if payload["rev"] > self.rev + 1:
            self.catch_up(payload["rev"])
            return
        self.heard_live += 1
        self.show(payload["message"])
        self.rev = payload["rev"]

    def catch_up(self, to: int | None = None) -> None:
        """Ask for what changed since, until nothing lacks up to a revision; or nothing at all."""
        while True:
            asked_at = time.monotonic()
            known = [{"id": self.conversation_id, "rev": self.rev, "to": to}]
            answer = self.client.ask("conversation:sync", {"conversations": known})
            if not answer["ok"]:
                raise ConnectionError(answer)
            [found] = answer["conversations"]
            if found.get("gone"):
                self.is_gone = True
                return
            self.is_gone = False
            if found.get("reset"):
                self.rev = 0
                self.known.clear()
                self.note(Caught(self.name, asked_at, 0, [], reset=True))
                continue
            self.note(Caught(self.name, asked_at, found["rev"], found["messages"]))
            for message in found["messages"]:
                self.show(message)
            self.rev = max(self.rev, found["rev"])
            if found["complete"]:
                return

    def look_again(self) -> None:
        """Ask for what changed since, and take what was pushed until the answer came."""
        self.catch_up()
        self.take_pushes()

    def show(self, message: Message) -> None:
        """Put a message on the screen, in the place of what it was before."""
        there = self.known.get(message["id"])
        if there is None or there["rev"] <= message["rev"]:
            self.known[message["id"]] = message

    def hang_up(self) -> None:
        """Let go of a connection that is lost."""
        if self.client:
            with contextlib.suppress(*GONE):
                self.client.close()
            self.client = None
