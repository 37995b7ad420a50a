"""What a mail says, whichever way its reader looks at it."""

import re
from email.message import EmailMessage
from html import unescape


def text_of(letter: EmailMessage) -> str:
    """The plain text."""
    return _part(letter, "plain").strip()


def html_of(letter: EmailMessage) -> str:
    """The HTML."""
    return _part(letter, "html")


def words_of_text(text: str) -> list[str]:
    """The words that are read, without addresses and the signs that stand for a form."""
    shown = re.sub(r"https?://\S+", " ", text)
    return re.sub(r"(?m)^(?:> ?|- |-- ?$)|:(?=\s*$)", " ", shown).split()


def words_of_html(html: str) -> list[str]:
    """The words that are read."""
    body = re.sub(r"(?s)^.*<body[^>]*>", "", html)
    return re.sub(r"(?m):(?=\s*$)", " ", unescape(re.sub(r"<[^>]+>", "\n", body))).split()


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")
