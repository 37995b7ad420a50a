"""The web push protocol: encrypted for one browser, signed by this site (VAPID).

The only importer of the library `webpush`. It makes the bytes; we send them ourselves.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from intranet.platform.core.web import settings

if TYPE_CHECKING:
    from webpush import WebPush

PURPOSE = b"intranet web push, version 1"
# The order of the curve P-256: a private key is a number from 1 to one below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES, SECRET_BYTES = 65, 16
SIGNED_FOR_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Sealed:
    """The request to a push service: headers and encrypted body."""

    headers: dict[str, str]
    body: bytes


def public_key() -> str:
    """Return the key that a browser subscribes with; then only this site can push to it."""
    public = _key(settings().secret_key).public_key()
    return _text(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def are_keys(key: str, secret: str) -> bool:
    """Return whether these are a browser's public key and secret, as browsers write them."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        return len(_bytes(key)) == POINT_BYTES and len(_bytes(secret)) == SECRET_BYTES
    except (ValueError, NotBase64Error):
        return False


def seal(text: bytes, endpoint: str, key: str, secret: str) -> Sealed:
    """Encrypt for a browser and sign for its push service. Source: RFC 8291, RFC 8292."""
    from webpush import WebPushSubscription  # noqa: PLC0415 - loaded by few
    from webpush.types import WebPushKeys  # noqa: PLC0415 - loaded by few

    made = _pusher(settings().secret_key, settings().mail_from).get(
        text,
        WebPushSubscription(endpoint=endpoint, keys=WebPushKeys(p256dh=key, auth=secret)),
    )
    headers = {
        "Authorization": made.headers["authorization"],
        "Content-Encoding": made.headers["content-encoding"],
        "Content-Type": "application/octet-stream",
    }
    return Sealed(headers, made.encrypted)


@cache
def _pusher(secret_key: str, subscriber: str) -> "WebPush":
    from webpush import WebPush  # noqa: PLC0415 - loaded by few

    private = _key(secret_key)
    return WebPush(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        subscriber=subscriber,
        expiration=SIGNED_FOR_SECONDS,
    )


@cache
def _key(secret_key: str) -> ec.EllipticCurvePrivateKey:
    """Return the site's key for push, derived from its one secret key.

    So every machine has the same, and there is no second secret to keep, copy or lose.
    """
    # 128 bits more than the order has, so that no number is likelier than another (FIPS 186-5).
    drawn = HKDF(SHA256(), length=48, salt=None, info=PURPOSE).derive(secret_key.encode())
    number = int.from_bytes(drawn, "big") % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
