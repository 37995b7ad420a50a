"""Spelling correction: find the nearest known word by trigrams, then by edit distance."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MIN_WORD_LENGTH, MAX_WORD_LENGTH = 5, 40
# From this length on, two edits still count as a typo.
TWO_EDITS_LENGTH = 9
MAX_CANDIDATES = 24


@dataclass(frozen=True)
class Meant:
    """A known word, and its edit distance from the typed one (1 or 2)."""

    word: str
    changes: int


class Speller:
    """A spelling corrector over known words."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index words of five letters and more."""
        self.words = sorted(
            {word for word in words if MIN_WORD_LENGTH <= len(word) <= MAX_WORD_LENGTH}
        )
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            for part in _trigrams(word):
                self.places[part].append(place)
        self.nearest = lru_cache(maxsize=4096)(self._nearest)

    def _nearest(self, word: str) -> Meant | None:
        if not MIN_WORD_LENGTH <= len(word) <= MAX_WORD_LENGTH:
            return None
        shared: Counter[int] = Counter()
        for part in _trigrams(word):
            shared.update(self.places.get(part, ()))
        allowed = 2 if len(word) >= TWO_EDITS_LENGTH else 1
        best: tuple[int, int, str] | None = None
        for place, count in shared.most_common(MAX_CANDIDATES):
            other = self.words[place]
            changes = distance(word, other, allowed)
            if changes <= allowed:
                found = (changes, -count, other)
                best = min(best, found) if best else found
        return Meant(best[2], best[0]) if best else None


def distance(one: str, other: str, limit: int) -> int:
    """Return the edit distance: letters to change, add, remove or swap with their neighbour.

    Args:
        limit: a larger distance is only known to be larger.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            cost = min(
                last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != against)
            )
            swapped = row > 1 and column > 1 and one[row - 2] == against
            if swapped and letter == other[column - 2]:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > limit:
            return limit + 1
        before, last = last, line
    return last[-1]


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
