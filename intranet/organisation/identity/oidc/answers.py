"""The answer of a provider: asked for with a question of its own, and believed after every check.

What Authlib lets through by default is refused here: an audience beside ours, an empty subject, a
token that was issued long ago, one without a signature, an answer in another provider's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.oauth2.rfc6749.errors import OAuth2Error
from flask.typing import ResponseReturnValue
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError

from intranet.organisation.identity import departures
from intranet.organisation.identity.departures import Departure
from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.oidc.client import OpenIdClient, callback_address, client_of
from intranet.organisation.identity.oidc.publishing import refresh_keys, store
from intranet.organisation.identity.operations.tying import SUBJECT_LIMIT, Claims, NotLetIn
from intranet.organisation.identity.ways import Purpose
from intranet.platform.core import clock
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l

LEEWAY_SECONDS = 60
MAX_AGE = timedelta(minutes=10)
FRESH = timedelta(minutes=5)
ANEW = (Purpose.CONFIRM, Purpose.TIE)
OF_THE_PROTOCOL = frozenset(
    {"iss", "aud", "exp", "iat", "nbf", "nonce", "azp", "sid", "jti", "at_hash", "auth_time"}
)
FOREIGN = _l("This answer does not belong to a sign-in that was begun here. Start again.")


class RefusedAnswer(NotLetIn):
    """The answer of a provider is not believed; `detail` says why, `reason` in one word."""

    def __init__(self, reason: str, words: Words) -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True)
class CheckedAnswer:
    """An answer after every check; `received` is what it says of the person."""

    claims: Claims
    received: Mapping[str, Any]
    skew: int


def ask(provider: Provider, purpose: Purpose, target: str) -> ResponseReturnValue:
    """Send the browser to the provider with a question of its own."""
    if not provider.fetched:
        raise RefusedAnswer("not_fetched", _l("This provider has not been reached yet."))
    how = {"prompt": "login", "max_age": 0} if purpose in ANEW else {}
    asked = client_of(provider).create_authorization_url(
        callback_address(provider.agency.handle), **how
    )
    return departures.leave(
        provider,
        purpose,
        target,
        asked["url"],
        asked["state"],
        nonce=asked["nonce"],
        code_verifier=asked["code_verifier"],
        begun_at=clock.now().isoformat(),
    )


def read(provider: Provider, departure: Departure, given: Mapping[str, str]) -> CheckedAnswer:
    """Return what a provider answered to a question.

    Raises:
        RefusedAnswer: something about it is not as it has to be.
    """
    if not departures.is_same_browser(departure):
        raise RefusedAnswer("browser", FOREIGN)
    metadata = provider.fetched["metadata"]
    issuer = provider.settings["issuer"]
    names_itself = metadata.get("authorization_response_iss_parameter_supported")
    if given.get("iss", None if names_itself else issuer) != issuer:
        raise RefusedAnswer("iss", _l("The answer comes from another provider."))
    if "error" in given or "code" not in given:
        raise RefusedAnswer("error", _l("The provider did not sign you in."))
    client = client_of(provider)
    token = _token(client, provider, departure, given["code"])
    claims = _id_token(client, provider, departure, token)
    _check(departure, claims)
    person = _with_userinfo(client, claims, token)
    shown = {name: value for name, value in person.items() if name not in OF_THE_PROTOCOL}
    return CheckedAnswer(_claims(provider, person), shown, _skew(claims))


def _token(
    client: OpenIdClient, provider: Provider, departure: Departure, code: str
) -> dict[str, Any]:
    try:
        token: dict[str, Any] = client.fetch_access_token(
            callback_address(provider.agency.handle),
            code=code,
            code_verifier=departure.kept["code_verifier"],
        )
    except requests.RequestException as error:
        raise RefusedAnswer(
            "no_answer", _l("The provider does not answer. Try again in a few minutes.")
        ) from error
    except (OAuthError, OAuth2Error, ValueError) as error:
        raise RefusedAnswer("token", _l("The provider refused to say who you are.")) from error
    if not isinstance(token.get("id_token"), str):
        raise RefusedAnswer("no_id_token", _l("The provider did not say who you are."))
    return token


def _id_token(
    client: OpenIdClient, provider: Provider, departure: Departure, token: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        claims = _parsed(client, provider, departure, token)
    except BadSignatureError as error:
        # A new key under the old name: Authlib looks for new keys only if the name is unknown.
        if not refresh_keys(provider):
            raise _badly_signed() from error
        try:
            claims = _parsed(client_of(provider), provider, departure, token)
        except (JoseError, ValueError) as again:
            raise _badly_signed() from again
    except ExpiredTokenError as error:
        raise RefusedAnswer("expired", _l("The answer is too old.")) from error
    except ClaimError as error:
        raise RefusedAnswer(
            f"claim {error.claim}", _l("The answer is not meant for this site.")
        ) from error
    except requests.RequestException as error:
        raise RefusedAnswer("keys", _l("The provider's keys cannot be fetched.")) from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _badly_signed() from error
    keys = client.server_metadata["jwks"]
    if keys != provider.fetched["keys"]:
        store(provider, provider.fetched["metadata"], keys)
    return claims


def _parsed(
    client: OpenIdClient, provider: Provider, departure: Departure, token: Mapping[str, Any]
) -> dict[str, Any]:
    ours = provider.settings["client_id"]
    return dict(
        client.parse_id_token(
            token,
            nonce=departure.kept["nonce"],
            leeway=LEEWAY_SECONDS,
            claims_options={
                "iss": {"essential": True, "value": provider.settings["issuer"]},
                "sub": {"essential": True},
                "aud": {"essential": True, "value": ours},
                "exp": {"essential": True},
                "iat": {"essential": True},
            },
        )
    )


def _check(departure: Departure, claims: Mapping[str, Any]) -> None:
    """Check what the library does not."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LIMIT:
        raise RefusedAnswer("sub", _l("The provider did not say who you are."))
    if abs(_skew(claims)) > MAX_AGE.total_seconds():
        raise RefusedAnswer(
            "iat", _l("The answer is too old, or the provider's clock is not right.")
        )
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
        raise RefusedAnswer("azp", _l("The answer is not meant for this site."))
    if departure.purpose == Purpose.CONFIRM:
        signed_in = claims.get("auth_time")
        now = clock.now().timestamp()
        if not isinstance(signed_in, int) or now - signed_in > FRESH.total_seconds():
            raise RefusedAnswer("auth_time", _l("The provider did not ask you anew who you are."))


def _with_userinfo(
    client: OpenIdClient, claims: dict[str, Any], token: dict[str, Any]
) -> dict[str, Any]:
    """Return the claims with those that the provider gives only on asking once more."""
    if "email" in claims or "userinfo_endpoint" not in client.server_metadata:
        return claims
    try:
        more = dict(client.userinfo(token=token))
    except (requests.RequestException, OAuthError, OAuth2Error, ValueError):
        return claims
    if more.get("sub") != claims["sub"]:
        raise RefusedAnswer("userinfo", _l("The provider did not say who you are."))
    return {**more, **claims}


def _claims(provider: Provider, person: Mapping[str, Any]) -> Claims:
    email, name, session = (person.get(key) for key in ("email", "name", "sid"))
    verified = person.get("email_verified")
    vouched = verified is True or verified == "true"
    if verified is None:
        vouched = provider.settings.get("gives_out_addresses") is True
    return Claims(
        subject=person["sub"],
        email=email if vouched and isinstance(email, str) else None,
        name=name if isinstance(name, str) else "",
        session=session if isinstance(session, str) else "",
    )


def _skew(claims: Mapping[str, Any]) -> int:
    """Return by how many seconds the token seems to be old; below zero it is of the future."""
    return int(clock.now().timestamp() - claims["iat"])


def _badly_signed() -> RefusedAnswer:
    return RefusedAnswer("signature", _l("The signature of the answer is not the provider's."))
