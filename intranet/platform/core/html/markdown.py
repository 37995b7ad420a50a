"""Parse Markdown, within limits of size that bound the time it takes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import cast
from uuid import UUID

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import link as link_rule
from markdown_it.token import Token

from intranet.platform.core.html.code import COLOURED_CHARACTERS, coloured, language_of
from intranet.platform.core.html.mentions import (
    MENTION,
    PLACES,
    BodyMention,
    ResolveMention,
    mention_in,
)

MAX_NESTING = 12
MAX_LINES = 1_000
MAX_CELLS = 1_000
MAX_BLOCKS = 3_000
MAX_MARKUP_CHARACTERS = 1_200
MAX_STEPS = 20_000
MAX_RULE_CALLS = 6_000
MIN_HEADING_LEVEL = 2
MAX_HEADING_LEVEL = 6
LINK_ENDS = {"link_open", "link_close"}


class TooComplexError(Exception):
    """The text has more structure than is worth parsing; it is shown as plain text instead."""


def parse(
    body: str,
    resolve_mention: ResolveMention | None = None,
    posts: Mapping[str, UUID] | None = None,
    *,
    heading_shift: int = 0,
) -> list[Token]:
    """Return the tokens of a body whose characters are neutral already.

    Args:
        heading_shift: by how many levels headings are lowered.
        posts: ids of posts by their folded address: `@handle@agency`.

    Raises:
        TooComplexError: it is nested too deeply, or has too much markup or too many lines.
    """
    if body.count("\n") > MAX_LINES:
        raise TooComplexError
    return _parser.parse(
        body, {"resolve": resolve_mention, "posts": posts or {}, "shift": heading_shift}
    )


def as_html(tokens: list[Token]) -> str:
    """Render tokens as HTML, which still has to be sanitised."""
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    return html


def flat(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield all tokens in reading order, including inline tokens."""
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def mention_of(token: Token) -> BodyMention:
    """Return the mention that a token of the kind `mention` holds."""
    return cast("BodyMention", token.meta["mention"])


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Return whether a link leads to the web, to a mailbox, or to a page of ours."""
        return is_safe_address(url)


_SAFE = re.compile(r"https?://[^/\\]|mailto:[^/\\]|/(?![/\\])|/?$", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")


def is_safe_address(url: str) -> bool:
    """Return whether an address has an allowed scheme, or is a path of this site."""
    return bool(url) and not _UNSEEN.search(url) and bool(_SAFE.match(url))


def _bounded(rule: Callable[[StateBlock, int, int, bool], bool]) -> Callable[..., bool]:
    """Wrap the rule for quotes or for lists, to raise `TooComplexError` beyond the limits.

    The library itself would drop the text of what is nested too deeply.
    """

    def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
        # A quote in a quote tries the rules again for each line. The count grows with depth times
        # lines and, unlike a time, is the same on every machine.
        state.env["asked"] = state.env.get("asked", 0) + 1
        if len(state.tokens) > MAX_BLOCKS or state.env["asked"] > MAX_RULE_CALLS:
            raise TooComplexError
        if state.level >= MAX_NESTING and rule(state, start, end, True):  # noqa: FBT003 - "silent"
            raise TooComplexError
        return rule(state, start, end, silent)

    return container


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """Parse a table unless it has too many cells; a short row gets as many as the header has."""
    if not table(state, start, end, True):  # noqa: FBT003 - "silent"
        return False
    if silent:
        return True
    columns = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) + 1
    last = start
    while last < end and not state.isEmpty(last):
        last += 1
    state.env["cells"] = state.env.get("cells", 0) + columns * (last - start)
    if state.env["cells"] > MAX_CELLS:
        raise TooComplexError
    return table(state, start, end, silent)


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """Show an image as a link, so that reading a message fetches nothing from elsewhere."""
    if not state.src.startswith("![", state.pos):
        return False
    before = len(state.tokens)
    state.pos += 1
    if not link_rule(state, silent):
        state.pos -= 1
        return False
    if state.linkLevel:
        state.tokens[before:] = [
            token for token in state.tokens[before:] if token.type not in LINK_ENDS
        ]
    return True


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    if state.src[state.pos] != "@" or not (found := MENTION.match(state.src, state.pos)):
        return False
    state.pos = found.end()
    if silent:
        return True
    mention = mention_in(found)
    resolve: ResolveMention | None = state.env["resolve"]
    words = resolve(mention) if resolve else None
    if words is None or state.linkLevel:
        state.append_pending(f"@{words or mention['text']}")
        return True
    token = state.push("mention", "a", 0)
    token.content = f"@{words}"
    token.meta["mention"] = BodyMention(kind=mention["kind"], id=mention["id"], text=words)
    return True


_POST = re.compile(
    r"(?<![\w@.\]/-])@[a-z0-9][a-z0-9-]{0,59}(?:@[a-z0-9][a-z0-9-]{0,39})?(?![\w@]|\.\w)",
    re.IGNORECASE,
)
MAX_POSTS = 20


def post_addresses(body: str) -> list[str]:
    """Return the distinct post addresses in a body, folded, 20 at most."""
    if "@" not in body:
        return []
    return list(dict.fromkeys(found[0].lower() for found in _POST.finditer(body)))[:MAX_POSTS]


def _post(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """Parse the address of an existing post as a mention, as if it had been chosen."""
    if state.src[state.pos] != "@" or not (found := _POST.match(state.src, state.pos)):
        return False
    if (post_id := state.env["posts"].get(found[0].lower())) is None:
        return False
    state.pos = found.end()
    if silent:
        return True
    if state.linkLevel:
        state.append_pending(found[0])
        return True
    token = state.push("mention", "a", 0)
    token.content = found[0]
    token.meta["mention"] = BodyMention(kind="post", id=str(post_id), text=found[0].lstrip("@"))
    return True


_ADDRESS = re.compile(r"://[^\s<>\[\]\\]*[^\s<>\[\]\\*_~`.,;:!?'\"()]/?")


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """Parse a bare address as one token, so that `_` and `*` in it are not read as emphasis."""
    if not state.src.endswith(("http", "https"), 0, state.pos):
        return False
    if not (found := _ADDRESS.match(state.src, state.pos)):
        return False
    if not silent:
        state.append_pending(found[0])
    state.pos = found.end()
    return True


def _limit(state: StateCore) -> None:
    """Refuse, before inline parsing, a text with more markup than a person would write."""
    lines = [token.content for token in state.tokens if token.type == "inline"]
    if len(state.tokens) > MAX_BLOCKS or sum(map(_signs, lines)) > MAX_MARKUP_CHARACTERS:
        raise TooComplexError
    if sum(map(_steps, lines)) > MAX_STEPS:
        raise TooComplexError


def _signs(line: str) -> int:
    """Count the markup characters of a line; `[` counts as three, as it costs more to parse."""
    return sum(line.count(sign) for sign in "*_~`<\\[[[")


def _steps(line: str) -> int:
    """Return how far the library will look for closing brackets, in characters."""
    if "[" not in line:
        return 0
    signs = "".join(_parser.inline.terminator_re.findall(line))
    if not set("\\`<").isdisjoint(signs):
        # A closing bracket may be inside code and not count: assume the worst case.
        return signs.count("[") * len(signs)
    open_at: list[int] = []
    steps = 0
    for place, sign in enumerate(signs):
        if sign == "[":
            open_at.append(place)
        elif sign == "]" and open_at:
            steps += place - open_at.pop()
    return steps + sum(len(signs) - place for place in open_at)


def _finish(state: StateCore) -> None:
    """Shift headings, align by class, drop titles, and label links without text."""
    characters = 0
    for token in state.tokens:
        if token.type == "fence":
            characters += len(token.content)
            token.info = token.info if characters <= COLOURED_CHARACTERS else ""
        if token.type in {"heading_open", "heading_close"}:
            level = max(int(token.tag[1]) + state.env["shift"], MIN_HEADING_LEVEL)
            token.tag = f"h{min(level, MAX_HEADING_LEVEL)}"
        elif style := token.attrs.pop("style", None):
            token.attrs["class"] = f"align-{str(style).removeprefix('text-align:')}"
    for token in flat(state.tokens):
        if token.children and any(child.type == "link_open" for child in token.children):
            token.children = list(_named_links(token.children))


def _named_links(tokens: list[Token]) -> Iterator[Token]:
    leads = True
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "link_open":
            leads = bool(token.attrs["href"])
            token.attrs.pop("title", None)
        if token.type in LINK_ENDS and not leads:
            continue
        yield token
        if token.type == "link_open" and following and following.type == "link_close":
            yield Token("text", "", 0, content=str(token.attrs["href"]))


def _fence(_self: object, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    token = tokens[index]
    language = language_of(token.info)
    code = token.content.rstrip("\n")
    inside = coloured(code, language) if language else escape(code, quote=False)
    return f'<pre class="code"><code>{inside}</code></pre>\n'


def _mention_html(_self: object, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    mention = mention_of(tokens[index])
    kind, identity = mention["kind"], mention["id"]
    return (
        f'<a class="mention" data-kind="{kind}" data-id="{identity}"'
        f' href="{PLACES[kind]}{identity}">{escape(tokens[index].content)}</a>'
    )


def _linked(_self: object, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    return tokens[index].content


def _table_open(*_arguments: object) -> str:
    # The table scrolls on its own on a phone, so the keyboard must be able to reach it.
    return '<div class="table-scroll" tabindex="0"><table>\n'


def _table_close(*_arguments: object) -> str:
    return "</table></div>\n"


def _make() -> _Parser:
    # maxNesting is above our own limits: where the library stops, it drops the rest.
    parser = _Parser("commonmark", {"html": False, "breaks": True, "maxNesting": 100})
    parser.enable(["table", "strikethrough"])
    # Indented code, underlined headings and references are surprising in a message; entities would
    # bring back the characters that `neutral` removes.
    parser.disable(["code", "lheading", "reference", "html_block", "html_inline", "entity"])
    block, inline, core = parser.block.ruler, parser.inline.ruler, parser.core.ruler
    block.at("table", _table, {"alt": ["paragraph", "reference"]})
    interrupts = ["paragraph", "reference", "blockquote"]
    block.at("blockquote", _bounded(blockquote), {"alt": [*interrupts, "list"]})
    block.at("list", _bounded(list_block), {"alt": interrupts})
    inline.at("image", _image)
    inline.before("link", "mention", _mention)
    inline.after("mention", "post", _post)
    inline.before("escape", "address", _address)
    core.before("inline", "limit", _limit)
    core.push("finish", _finish)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("mention", _mention_html)
    parser.add_render_rule("linked", _linked)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    for ruler in (core, block, inline, parser.inline.ruler2):
        # Build the cached rules now: on first use another thread could see them half built.
        ruler.getRules("")
    return parser


_parser = _make()
