"""The installation's signature below what leaves it (Ed25519, RFC 8032)."""

from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from intranet.platform.core.web import settings

PURPOSE = b"signatures of packages"


def sign(content: bytes) -> bytes:
    """Return the 64 bytes of the installation's signature of some content."""
    return _key(settings().secret_key).sign(content)


def public_key() -> bytes:
    """Return the 32 bytes of the key by which anybody checks the installation's signatures."""
    return _key(settings().secret_key).public_key().public_bytes_raw()


def is_signed_by(key: bytes, signature: bytes, content: bytes) -> bool:
    """Return whether the holder of a public key signed this content."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _key(secret_key: str) -> Ed25519PrivateKey:
    """Return the key, derived from the one secret of the site, so that there is no second one."""
    drawn = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
    return Ed25519PrivateKey.from_private_bytes(drawn)
