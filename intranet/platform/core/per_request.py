"""Memoise queries for the length of one request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, has_app_context, has_request_context

from intranet.extensions import db

P = ParamSpec("P")
R = TypeVar("R")

KEPT = "kept"
REMEMBERS = "remembers"


def per_request(function: Callable[P, R]) -> Callable[P, R]:
    """Memoise a query for a request, by its arguments; never within a unit of work.

    For queries about the reader, which independent parts of a page repeat.
    """

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not (_remembers() or (has_request_context() and not db.session().info.get("work"))):
            return function(*args, **kwargs)
        known = g.setdefault(KEPT, {})
        key = (function, args, tuple(kwargs.items()))
        if key not in known:
            known[key] = function(*args, **kwargs)
        found: R = known[key]
        return found

    return asked


def already(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """Return the memoised result of this request; None if it was not queried."""
    if not has_app_context() or db.session().info.get("work"):
        return None
    asked = getattr(function, "__wrapped__", function)
    found: R | None = g.get(KEPT, {}).get((asked, args, tuple(kwargs.items())))
    return found


def forget() -> None:
    """Drop the memoised results, because something is about to be written."""
    if has_app_context() and not _remembers():
        g.pop(KEPT, None)


@contextmanager
def remembering() -> Iterator[None]:
    """Memoise while writing too, where no write changes a memoised result."""
    g.setdefault(REMEMBERS, True)
    try:
        yield
    finally:
        g.pop(REMEMBERS, None)
        g.pop(KEPT, None)


def _remembers() -> bool:
    return has_app_context() and REMEMBERS in g
