"""The cookies that signing in sets and takes away."""

from datetime import timedelta

from flask import request, session
from werkzeug.wrappers import Response as BaseResponse

from intranet.accounts import devices
from intranet.accounts.access import cookie_name
from intranet.accounts.models import Account, SignIn
from intranet.accounts.operations.signing_in import SECOND_STEP_LASTS
from intranet.core import clock
from intranet.core.web import settings

SECOND_STEP = "second_step"
LANGUAGE = "lang"
THEME = "theme"
YEAR = timedelta(days=365)


def hand_out(response: BaseResponse, account: Account, row: SignIn, secret: str) -> None:
    """Sign a browser in: the cookie, the mark of a known device, a new session for its forms."""
    session.clear()
    lasts = row.expires_at - clock.now() if row.is_kept else None
    _set(response, cookie_name(), secret, lasts)
    _set(response, devices.COOKIE, devices.remember(device_cookie(), account.id), YEAR)
    _delete(response, _host_only(SECOND_STEP))
    if account.theme != "system":
        remember_theme(response, account.theme)


def take_back(response: BaseResponse) -> None:
    """Sign a browser out. It stays known as a device, which gives no access."""
    session.clear()
    _delete(response, cookie_name())
    # Drafts and what scripts keep must not wait for the next person at this device.
    response.headers["Clear-Site-Data"] = '"storage"'


def device_cookie() -> str | None:
    """The mark of the accounts that this browser has signed in to before."""
    return request.cookies.get(devices.COOKIE)


def remember_second_step(response: BaseResponse, secret: str) -> None:
    """Keep the secret between the password and the code."""
    _set(response, _host_only(SECOND_STEP), secret, SECOND_STEP_LASTS)


def second_step_secret() -> str:
    """The secret between the password and the code, or nothing."""
    return request.cookies.get(_host_only(SECOND_STEP), "")


def remember_language(response: BaseResponse, language: str) -> None:
    """Keep the language of somebody who is not signed in."""
    _set(response, LANGUAGE, language, YEAR)


def remember_theme(response: BaseResponse, theme: str) -> None:
    """Keep the look; scripts may read it, to set it without a flash."""
    if theme == "system":
        _delete(response, THEME)
        return
    response.set_cookie(
        THEME, theme, max_age=YEAR, samesite="Lax", secure=settings().secure_cookies
    )


def _host_only(name: str) -> str:
    return f"__Host-{name}" if settings().secure_cookies else name


def _set(response: BaseResponse, name: str, value: str, lasts: timedelta | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=lasts,
        path="/",
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def _delete(response: BaseResponse, name: str) -> None:
    response.delete_cookie(
        name, path="/", secure=settings().secure_cookies, httponly=True, samesite="Lax"
    )
