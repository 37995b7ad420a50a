"""Words in XML and HTML, and in plain bytes, for `deep_text`."""

import codecs
import re
from collections.abc import Iterator
from html import escape, unescape

PICTURES = "\0pictures\0"
"""Among the strings of a file: it has something that only eyes can read."""

_TAG = re.compile(r"<[^>]*>")
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_ASIDE = re.compile(r"<!--(.*?)-->|<\?(.*?)\?>", re.DOTALL)
_LITERAL = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")
_PRINTABLE = re.compile(rb"[\x20-\x7e\xa0-\xff]{4,}")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# Entities of its own, deleted words that stay with an author's changes, and files in letters.
_UNREAD = re.compile(
    r"<!ENTITY|<\w+:(?:del|ins|moveFrom|moveTo|tracked-changes|binary-?data|bindata)\b",
    re.IGNORECASE,
)
_CODED = ";base64,"


class NotReadableError(Exception):
    """Not all of the file can be read."""


def decoded(content: bytes) -> str:
    """Return markup as text, by its mark, its first letter or the encoding that it declares.

    Raises:
        UnicodeError, LookupError: it is not in that encoding, or there is no such one.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    declared = _DECLARED.match(content)
    return content.decode(declared[1].decode() if declared else "utf-8")


def marked(text: str) -> Iterator[str]:
    """Yield the words of markup, joined across its marks and apart, its values and comments.

    Raises:
        NotReadableError: it has words in a form that cannot be put together here.
    """
    if _UNREAD.search(text):
        raise NotReadableError
    if _CODED in text:
        yield PICTURES
    yield unescape(" ".join(first or second for first, second in _ASIDE.findall(text)))
    plain = _LITERAL.sub(lambda found: escape(found[1]), _ASIDE.sub("", text))
    yield unescape(_TAG.sub("", plain))
    yield unescape(_TAG.sub(" ", plain))
    yield unescape(" ".join(first or second for first, second in _VALUE.findall(plain)))


def strings(content: bytes) -> Iterator[str]:
    """Yield plain bytes in every encoding in which letters may stand, wherever they begin."""
    yield content.decode(errors="replace")
    for shifted in (content, content[1:]):
        yield shifted.decode("utf-16-le", errors="replace")
        yield shifted.decode("utf-16-be", errors="replace")
    yield " ".join(part.decode("latin-1") for part in _PRINTABLE.findall(content))
