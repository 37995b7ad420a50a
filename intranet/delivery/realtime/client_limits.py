"""Places for clients: limited in all, and by network until the client is identified."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.limits import (
    SETTLES_WITHIN_SECONDS,
    UNIDENTIFIED_AT_LEAST,
    UNIDENTIFIED_IN_ALL,
    UNIDENTIFIED_OF_ADDRESS,
)

MAX_LOOKED_AT = 32


@dataclass(eq=False)
class SocketPlace:
    """The place that a client holds from its handshake until it has gone."""

    places: "SocketPlaces"
    network: str
    since: float = field(default_factory=time.monotonic)
    let_go: Callable[[], object] | None = None
    """Closes the client's session; None until there is one."""
    is_entering: bool = False
    """Whether its credentials have arrived and wait to be checked."""
    is_leaving: bool = False

    def note(self, *, is_identified: bool) -> None:
        """Record whether the holder of the place is identified."""
        self.places.note(self, is_identified=is_identified)

    def leave(self) -> None:
        """Give the place back. Doing it twice changes nothing."""
        self.places.give_back(self)

    @property
    def may_go(self) -> bool:
        """Return whether the holder had time to identify and did not."""
        late = time.monotonic() - self.since >= SETTLES_WITHIN_SECONDS
        return late and not self.is_entering and self.let_go is not None


class SocketPlaces:
    """The places of a process.

    A client that is not identified holds a place for a moment. If these are many, in all or of one
    network, the one that has held its place longest has to give it up. So clients that identify at
    once are never kept out by others that do not.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.is_closed = False
        self._lock = threading.Lock()
        self._held: set[SocketPlace] = set()
        self._leaving = 0
        self._unidentified: dict[SocketPlace, None] = {}
        self._by_network: dict[str, dict[SocketPlace, None]] = {}

    @property
    def held(self) -> int:
        """Return how many places are held."""
        return len(self._held)

    def take(self, network: str) -> SocketPlace | None:
        """Take a place for a client of this network; None if there is none."""
        with self._lock:
            if self.is_closed:
                return None
            goes = None
            crowd = self._crowd(network)
            if crowd is not None:
                goes = next((one for one in islice(crowd, MAX_LOOKED_AT) if one.may_go), None)
                if goes is None:
                    return None
                self._drop(goes)
                goes.is_leaving = True
                self._leaving += 1
            place = SocketPlace(self, network)
            self._held.add(place)
            self._put(place)
        counters.sockets.inc()
        if goes is not None and goes.let_go is not None:
            counters.refused.labels("displaced").inc()
            goes.let_go()
        return place

    def note(self, place: SocketPlace, *, is_identified: bool) -> None:
        """Note whether the holder of a place is identified."""
        with self._lock:
            self._drop(place)
            if place in self._held and not (is_identified or place.is_leaving):
                place.since = time.monotonic()
                self._put(place)

    def give_back(self, place: SocketPlace) -> None:
        """Take a place back."""
        with self._lock:
            if place not in self._held:
                return
            self._held.remove(place)
            self._leaving -= place.is_leaving
            self._drop(place)
        counters.sockets.dec()

    def _crowd(self, network: str) -> Iterable[SocketPlace] | None:
        """Return the places of which one has to go for a new client; None if there is room."""
        same = self._by_network.get(network, {})
        if len(same) >= self._share(UNIDENTIFIED_OF_ADDRESS):
            return same
        is_full = self.held - self._leaving >= self.most
        if is_full or len(self._unidentified) >= self._share(UNIDENTIFIED_IN_ALL):
            return self._unidentified
        return None

    def _share(self, share: float) -> float:
        return max(self.most * share, UNIDENTIFIED_AT_LEAST)

    def _put(self, place: SocketPlace) -> None:
        self._unidentified[place] = None
        self._by_network.setdefault(place.network, {})[place] = None

    def _drop(self, place: SocketPlace) -> None:
        self._unidentified.pop(place, None)
        same = self._by_network.get(place.network)
        if same is not None:
            same.pop(place, None)
            if not same:
                del self._by_network[place.network]
