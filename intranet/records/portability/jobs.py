"""Background jobs: make packages, and forget old ones."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intranet.platform.core import clock
from intranet.platform.core.errors import Problem
from intranet.platform.core.outbox import NeverError, Pace, handler
from intranet.records.portability import leaving, operations


@handler(operations.MAKE, pace=Pace.LONG)
def make(payload: Mapping[str, Any]) -> None:
    """Make a package that was asked for."""
    order_id = UUID(payload["id"])
    try:
        operations.make(order_id)
    except Problem as error:
        operations.note_failure(order_id)
        raise NeverError from error


@handler(leaving.LEAVE, pace=Pace.LONG)
def leave(payload: Mapping[str, Any]) -> None:
    """Let an agency leave whose day of grace is over."""
    leaving.leave(UUID(payload["agency_id"]))


def forget_old() -> None:
    """Delete the bytes of packages after some days."""
    operations.forget_old(clock.now())
