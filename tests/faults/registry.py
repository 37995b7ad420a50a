"""The list of faults, by name: what each does to a run, and what makes the run worth something."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.house import House
from tests.faults.run import Run
from tests.faults.site import Site

Act = Callable[[Run], None]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    `kills`: without a process ended and another one in its place the run is void. `switched`: it
    needs the served process of `serving`. `only`: the database on which it makes sense. `own`: it
    makes a site for each run, and starts it itself.
    """

    name: str
    act: Act
    kills: bool = False
    switched: bool = False
    only: str | None = None
    why: str = ""
    own: Callable[[House], Site] | None = None

    def site(self, house: House) -> Site:
        """Where it happens."""
        return self.own(house) if self.own else house.site(switched=self.switched)


FAULTS: dict[str, Fault] = {}


def fault(
    name: str,
    *,
    kills: bool = False,
    switched: bool = False,
    only: str | None = None,
    why: str = "",
    own: Callable[[House], Site] | None = None,
) -> Callable[[Act], Act]:
    """Put a function on the list; it is called while everybody talks."""

    def register(act: Act) -> Act:
        FAULTS[name] = Fault(name, act, kills, switched, only, why, own)
        return act

    return register
