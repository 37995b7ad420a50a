"""Marking the words of a text that match a query."""

import re
from collections.abc import Sequence

from intranet.platform.core.text import fold
from intranet.platform.index.name_spellings import spelled

PIECES = re.compile(r"[\w'’·.ª]+|[^\w'’·.ª]+")
Parts = list[tuple[str, bool]]


def marked(text: str, words: Sequence[str]) -> Parts:
    """Split a text into pieces, each with whether one of these folded words begins it."""
    found: Parts = []
    for piece in PIECES.findall(text):
        is_marked = any(
            part.startswith(word) for part in fold(spelled(piece)).split() for word in words
        )
        if found and found[-1][1] == is_marked:
            found[-1] = (found[-1][0] + piece, is_marked)
        else:
            found.append((piece, is_marked))
    return found


def has(text: str, word: str) -> bool:
    """Whether a word of a text begins with this one."""
    return any(part.startswith(word) for part in fold(spelled(text)).split())
