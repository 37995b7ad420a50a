"""Read messages that anybody may send, before anything trusts them.

xmlsec opens whatever a signature or a cipher refers to, files of this machine included, before it
knows whether the signature is right. So a message must have the shape that SAML prescribes
(saml-core, 5.4 and 6), with references to its own parts only, before xmlsec sees it.
"""

import binascii
import re
import zlib
from base64 import b64decode
from typing import Any, Final

from intranet.organisation.identity.saml import library
from intranet.organisation.identity.saml.refusals import MessageRefusedError, RefusalReason

POST_CHARACTERS: Final = 256 * 1024
QUERY_BYTES: Final = 4 * 1024
INFLATED_BYTES: Final = 64 * 1024

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_DS_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"
_ENC11 = "http://www.w3.org/2009/xmlenc11#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"

_PARTS = {
    _DS: {
        *("Signature", "SignedInfo", "SignatureValue", "SignatureMethod", "Reference"),
        *("CanonicalizationMethod", "Transforms", "Transform", "DigestMethod", "DigestValue"),
        *("KeyInfo", "KeyName", "KeyValue", "RSAKeyValue", "Modulus", "Exponent"),
        *("X509Data", "X509Certificate", "X509IssuerSerial", "X509IssuerName"),
        *("X509SerialNumber", "X509SubjectName", "X509SKI", "RetrievalMethod"),
    },
    _ENC: {
        *("EncryptedData", "EncryptedKey", "EncryptionMethod", "CipherData", "CipherValue"),
        *("ReferenceList", "DataReference", "KeySize", "OAEPparams", "CarriedKeyName"),
    },
    _ENC11: {"MGF"},
    _EXCLUSIVE: {"InclusiveNamespaces"},
}
_REFERRING = {f"{{{_DS}}}Reference", f"{{{_DS}}}RetrievalMethod", f"{{{_ENC}}}DataReference"}
SIGNATURES = {
    f"{_DS_MORE}{kind}-sha{bits}" for kind in ("rsa", "ecdsa") for bits in (256, 384, 512)
}
_SHA2 = {f"{_ENC}sha256", f"{_DS_MORE}sha384", f"{_ENC}sha512"}
_ALGORITHMS = {
    f"{{{_DS}}}CanonicalizationMethod": {_EXCLUSIVE},
    f"{{{_DS}}}Transform": {_EXCLUSIVE, f"{_DS}enveloped-signature"},
    f"{{{_DS}}}SignatureMethod": SIGNATURES,
    f"{{{_ENC}}}EncryptionMethod": {
        # Without RSA 1.5, whose padding betrays the key to whoever may ask often enough.
        *(f"{_ENC}aes{bits}-cbc" for bits in (128, 192, 256)),
        *(f"{_ENC11}aes{bits}-gcm" for bits in (128, 192, 256)),
        *(f"{_ENC}rsa-oaep-mgf1p", f"{_ENC11}rsa-oaep"),
    },
}
_WITHIN = re.compile(r"#[A-Za-z_][\w.-]*")
_SIGNED_DIGEST = f"{{{_DS}}}DigestMethod"


def decoded(text: str) -> bytes:
    """Return the XML of a message that came in a form.

    Raises:
        MessageRefusedError: it is too large, or not in base 64.
    """
    if len(text) > POST_CHARACTERS:
        raise MessageRefusedError(RefusalReason.LARGE)
    try:
        return b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise MessageRefusedError(RefusalReason.UNREADABLE) from error


def inflated(text: str) -> bytes:
    """Return the XML of a message that came in an address, where it is compressed.

    Raises:
        MessageRefusedError: it is too large, or not compressed.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        xml = inflater.decompress(decoded(text), INFLATED_BYTES)
    except zlib.error as error:
        raise MessageRefusedError(RefusalReason.UNREADABLE) from error
    if inflater.unconsumed_tail:
        raise MessageRefusedError(RefusalReason.LARGE)
    return xml


def parsed(xml: bytes, kind: str) -> Any:
    """Return a message as a tree, without document types, entities and comments.

    Args:
        kind: the message that it must be, such as `Response`.

    Raises:
        MessageRefusedError: it is not readable, another message, or not of the shape that is safe.
    """
    try:
        document = library.XML.to_etree(xml)
    except Exception as error:
        raise MessageRefusedError(RefusalReason.UNREADABLE) from error
    if document.tag != f"{{{PROTOCOL}}}{kind}":
        raise MessageRefusedError(RefusalReason.UNREADABLE)
    require_shape(document)
    return document


def require_shape(document: Any) -> None:
    """Refuse signatures and ciphers with other parts, references and algorithms than SAML's.

    Raises:
        MessageRefusedError: there is such a thing.
    """
    for element in document.iter():
        space, _, name = str(element.tag).removeprefix("{").partition("}")
        if space in _PARTS and name not in _PARTS[space]:
            raise MessageRefusedError(RefusalReason.SHAPE)
        if element.tag in _REFERRING and not _WITHIN.fullmatch(element.get("URI", "")):
            raise MessageRefusedError(RefusalReason.SHAPE)
        if element.get("Algorithm") not in _ALGORITHMS.get(element.tag, {element.get("Algorithm")}):
            raise MessageRefusedError(RefusalReason.WEAK)
        if element.tag == f"{{{_DS}}}Signature":
            _require_one_reference(element)


def _require_one_reference(signature: Any) -> None:
    """Refuse a signature of anything but the one element that it stands in."""
    signed = signature.getparent()
    infos = signature.findall(f"{{{_DS}}}SignedInfo")
    references = list(signature.iter(f"{{{_DS}}}Reference"))
    if signed is None or len(infos) != 1 or len(references) != 1:
        raise MessageRefusedError(RefusalReason.SHAPE)
    (reference,) = references
    if reference.getparent() is not infos[0] or reference.get("URI") != f"#{signed.get('ID')}":
        raise MessageRefusedError(RefusalReason.SHAPE)
    if any(digest.get("Algorithm") not in _SHA2 for digest in reference.iter(_SIGNED_DIGEST)):
        raise MessageRefusedError(RefusalReason.WEAK)
