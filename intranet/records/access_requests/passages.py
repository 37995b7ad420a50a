"""Find the same words again, however they are written: case, accents, spaces and signs differ."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

LEAST_LETTERS = 3
"""Shorter passages are hidden where the officer hides them, and not looked for elsewhere."""
LONG_LETTERS = 9
"""Longer ones are found within other words too: a telephone number, a name with its surname."""


@dataclass(frozen=True)
class Squeezed:
    """The letters and digits of a text without case and accents, and where each one stands."""

    whole: str
    letters: str
    places: list[int]

    @classmethod
    def of(cls, text: str) -> "Squeezed":
        """Squeeze a text."""
        letters: list[str] = []
        places: list[int] = []
        for place, char in enumerate(text):
            for part in unicodedata.normalize("NFKD", char.casefold()):
                if part.isalnum() and not unicodedata.combining(part):
                    letters.append(part)
                    places.append(place)
        return cls(text, "".join(letters), places)

    def ranges(self, passage: "HiddenWords") -> Iterator[tuple[int, int]]:
        """Yield where a passage occurs, as ranges of the whole text."""
        wanted, at = passage.letters, -1
        while wanted and (at := self.letters.find(wanted, at + 1)) >= 0:
            start, last = self.places[at], self.places[at + len(wanted) - 1]
            end = last + 1
            while end < len(self.whole) and unicodedata.combining(self.whole[end]):
                end += 1
            if passage.is_long or not (self._goes_on(start - 1) or self._goes_on(end)):
                yield start, end

    def _goes_on(self, place: int) -> bool:
        return 0 <= place < len(self.whole) and self.whole[place].isalnum()


@dataclass(frozen=True)
class HiddenWords:
    """Hidden words, which must not be anywhere in what goes out."""

    words: str

    @cached_property
    def letters(self) -> str:
        """Its letters and digits; empty if they are too few to be looked for."""
        letters = Squeezed.of(self.words).letters
        return letters if len(letters) >= LEAST_LETTERS else ""

    @property
    def is_long(self) -> bool:
        """Whether it is looked for within other words too."""
        return len(self.letters) >= LONG_LETTERS

    def is_in(self, text: str) -> bool:
        """Return whether a text has these words."""
        return self.count_in(Squeezed.of(text)) > 0

    def count_in(self, text: Squeezed) -> int:
        """Return how often a text has these words."""
        if not self.letters or self.letters not in text.letters:
            return 0
        return sum(1 for _range in text.ranges(self))
