"""Who it is that opens a socket."""

from collections.abc import Mapping
from typing import Any

from werkzeug.http import parse_cookie

from intranet.accounts.access import Identity, identity_of_cookies, identity_of_token


def identify(environ: Mapping[str, Any], auth: object) -> Identity | None:
    """Who comes: by a program's token, or by the cookie that a page of ours sends along."""
    if isinstance(auth, dict) and "token" in auth:
        token = auth["token"]
        return identity_of_token(token) if isinstance(token, str) and token.isascii() else None
    if environ.get("HTTP_ORIGIN") is None:
        return None
    return identity_of_cookies(parse_cookie(environ.get("HTTP_COOKIE") or ""))
