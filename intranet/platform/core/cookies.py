"""The only door for cookies: over TLS each is bound to this host and to no other."""

from datetime import timedelta
from typing import Literal

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from intranet.platform.core.web import cookie_name, settings

LANGUAGE = "lang"
THEME = "theme"
YEAR = timedelta(days=365)
# The theme, which scripts set at once, holds nothing that is worth stealing.
FOR_SCRIPTS = frozenset({THEME})


def read_cookie(name: str) -> str | None:
    """The value that the browser keeps under a name."""
    return request.cookies.get(cookie_name(name))


def keep_cookie(
    response: Response | FlaskResponse,
    name: str,
    value: str,
    lasts: timedelta | None,
    *,
    samesite: Literal["Lax", "Strict"] = "Lax",
) -> None:
    """Let the browser keep something; without a time until it is closed."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=lasts,
        path="/",
        secure=settings().secure_cookies,
        httponly=name not in FOR_SCRIPTS,
        samesite=samesite,
    )


def drop_cookie(response: Response | FlaskResponse, name: str) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(name),
        path="/",
        secure=settings().secure_cookies,
        httponly=name not in FOR_SCRIPTS,
        samesite="Lax",
    )
