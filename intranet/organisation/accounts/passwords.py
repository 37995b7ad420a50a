"""Hash and compare passwords with Argon2id, a few at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intranet.platform.core.errors import Unavailable
from intranet.platform.core.i18n import _l

MAX_CONCURRENT_HASHES = 3
WAIT_SECONDS = 20

# OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = threading.BoundedSemaphore(MAX_CONCURRENT_HASHES)


class Hashings:
    """How many passwords were hashed or compared since the start."""

    count = 0


def hash_password(password: str) -> str:
    """Return the hash to store for a password.

    Raises:
        Unavailable: too many others are waiting.
    """
    with _slot():
        return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Return whether the password is right. Without a stored hash the answer takes equally long.

    Raises:
        Unavailable: too many others are waiting.
    """
    with _slot():
        try:
            _hasher.verify(stored or _nobodys_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether a stored hash was made with weaker settings than the current ones."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys_hash() -> str:
    """Return a hash that no password matches, to compare with if there is none."""
    return _hasher.hash("nobody's password")


@contextmanager
def _slot() -> Iterator[None]:
    """Wait for a slot: each hash takes 19 MiB and a core."""
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise Unavailable(_l("Many people are signing in right now. Try again in a moment."))
    Hashings.count += 1
    try:
        yield
    finally:
        _slots.release()
