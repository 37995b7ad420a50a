"""Choices that look like chance and are the same on every machine and in every Python.

`random` promises the same sequence only within one version; a hash promises it for good.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

SEED = "intranet-demonstration-1"


def number(limit: int, *about: object) -> int:
    """A whole number from 0 to below `limit`, always the same for what it is about."""
    words = "\x1f".join((SEED, *map(str, about)))
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest()) % limit


def pick(choices: Sequence[T], *about: object) -> T:
    """One of the choices."""
    return choices[number(len(choices), *about)]


def weighted(shares: dict[str, int], *about: object) -> str:
    """One of the keys; a key with twice the share comes twice as often."""
    point = number(sum(shares.values()), *about)
    for key, share in shares.items():
        if point < share:
            return key
        point -= share
    raise AssertionError("shares are positive")


def shuffled(items: Sequence[T], *about: object) -> list[T]:
    """The items in an order of their own."""
    order = sorted(range(len(items)), key=lambda index: (number(1 << 62, *about, index), index))
    return [items[index] for index in order]
