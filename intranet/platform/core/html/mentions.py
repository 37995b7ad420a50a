"""Mentions as they stand in a body: `@[text](kind:id)`."""

import re
from collections.abc import Callable
from typing import Literal, TypedDict, cast

Kind = Literal["person", "post", "channel"]
PLACES: dict[Kind, str] = {"person": "/people/", "post": "/posts/", "channel": "/c/"}
LONGEST_TEXT = 200
MENTION = re.compile(
    rf"@\[([^\[\]\n]{{1,{LONGEST_TEXT}}})\]\((person|post|channel):"
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)"
)
_BRACKETS = re.compile(r"[\[\]\n]")


class Mention(TypedDict):
    """The person or thing addressed: `@[text](kind:id)` in the body."""

    kind: Kind
    id: str
    text: str


ResolveMention = Callable[[Mention], str | None]
"""Gives the true words for a mention; None where it must stay plain text."""


def mentions_in(body: str) -> list[Mention]:
    """Everything that looks like a mention in a body, in code as well."""
    return [mention_in(found) for found in MENTION.finditer(body)] if "@[" in body else []


def mention_in(found: re.Match[str]) -> Mention:
    """The mention that was found."""
    text = found[1].strip().lstrip("@")
    return Mention(kind=cast("Kind", found[2]), id=found[3], text=text)


def bare(words: str) -> str:
    """Words that can stand in a mention, which holds no brackets and is no longer than this."""
    return _BRACKETS.sub(" ", words)[:LONGEST_TEXT].strip()


def with_true_names(body: str, resolve_mention: ResolveMention) -> str:
    """The body with the true words in each mention; what names nobody stays as it was written."""

    def named(found: re.Match[str]) -> str:
        words = resolve_mention(mention_in(found))
        return f"@[{bare(words)}]({found[2]}:{found[3]})" if words else found[0]

    return MENTION.sub(named, body)
