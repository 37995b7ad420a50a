"""Random secrets for people and programs, of which only hashes are stored."""

import hashlib
import hmac
import secrets

from intranet.platform.core.web import settings

SECRET_BYTES = 32


def new_secret() -> str:
    """Return a secret for a cookie, a link or a token: 256 bits, safe in URLs."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """Return the hash to store for a random secret: it needs no salt and no slow function."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_hash(text: str, purpose: str) -> str:
    """Return the hash to store for a guessable text, such as an address, keyed by the site."""
    key = settings().secret_key.encode()
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
