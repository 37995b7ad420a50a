"""A provider's configuration and keys, which it publishes: fetched into the database by a job."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.oidc.client import use_checked
from intranet.platform.core import clock
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings

PATH = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OTHER_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")
LISTS = (
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
)
FLAGS = ("authorization_response_iss_parameter_supported", "backchannel_logout_supported")
KEYS_EVERY = timedelta(minutes=1)


class UnusableError(Exception):
    """The provider does not publish what is needed; `words` say what is wrong."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(type(words)))
        self.words = words


def fetch_metadata(issuer: str) -> dict[str, Any]:
    """Return the configuration of an issuer.

    Raises:
        UnusableError: it cannot be fetched, is of another issuer, or lacks something.
    """
    found = _json(issuer.rstrip("/") + PATH)
    if found.get("issuer") != issuer:
        raise UnusableError(
            _l(
                "The provider calls itself “%(issuer)s”. Enter its address exactly so.",
                issuer=str(found.get("issuer"))[:200],
            )
        )
    for name in ENDPOINTS:
        if not is_address(found.get(name)):
            raise UnusableError(_l("Its configuration lacks “%(name)s”.", name=name))
    return _known(found)


def is_address(value: object) -> bool:
    """Return whether a value is an address that a browser may be sent to."""
    schemes = ("https://", "http://") if settings().reaches_inside else ("https://",)
    return isinstance(value, str) and value.startswith(schemes)


def fetch_keys(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public keys of a provider.

    Raises:
        UnusableError: they cannot be fetched, or there are none.
    """
    found = _json(str(metadata["jwks_uri"]))
    try:
        usable = len(KeySet.import_key_set(found).keys)  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise UnusableError(_l("Its keys cannot be read.")) from error
    if not usable:
        raise UnusableError(_l("It publishes no keys."))
    return found


def refresh(provider: Provider) -> None:
    """Fetch configuration and keys anew, and store them.

    Raises:
        UnusableError: they cannot be fetched; those of before stay.
    """
    metadata = fetch_metadata(provider.settings["issuer"])
    store(provider, metadata, fetch_keys(metadata))


def refresh_keys(provider: Provider) -> bool:
    """Fetch the keys anew after a signature that did not fit, at most once a minute.

    Returns:
        Whether they were fetched.
    """
    if provider.fetched_at and clock.now() - provider.fetched_at < KEYS_EVERY:
        return False
    metadata = provider.fetched["metadata"]
    try:
        keys = fetch_keys(metadata)
    except UnusableError:
        keys = provider.fetched["keys"]
    store(provider, metadata, keys)
    return True


def store(provider: Provider, metadata: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    """Store what a provider publishes."""
    with unit_of_work() as work:
        work.lock(provider)
        provider.fetched = {"metadata": dict(metadata), "keys": dict(keys)}
        provider.fetched_at = clock.now()


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is used of a configuration: anything else would be passed to the library."""
    kept = {name: found[name] for name in ("issuer", *ENDPOINTS)}
    kept |= {name: found[name] for name in OTHER_ENDPOINTS if is_address(found.get(name))}
    kept |= {name: found[name] is True for name in FLAGS if name in found}
    for name in LISTS:
        if isinstance(values := found.get(name), list):
            kept[name] = [value for value in values if isinstance(value, str)]
    return kept


def _json(address: str) -> dict[str, Any]:
    with use_checked(requests.Session()) as session:
        try:
            answer = session.get(address)
            answer.raise_for_status()
            found = answer.json()
        except requests.HTTPError as error:
            status = error.response.status_code
            raise UnusableError(
                _l("%(address)s answered %(status)s.", address=address, status=status)
            ) from error
        except requests.JSONDecodeError as error:
            raise UnusableError(_l("%(address)s is not JSON.", address=address)) from error
        except requests.RequestException as error:
            raise UnusableError(
                _l("%(address)s does not answer, or may not be reached.", address=address)
            ) from error
    if not isinstance(found, dict):
        raise UnusableError(_l("%(address)s is not JSON.", address=address))
    return found
