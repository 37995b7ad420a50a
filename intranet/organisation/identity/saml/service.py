"""This site as a provider of SAML knows it: its names, addresses, metadata, and what it demands."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.saml import library
from intranet.organisation.identity.saml.keys import KeyPair, ProviderKeys
from intranet.organisation.identity.saml.metadata import POST, REDIRECT, TheirMetadata
from intranet.platform.core.web import site_address

CLOCK_DRIFT_SECONDS: Final[int] = Constants.ALLOWED_CLOCK_DRIFT
_SECURITY = {
    "authnRequestsSigned": True,
    "logoutRequestSigned": True,
    "logoutResponseSigned": True,
    "wantAssertionsSigned": True,
    "wantAttributeStatement": False,
    "allowRepeatAttributeName": True,  # Keycloak sends each role as an attribute of its own
    "rejectDeprecatedAlgorithm": True,
    "requestedAuthnContext": False,
    "signatureAlgorithm": Constants.RSA_SHA256,
    "digestAlgorithm": Constants.SHA256,
    "allowSingleLabelDomains": True,
}


@dataclass(frozen=True)
class OurAddresses:
    """The addresses of this site for the provider of an agency."""

    metadata: str
    answers: str
    sign_out: str


def addresses_of(handle: str) -> OurAddresses:
    """Return our addresses for the provider of an agency, by the agency's short name."""
    answers = site_address(f"/signin/saml/{handle}")
    return OurAddresses(f"{answers}/metadata", answers, f"{answers}/sign-out")


def entity_of(provider: Provider) -> str:
    """Return the name of this site for a provider, which is the address of its metadata."""
    return addresses_of(provider.agency.handle).metadata


def answers_of(provider: Provider) -> str:
    """Return the address to which a provider's answers are posted."""
    return addresses_of(provider.agency.handle).answers


def sign_out_of(provider: Provider) -> str:
    """Return the address to which a provider sends its side of signing out."""
    return addresses_of(provider.agency.handle).sign_out


def name_format(provider: Provider) -> str:
    """Return the format of names to ask for: lasting ones, unless an attribute is the name."""
    has_attribute = bool(provider.settings.get("subject_attribute"))
    return str(Constants.NAMEID_UNSPECIFIED if has_attribute else Constants.NAMEID_PERSISTENT)


def our_metadata(provider: Provider, keys: ProviderKeys) -> str:
    """Return our metadata for a provider, with both certificates during a renewal."""
    site = _site(provider, keys.current)
    # Without an end: providers that import metadata once would forget us at it.
    text: Any = library.Metadata.builder(
        site, authnsign=True, wsign=True, valid_until="", cache_duration=""
    )
    for pair in reversed(keys.announced):  # each is put before the last
        text = library.Metadata.add_x509_key_descriptors(text, pair.certificate)
    return str(text.decode())


def to_read(provider: Provider, theirs: TheirMetadata, pair: KeyPair) -> Any:
    """Return the library's settings to check what a provider sent."""
    return _settings(provider, theirs, pair, wants_messages_signed=False)


def to_sign_out(provider: Provider, theirs: TheirMetadata, pair: KeyPair) -> Any:
    """Return the library's settings to check messages of signing out, which must be signed.

    The library would demand it of answers to a sign-in too, where the assertion's is enough.
    """
    return _settings(provider, theirs, pair, wants_messages_signed=True)


def to_write(provider: Provider, theirs: TheirMetadata, pair: KeyPair) -> Any:
    """Return the library's settings to write messages: it puts addresses into XML as they are."""
    sign_in = {binding: escape(address) for binding, address in theirs.sign_in.items()}
    escaped = TheirMetadata(
        escape(theirs.entity_id),
        sign_in,
        theirs.sign_out and escape(theirs.sign_out),
        theirs.sign_out_answers and escape(theirs.sign_out_answers),
        theirs.certificates,
    )
    return _settings(provider, escaped, pair, wants_messages_signed=True)


def request_data(address: str, **more: Any) -> Mapping[str, Any]:
    """Return what the library takes a request to be: the address as people know it, not a proxy."""
    parts = urlsplit(address)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        **more,
    }


def _settings(
    provider: Provider, theirs: TheirMetadata, pair: KeyPair, *, wants_messages_signed: bool
) -> Any:
    binding = REDIRECT if REDIRECT in theirs.sign_in else POST
    there: dict[str, Any] = {
        "entityId": theirs.entity_id,
        "singleSignOnService": {"url": theirs.sign_in[binding], "binding": binding},
        "x509certMulti": {"signing": list(theirs.certificates)},
    }
    if theirs.sign_out:
        there["singleLogoutService"] = {
            "url": theirs.sign_out,
            "responseUrl": theirs.sign_out_answers,
            "binding": REDIRECT,
        }
    return library.Settings(
        {
            "strict": True,
            "sp": _site(provider, pair),
            "idp": there,
            "security": {**_SECURITY, "wantMessagesSigned": wants_messages_signed},
        }
    )


def _site(provider: Provider, pair: KeyPair) -> dict[str, Any]:
    return {
        "entityId": entity_of(provider),
        "assertionConsumerService": {"url": answers_of(provider), "binding": POST},
        "singleLogoutService": {"url": sign_out_of(provider), "binding": REDIRECT},
        "NameIDFormat": name_format(provider),
        "x509cert": pair.certificate,
        "privateKey": pair.key,
    }
