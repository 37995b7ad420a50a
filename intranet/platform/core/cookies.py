"""Set and read cookies; over TLS each is bound to this host."""

from datetime import timedelta
from typing import Literal

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from intranet.platform.core.web import cookie_name, settings

LANGUAGE = "lang"
THEME = "theme"
YEAR = timedelta(days=365)
# Scripts set the theme at once, and it holds nothing worth stealing.
FOR_SCRIPTS = frozenset({THEME})


def read_cookie(name: str) -> str | None:
    """Return the value of a cookie."""
    return request.cookies.get(cookie_name(name))


def set_cookie(
    response: Response | FlaskResponse,
    name: str,
    value: str,
    lasts: timedelta | None,
    *,
    samesite: Literal["Lax", "Strict"] = "Lax",
) -> None:
    """Set a cookie; without `lasts` it ends with the browser session."""
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
    """Delete a cookie."""
    response.delete_cookie(
        cookie_name(name),
        path="/",
        secure=settings().secure_cookies,
        httponly=name not in FOR_SCRIPTS,
        samesite="Lax",
    )
