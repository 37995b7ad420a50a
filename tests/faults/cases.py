"""All faults, in the order of the list in which they were asked for."""

from tests.faults import changing, crowds, killing, rolling
from tests.faults.registry import FAULTS, Fault

__all__ = ["FAULTS", "Fault", "changing", "crowds", "killing", "rolling"]
