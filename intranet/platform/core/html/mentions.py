"""Mentions as written in a body: `@[text](kind:id)`."""

import re
from collections.abc import Callable
from typing import Literal, TypedDict, cast

Kind = Literal["person", "post", "channel"]
PLACES: dict[Kind, str] = {"person": "/people/", "post": "/posts/", "channel": "/c/"}
MAX_TEXT_CHARACTERS = 200
MENTION = re.compile(
    rf"@\[([^\[\]\n]{{1,{MAX_TEXT_CHARACTERS}}})\]\((person|post|channel):"
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)"
)
_BRACKETS = re.compile(r"[\[\]\n]")


class BodyMention(TypedDict):
    """The person or thing addressed: `@[text](kind:id)` in the body."""

    kind: Kind
    id: str
    text: str


ResolveMention = Callable[[BodyMention], str | None]
"""Returns the current name for a mention; None if it must stay plain text."""


def mentions_in(body: str) -> list[BodyMention]:
    """Return everything that looks like a mention in a body, in code as well."""
    return [mention_in(found) for found in MENTION.finditer(body)] if "@[" in body else []


def mention_in(found: re.Match[str]) -> BodyMention:
    """Return the mention in a match of `MENTION`."""
    text = found[1].strip().lstrip("@")
    return BodyMention(kind=cast("Kind", found[2]), id=found[3], text=text)


def bare(words: str) -> str:
    """Return a text in a form that fits in a mention: without brackets, cut to the limit."""
    return _BRACKETS.sub(" ", words)[:MAX_TEXT_CHARACTERS].strip()


def with_true_names(body: str, resolve_mention: ResolveMention) -> str:
    """Replace the text of each mention by the current name; unknown ones stay as written."""

    def named(found: re.Match[str]) -> str:
        words = resolve_mention(mention_in(found))
        return f"@[{bare(words)}]({found[2]}:{found[3]})" if words else found[0]

    return MENTION.sub(named, body)
