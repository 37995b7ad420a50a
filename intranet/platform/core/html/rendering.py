"""Render Markdown and sanitise the HTML. nh3 has the last word: nothing changes HTML after it.

The allow-list holds every element that a message needs. It excludes those through which sanitised
HTML became active again elsewhere: svg, math, style, noscript, title, template and comments.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from uuid import UUID

import nh3
from markdown_it.token import Token
from markupsafe import Markup

from intranet.platform.core.html.characters import few_blank_lines, neutral
from intranet.platform.core.html.code import CLASSES
from intranet.platform.core.html.links import link_addresses
from intranet.platform.core.html.markdown import TooComplexError, as_html, flat, mention_of, parse
from intranet.platform.core.html.mentions import BodyMention, ResolveMention

BODY_LIMIT = 10_000
HEADING_SHIFT_LEVELS = 2
"""Headings in a message are lowered below those of the page and the conversation."""
PREVIEW_CHARACTERS = 160
_PREVIEW_SOURCE_CHARACTERS = 800
_PART_CHARACTERS = 4_000
# Blank lines before a paragraph or heading, so that no list, quote, table or code is split.
_BETWEEN = re.compile(r"(?<!\n)\n[ \t]*\n+(?=#|\w)(?!\d+[.)])")

_TAGS = (
    {"a", "blockquote", "br", "code", "del", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li"}
    | {"ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr"}
    | {"ul"}
)
_ALIGNED = {"align-left", "align-center", "align-right"}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={"a": {"href", "data-id"}, "ol": {"start"}},
    tag_attribute_values={
        "a": {"data-kind": {"person", "post", "channel"}},
        "div": {"tabindex": {"0"}},
    },
    allowed_classes={
        "a": {"mention"},
        "div": {"table-scroll"},
        "p": {"markdown-plain"},
        "pre": {"code"},
        "span": set(CLASSES),
        "td": _ALIGNED,
        "th": _ALIGNED,
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)

# Written as numeric references: if the HTML were normalised (NFKC) later, these characters would
# become markup, or combine with the character before them.
_LOOKALIKES = {
    ord(char): f"&#{ord(char)};"
    for char in "\uff1c\uff1e\uff06\uff02\uff07\ufe60\ufe64\ufe65\uff1d\ufe66\u0338"
}


@dataclass(frozen=True)
class Rendered:
    """A body rendered as HTML, with its mentions.

    `simplified` means that the body had too much markup and is shown as plain text, with the class
    `markdown-plain` and a notice in the reader's language.
    """

    html: Markup
    mentions: list[BodyMention] = field(default_factory=list)
    simplified: bool = False


def render_markdown(
    body: str,
    *,
    resolve_mention: ResolveMention | None = None,
    posts: Mapping[str, UUID] | None = None,
) -> Rendered:
    """Render Markdown as safe HTML.

    Args:
        body: CommonMark with tables and ~~strikethrough~~; a single line end is a line break.
            HTML in it is text, an image is a link. At most 10,000 characters; the rest is cut.
        resolve_mention: called for each `@[text](person:ID)`; returns the current name, or None for
            plain text. Without it all mentions are plain text, because their text may be false.
        posts: ids of posts by address; such an address outside of code and links becomes a mention
            of the post (`post_addresses` finds the addresses to look up).
    """
    body = neutral(body[:BODY_LIMIT])
    try:
        tokens = parse(body, resolve_mention, posts, heading_shift=HEADING_SHIFT_LEVELS)
    except TooComplexError:
        return Rendered(_plain_html(body), simplified=True)
    if not _shows_something(tokens):
        return Rendered(_plain_html(body))
    mentions = [mention_of(token) for token in flat(tokens) if token.type == "mention"]
    link_addresses(tokens)
    return Rendered(clean(as_html(tokens)), mentions)


def render_page(body: str, resolve_mention: ResolveMention | None = None) -> Markup:
    """Render the text of a page as safe HTML; `#` and `##` are headings right below its title.

    Args:
        body: as for `render_markdown`, of any length: it is parsed in parts of whole paragraphs.
        resolve_mention: as for `render_markdown`.
    """
    return Markup("\n").join(_part(part, resolve_mention) for part in _parts(body))


def _part(body: str, resolve_mention: ResolveMention | None) -> Markup:
    body = neutral(body[:BODY_LIMIT])
    try:
        tokens = parse(body, resolve_mention)
    except TooComplexError:
        return _plain_html(body)
    link_addresses(tokens)
    return clean(as_html(tokens))


def _parts(body: str) -> Iterator[str]:
    """Yield a text in parts for one parse each, split between paragraphs; lists stay whole."""
    part = ""
    for paragraph in _BETWEEN.split(body):
        if part and len(part) + len(paragraph) > _PART_CHARACTERS:
            yield part
            part = ""
        part += f"{paragraph}\n\n"
    yield part


def clean(html: str) -> Markup:
    """Sanitise HTML by the allow-list. Nothing may change the HTML after it."""
    return Markup(_cleaner.clean(html).translate(_LOOKALIKES).strip())  # noqa: S704 - cleaned


def plain_text(body: str, limit: int = PREVIEW_CHARACTERS) -> str:
    """Return the beginning of a body on one line and without markup, for lists and notices."""
    start = neutral(body[: max(_PREVIEW_SOURCE_CHARACTERS, 2 * limit)])
    try:
        text = " ".join(_words(parse(start)))
    except TooComplexError:
        text = start
    text = " ".join(text.split()) or " ".join(start.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _words(tokens: list[Token]) -> list[str]:
    words = []
    for token in tokens:
        if token.type == "inline":
            words.append("".join(map(_word, token.children or ())))
        elif token.type == "fence":
            words.append(token.content)
    return words


def _word(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content


def _shows_something(tokens: list[Token]) -> bool:
    return any(
        token.type == "hr" or (token.type != "inline" and token.content.strip())
        for token in flat(tokens)
    )


def _plain_html(body: str) -> Markup:
    lines = escape(few_blank_lines(body.strip("\n")), quote=False).replace("\n", "<br>")
    return clean(f'<p class="markdown-plain">{lines}</p>')
