"""What is shown of a text in which something was found: a line or two, with the words marked.

An excerpt is pieces of plain text, some of them hits; templates escape each and mark the hits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from intranet.platform.core.text import fold

LENGTH = 220
BEFORE = 60
LOOKED_AT = 200_000
HITS_AT_MOST = 500

# What `fold` leaves out within a word: accents that stand by themselves, the dot of `l·l`.
_LEFT_OUT = "\u0300-\u036f·"
_IN_WORD = f"[^\\W_]|[{_LEFT_OUT}]"
_ACCENTED = (*range(0xA0, 0x250), *range(0x1E00, 0x1F00))
_SIGNS = re.compile(r"\*+|`+|~~|^[ \t]{0,3}(?:>+|#{1,6}|[-+])[ \t]+", re.MULTILINE)
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """A piece of an excerpt; a hit is marked."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class Wanted:
    """A folded word that is looked for: whole, or as the beginning of one."""

    word: str
    is_prefix: bool = False

    @property
    def pattern(self) -> str:
        """The word with or without accents. It is looked for without folding a long text."""
        letters = f"[{_LEFT_OUT}]*".join(_letter(char) for char in self.word)
        return f"{letters}(?:{_IN_WORD})*" if self.is_prefix else f"{letters}[{_LEFT_OUT}]*"


def excerpt(text: str, wanted: Sequence[Wanted], *, length: int = LENGTH) -> list[Piece]:
    """The part of a text where most of what is wanted stands, on one line."""
    text = text[:LOOKED_AT]
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


def marked(text: str, wanted: Sequence[Wanted]) -> list[Piece]:
    """A whole short text, such as a name, with its hits."""
    return excerpt(text, wanted, length=max(len(text), 1))


def _hits(text: str, wanted: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
    if not wanted:
        return
    words = "|".join(dict.fromkeys(one.pattern for one in wanted))
    pattern = re.compile(rf"(?<![^\W_])(?:{words})(?!{_IN_WORD})", re.IGNORECASE)
    for found in islice(pattern.finditer(text), HITS_AT_MOST):
        yield found.span()


@lru_cache(maxsize=1_000)
def _letter(char: str) -> str:
    """A folded letter and all that are folded to it."""
    others = (chr(code) for code in _ACCENTED if fold(chr(code)) == char)
    return f"[{re.escape(char)}{''.join(map(re.escape, others))}]"


def _window(text: str, hits: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """Where the part begins and ends: that with most hits, at the edges of words."""
    if len(text) <= length:
        return 0, len(text)
    best = _densest(hits, length - BEFORE)
    start = _edge(text, max(0, best - BEFORE)) if best > BEFORE else 0
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start + length // 2, end), 0) or end
    return start, end


def _densest(hits: list[tuple[int, int]], length: int) -> int:
    """Where the first hit stands of those most that are within so many characters."""
    best, best_count, last = 0, 0, 0
    for first, (start, _end) in enumerate(hits):
        last = max(last, first)
        while last < len(hits) and hits[last][1] <= start + length:
            last += 1
        if last - first > best_count:
            best, best_count = start, last - first
    return best


def _edge(text: str, at: int) -> int:
    """The beginning of the next word, if there is one near."""
    space = text.find(" ", at, at + BEFORE // 2)
    return space + 1 if space >= 0 else at


def _between(text: str) -> Piece:
    """What stands between hits, on one line and without the signs of its markup."""
    return Piece(_SPACE.sub(" ", _SIGNS.sub("", text)), is_hit=False)
