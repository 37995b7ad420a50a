"""Fold text for comparison, ignoring accents, case and punctuation.

It also reduces names and titles to visible characters on one line.
"""

import re
import unicodedata
from collections.abc import Iterator

ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
SIGNS = re.compile("[^a-z0-9]+")
MARKS_PER_LETTER = 4
# Control and format characters (direction, zero width, soft hyphens), surrogates, private use and
# unassigned characters.
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Invisible characters that Unicode counts as letters, marks or symbols.
_UNSEEN = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0d"
    "\U000e0100-\U000e01ef"
)
_FORMATS = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]+"
)
_PECULIAR = re.compile(
    f"[{_UNSEEN}\u0300-\u036f\u0483-\u0489\u0591-\u1dff\u20d0-\u20ff\ufe0e\ufe0f]"
)
_UNSEEN_SIGN = re.compile(f"[{_UNSEEN}]")
_ZERO_WIDTH_JOINER = "\u200d"
_SELECTORS = frozenset("\ufe0e\ufe0f")
_KEYS = frozenset("0123456789#*")
_BLACK_FLAG = "\U0001f3f4"
_TAGS = range(0xE0020, 0xE0080)


def fold(text: str) -> str:
    """Return lower case without accents, `l·l` as `ll`, punctuation as spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("·", ""))
    plain = ACCENTS.sub("", plain)
    if plain.isascii():  # the same as below in a third of the time
        return SIGNS.sub(" ", plain).strip()
    plain = _FORMATS.sub("", plain)
    kept = (char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def sort_key(text: str) -> str:
    """Return the folded form for sorting, in which ñ comes after n and before o."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return fold(composed.replace("ñ", "nzz"))


def one_line(text: str) -> str:
    """Return a text composed (NFC) on one line, without invisible characters.

    Control characters, overrides of direction and zero-width characters are removed: with them a
    name could be written in many ways, or affect the text around it. Joiners in an emoji stay.
    """
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable() or _PECULIAR.search(text):
        spaced = "".join(" " if char.isspace() else char for char in text)
        text = few_marks("".join(_seen(spaced)))
    return " ".join(text.split())


def few_marks(text: str) -> str:
    """Return a text with at most four combining marks per letter; more would paint over lines."""
    kept: list[str] = []
    marks = 0
    for char in text:
        is_mark = char > "\u02ff" and unicodedata.category(char) in {"Mn", "Me"}
        marks = marks + 1 if is_mark else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(char)
    return "".join(kept)


def _seen(text: str) -> Iterator[str]:
    """Yield the visible characters, and the invisible ones that an emoji needs."""
    before, is_flag = "", False
    for char, following in zip(text, [*text[1:], ""], strict=True):
        is_flag = char == _BLACK_FLAG or (is_flag and ord(char) in _TAGS)
        if char == _ZERO_WIDTH_JOINER:
            is_kept = _is_of_emoji(before) and _is_of_emoji(following)
        elif char in _SELECTORS:
            is_kept = before not in _SELECTORS and (_is_of_emoji(before) or before in _KEYS)
        elif ord(char) in _TAGS:
            is_kept = is_flag
        else:
            is_unseen = unicodedata.category(char) in UNSEEN_CATEGORIES
            is_kept = not (is_unseen or _UNSEEN_SIGN.match(char))
        if is_kept:
            yield char
            before = char


def _is_of_emoji(char: str) -> bool:
    """Return whether a character is a symbol, a skin tone, or a variation selector."""
    if not char or char.isascii():
        return False
    return char in _SELECTORS or unicodedata.category(char) in {"So", "Sk", "Sm"}
