"""What the served process does wrong when a file tells it to: end at a point, tell another time.

Nothing of it is in the product: it is hung on the bus, on SQLAlchemy's session and on the door to
the time, in the process that `serving` starts.
"""

import contextlib
import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.orm import Session

POINTS = ("before-commit", "after-commit", "before-push")
POSTING = "faults: a message is being posted"


def switches() -> list[list[str]]:
    """What is switched on now, each with its arguments."""
    try:
        return [line.split() for line in Path(os.environ["FAULTS_SWITCH"]).read_text().splitlines()]
    except OSError:
        return []


def is_on(name: str) -> bool:
    """Whether it is switched on."""
    return any(switch[0] == name for switch in switches())


def turn_on(file: Path, *lines: str) -> None:
    """For the test: tell the served processes what to do, all at once."""
    beside = file.with_suffix(".new")
    beside.write_text("\n".join(lines))
    beside.replace(file)


def arm(file: Path, point: str) -> Path:
    """For the test: have the first process that comes to a point end there; give what is armed."""
    armed = file.with_name(f"end-{point}")
    armed.touch()
    return armed


def install() -> None:
    """Hang all of it on."""
    from intranet.extensions import db
    from intranet.messaging.messages.events import MessagePosted
    from intranet.platform.core import clock
    from intranet.platform.core.events import bus

    vars(clock)["datetime"] = Skewed

    def mark(_event: object) -> None:
        db.session().info[POSTING] = True

    bus.within(MessagePosted, mark)
    bus.after_commit(MessagePosted, _end_at("before-push"))
    event.listen(Session, "before_commit", _before_commit)
    event.listen(Session, "after_commit", _after_commit)
    event.listen(Session, "after_rollback", lambda session: session.info.pop(POSTING, None))


class Skewed(datetime):
    """A clock that is wrong by what the switch says: `clock SECONDS`, or `… PID` for one alone."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The time as this process believes it to be."""
        seconds = 0
        for name, *given in switches():
            if name == "clock" and given[1:] in ([], [str(os.getpid())]):
                seconds = int(given[0])
        return super().now(tz) + timedelta(seconds=seconds)


def _before_commit(session: Session) -> None:
    if session.info.get(POSTING):
        _end_at("before-commit")(None)


def _after_commit(session: Session) -> None:
    if session.info.pop(POSTING, False):
        _end_at("after-commit")(None)


def _end_at(point: str) -> Callable[[Any], None]:
    """Ends the process if it is the first to come here since it was armed."""
    armed = Path(os.environ["FAULTS_SWITCH"]).with_name(f"end-{point}")

    def end(_event: object) -> None:
        with contextlib.suppress(FileNotFoundError):
            armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    return end
