"""The identity of a socket's opener, and whether a later request is theirs."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.http import parse_cookie

from intranet.organisation.accounts.access import (
    BEARER,
    Identity,
    cookie_name,
    identity_of_cookies,
    identity_of_token,
)
from intranet.organisation.accounts.secret import hash_of

AUTHORIZATION = "HTTP_AUTHORIZATION"
KEPT = ("HTTP_COOKIE", "HTTP_ORIGIN", AUTHORIZATION)
"""The part of a request that is kept: all that says who sent it."""
ONCE = "intranet.authorization_once"
"""Set where a client sent its token with the handshake alone, as that of PyPI does."""


@dataclass(frozen=True)
class Proof:
    """Credentials that each request of a polling client must carry: the id of a session is none.

    `cookie` is the name of the cookie that holds it; without one it is the token of a header.
    """

    cookie: str | None
    digest: str

    def is_in(self, environ: Mapping[str, Any]) -> bool:
        """Whether a request carries it."""
        carried = _bearer(environ) if self.cookie is None else _cookies(environ).get(self.cookie)
        return carried is not None and hmac.compare_digest(hash_of(carried), self.digest)


def kept_of(environ: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The credentials of a request, given what was kept of one `before` it."""
    kept = {name: environ.get(name) for name in KEPT}
    if before and kept[AUTHORIZATION] is None and before[AUTHORIZATION] is not None:
        return {**kept, AUTHORIZATION: before[AUTHORIZATION], ONCE: True}
    return kept


def identify(environ: Mapping[str, Any], auth: object) -> Identity | None:
    """Who comes: by a program's token, or by the cookie that a page of ours sends along."""
    if isinstance(auth, dict) and "token" in auth:
        return _of_token(auth["token"])
    if (token := _bearer(environ)) is not None:
        return _of_token(token)
    if environ.get("HTTP_ORIGIN") is None:
        return None
    return identity_of_cookies(_cookies(environ))


def proof_of(environ: Mapping[str, Any], auth: object) -> Proof | None:
    """The credentials that later requests must carry; none where a token is sent once."""
    if (isinstance(auth, dict) and "token" in auth) or environ.get(ONCE):
        return None
    if (token := _bearer(environ)) is not None:
        return Proof(None, hash_of(token))
    name = cookie_name()
    return Proof(name, hash_of(_cookies(environ).get(name, "")))


def _cookies(environ: Mapping[str, Any]) -> Mapping[str, str]:
    return parse_cookie(environ.get("HTTP_COOKIE") or "")


def _bearer(environ: Mapping[str, Any]) -> str | None:
    given = environ.get(AUTHORIZATION) or ""
    return given.removeprefix(BEARER).strip() if given.startswith(BEARER) else None


def _of_token(token: object) -> Identity | None:
    return identity_of_token(token) if isinstance(token, str) and token.isascii() else None
