"""Mentions that were typed and not chosen from the list, with their candidates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.people_search import suggest
from intranet.messaging.conversations.post_addresses import posts_at
from intranet.organisation.people.models import Person
from intranet.platform.core.html import post_addresses
from intranet.platform.core.text import fold

MAX_TYPED = 10
MAX_LOOKED_UP = 20
MAX_WORDS = 4

_APART = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|^[ \t]*>[^\n]*", re.DOTALL | re.MULTILINE)
"""Code and quotations, where `@` mentions nobody."""
_SIGN = re.compile(r"(?:^|(?<=[\s(\[{«“\"'¿¡*_~]))@(?=[^\W\d_])(?!\S*@)", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_][\w'’·ª.-]*(?<![.'’-])")


@dataclass(frozen=True)
class TypedMention:
    """A typed mention with its candidates; `is_sure` if there is exactly one."""

    text: str
    candidates: Sequence[Mapping[str, Any]]
    is_sure: bool = False


def typed_mentions(person: Person, conversation: Conversation, body: str) -> list[TypedMention]:
    """Return the mentions in a body that have no id yet, each text once, in order.

    The address of an existing post is left out, since posting links it. Equal words are looked up
    once. A text full of `@` signs is searched only up to a limit.
    """
    body = _APART.sub(" ", body)
    known = posts_at(person, post_addresses(body))
    found: dict[str, TypedMention] = {}
    looked_up: set[tuple[str, ...]] = set()
    for sign in _SIGN.finditer(body):
        words = _words_after(body, sign.end())
        if not words or f"@{words[0].lower()}" in known or tuple(words) in looked_up:
            continue
        looked_up.add(tuple(words))
        one = _meant(person, conversation, words)
        found.setdefault(one.text, one)
        if len(found) == MAX_TYPED or len(looked_up) == MAX_LOOKED_UP:
            break
    return list(found.values())


def _words_after(body: str, at: int) -> list[str]:
    words: list[str] = []
    while len(words) < MAX_WORDS and (word := _WORD.match(body, at)):
        words.append(word[0])
        if body[word.end() : word.end() + 1] != " ":
            break
        at = word.end() + 1
    return words


def _meant(person: Person, conversation: Conversation, words: Sequence[str]) -> TypedMention:
    """Return the longest run of words that is a name; else suggestions for the first word."""
    for length in range(len(words), 0, -1):
        text = " ".join(words[:length])
        if named := [one for one in _suggested(person, conversation, text) if _is_named(one, text)]:
            return TypedMention(text, named, is_sure=len(named) == 1)
    return TypedMention(words[0], _suggested(person, conversation, words[0]))


def _suggested(
    person: Person, conversation: Conversation, text: str
) -> Sequence[Mapping[str, Any]]:
    """Suggest candidates; `@channel` only if the person may use it, else it would be refused."""
    suggested, may_ring = suggest(person, conversation, text)
    return [one for one in suggested if may_ring or one["kind"] != "channel"]


def _is_named(one: Mapping[str, Any], text: str) -> bool:
    """Return whether the text is a part of the name, in whole words."""
    if one["kind"] == "channel":
        return fold(text) in {"channel", "todos"}
    return f" {fold(text)} " in f" {fold(one['name'])} "
