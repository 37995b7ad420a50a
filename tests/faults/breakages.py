"""The product broken on purpose, each in the way its name says, when that is switched on.

For each the fault that finds it, and by which verdict: the runner is worth what it finds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import uuid4

from tests.faults.switches import is_on


@dataclass(frozen=True)
class Breakage:
    """What is broken, and how it is found."""

    install: Callable[[str], None]
    fault: str
    verdict: str


def _push_before_commit(name: str) -> None:
    """Show a message while it can still come to nothing."""
    from intranet.messaging.messages.events import MessagePosted
    from intranet.platform.core.events import Bus, bus

    tell = Bus.handle_after

    def at_once(event: object) -> None:
        if is_on(name):
            tell(bus, event)

    def handle_after(self: Bus, event: object) -> None:
        if not (is_on(name) and isinstance(event, MessagePosted)):
            tell(self, event)

    bus.within(MessagePosted, at_once)
    vars(bus)["handle_after"] = handle_after.__get__(bus)


def _forget_rev(name: str) -> None:
    """Change a message without the next revision: who was away never hears of it."""
    from intranet.messaging.conversations.models import Conversation

    next_rev = Conversation.next_rev

    def forgetful(self: Conversation) -> int:
        return self.rev if is_on(name) else next_rev(self)

    _replace(Conversation, "next_rev", forgetful)


def _cached_membership(name: str) -> None:
    """Ask once who reads a conversation, and never again."""
    from intranet.delivery.realtime.push_readers import Audiences, Readers

    ids_of = Audiences.ids_of
    kept: dict[object, Any] = {}

    def for_ever(self: Audiences, readers: Readers) -> Any:
        if not is_on(name):
            return ids_of(self, readers)
        if readers.key not in kept:
            kept[readers.key] = ids_of(self, readers)
        return kept[readers.key]

    _replace(Audiences, "ids_of", for_ever)


def _unbounded_park(name: str) -> None:
    """Keep for a slow reader whatever comes."""
    from intranet.delivery.realtime import send_buffer

    write, bound = send_buffer.SendBuffer.write, send_buffer.PARKED_BYTES

    def without_end(self: send_buffer.SendBuffer, frame: bytes) -> bool:
        send_buffer.PARKED_BYTES = 1 << 40 if is_on(name) else bound
        return write(self, frame)

    _replace(send_buffer.SendBuffer, "write", without_end)


def _repeat_without_client_id(name: str) -> None:
    """Take what is sent again as something new."""
    from intranet.messaging.messages import endpoints

    send_message = vars(endpoints)["send_message"]

    @wraps(send_message)
    def anew(*what: Any, **more: Any) -> Any:
        if is_on(name):
            more["client_id"] = uuid4()
        return send_message(*what, **more)

    _replace(endpoints, "send_message", anew)


def _acknowledge_before_commit(name: str) -> None:
    """Say that something is stored, and let it go at the next commit."""
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    from tests.faults.switches import POSTING

    times = [0]

    def lose(session: Session) -> None:
        if session.info.get(POSTING) and is_on(name):
            times[0] += 1
            if times[0] % 2 == 0:
                session.flush()
                session.connection().exec_driver_sql("ROLLBACK")
                session.connection().exec_driver_sql("BEGIN")

    event.listen(Session, "before_commit", lose)


BREAKAGES = {
    "push-before-commit": Breakage(_push_before_commit, "killed-before-commit", "PHANTOM"),
    "forget-rev": Breakage(_forget_rev, "changed-while-away", "CONFLICT"),
    "cached-membership": Breakage(_cached_membership, "rights-end", "LEAK"),
    "unbounded-park": Breakage(_unbounded_park, "slow-reader", "UNBOUNDED"),
    "repeat-without-client-id": Breakage(
        _repeat_without_client_id, "killed-after-commit", "DUPLICATE"
    ),
    "acknowledge-before-commit": Breakage(_acknowledge_before_commit, "quiet", "LOST"),
}


def install() -> None:
    """Put all of them in, switched off."""
    for name, breakage in BREAKAGES.items():
        breakage.install(name)


def _replace(owner: Any, name: str, by: Any) -> None:
    getattr(owner, name)  # what is gone from the product breaks here, not in silence
    setattr(owner, name, by)
