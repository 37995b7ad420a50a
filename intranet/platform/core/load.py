"""What is left undone when there is too much to do, so that posting and reading go on.

Four times a second the process looks how late it comes, for how long those wait who are to be
told, and for how long somebody waited for the turn to write. From that follows a level; each level
leaves out one thing more. And of what is costly only some things are done at once, of one
person and one agency fewer, so that none starves the others.
"""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import wraps
from typing import ParamSpec, TypeVar

import prometheus_client
from flask.typing import ResponseReturnValue

from intranet.platform.core import measures, operation
from intranet.platform.core.errors import Problem
from intranet.platform.core.i18n import _l
from intranet.platform.core.pulse import EVERY_SECONDS, pulse
from intranet.platform.core.web import wants_fragment

P = ParamSpec("P")
R = TypeVar("R")


class Extra(IntEnum):
    """What can be left out; at its level and above it is."""

    TYPING = 1
    AVAILABILITY = 2
    SUGGESTIONS = 3
    SEARCH = 4


# From which seconds on the process is at level 1, 2, 3 and 4.
LATE = (0.1, 0.2, 0.4, 0.8)
TOLD_LATE = (0.25, 0.5, 1.0, 2.0)
STORED_LATE = (0.1, 0.25, 0.5, 1.0)
CALM_SECONDS = 2.0
"""So long it has to be calmer before what was left out is done again, one level after the other."""
AT_ONCE, OF_AN_AGENCY, OF_A_PERSON = 16, 12, 6
"""Who types a word asks with each letter: of one person several are under way."""
RETRY_AFTER_SECONDS = 5

level_now = prometheus_client.Gauge(
    "intranet_load_level", "How much is left out, from 0 to 4", multiprocess_mode="livemax"
)
left_out = prometheus_client.Counter(
    "intranet_load_left_out", "What was left out because there was too much to do", ["what", "why"]
)


class Busy(Problem):
    """There is too much to do: this has to wait, so that others can write."""

    status = 503
    title = _l("The service is very busy")
    words = _l("Search is paused because many people are online. Try again in a few seconds.")
    retry_after = RETRY_AFTER_SECONDS
    request_id = ""  # nothing is broken, and nobody has to report it

    def as_json(self) -> dict[str, object]:
        """With `retry_after` in seconds."""
        return {**super().as_json(), "retry_after": self.retry_after}


class Load:
    """How busy a process is."""

    def __init__(self) -> None:
        """Begin calm."""
        self.level = 0
        self._calm_beats = 0

    def beat(self, late: float) -> None:
        """Look how it is now: up at once, down by one level after some calm."""
        found = max(
            _step(late, LATE),
            _step(measures.told_late.take(), TOLD_LATE),
            _step(measures.stored_late.take(), STORED_LATE),
        )
        self._calm_beats = self._calm_beats + 1 if found < self.level else 0
        if found > self.level:
            self.level = found
        elif self._calm_beats * EVERY_SECONDS >= CALM_SECONDS:
            self.level -= 1
            self._calm_beats = 0
        level_now.set(self.level)

    def leaves_out(self, extra: Extra) -> bool:
        """Whether there is too much to do for this."""
        pulse.begin()
        if self.level < extra:
            return False
        left_out.labels(extra.name.lower(), "busy").inc()
        return True


def _step(seconds: float, steps: Sequence[float]) -> int:
    return sum(seconds >= step for step in steps)


class Shares:
    """How much of what is costly is being done, by whom."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._done_for: Counter[Hashable] = Counter()

    @contextmanager
    def one(self, person: Hashable, agency: Hashable) -> Iterator[bool]:
        """Do one thing for a person of an agency, or learn that it has to wait."""
        bounds = {"all": AT_ONCE, ("agency", agency): OF_AN_AGENCY, ("person", person): OF_A_PERSON}
        with self._lock:
            fits = all(self._done_for[who] < most for who, most in bounds.items())
            if fits:
                self._done_for.update(bounds.keys())
        try:
            yield fits
        finally:
            if fits:
                with self._lock:
                    self._done_for -= Counter(bounds.keys())


load = Load()
shares = Shares()
pulse.on_beat(load.beat)


def searches(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view search, unless there is too much to do or too much of it is done already.

    Raises (within the view):
        Busy: it has to be tried again.
    """

    @wraps(view)
    def searching(*args: P.args, **kwargs: P.kwargs) -> R:
        if load.leaves_out(Extra.SEARCH):
            raise Busy
        with _share(Extra.SEARCH) as fits:
            if not fits:
                raise Busy
            return view(*args, **kwargs)

    return searching


def suggests(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Let a view suggest something while one types, or nothing where there is too much to do.

    Raises (within the view):
        Busy: it was asked for as a page.
    """

    @wraps(view)
    def suggesting(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        if load.leaves_out(Extra.SUGGESTIONS):
            return _nothing()
        with _share(Extra.SUGGESTIONS) as fits:
            return view(*args, **kwargs) if fits else _nothing()

    return suggesting


def _nothing() -> ResponseReturnValue:
    if not wants_fragment():
        raise Busy
    return "", 204


@contextmanager
def _share(extra: Extra) -> Iterator[bool]:
    asking = operation.current()
    person_id = asking.person_id if asking else None
    agency_id = asking.agency_id if asking else None
    with shares.one(person_id, agency_id) as fits:
        if not fits:
            left_out.labels(extra.name.lower(), "share").inc()
        yield fits
