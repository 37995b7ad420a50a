"""Pseudo-random choices that are the same on every machine and in every Python version.

`random` guarantees a sequence only within one version; a hash is stable.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

SEED = "intranet-demonstration-1"


def number(limit: int, *about: object) -> int:
    """Return an integer from 0 to below `limit`, always the same for the same `about`."""
    words = "\x1f".join((SEED, *map(str, about)))
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest()) % limit


def pick(choices: Sequence[T], *about: object) -> T:
    """Return one of the choices."""
    return choices[number(len(choices), *about)]


def weighted(shares: dict[str, int], *about: object) -> str:
    """Return one of the keys, each as often as its share."""
    point = number(sum(shares.values()), *about)
    for key, share in shares.items():
        if point < share:
            return key
        point -= share
    raise AssertionError("shares are positive")


def shuffled(items: Sequence[T], *about: object) -> list[T]:
    """Return the items in a pseudo-random order."""
    order = sorted(range(len(items)), key=lambda index: (number(1 << 62, *about, index), index))
    return [items[index] for index in order]
