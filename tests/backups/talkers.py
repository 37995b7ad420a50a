"""People who go on talking whatever happens to the server, and remember what they were told."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import websocket

from tests.delivery.realtime.clients import Client, Refused, name_of

GONE = (OSError, websocket.WebSocketException, Refused)
PAUSE_SECONDS = 0.05

Message = dict[str, Any]


@dataclass
class Talker:
    """One client, as the page's script is: sends once, repeats what was not answered, catches up.

    `acknowledged` holds the client ids that the server said are stored; `known` is what the
    screen shows, by id of the message. Older programs know of no epoch and say none.
    """

    address: Callable[[], str]
    cookie: str
    conversation_id: str
    knows_epochs: bool = True
    rev: int = 0
    epoch: str | None = None
    resets: int = 0
    known: dict[str, Message] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Message] = field(default_factory=list)
    connections: int = 0
    heard_live: int = 0
    client: Any = None

    def talk_until(self, stop: threading.Event) -> None:
        """Post without rest; when the connection is lost, come back and go on."""
        pause = threading.Event()
        while not (stop.is_set() and not self.waiting):
            try:
                self.come_back()
                while not (stop.is_set() and not self.waiting):
                    self.post()
                    pause.wait(PAUSE_SECONDS)
            except GONE:
                self.hang_up()
                pause.wait(PAUSE_SECONDS)

    def come_back(self) -> None:
        """Connect if need be, and catch up."""
        if self.client is None:
            self.client = Client(self.address(), cookie=self.cookie)
            self.connections += 1
            self.catch_up()

    def post(self) -> None:
        """Say something new, or again what was not answered, under the same id."""
        if not self.waiting:
            self.waiting.append((str(uuid4()), f"Línea {len(self.acknowledged) + 1}"))
        client_id, body = self.waiting[0]
        payload = {"conversation_id": self.conversation_id, "client_id": client_id, "body": body}
        answer = self.client.ask("message:post", payload)
        self.take_pushes()
        if answer["ok"]:
            self.acknowledged[client_id] = answer["message"]["seq"]
            self.waiting.pop(0)
        elif answer["error"]["status"] not in (429, 503):
            self.refused.append(answer)
            self.waiting.pop(0)

    def take_pushes(self) -> None:
        """Take in what was pushed; where something lacks, ask for it."""
        frames = [frame for frame in self.client.frames if name_of(frame)]
        self.client.frames.clear()
        for frame in frames:
            event, payload = json.loads(frame[2:])
            if event == "hello":
                self.catch_up()
            elif event in ("message:posted", "message:changed"):
                self.hear(payload)

    def hear(self, payload: Message) -> None:
        """Show a pushed message, unless an earlier revision is still to come."""
        if payload["conversation_id"] != self.conversation_id or payload["rev"] <= self.rev:
            return
        if payload["rev"] > self.rev + 1:
            self.catch_up()
            return
        self.heard_live += 1
        self.show(payload["message"])
        self.rev = payload["rev"]

    def catch_up(self) -> None:
        """Ask for what changed since, until nothing lacks."""
        while True:
            asked: Message = {"conversations": [{"id": self.conversation_id, "rev": self.rev}]}
            if self.knows_epochs and self.epoch:
                asked["epoch"] = self.epoch
            answer = self.client.ask("conversation:sync", asked)
            if not answer["ok"]:
                raise ConnectionError(answer)
            self.epoch = answer["epoch"]
            [found] = answer["conversations"]
            if found.get("reset"):
                self.resets += 1
                self.rev = 0
                self.known.clear()
                continue
            for message in found["messages"]:
                self.show(message)
            self.rev = max(self.rev, found["rev"])
            if found["complete"]:
                return

    def show(self, message: Message) -> None:
        """Put a message on the screen, in the place of what it was before."""
        self.known[message["id"]] = message

    def hang_up(self) -> None:
        """Let go of a connection that is lost."""
        if self.client:
            self.client.close()
            self.client = None


def everybody_talks(talkers: list[Talker], stop: threading.Event) -> list[threading.Thread]:
    """Let each talk on a thread of their own."""
    threads = [
        threading.Thread(target=talker.talk_until, args=(stop,), daemon=True) for talker in talkers
    ]
    for thread in threads:
        thread.start()
    return threads


def check_contract(talkers: list[Talker], stored: list[Message]) -> int:
    """Everybody was told the same, and what was acknowledged is there once, in its place.

    Args:
        stored: the conversation's messages at the end, in order, as read from the database.

    Returns:
        how many messages were acknowledged.
    """
    places = [message["seq"] for message in stored]
    assert places == list(range(1, len(stored) + 1)), "a hole, or a place given twice"
    by_client_id = {message["client_id"]: message["seq"] for message in stored}
    assert len(by_client_id) == len(stored), "something is stored twice"
    for talker in talkers:
        assert talker.refused == []
        for client_id, seq in talker.acknowledged.items():
            assert by_client_id.get(client_id) == seq, "acknowledged and lost"
        shown = sorted(talker.known.values(), key=lambda message: message["seq"])
        assert shown == stored, "a screen shows something else"
    return sum(len(talker.acknowledged) for talker in talkers)
