"""Excerpts: a line or two of a text that matched, with the matching words marked.

An excerpt is pieces of plain text, some of them hits; templates escape each and mark the hits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from intranet.platform.core.text import fold

EXCERPT_CHARACTERS = 220
LEADING_CHARACTERS = 60
MAX_CHARACTERS_READ = 200_000
MAX_HITS = 500

# Characters that `fold` drops within a word: combining accents, the dot of `l·l`.
_LEFT_OUT = "\u0300-\u036f·"
_IN_WORD = f"[^\\W_]|[{_LEFT_OUT}]"
_ACCENTED = (*range(0xA0, 0x250), *range(0x1E00, 0x1F00))
_SIGNS = re.compile(r"\*+|`+|~~|^[ \t]{0,3}(?:>+|#{1,6}|[-+])[ \t]+", re.MULTILINE)
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """A piece of an excerpt; hits are marked."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class SearchHighlight:
    """A folded search word: whole, or a prefix."""

    word: str
    is_prefix: bool = False

    @property
    def pattern(self) -> str:
        """A pattern for the word with or without accents; long texts need not be folded."""
        letters = f"[{_LEFT_OUT}]*".join(_letter(char) for char in self.word)
        return f"{letters}(?:{_IN_WORD})*" if self.is_prefix else f"{letters}[{_LEFT_OUT}]*"


def excerpt(
    text: str, wanted: Sequence[SearchHighlight], *, length: int = EXCERPT_CHARACTERS
) -> list[Piece]:
    """Return the part of a text with the most hits, on one line."""
    text = text[:MAX_CHARACTERS_READ]
    hits = list(_hits(text, wanted))
    start, end = _window(text, hits, length)
    pieces: list[Piece] = [Piece("… ", is_hit=False)] if start else []
    at = start
    for hit_start, hit_end in hits:
        if hit_start < at or hit_end > end:
            continue
        pieces += [_between(text[at:hit_start]), Piece(text[hit_start:hit_end], is_hit=True)]
        at = hit_end
    pieces.append(_between(text[at:end]))
    if end < len(text):
        pieces.append(Piece(" …", is_hit=False))
    return [piece for piece in pieces if piece.text]


def marked(text: str, wanted: Sequence[SearchHighlight]) -> list[Piece]:
    """Return a whole short text, such as a name, with its hits."""
    return excerpt(text, wanted, length=max(len(text), 1))


def _hits(text: str, wanted: Sequence[SearchHighlight]) -> Iterator[tuple[int, int]]:
    if not wanted:
        return
    words = "|".join(dict.fromkeys(one.pattern for one in wanted))
    pattern = re.compile(rf"(?<![^\W_])(?:{words})(?!{_IN_WORD})", re.IGNORECASE)
    for found in islice(pattern.finditer(text), MAX_HITS):
        yield found.span()


@lru_cache(maxsize=1_000)
def _letter(char: str) -> str:
    """Return a pattern for a folded letter and every letter that folds to it."""
    others = (chr(code) for code in _ACCENTED if fold(chr(code)) == char)
    return f"[{re.escape(char)}{''.join(map(re.escape, others))}]"


def _window(text: str, hits: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """Return where the part with most hits begins and ends, at the edges of words."""
    if len(text) <= length:
        return 0, len(text)
    best = _densest(hits, length - LEADING_CHARACTERS)
    start = _edge(text, max(0, best - LEADING_CHARACTERS)) if best > LEADING_CHARACTERS else 0
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start + length // 2, end), 0) or end
    return start, end


def _densest(hits: list[tuple[int, int]], length: int) -> int:
    """Return where the densest run of hits within so many characters begins."""
    best, best_count, last = 0, 0, 0
    for first, (start, _end) in enumerate(hits):
        last = max(last, first)
        while last < len(hits) and hits[last][1] <= start + length:
            last += 1
        if last - first > best_count:
            best, best_count = start, last - first
    return best


def _edge(text: str, at: int) -> int:
    """Return the beginning of the next word, if one is near."""
    space = text.find(" ", at, at + LEADING_CHARACTERS // 2)
    return space + 1 if space >= 0 else at


def _between(text: str) -> Piece:
    """Return the text between hits, on one line and without Markdown signs."""
    return Piece(_SPACE.sub(" ", _SIGNS.sub("", text)), is_hit=False)
