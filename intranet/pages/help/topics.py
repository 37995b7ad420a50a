"""The topics of the help page: read in groups from their templates, and searched by words."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import render_template
from markupsafe import Markup

from intranet.platform.core.text import fold


@dataclass(frozen=True)
class Topic:
    """A topic of the help page: its HTML, and the links below it as text and address."""

    anchor: str
    icon: str
    title: str
    text: Markup
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class HelpGroup:
    """A group of topics under a heading."""

    title: str
    topics: list[Topic]


def groups_in(template: str, **values: object) -> list[HelpGroup]:
    """Return the groups that a template describes with `{% call group %}` and `{% call topic %}`.

    Args:
        values: what the texts name, such as limits.
    """
    groups: list[HelpGroup] = []

    def group(title: str, caller: Callable[[], Markup]) -> str:
        groups.append(HelpGroup(title, []))
        return caller()

    def topic(
        anchor: str,
        icon: str,
        title: str,
        links: Sequence[tuple[str, str]] = (),
        *,
        caller: Callable[[], Markup],
    ) -> str:
        groups[-1].topics.append(Topic(anchor, icon, title, caller(), links))
        return ""

    render_template(template, group=group, topic=topic, **values)
    return groups


def with_words(groups: Sequence[HelpGroup], words: str) -> list[HelpGroup]:
    """Return the topics that have a word beginning with each of `words`; all if it is empty."""
    wanted = fold(words).split()
    if not wanted:
        return list(groups)
    found = (
        replace(group, topics=[topic for topic in group.topics if _holds(topic, wanted)])
        for group in groups
    )
    return [group for group in found if group.topics]


def _holds(topic: Topic, wanted: Sequence[str]) -> bool:
    text = html.unescape(re.sub(r"<[^>]*>", " ", topic.text))
    said = fold(" ".join((topic.title, text, *(link for link, _ in topic.links)))).split()
    return all(any(part.startswith(word) for part in said) for word in wanted)
