"""The client of a provider, by Authlib: which hosts it reaches, how long, and what it accepts."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import requests
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.sealing import unseal
from intranet.platform.core.https_client import NoAnswerError, NotOutsideError, fetch
from intranet.platform.core.web import settings, site_address

ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
"""Signatures that are accepted, whatever else a provider says that it uses, such as `none`."""
SCOPE = "openid email profile"
MAX_WAITING_REQUESTS = 4
_turns: defaultdict[str, threading.BoundedSemaphore] = defaultdict(
    lambda: threading.BoundedSemaphore(MAX_WAITING_REQUESTS)
)


class CheckedAdapter(BaseAdapter):
    """Requests to providers: checked addresses, no redirects, limits on time, size and number.

    A provider that never answers holds four threads at most, and each for six seconds.
    """

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **_how: Any
    ) -> requests.Response:
        """Send one request.

        Raises:
            ConnectionError: there was no whole answer in time, or the host may not be reached.
        """
        address = str(request.url)
        headers = {**request.headers, "Accept-Encoding": "identity"}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        turn = _turns[address.partition("?")[0]]
        if not turn.acquire(blocking=False):
            raise requests.ConnectionError("too many requests wait for this provider")
        try:
            answer = fetch(
                str(request.method), address, headers, body, inside=settings().inside_hosts
            )
        except (NoAnswerError, NotOutsideError) as error:
            raise requests.ConnectionError(type(error).__name__) from error
        finally:
            turn.release()
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        response.url, response.request = address, request
        response._content = answer.body  # noqa: SLF001 - there is no other way to make one
        if response.is_redirect:
            raise requests.ConnectionError("redirected")
        return response

    def close(self) -> None:
        """Release nothing: each request has a connection of its own."""


class CheckedSession(OAuth2Session):  # type: ignore[misc]
    """Authlib's session, over the checked adapter alone."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        use_checked(self)


class OpenIdClient(FlaskOAuth2App):  # type: ignore[misc]
    """Authlib's client of a provider; it is made anew for each request."""

    client_cls = CheckedSession


def use_checked(session: requests.Session) -> requests.Session:
    """Let a session of requests reach other hosts by the checked adapter only."""
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", CheckedAdapter())
    session.mount("http://", CheckedAdapter())
    return session


def client_of(provider: Provider) -> OpenIdClient:
    """Return the client of a provider, with its configuration and keys as last fetched."""
    metadata: Mapping[str, Any] = provider.fetched["metadata"]
    listed = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    known = {
        **metadata,
        "jwks": provider.fetched["keys"],
        "_loaded_at": 1,
        "id_token_signing_alg_values_supported": sorted(ALGORITHMS & set(listed)),
    }
    secret = unseal(provider.secret_sealed)
    return OpenIdClient(
        FlaskIntegration(str(provider.id)),
        name=str(provider.id),
        client_id=provider.settings["client_id"],
        client_secret=secret,
        client_kwargs={
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "leeway": 0,  # else a token of one minute would count as expired at once
            "token_endpoint_auth_method": _authentication(metadata, secret),
        },
        **known,
    )


def callback_address(handle: str) -> str:
    """Return the address to which an agency's provider answers; no other provider has it."""
    return site_address(f"/signin/oidc/{handle}")


def sign_out_address(handle: str) -> str:
    """Return the address at which an agency's provider announces that somebody signed out."""
    return site_address(f"/signin/oidc/{handle}/signed-out")


def _authentication(metadata: Mapping[str, Any], secret: str | None) -> str:
    if secret is None:
        return "none"
    listed = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return "client_secret_basic" if "client_secret_basic" in listed else "client_secret_post"
