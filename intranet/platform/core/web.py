"""What every page shares: the reader's language and zone, fragments, safe returns, headers."""

from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from intranet.config import LANGUAGES, Settings

YEAR_SECONDS = 365 * 24 * 3600
HSTS = f"max-age={YEAR_SECONDS}; includeSubDomains"
# Answers that are the same for all, and may be kept on the way.
FOR_EVERYBODY = {"static", "asset", "push.worker"}
# Nothing there knows who asks, refusals included; each answer says itself how long it is kept.
OPEN = {"showcase"}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


class Sessions(SecureCookieSessionInterface):
    """Sessions in a cookie; what is for everybody neither sets it nor differs by it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie anew where it changed."""
        if not is_for_everybody():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Send headers that bind browsers with every answer, and keep cookies to themselves."""
    secure = settings_of(app).secure_cookies
    app.config.update(
        SESSION_COOKIE_NAME=_bound("session", secure=secure),
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = Sessions()
    app.after_request(_protect)


def settings_of(app: Flask) -> Settings:
    """The settings of an application."""
    return cast("Settings", app.config["SETTINGS"])


def settings() -> Settings:
    """The settings of the current application."""
    return settings_of(current_app)


def cookie_name(name: str) -> str:
    """A cookie's name. With `__Host-` before it no other host of the domain can set it."""
    return _bound(name, secure=settings().secure_cookies)


def is_for_everybody() -> bool:
    """Whether what is asked for is the same for all: no cookie is read there, and none is set."""
    return request.endpoint in FOR_EVERYBODY or request.blueprint in OPEN


def current_language() -> str:
    """The reader's language: asked for in the address, their account's, else the browser's."""
    asked = request.args.get("lang") if has_request_context() else None
    if asked in LANGUAGES:
        return asked
    kept = g.get("language")
    if kept in LANGUAGES:
        return str(kept)
    if not has_request_context():
        return LANGUAGES[0]
    if (chosen := request.cookies.get(cookie_name("lang"))) in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def current_zone() -> str:
    """The reader's time zone as their account says, else that of the mainland."""
    return str(g.get("time_zone") or "Europe/Madrid")


def wants_fragment() -> bool:
    """Whether htmx asked, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def local_address(target: str | None, default: str) -> str:
    """An address to return to, if it is one of this site, else the default."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(char) < ord(" ") for char in target):
        return default
    return target


def site_address(path: str = "/") -> str:
    """The full address of a page, for mails: from the settings, never from what a client says."""
    return settings().base_url + path


def _bound(name: str, *, secure: bool) -> str:
    return f"__Host-{name}" if secure else name


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if settings().secure_cookies:
        headers.setdefault("Strict-Transport-Security", HSTS)
    is_refused = response.status_code >= HTTPStatus.BAD_REQUEST and request.blueprint not in OPEN
    if is_refused or not is_for_everybody():
        headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


__all__ = [
    "cookie_name",
    "current_language",
    "current_zone",
    "init_app",
    "is_for_everybody",
    "local_address",
    "settings",
    "settings_of",
    "site_address",
    "wants_fragment",
]
