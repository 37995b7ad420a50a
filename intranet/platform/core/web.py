"""Shared by every page: the reader's language and zone, fragments, safe redirects, headers."""

from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from intranet.config import LANGUAGES, Settings

YEAR_SECONDS = 365 * 24 * 3600
HSTS = f"max-age={YEAR_SECONDS}; includeSubDomains"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
# Endpoints and blueprints whose responses are the same for everybody: proxies may cache them.
_for_everybody: set[str | None] = {"static", "asset"}


class Sessions(SecureCookieSessionInterface):
    """Cookie sessions; public responses neither set the cookie nor vary by it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where the session changed."""
        if not is_for_everybody():
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Set the security headers of every response, and the attributes of the session cookie."""
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
    """Return the settings of an application."""
    return cast("Settings", app.config["SETTINGS"])


def settings() -> Settings:
    """Return the settings of the current application."""
    return settings_of(current_app)


def cookie_name(name: str) -> str:
    """Return the name of a cookie. With `__Host-` no other host of the domain can set it."""
    return _bound(name, secure=settings().secure_cookies)


def answer_everybody_alike(name: str) -> None:
    """Declare that all responses of an endpoint or blueprint are public, errors included.

    The caching headers of the responses are left to their views.
    """
    _for_everybody.add(name)


def is_for_everybody() -> bool:
    """Return whether the response is public and cookie-free."""
    return not _for_everybody.isdisjoint((request.endpoint, request.blueprint))


def current_language() -> str:
    """Return the reader's language: from the address, their account, a cookie, or the browser."""
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
    """Return the reader's time zone from their account, else that of mainland Spain."""
    return str(g.get("time_zone") or "Europe/Madrid")


def wants_fragment() -> bool:
    """Return whether htmx sent the request, to get a part of a page."""
    return request.headers.get("HX-Request") == "true"


def local_address(target: str | None, default: str) -> str:
    """Return an address to redirect to if it belongs to this site, else the default."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(char) < ord(" ") for char in target):
        return default
    return target


def site_address(path: str = "/") -> str:
    """Return the full address of a page, for mails: from the settings, not from the request."""
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
    is_refused = response.status_code >= HTTPStatus.BAD_REQUEST
    if not is_for_everybody() or (is_refused and request.blueprint not in _for_everybody):
        headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response
