"""What the help page says: topics in groups, and those of them in which some words stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intranet.platform.core.text import fold


@dataclass(frozen=True)
class Link:
    """Where one goes from a topic."""

    text: str
    href: str


@dataclass(frozen=True)
class Topic:
    """One thing that people ask about.

    `says` are paragraphs, or steps to be done in their order where `is_done_in_steps`. What is
    shown below them, beside `links`, has a template of its own: `templates/pages/help/_BELOW.html`.
    """

    anchor: str
    icon: str
    title: str
    says: Sequence[str]
    links: Sequence[Link] = ()
    below: str = ""
    is_done_in_steps: bool = False


@dataclass(frozen=True)
class Group:
    """Topics that belong together."""

    title: str
    topics: Sequence[Topic]


def with_words(groups: Sequence[Group], words: str, below: Mapping[str, str]) -> list[Group]:
    """The topics in which each of these words begins some word; all of them without any.

    Args:
        below: what stands below the paragraphs of a topic, by the name of its template.
    """
    wanted = fold(words).split()
    found = (
        replace(group, topics=[topic for topic in group.topics if _holds(topic, wanted, below)])
        for group in groups
    )
    return [group for group in found if group.topics]


def _holds(topic: Topic, wanted: Sequence[str], below: Mapping[str, str]) -> bool:
    texts = (topic.title, *topic.says, *(link.text for link in topic.links))
    said = fold(" ".join((*texts, below.get(topic.below, "")))).split()
    return all(any(part.startswith(word) for part in said) for word in wanted)
