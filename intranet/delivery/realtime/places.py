"""Room for clients: counted in all, and by address as long as nobody knows who they are."""

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

LOOKED_AT = 32


@dataclass(eq=False)
class Place:
    """The place that one client holds from its handshake until it has gone."""

    places: "Places"
    network: str
    since: float = field(default_factory=time.monotonic)
    let_go: Callable[[], object] | None = None
    """How the client is sent away, once it is known."""
    is_entering: bool = False
    """It has said who it is, and waits until that is looked up."""
    is_leaving: bool = False

    def note(self, *, is_identified: bool) -> None:
        """Note whether it is known who holds it."""
        self.places.note(self, is_identified=is_identified)

    def leave(self) -> None:
        """Give it back. Doing it twice changes nothing."""
        self.places.give_back(self)

    @property
    def may_go(self) -> bool:
        """Whether it had time to say who holds it, and did not."""
        late = time.monotonic() - self.since >= SETTLES_WITHIN_SECONDS
        return late and not self.is_entering and self.let_go is not None


class Places:
    """The places of a process.

    Whoever is not identified holds one for a moment: where these are many, in all or of one
    address, the one that has held it longest makes room for who comes. So nobody who says at once
    who they are is kept out by others who do not.
    """

    def __init__(self, most: int) -> None:
        """Take how many there are."""
        self.most = most
        self.is_closed = False
        self._lock = threading.Lock()
        self._held: set[Place] = set()
        self._leaving = 0
        self._unidentified: dict[Place, None] = {}
        self._by_network: dict[str, dict[Place, None]] = {}

    @property
    def held(self) -> int:
        """How many are held."""
        return len(self._held)

    def take(self, network: str) -> Place | None:
        """Take one for a client of this network; None where there is none."""
        with self._lock:
            if self.is_closed:
                return None
            goes = None
            crowd = self._crowd(network)
            if crowd is not None:
                goes = next((one for one in islice(crowd, LOOKED_AT) if one.may_go), None)
                if goes is None:
                    return None
                self._drop(goes)
                goes.is_leaving = True
                self._leaving += 1
            place = Place(self, network)
            self._held.add(place)
            self._put(place)
        counters.sockets.inc()
        if goes is not None and goes.let_go is not None:
            counters.refused.labels("displaced").inc()
            goes.let_go()
        return place

    def note(self, place: Place, *, is_identified: bool) -> None:
        """Note whether it is known who holds a place."""
        with self._lock:
            self._drop(place)
            if place in self._held and not (is_identified or place.is_leaving):
                place.since = time.monotonic()
                self._put(place)

    def give_back(self, place: Place) -> None:
        """Take a place back."""
        with self._lock:
            if place not in self._held:
                return
            self._held.remove(place)
            self._leaving -= place.is_leaving
            self._drop(place)
        counters.sockets.dec()

    def _crowd(self, network: str) -> Iterable[Place] | None:
        """Of whom one has to go so that another may come; None where there is room."""
        same = self._by_network.get(network, {})
        if len(same) >= self._share(UNIDENTIFIED_OF_ADDRESS):
            return same
        is_full = self.held - self._leaving >= self.most
        if is_full or len(self._unidentified) >= self._share(UNIDENTIFIED_IN_ALL):
            return self._unidentified
        return None

    def _share(self, share: float) -> float:
        return max(self.most * share, UNIDENTIFIED_AT_LEAST)

    def _put(self, place: Place) -> None:
        self._unidentified[place] = None
        self._by_network.setdefault(place.network, {})[place] = None

    def _drop(self, place: Place) -> None:
        self._unidentified.pop(place, None)
        same = self._by_network.get(place.network)
        if same is not None:
            same.pop(place, None)
            if not same:
                del self._by_network[place.network]
