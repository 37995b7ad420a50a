"""Refused forms: show their page again with what was typed, or tell the reason on the next page."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import flash, g, make_response, request
from flask.typing import ResponseReturnValue

from intranet.platform.core.errors import Refusal

View = Callable[..., ResponseReturnValue]
Decorator = Callable[[View], View]


def again(page: View, *, on: type[Refusal] | tuple[type[Refusal], ...] = Refusal) -> Decorator:
    """Show the page of a form again, with the status of the refusal, when the view refuses it.

    `page` is called with the arguments of the view, and gets the refusal from `refusal()`.

    Args:
        on: the refusals that the page shows; any other is an error page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(**values: Any) -> ResponseReturnValue:
            try:
                return view(**values)
            except on as problem:
                g.refusal = problem
                answer = make_response(page(**values))
                answer.status_code = problem.status
                answer.headers.update(problem.headers)
                return answer

        return wrapped

    return decorate


def refusal() -> Refusal | None:
    """Return why the form of this page was just refused, if it was."""
    found: Refusal | None = g.get("refusal")
    return found


def refused_form(stored: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Return what a template needs to show a form: `problem`, its `errors`, and what was `sent`.

    Args:
        stored: the values of the fields as long as nothing was sent.
    """
    problem = refusal()
    errors = problem.errors if problem else {}
    return {"problem": problem, "errors": errors, "sent": request.form if problem else stored or {}}


@contextmanager
def flashing(done: str) -> Iterator[None]:
    """Flash `done` to the person after the block or, if the block is refused, the reason."""
    try:
        yield
    except Refusal as problem:
        reasons = problem.errors.values()
        flash(" ".join(map(str, reasons)) or str(problem.detail), "bad")
    else:
        flash(done, "ok")
