"""Turn addresses in running text into links. The only module that uses bleach."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from bleach.linkifier import Linker
from markdown_it.token import Token

from intranet.platform.core.html.markdown import LINK_ENDS

MAX_ADDRESSES = 150
MAX_ADDRESS_CHARACTERS = 2_000
MAX_TOTAL_CHARACTERS = 8_000
MAX_ESCAPED_CHARACTERS = 300

# Each pattern reads a word once; bleach's own patterns backtrack at every dot and hyphen.
_URL = re.compile(
    r"(?<![\w@/])(?:https?://|www\.)(?:(?!&lt;|&gt;|&quot;)[^\s<>\"])*"
    r"(?<![!?;:'\"*_~`»”\u2019…])",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![\w.+/@-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@-])",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"(?:https?://|www\.|\w@)\S", re.IGNORECASE)
_WORDS = re.compile(r"(\s+)")


def link_addresses(tokens: Sequence[Token]) -> None:
    """Turn web and mail addresses in the text of these tokens into links, in place.

    Only the words that look like an address go to the linker, all in one document. The linker
    parses HTML, which costs a hundred times more than matching a pattern.
    """
    lines = [token for token in tokens if token.type == "inline"]
    texts = [token for line in lines for token in _outside_links(line.children or [])]
    candidates = [word for token in texts for word in _words(token) if _CANDIDATE.search(word)]
    short = [word for word in candidates if len(word) <= MAX_ADDRESS_CHARACTERS]
    candidates = short[:MAX_ADDRESSES]
    if not candidates or not _affordable(candidates):
        return
    document = _linker().linkify("\n".join(escape(word, quote=False) for word in candidates))
    linked = dict(zip(candidates, document.split("\n"), strict=True))
    for token in texts:
        words = _words(token)
        if any(word in linked for word in words):
            token.type = "linked"
            token.content = "".join(linked.get(word) or escape(word) for word in words)


def _outside_links(tokens: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in LINK_ENDS else 0
        if token.type == "text" and not depth and _CANDIDATE.search(token.content):
            yield token


def _words(token: Token) -> list[str]:
    return _WORDS.split(token.content)


def _affordable(words: list[str]) -> bool:
    ampersands = sum(word.count("&") + word.count("<") + word.count(">") for word in words)
    return sum(map(len, words)) <= MAX_TOTAL_CHARACTERS and ampersands <= MAX_ESCAPED_CHARACTERS


def _linker() -> Linker:
    # Not shared: it keeps the state of its parser, and many threads render at once.
    return Linker(callbacks=[], url_re=_URL, email_re=_EMAIL, parse_email=True)
