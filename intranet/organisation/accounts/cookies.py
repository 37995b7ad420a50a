"""The cookies that are set at sign-in and deleted at sign-out."""

from flask import session
from werkzeug.wrappers import Response as BaseResponse

from intranet.organisation.accounts import devices
from intranet.organisation.accounts.access import COOKIE
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.operations.signing_in import SECOND_STEP_LIFETIME
from intranet.platform.core import clock
from intranet.platform.core.cookies import (
    LANGUAGE,
    THEME,
    YEAR,
    drop_cookie,
    read_cookie,
    set_cookie,
)

SECOND_STEP = "second_step"


def hand_out(response: BaseResponse, account: Account, row: SignIn, secret: str) -> None:
    """Sign a browser in: set its cookies, remember it as a known device, and renew its session."""
    session.clear()
    lasts = row.expires_at - clock.now() if row.is_kept else None
    set_cookie(response, COOKIE, secret, lasts)
    set_cookie(response, devices.COOKIE, devices.remember(device_cookie(), account.id), YEAR)
    drop_cookie(response, SECOND_STEP)
    if account.theme != "system":
        remember_theme(response, account.theme)


def delete_cookies(response: BaseResponse) -> None:
    """Sign a browser out. It remains a known device, which gives no access."""
    session.clear()
    drop_cookie(response, COOKIE)
    # Drafts and script storage must not be left for the next person at this device.
    response.headers["Clear-Site-Data"] = '"storage"'


def device_cookie() -> str | None:
    """Return the cookie with the accounts that this browser has signed in to before."""
    return read_cookie(devices.COOKIE)


def remember_second_step(response: BaseResponse, secret: str) -> None:
    """Store the secret that proves the password was right, until the code is entered."""
    set_cookie(response, SECOND_STEP, secret, SECOND_STEP_LIFETIME)


def second_step_secret() -> str:
    """Return the secret that `remember_second_step` stored; empty without one."""
    return read_cookie(SECOND_STEP) or ""


def remember_language(response: BaseResponse, language: str) -> None:
    """Store the language of an anonymous visitor."""
    set_cookie(response, LANGUAGE, language, YEAR)


def remember_theme(response: BaseResponse, theme: str) -> None:
    """Store the theme in a cookie that scripts can read, so that it applies without a flash."""
    if theme == "system":
        drop_cookie(response, THEME)
        return
    set_cookie(response, THEME, theme, YEAR)
