"""What matters most is done only by who gave password and second factor anew a moment ago.

Operations ask for it (`require_confirmed`); `accounts` knows who gave what, and has the page on
which it is given. A token gives neither: what asks for it cannot be done with a token alone.
"""

from datetime import datetime, timedelta

from flask import g, has_request_context

from intranet.core import clock

LASTS = timedelta(minutes=5)


class ConfirmationNeeded(Exception):  # noqa: N818 - no fault: it is asked for, and then goes on
    """Password and second factor are to be given anew first; it is no refusal of the thing."""


def confirmed_since(instant: datetime | None) -> None:
    """Note when who asks gave password and second factor anew, if they did."""
    g.confirmed_at = instant


def is_confirmed() -> bool:
    """Whether who asks in this request gave both anew within the last five minutes."""
    instant = g.get("confirmed_at")
    return instant is not None and clock.now() - instant < LASTS


def require_confirmed(actor: object | None) -> None:
    """Let through who confirmed that it is them; None is a command of the operator.

    What is done later on somebody's behalf was confirmed when they asked for it.

    Raises:
        ConfirmationNeeded: a request asks, and its sender has not, or not lately.
    """
    if actor is not None and has_request_context() and not is_confirmed():
        raise ConfirmationNeeded
