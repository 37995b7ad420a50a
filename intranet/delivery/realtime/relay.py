"""The relay between processes: pushes go over Redis as JSON, and foreign messages are ignored.

Redis stores nothing here. While it is down, each process serves its own sockets. When it returns,
all clients are greeted again, and ask for what they missed.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.push_order import Message, PushOrder

log = logging.getLogger(__name__)

ANSWERS_WITHIN_SECONDS = 1
LOOKS_EVERY_SECONDS = 1
SILENT_SECONDS = 4
AWAY_SECONDS = 2
RETURNS_WITHIN_SECONDS = 1
MAX_WAITING = 5_000


class Relay:
    """Publishes to all processes and listens, on a thread of its own that reconnects by itself.

    A process also receives its own messages from Redis, so that all processes deliver in one order.
    """

    def __init__(
        self,
        url: str,
        channel: str,
        *,
        heard: Callable[[Message], None],
        returned: Callable[[], None],
    ) -> None:
        """Store the callbacks: `heard` for each message, `returned` when listening resumes."""
        self._channel = channel
        self._heard = heard
        self._order = PushOrder(lambda message: self._guarded(heard, message))
        self._returned = returned
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=ANSWERS_WITHIN_SECONDS,
            socket_connect_timeout=ANSWERS_WITHIN_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._origin = uuid4().hex
        self._lock = threading.Lock()
        self._number = 0
        self._waiting: dict[int, Message] = {}
        self._listening = threading.Event()
        self._stopped = threading.Event()
        self._away_until = 0.0
        self._missed = False

    @property
    def is_listening(self) -> bool:
        """Whether messages of other processes are received."""
        return self._listening.is_set()

    def start(self, run: Callable[[Callable[[], None]], object]) -> None:
        """Begin to listen, and wait a little for it so that nothing is missed."""
        run(self._listen)
        self._listening.wait(ANSWERS_WITHIN_SECONDS)

    def stop(self) -> None:
        """Stop listening."""
        self._stopped.set()
        self._client.close()

    def publish(self, message: Message) -> None:
        """Send to all processes; without Redis, to this process alone and at once."""
        number = self._keep(message)
        if not self._sent(message, number) or not self.is_listening:
            with self._lock:
                alone = self._waiting.pop(number, None)
            if alone is not None:
                self._order.take(alone, waits=False)

    def _keep(self, message: Message) -> int:
        with self._lock:
            self._number += 1
            self._waiting[self._number] = message
            if len(self._waiting) > MAX_WAITING:
                self._waiting.pop(next(iter(self._waiting)))
            return self._number

    def _sent(self, message: Message, number: int) -> bool:
        if time.monotonic() < self._away_until:
            self._missed = True
            return False
        try:
            self._tell_missed()
            self._client.publish(self._channel, _written(message, self._origin, number))
        except (redis.RedisError, OSError):
            log.warning("redis does not answer: others are told when it is back")
            self._away_until = time.monotonic() + AWAY_SECONDS
            self._missed = True
            return False
        return True

    def _tell_missed(self) -> None:
        """Make all processes catch up with what this one could not publish."""
        if self._missed:
            self._client.publish(self._channel, _written({"kind": "resync"}, self._origin, 0))
            self._missed = False

    def _listen(self) -> None:
        before = False
        while not self._stopped.is_set():
            try:
                with self._client.pubsub() as subscription:  # type: ignore[no-untyped-call]
                    subscription.subscribe(self._channel)
                    self._consume(subscription, again=before)
            except (redis.RedisError, OSError, ValueError):
                before = True
            finally:
                self._listening.clear()
            # Spread the processes out: Redis has only just come back.
            self._stopped.wait(random.uniform(0.1, RETURNS_WITHIN_SECONDS))  # noqa: S311 - no secret

    def _consume(self, subscription: "redis.client.PubSub", *, again: bool) -> None:
        heard_at = asked_at = time.monotonic()
        while not self._stopped.is_set():
            wait = min(self._order.wait_seconds(), LOOKS_EVERY_SECONDS)
            message = subscription.get_message(timeout=wait)
            now = time.monotonic()
            self._order.flush_late()
            if message is not None:
                heard_at = now
                if message["type"] == "pong":
                    counters.relay_lag.observe(now - asked_at)
                self._take(message, again=again)
                if now >= self._away_until:
                    self._tell_missed()
            elif now - heard_at > SILENT_SECONDS:
                raise redis.ConnectionError
            if now - asked_at >= LOOKS_EVERY_SECONDS:
                subscription.ping()
                asked_at = now

    def _take(self, message: Mapping[str, Any], *, again: bool) -> None:
        if message["type"] == "subscribe":
            self._listening.set()
            self._away_until = 0
            self._order.forget()
            if again:
                self._guarded(lambda _none: self._returned(), {})
        elif message["type"] == "message" and (told := self._read(message["data"])) is not None:
            self._guarded(self._order.take, told)

    def _read(self, data: object) -> Message | None:
        """Parse a published message; count and drop what is not ours."""
        try:
            told = json.loads(data) if isinstance(data, bytes) else None
        except (ValueError, RecursionError):
            told = None
        match told:
            case [str(origin), int(number), dict(message)]:
                if origin != self._origin or number == 0:
                    return message
                with self._lock:
                    return self._waiting.pop(number, None)
        counters.junk.inc()
        return None

    def _guarded(self, handle: Callable[[Message], None], message: Message) -> None:
        try:
            handle(message)
        except Exception:
            log.exception("relay")


def _written(message: Message, origin: str, number: int) -> bytes:
    return json.dumps([origin, number, message], separators=(",", ":"), default=str).encode()
