"""Step-up: require a fresh password and second factor before sensitive operations.

Operations call `require_confirmed`; the `accounts` package shows the page and records the
confirmation. A personal token never counts, so these operations need a signed-in browser.
"""

from datetime import datetime, timedelta

from flask import g, has_request_context

from intranet.platform.core import clock

CONFIRMATION_LIFETIME = timedelta(minutes=5)


class ConfirmationNeeded(Exception):  # noqa: N818 - no fault: it is asked for, and then goes on
    """The request needs a fresh confirmation; the page asks for it and repeats the request."""


def confirmed_since(instant: datetime | None) -> None:
    """Record when this request's sign-in was last confirmed."""
    g.confirmed_at = instant


def is_confirmed() -> bool:
    """Return whether this request's sign-in was confirmed within the last five minutes."""
    instant = g.get("confirmed_at")
    return instant is not None and clock.now() - instant < CONFIRMATION_LIFETIME


def require_confirmed(actor: object | None) -> None:
    """Require a fresh confirmation from the sender of this request.

    Commands (`actor` is None) and background jobs pass: jobs were confirmed when requested.

    Raises:
        ConfirmationNeeded: the sign-in was not confirmed lately, or the request carries a token.
    """
    if actor is not None and has_request_context() and not is_confirmed():
        raise ConfirmationNeeded
