"""Load shedding: postpone what can wait, so that posting and reading go on.

Four times a second the health sampler measures how late it is, how long pushes wait, and how long
writers wait for their turn. The load level follows from that; each level switches one more feature
off. Costly requests are also limited in all, by agency and by person, so that none starves others.
"""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import prometheus_client
from flask.typing import ResponseReturnValue

from intranet.platform.core import operation, process_metrics
from intranet.platform.core.errors import Refusal
from intranet.platform.core.health_sampler import EVERY_SECONDS, pulse
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import wants_fragment

P = ParamSpec("P")
R = TypeVar("R")


# The delays from which the process is at level 1, 2, 3 and 4.
DELAY_SECONDS = (0.1, 0.2, 0.4, 0.8)
DISPATCH_SECONDS = (0.25, 0.5, 1.0, 2.0)
LOCK_WAIT_SECONDS = (0.1, 0.25, 0.5, 1.0)
CALM_SECONDS = 2.0
"""How long the load has to be lower before the level goes down by one."""
MAX_REQUESTS, MAX_REQUESTS_PER_AGENCY, MAX_REQUESTS_PER_PERSON = 16, 12, 6
"""Costly requests at the same time. One person may have several: each typed letter sends one."""
RETRY_AFTER_SECONDS = 5

level_now = prometheus_client.Gauge(
    "intranet_load_level", "How much is left out, from 0 to 4", multiprocess_mode="livemax"
)
left_out = prometheus_client.Counter(
    "intranet_load_left_out", "What was left out because there was too much to do", ["what", "why"]
)


@dataclass(frozen=True)
class Extra:
    """A feature that is switched off at its load level, from 1 to 4, and above."""

    name: str
    level: int

    def __post_init__(self) -> None:
        """Show its counter from the start, at 0."""
        left_out.labels(self.name, "busy")


SUGGESTIONS, SEARCH = Extra("suggestions", 3), Extra("search", 4)
for shared in (SUGGESTIONS, SEARCH):
    left_out.labels(shared.name, "share")


class Busy(Refusal):
    """A search is refused under load, so that posting and reading go on."""

    status = 503
    title = _l("The service is very busy")
    words = _l("Search is paused because many people are online. Try again in a few seconds.")
    retry_after = RETRY_AFTER_SECONDS
    request_id = ""  # nothing is broken, and nobody has to report it


class Load:
    """The load level of this process."""

    def __init__(self) -> None:
        """Begin at level 0."""
        self.level = 0
        self._calm_beats = 0

    def beat(self, late: float) -> None:
        """Update the load level: raise it at once, and lower it by one after a calm period."""
        found = max(
            _step(late, DELAY_SECONDS),
            _step(process_metrics.dispatch_peak.take(), DISPATCH_SECONDS),
            _step(process_metrics.lock_wait_peak.take(), LOCK_WAIT_SECONDS),
        )
        self._calm_beats = self._calm_beats + 1 if found < self.level else 0
        if found > self.level:
            self.level = found
        elif self._calm_beats * EVERY_SECONDS >= CALM_SECONDS:
            self.level -= 1
            self._calm_beats = 0
        level_now.set(self.level)

    def leaves_out(self, extra: Extra) -> bool:
        """Return whether the load level switches a feature off."""
        pulse.begin()
        if self.level < extra.level:
            return False
        left_out.labels(extra.name, "busy").inc()
        return True


def _step(seconds: float, steps: Sequence[float]) -> int:
    return sum(seconds >= step for step in steps)


class Shares:
    """Counts the costly requests under way: in total, by agency and by person."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._done_for: Counter[Hashable] = Counter()

    @contextmanager
    def one(self, person: Hashable, agency: Hashable) -> Iterator[bool]:
        """Yield whether a request is within all limits; if so, count it until the block ends."""
        bounds = {
            "all": MAX_REQUESTS,
            ("agency", agency): MAX_REQUESTS_PER_AGENCY,
            ("person", person): MAX_REQUESTS_PER_PERSON,
        }
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
    """Let a view search, unless the load is too high or too many searches are under way.

    Raises (within the view):
        Busy: the search is refused for now.
    """

    @wraps(view)
    def searching(*args: P.args, **kwargs: P.kwargs) -> R:
        if load.leaves_out(SEARCH):
            raise Busy
        with _share(SEARCH) as fits:
            if not fits:
                raise Busy
            return view(*args, **kwargs)

    return searching


def suggests(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Let a view suggest while a person types, or return nothing under load.

    Raises (within the view):
        Busy: the request is refused because it does not come from htmx.
    """

    @wraps(view)
    def suggesting(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        if load.leaves_out(SUGGESTIONS):
            return _nothing()
        with _share(SUGGESTIONS) as fits:
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
            left_out.labels(extra.name, "share").inc()
        yield fits
