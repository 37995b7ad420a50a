"""Neutralise characters that would affect the text around them."""

import re
import unicodedata

from intranet.platform.core.text import few_marks

# Overrides and isolates of direction affect the letters around them; `dir="auto"` on the element
# serves their purpose. Control characters are invisible and break frames.
_DIRECTION = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_HARMFUL = re.compile(f"[{_DIRECTION}{_CONTROLS}\ufff9-\ufffb]")
_HALVES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def neutral(text: str) -> str:
    """Normalise a text (NFC, line ends), and remove what would affect the text around it.

    Overrides of direction and control characters are removed. Lone surrogates become replacement
    characters. A letter keeps at most four combining marks: two hundred would cover the lines
    above. Compatibility forms stay, because NFKC would turn "1º" into "1o".
    """
    if text.isascii():
        return _HARMFUL.sub("", _LINE_ENDS.sub("\n", text))
    text = _HALVES.sub("\ufffd", text)
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return few_marks(_HARMFUL.sub("", text))


def few_blank_lines(text: str) -> str:
    """Collapse runs of blank lines into one."""
    return _BLANK_LINES.sub("\n\n", text)
