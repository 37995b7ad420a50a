"""The help page: topics in groups, and the search in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intranet.platform.core.text import fold


@dataclass(frozen=True)
class Link:
    """A link below a topic."""

    text: str
    href: str


@dataclass(frozen=True)
class Topic:
    """A topic of the help page.

    `says` are paragraphs, or numbered steps if `is_done_in_steps`. Further content below them,
    beside `links`, has a template of its own: `templates/pages/help/_BELOW.html`.
    """

    anchor: str
    icon: str
    title: str
    says: Sequence[str]
    links: Sequence[Link] = ()
    below: str = ""
    is_done_in_steps: bool = False


@dataclass(frozen=True)
class HelpGroup:
    """A group of topics under a heading."""

    title: str
    topics: Sequence[Topic]


def with_words(
    groups: Sequence[HelpGroup], words: str, below: Mapping[str, str]
) -> list[HelpGroup]:
    """Return the topics that have a word beginning with each of `words`; all if it is empty.

    Args:
        below: the content below a topic's paragraphs, by the name of its template.
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
