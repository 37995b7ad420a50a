"""What a page asks of the database in many places is asked once."""

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
    """Ask once a request, for each of the arguments; anew after a write, and always within one.

    For questions about the reader, which the parts of a page ask without knowing of each other.
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
    """Return the answer that such a function already gave in this request; None: not asked."""
    if not has_app_context() or db.session().info.get("work"):
        return None
    asked = getattr(function, "__wrapped__", function)
    found: R | None = g.get(KEPT, {}).get((asked, args, tuple(kwargs.items())))
    return found


def forget() -> None:
    """Something is about to be written: ask anew."""
    if has_app_context() and not _remembers():
        g.pop(KEPT, None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask once also while writing, for who knows that nothing written changes an answer."""
    g.setdefault(REMEMBERS, True)
    try:
        yield
    finally:
        g.pop(REMEMBERS, None)
        g.pop(KEPT, None)


def _remembers() -> bool:
    return has_app_context() and REMEMBERS in g
