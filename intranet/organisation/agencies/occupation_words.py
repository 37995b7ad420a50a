"""Look up which occupations a word or a pair of words points to.

The files are sorted by word. That of single words is read once; that of pairs, four times as
large, is mapped into memory and searched, so that it costs neither time at the start nor memory
of its own in each process.
"""

import hashlib
import mmap
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from intranet.organisation.agencies.vocabulary import DATA

WORDS, PAIRS = DATA / "occupation_words.txt", DATA / "occupation_pairs.txt"
VERSION = DATA / "occupation_version.txt"
"""The version, and the digest of its words. The compiler counts up; so does who changes how
occupations are derived (`agencies.occupations`), by hand."""

FACTOR = 1_000
"""The weights in the files are whole numbers, this many times as large."""
MIN_TYPO_LENGTH, MAX_TYPO_LENGTH, MIN_SHARED_LENGTH = 5, 40, 5
MIN_SHARED_PART = 0.75
TYPO_FACTOR, MAX_NEAR = 0.77, 3
BEGINNING_FACTOR = 0.32
"""Weight of a word that only begins like the one asked for, and as much again if as long."""
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

Points = dict[str, float]


@dataclass(frozen=True)
class NearWord:
    """A known word that may have been meant, and the share of its weight that counts."""

    word: str
    share: float


class WordList:
    """The single words, sorted, with their lines unparsed until asked for."""

    def __init__(self, path: Path) -> None:
        """Read the file."""
        rows = path.read_text(encoding="utf-8").splitlines()
        self._lines = dict(row.split(" ", maxsplit=1) for row in rows)
        self._sorted = sorted(self._lines)
        self.points = lru_cache(maxsize=10_000)(self._points)
        self.near = lru_cache(maxsize=10_000)(self._near)

    def __contains__(self, word: object) -> bool:
        """Return whether the word is known."""
        return word in self._lines

    def _points(self, word: str) -> Points:
        line = self._lines.get(word)
        return _parsed(line) if line else {}

    def _near(self, word: str) -> tuple[NearWord, ...]:
        """Return known words one typing mistake away, else words with the same beginning."""
        if not MIN_TYPO_LENGTH <= len(word) <= MAX_TYPO_LENGTH:
            return ()
        typed = [each for each in _changed_once(word) if each in self._lines]
        found = [NearWord(each, TYPO_FACTOR) for each in dict.fromkeys(typed)]
        found = found or sorted(self._beginning_alike(word), key=lambda near: -near.share)
        return tuple(found[:MAX_NEAR])

    def _beginning_alike(self, word: str) -> Iterator[NearWord]:
        beginning = word[:MIN_SHARED_LENGTH]
        for place in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            other = self._sorted[place]
            if not other.startswith(beginning):
                return
            shared = _shared_length(word, other)
            if shared >= MIN_SHARED_PART * min(len(word), len(other)):
                share = BEGINNING_FACTOR * (1 + shared / max(len(word), len(other)))
                yield NearWord(other, share)


class PairFile:
    """The pairs of words, searched by bisection in the mapped file."""

    def __init__(self, path: Path) -> None:
        """Map the file."""
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.points = lru_cache(maxsize=10_000)(self._points)

    def _points(self, first: str, second: str) -> Points:
        wanted = f"{first}_{second} ".encode()
        low, high = 0, len(self._bytes)
        while low < high:
            start = self._bytes.rfind(b"\n", 0, (low + high) // 2) + 1
            end = self._bytes.find(b"\n", start)
            line = self._bytes[start:end]
            if line.startswith(wanted):
                return _parsed(line[len(wanted) :].decode())
            if line.split(b" ", maxsplit=1)[0] + b" " < wanted:
                low = end + 1
            else:
                high = start
        return {}


@cache
def vocabulary_version() -> int:
    """Return the version of the words: what was derived from an older one is derived anew."""
    return int(VERSION.read_text(encoding="utf-8").split()[0])


def digest() -> str:
    """Return what identifies the words of a version."""
    return hashlib.sha256(WORDS.read_bytes() + PAIRS.read_bytes()).hexdigest()[:16]


@cache
def words() -> WordList:
    """Return the single words."""
    return WordList(WORDS)


@cache
def pairs() -> PairFile:
    """Return the pairs of words."""
    return PairFile(PAIRS)


def _parsed(line: str) -> Points:
    found = (part.split(":") for part in line.split(" "))
    return {code: int(weight) / FACTOR for code, weight in found}


def _changed_once(word: str) -> Iterator[str]:
    """Yield what one letter less, more, other or out of place makes of a word."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ALPHABET:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _shared_length(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
