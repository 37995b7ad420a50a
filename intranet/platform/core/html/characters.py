"""Characters that would disturb what stands around them, made harmless before anything is shown."""

import re
import unicodedata

from intranet.platform.core.text import few_marks

# Overrides and isolates of direction turn the letters around them; what they are good for in a
# message, `dir="auto"` on its element does. Control characters show nothing and break frames.
_DIRECTION = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_HARMFUL = re.compile(f"[{_DIRECTION}{_CONTROLS}\ufff9-\ufffb]")
_HALVES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def neutral(text: str) -> str:
    """The text composed (NFC), line ends unified, without what reaches beyond its own place.

    Overrides of direction and control characters go, half characters become a replacement
    sign, and a letter keeps at most four combining marks: two hundred would paint over the
    lines above. Compatibility forms stay (NFKC would turn "1º" into "1o").
    """
    if text.isascii():
        return _HARMFUL.sub("", _LINE_ENDS.sub("\n", text))
    text = _HALVES.sub("\ufffd", text)
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return few_marks(_HARMFUL.sub("", text))


def few_blank_lines(text: str) -> str:
    """The text with at most one blank line at a place."""
    return _BLANK_LINES.sub("\n\n", text)
