"""Checks on every request before its view: address, origin, media type, and size of the body."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from intranet.extensions import csrf
from intranet.platform.core.errors import AddressTooLong, Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
API = "/api/"
# Below what gunicorn takes as a header, because htmx sends a page's address in one.
ADDRESS_BYTES = 8_000
BODY_BYTES = 1024 * 1024
LONG_TEXT_BYTES = 16 * BODY_BYTES
FILES = "multipart/form-data"
PROGRAMS_SEND = {"application/json", "application/merge-patch+json", FILES}
# Programs send these without a session. The proof is the secret in the address (RFC 8058), or the
# signature of what a provider of identity sends.
PROVEN_BY_ADDRESS = {"unsubscribing.stop"}
PROVEN_BY_SIGNATURE = {"oidc.signed_out", "saml.answer"}
# And here a token that browsers never send unasked, in a header.
PROVEN_BY_TOKEN = {"scim.serve"}
FORMS_SEND = {"application/x-www-form-urlencoded", FILES, "application/json"}
BYTES = "application/octet-stream"

V = TypeVar("V", bound=Callable[..., Any])


def accepts_long_text(view: V) -> V:
    """Let a view receive a form that is far too long, so that a refusal does not lose the text."""
    view.__takes_long_text__ = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Check every request before its view. Call it last: its hook needs the sender of a request."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # `_check` does it, where no token of a program is sent
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open all day; the session bounds it
        WTF_CSRF_SSL_STRICT=False,  # the origin is checked here, a referrer may be left out
    )
    app.before_request(_check)


def by_token() -> bool:
    """Return whether the request carries a personal token, which browsers never send unasked."""
    bears = request.headers.get("Authorization", "").startswith("Bearer ")
    return bears and request.path.startswith(API)


def accepts_bytes(limit_bytes: int) -> Callable[[V], V]:
    """Let a view receive raw bytes as its body, up to a limit."""

    def mark(view: V) -> V:
        view.__takes_bytes__ = limit_bytes  # type: ignore[attr-defined]
        return view

    return mark


def _check() -> None:
    _check_address()
    if request.mimetype != FILES or request.endpoint in PROVEN_BY_SIGNATURE | PROVEN_BY_TOKEN:
        _limit_body()
    if request.method in SAFE:
        return
    if request.endpoint in PROVEN_BY_ADDRESS | PROVEN_BY_SIGNATURE | PROVEN_BY_TOKEN:
        return
    _check_origin()
    _check_media_type()
    if request.endpoint is None or by_token():
        return
    if request.path.startswith(API) and g.get("identity") is None:
        return  # nobody's cookie is at stake, and the answer is that nobody is signed in
    csrf.protect()


def _limit_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "__takes_long_text__"):
        request.max_content_length = request.max_form_memory_size = LONG_TEXT_BYTES
    else:
        request.max_content_length = _bytes_taken() or BODY_BYTES


def _check_address() -> None:
    """Refuse an address that is too long, or has NUL: PostgreSQL rejects it, and nothing has it."""
    if len(request.environ["RAW_URI"]) > ADDRESS_BYTES:
        raise AddressTooLong
    if "\0" in request.path:
        raise NotFound
    if b"%00" in request.query_string or b"\0" in request.query_string:
        raise BadRequest


def _check_origin() -> None:
    """Refuse a write that another site's page sends with our cookie."""
    foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
    origin = request.headers.get("Origin")
    if foreign or (origin is not None and not is_own_origin(origin)):
        raise Forbidden(_l("The request came from another website, so nothing was done."))


def is_own_origin(origin: str) -> bool:
    """Return whether an `Origin` header names this site, by its settings or by the request."""
    own = {settings().base_url, request.host_url.rstrip("/")}
    return urlsplit(origin)[:2] in {urlsplit(address)[:2] for address in own}


def _bytes_taken() -> int:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__takes_bytes__", 0) if request.mimetype == BYTES else 0


def _check_media_type() -> None:
    if not request.content_length and not request.mimetype:
        return
    allowed = PROGRAMS_SEND if request.path.startswith(API) else FORMS_SEND
    if request.mimetype not in allowed and not _bytes_taken():
        raise UnsupportedMediaType
