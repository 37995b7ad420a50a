"""Secrets that must be read again, such as a client's: sealed with a key from the site's own."""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from intranet.platform.core.web import settings

PURPOSE = b"secrets of identity providers"


def seal(secret: str) -> str:
    """Return a secret as it may be stored."""
    return _box(settings().secret_key).encrypt(secret.encode()).decode()


def unseal(sealed: str | None) -> str | None:
    """Return a stored secret; None if there is none, or the site has another key by now."""
    if sealed is None:
        return None
    try:
        return _box(settings().secret_key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


@cache
def _box(secret_key: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(key))
