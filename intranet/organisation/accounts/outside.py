"""Other ways to sign in and out, which packages above register: here only what pages show of them.

`accounts` knows nothing of providers. It asks whether one is offered, where a name is led to, who
else can confirm that it is somebody, and where to go on after signing out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.models import Account


@dataclass(frozen=True)
class OutsideWay:
    """A way to sign in or confirm by somebody else: its name and the address that begins it."""

    name: str
    address: str


@dataclass(frozen=True)
class OutsideWays:
    """The functions of a package that signs people in by somebody else.

    `is_offered` says whether anybody may sign in so. `prescribed` is the one way of a typed name,
    judged by the name alone, so that it tells nothing of accounts. `confirming` are those that can
    confirm a person; `has_entered` says whether somebody has ever signed in so to an account;
    `farewell` is where a browser goes after its sign-in has ended.
    """

    is_offered: Callable[[], bool]
    prescribed: Callable[[str], OutsideWay | None]
    confirming: Callable[[Account], list[OutsideWay]]
    has_entered: Callable[[Account], bool]
    farewell: Callable[[UUID], ResponseReturnValue | None]


_NONE = OutsideWays(
    is_offered=lambda: False,
    prescribed=lambda _name: None,
    confirming=lambda _account: [],
    has_entered=lambda _account: False,
    farewell=lambda _sign_in_id: None,
)
_registered = [_NONE]


def register_outside_ways(ways: OutsideWays) -> None:
    """Register the package that signs people in by somebody else."""
    _registered[0] = ways


def outside_ways() -> OutsideWays:
    """Return the functions that are registered."""
    return _registered[0]
