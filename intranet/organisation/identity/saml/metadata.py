"""Metadata of a provider: its name, addresses and certificates."""

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from intranet.organisation.identity.models import Provider
from intranet.organisation.identity.saml import library
from intranet.platform.core import clock
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings

METADATA_CHARACTERS: Final = 256 * 1024
MAX_CERTIFICATES = 6
LEAST_RSA_BITS = 2048
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_SIGNING = "./md:KeyDescriptor[not(@use) or @use='signing']//ds:X509Certificate"


class MetadataRefusedError(ValueError):
    """Metadata cannot be used; `words` says why, to the person who set them."""

    def __init__(self, words: Words) -> None:
        super().__init__("metadata")
        self.words = words


@dataclass(frozen=True)
class TheirMetadata:
    """The part of a provider's metadata that is used here.

    Addresses are by binding. `sign_out_answers` is where answers to a sign-out go. The
    certificates, as PEM, are those that it signs with: two while it changes from one to the next.
    """

    entity_id: str
    sign_in: Mapping[str, str]
    sign_out: str | None
    sign_out_answers: str | None
    certificates: Sequence[str]

    @property
    def expiries(self) -> Sequence[datetime]:
        """When each certificate ends."""
        return [_loaded(certificate).not_valid_after_utc for certificate in self.certificates]


def metadata_of(provider: Provider) -> TheirMetadata | None:
    """Return the metadata of a provider: pasted, or fetched last; None before there are any.

    Raises:
        MetadataRefusedError: they have expired since.
    """
    text = provider.settings.get("metadata_text") or provider.fetched.get("metadata")
    return read_metadata(text) if text else None


def read_metadata(text: str) -> TheirMetadata:
    """Read the metadata of one provider.

    Raises:
        MetadataRefusedError: it is not such metadata, has expired, or lacks what is needed.
    """
    if len(text) > METADATA_CHARACTERS:
        raise MetadataRefusedError(_l("Metadata may have 256 KB. Send those of one provider."))
    try:
        document = library.XML.to_etree(text.encode())
    except Exception as error:
        raise MetadataRefusedError(_l("This is not readable as XML metadata.")) from error
    found = library.XML.query(document, "//md:EntityDescriptor[md:IDPSSODescriptor]")
    if len(found) != 1:
        raise MetadataRefusedError(
            _l("These metadata describe no identity provider.")
            if not found
            else _l("These metadata describe several providers. Send those of one.")
        )
    (entity,) = found
    _require_valid(document, entity)
    (role, *_others) = library.XML.query(entity, "./md:IDPSSODescriptor")
    sign_in = {
        binding: address
        for binding in (REDIRECT, POST)
        if (address := _address(role, "SingleSignOnService", binding))
    }
    if not entity.get("entityID") or not sign_in:
        raise MetadataRefusedError(_l("The metadata lack the provider's name or its address."))
    sign_out = _address(role, "SingleLogoutService", REDIRECT)
    answers = _address(role, "SingleLogoutService", REDIRECT, "ResponseLocation")
    return TheirMetadata(
        entity.get("entityID"), sign_in, sign_out, answers or sign_out, _certificates(role)
    )


def _require_valid(*nodes: Any) -> None:
    for node in nodes:
        until = node.get("validUntil")
        if until and _instant(until) <= clock.now():
            raise MetadataRefusedError(_l("These metadata have expired. Send newer ones."))


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise MetadataRefusedError(_l("This is not readable as XML metadata.")) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.now().tzinfo)


def _address(role: Any, service: str, binding: str, attribute: str = "Location") -> str | None:
    """Return an address of a service; a browser is sent there, so it must be one of the web."""
    nodes = library.XML.query(role, f"./md:{service}[@Binding='{binding}']")
    address = nodes[0].get(attribute) if nodes else None
    if address is None:
        return None
    schemes = {"https", urlsplit(settings().base_url).scheme}  # without TLS here: none asked there
    if urlsplit(address).scheme not in schemes or not urlsplit(address).hostname:
        raise MetadataRefusedError(_l("An address in the metadata does not begin with https://."))
    return str(address)


def _certificates(role: Any) -> Sequence[str]:
    texts = [library.XML.element_text(node) or "" for node in library.XML.query(role, _SIGNING)]
    if not 0 < len(texts) <= MAX_CERTIFICATES:
        raise MetadataRefusedError(_l("The metadata have no certificate to check signatures by."))
    certificates = []
    for text in texts:
        try:
            certificate = x509.load_der_x509_certificate(b64decode(text))
            key = certificate.public_key()
        except (binascii.Error, ValueError) as error:
            words = _l("A certificate in the metadata cannot be read.")
            raise MetadataRefusedError(words) from error
        if isinstance(key, RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
            raise MetadataRefusedError(
                _l("A key in the metadata is too short: 2,048 bits are due.")
            )
        certificates.append(certificate.public_bytes(Encoding.PEM).decode())
    return certificates


def _loaded(certificate: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.encode())
