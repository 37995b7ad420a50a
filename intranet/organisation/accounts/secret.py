"""Secrets that a person or a program carries: made at random, kept here only as hashes."""

import hashlib
import hmac
import secrets

from intranet.platform.core.web import settings

BYTES = 32


def new_secret() -> str:
    """A secret for a cookie, a link or a token: 256 bits, safe in addresses."""
    return secrets.token_urlsafe(BYTES)


def hash_of(secret: str) -> str:
    """What is stored of a secret that was made at random: no salt and no slowness are needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_hash(text: str, purpose: str) -> str:
    """What is stored of a text that could be guessed, such as an address: keyed by the site."""
    key = settings().secret_key.encode()
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
