"""Sign-out both ways: here and then at the provider, and announced by it (back-channel).

Authlib reads no logout tokens: these are the rules of OpenID Connect Back-Channel Logout 1.0.
"""

from datetime import timedelta
from typing import Any

from flask import make_response
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.identity.departures import onward
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.oidc.client import ALGORITHMS, client_of
from intranet.organisation.identity.oidc.publishing import is_address, refresh_keys
from intranet.organisation.identity.operations.sessions import end_behind
from intranet.platform.core import clock
from intranet.platform.core.web import site_address

EVENT = "http://schemas.openid.net/event/backchannel-logout"
MAX_AGE_SECONDS = 120
MAX_CHARACTERS = 16 * 1024
TYPES = frozenset({"logout+jwt", "jwt"})


class NoLogoutError(Exception):
    """The token does not sign anybody out; the text says in a word why."""


def farewell(provider: Provider, _session: str) -> ResponseReturnValue | None:
    """Return the page that goes on to the provider's sign-out, if there is one."""
    if not provider.settings.get("signs_out_there") or not provider.fetched:
        return None
    if not is_address(provider.fetched["metadata"].get("end_session_endpoint")):
        return None
    left = client_of(provider).create_logout_url(
        post_logout_redirect_uri=site_address("/signin"),
        client_id=provider.settings["client_id"],
    )
    return make_response(onward(left["url"], provider.name))


def sign_out_from_there(provider: Provider, token: str) -> int:
    """End what a logout token says has ended; return how many sign-ins that were.

    Raises:
        NoLogoutError: it is not such a token of this provider for us, or was used already.
    """
    claims = _claims(provider, token)
    now = clock.now().timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    issued, expires, events = claims.get("iat"), claims.get("exp"), claims.get("events")
    subject, session, given = (claims.get(name) for name in ("sub", "sid", "jti"))
    ids = [each for each in (subject, session) if each is not None]
    rules = {
        "iss": claims.get("iss") == provider.settings["issuer"],
        "aud": provider.settings["client_id"] in audiences,
        "iat": isinstance(issued, int) and abs(now - issued) <= MAX_AGE_SECONDS,
        "exp": expires is None or (isinstance(expires, int) and expires > now - MAX_AGE_SECONDS),
        "events": isinstance(events, dict) and isinstance(events.get(EVENT), dict),
        "nonce": "nonce" not in claims,
        "sub": bool(ids) and all(isinstance(each, str) and each for each in ids),
        "jti": isinstance(given, str) and 0 < len(given) <= MAX_CHARACTERS,
    }
    for reason, holds in rules.items():
        if not holds:
            raise NoLogoutError(reason)
    until = clock.now() + timedelta(seconds=2 * MAX_AGE_SECONDS)
    if not one_uses.is_first("logout", f"{provider.id} {given}", until):
        raise NoLogoutError("jti")
    return end_behind(provider, subject=subject, session=session)


def _claims(provider: Provider, token: str) -> dict[str, Any]:
    if not 0 < len(token) <= MAX_CHARACTERS or not provider.fetched:
        raise NoLogoutError("token")
    try:
        return _decoded(provider, token)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        if not refresh_keys(provider):
            raise NoLogoutError("signature") from error
    try:
        return _decoded(provider, token)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NoLogoutError("signature") from error


def _decoded(provider: Provider, token: str) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=sorted(ALGORITHMS), strict_check_header=False)
    keys = KeySet.import_key_set(provider.fetched["keys"])
    found = jwt.decode(token, key=keys, registry=registry)
    if str(found.header.get("typ", "jwt")).lower() not in TYPES:
        raise ValueError("typ")
    return dict(found.claims)
