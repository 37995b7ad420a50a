"""Answers and questions as a provider could make them, or as somebody forges them."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4
from zlib import compress

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

from intranet.organisation.identity.saml.keys import KeyPair

xmlsec: Any = import_module("xmlsec")  # its own types name little of what it has
ISSUER = "https://sso.monteclaro.example/metadata"
PERSISTENT = Constants.NAMEID_PERSISTENT
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)


def new_pair(bits: int = 2048) -> KeyPair:
    """A provider's key and certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sso.monteclaro.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(pem.decode(), made.public_bytes(Encoding.PEM).decode())


def metadata(*pairs: KeyPair, more: str = "", attributes: str = "") -> str:
    """The metadata of a provider that signs with these keys."""
    certificates = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{''.join(pair.certificate.splitlines()[1:-1])}</ds:X509Certificate></ds:X509Data>"
        f"</ds:KeyInfo></md:KeyDescriptor>"
        for pair in pairs
    )
    services = "".join(
        f'<md:{kind} Binding="{Constants.BINDING_HTTP_REDIRECT}" '
        f'Location="https://sso.monteclaro.example/{path}?a=1&amp;b=2"/>'
        for kind, path in (("SingleLogoutService", "slo"), ("SingleSignOnService", "sso"))
    )
    return (
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="{DS}" '
        f'entityID="{ISSUER}" {attributes}><md:IDPSSODescriptor '
        f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{certificates}'
        f"{services}</md:IDPSSODescriptor>{more}</md:EntityDescriptor>"
    )


@dataclass
class Forgery:
    """An answer as a good provider gives it, but for what a test changes."""

    pair: KeyPair
    asked: str
    site: str
    address: str
    name: str = "8f2c41"
    format: str = PERSISTENT
    issuer: str = ISSUER
    audience: str | None = None
    recipient: str | None = None
    confirmed_question: str | None = None
    late: timedelta = timedelta()
    lasts: timedelta = timedelta(minutes=5)
    authenticated: timedelta = timedelta()
    attributes: dict[str, list[str]] = field(default_factory=dict)
    signs: str = "assertion"
    signature: str = Constants.RSA_SHA256
    digest: str = Constants.SHA256
    id: str = field(default_factory=lambda: f"_{uuid4().hex}")

    def instant(self, after: timedelta = timedelta()) -> str:
        return (datetime.now(UTC) + self.late + after).strftime("%Y-%m-%dT%H:%M:%SZ")

    def assertion(self) -> str:
        audience = self.site if self.audience is None else self.audience
        recipient = self.address if self.recipient is None else self.recipient
        question = self.asked if self.confirmed_question is None else self.confirmed_question
        statement = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        attributes = f"<saml:AttributeStatement>{statement}</saml:AttributeStatement>"
        restriction = (
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"
            "</saml:AudienceRestriction>"
        )
        confirmation = "".join(
            f' {name}="{value}"'
            for name, value in {
                "InResponseTo": question,
                "Recipient": recipient,
                "NotOnOrAfter": self.instant(self.lasts),
            }.items()
            if value
        )
        text = (
            f'<saml:Assertion {NAMES} ID="{self.id}" Version="2.0" '
            f'IssueInstant="{self.instant()}"><saml:Issuer>{self.issuer}</saml:Issuer>'
            f'<saml:Subject><saml:NameID Format="{self.format}">{self.name}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{Constants.CM_BEARER}">'
            f"<saml:SubjectConfirmationData{confirmation}/>"
            f"</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{self.instant()}" '
            f'NotOnOrAfter="{self.instant(self.lasts)}">{restriction if audience else ""}'
            f"</saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{self.instant(self.authenticated)}" '
            f'SessionIndex="_s1">'
            f"<saml:AuthnContext><saml:AuthnContextClassRef>{Constants.AC_PASSWORD_PROTECTED}"
            f"</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            f"{attributes if self.attributes else ''}</saml:Assertion>"
        )
        return self.signed(text) if self.signs == "assertion" else text

    def signed(self, text: str) -> str:
        made = Utils.add_sign(
            text,
            self.pair.key,
            self.pair.certificate,
            sign_algorithm=self.signature,
            digest_algorithm=self.digest,
        )
        return made.decode() if isinstance(made, bytes) else made

    def response(self, assertion: str | None = None, *, more: str = "") -> str:
        text = (
            f'<samlp:Response {NAMES} ID="_r{uuid4().hex}" Version="2.0" '
            f'IssueInstant="{self.instant()}" Destination="{self.address}" '
            f'InResponseTo="{self.asked}"><saml:Issuer>{self.issuer}</saml:Issuer>'
            f'<samlp:Status><samlp:StatusCode Value="{Constants.STATUS_SUCCESS}"/></samlp:Status>'
            f"{assertion or self.assertion()}{more}</samlp:Response>"
        )
        return self.signed(text) if self.signs == "response" else text

    def xml(self) -> bytes:
        return self.response().encode()


def posted(xml: bytes | str) -> str:
    """A message as a form posts it."""
    return b64encode(xml.encode() if isinstance(xml, str) else xml).decode()


def compressed(xml: bytes | str) -> str:
    """A message as it stands in an address."""
    return b64encode(compress(xml.encode() if isinstance(xml, str) else xml)[2:-4]).decode()


def encrypted(
    assertion: str,
    certificate: str,
    *,
    cipher: Any = xmlsec.Transform.AES256_GCM,
    transport: Any = xmlsec.Transform.RSA_OAEP,
) -> str:
    """An assertion that only the holder of a certificate's key can read."""
    root = etree.fromstring(
        f"<saml:EncryptedAssertion {NAMES}>{assertion}</saml:EncryptedAssertion>"
    )
    (plain,) = root
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM, None))
    data = xmlsec.template.encrypted_data_create(
        root, cipher, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="dsig")
    key = xmlsec.template.add_encrypted_key(info, transport)
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
    context.encrypt_xml(data, plain)
    return str(etree.tostring(root).decode())
