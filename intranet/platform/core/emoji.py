"""Validate that a text is a single emoji; letters and words are not reactions."""

import unicodedata

ZERO_WIDTH_JOINER = "\N{ZERO WIDTH JOINER}"
JOINERS = {ZERO_WIDTH_JOINER, "\N{VARIATION SELECTOR-16}", "\N{COMBINING ENCLOSING KEYCAP}"}
LENGTH_LIMIT = 16
TAGS = range(0xE0020, 0xE0080)
KEYS = set("0123456789#*")


def is_emoji(text: str) -> bool:
    """Return whether a text is one emoji: joined symbols, with skin tone, a flag or a keycap.

    Source: Unicode Technical Standard 51, roughly: whether a sequence exists is not checked.
    """
    if not text or len(text) > LENGTH_LIMIT:
        return False
    if text[0] in KEYS:
        return text[1:] == "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
    if not _is_sign(text[0]):
        return False
    signs = text.split(ZERO_WIDTH_JOINER)
    return all(sign and _is_one(sign) for sign in signs)


def _is_one(sign: str) -> bool:
    rest = [char for char in sign[1:] if char not in JOINERS and ord(char) not in TAGS]
    if _is_regional(sign[0]):
        return len(rest) == 1 and _is_regional(rest[0])
    return _is_sign(sign[0]) and all(_is_skin_tone(char) for char in rest)


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sm", "Po"} and not char.isascii()


def _is_regional(char: str) -> bool:
    return (
        "\N{REGIONAL INDICATOR SYMBOL LETTER A}" <= char <= "\N{REGIONAL INDICATOR SYMBOL LETTER Z}"
    )


def _is_skin_tone(char: str) -> bool:
    return (
        "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}" <= char <= "\N{EMOJI MODIFIER FITZPATRICK TYPE-6}"
    )
