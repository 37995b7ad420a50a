"""The identity of a client, and whether a later request is its own."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.http import parse_cookie

from intranet.organisation.accounts.access import BEARER, cookie_name
from intranet.organisation.accounts.credentials import Present, present_with
from intranet.organisation.accounts.models import SignIn, Token
from intranet.organisation.accounts.random_secrets import hash_of

AUTHORIZATION = "HTTP_AUTHORIZATION"
KEPT_HEADERS = ("HTTP_COOKIE", "HTTP_ORIGIN", AUTHORIZATION)
"""The parts of a request that are kept: those that identify its sender."""
ONCE = "intranet.authorization_once"
"""Set if a client sends its token only with the handshake, as the one on PyPI does."""


@dataclass(frozen=True)
class SocketCredentials:
    """The credentials that each request of a polling client must carry, besides the session id.

    `cookie` is the name of the cookie that holds them; without one it is a token in a header.
    """

    cookie: str | None
    digest: str

    def is_in(self, environ: Mapping[str, Any]) -> bool:
        """Return whether a request carries these credentials."""
        carried = _bearer(environ) if self.cookie is None else _cookies(environ).get(self.cookie)
        return carried is not None and hmac.compare_digest(hash_of(carried), self.digest)


def complete_credentials(
    environ: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a request's credentials, completed by those kept from the request `before` it."""
    kept = {name: environ.get(name) for name in KEPT_HEADERS}
    if before and kept[AUTHORIZATION] is None and before[AUTHORIZATION] is not None:
        return {**kept, AUTHORIZATION: before[AUTHORIZATION], ONCE: True}
    return kept


def identify(environ: Mapping[str, Any], auth: object) -> Present | None:
    """Identify the client by a program's token, or by the cookie sent by our own page."""
    if isinstance(auth, dict) and "token" in auth:
        return _of_token(auth["token"])
    if (token := _bearer(environ)) is not None:
        return _of_token(token)
    if environ.get("HTTP_ORIGIN") is None:
        return None
    secret = _cookies(environ).get(cookie_name())
    return present_with(SignIn, secret) if secret else None


def proof_of(environ: Mapping[str, Any], auth: object) -> SocketCredentials | None:
    """Return the credentials that later requests must carry; None if only the first has a token."""
    if (isinstance(auth, dict) and "token" in auth) or environ.get(ONCE):
        return None
    if (token := _bearer(environ)) is not None:
        return SocketCredentials(None, hash_of(token))
    name = cookie_name()
    return SocketCredentials(name, hash_of(_cookies(environ).get(name, "")))


def _cookies(environ: Mapping[str, Any]) -> Mapping[str, str]:
    return parse_cookie(environ.get("HTTP_COOKIE") or "")


def _bearer(environ: Mapping[str, Any]) -> str | None:
    given = environ.get(AUTHORIZATION) or ""
    return given.removeprefix(BEARER).strip() if given.startswith(BEARER) else None


def _of_token(token: object) -> Present | None:
    return present_with(Token, token) if isinstance(token, str) and token.isascii() else None
