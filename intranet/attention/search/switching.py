"""Going somewhere by a few letters: conversations, the directory, titles of publications."""

from dataclasses import dataclass, field, replace
from typing import Any

from intranet.attention.search.published import PublicationHit, titled
from intranet.finding.directory.finding import find
from intranet.finding.directory.results import Reading, Result, people_on
from intranet.messaging.conversations.listing import listed
from intranet.organisation.people.allowance import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import TooMany
from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind

FOUND = 8
PUBLISHED = 3
SHOWN = {
    DocumentKind.PERSON: 5,
    DocumentKind.POST: 3,
    DocumentKind.UNIT: 3,
    DocumentKind.AGENCY: 2,
}


@dataclass
class Places:
    """What a few letters find.

    Publications go before people who have the words in their profile, not in their name.
    """

    conversations: list[dict[str, Any]] = field(default_factory=list)
    people: list[Result] = field(default_factory=list)
    things: list[Result] = field(default_factory=list)
    published: list[PublicationHit] = field(default_factory=list)
    is_published_first: bool = False


def places(person: Person, words: str) -> Places:
    """Conversations and the directory; without any letters the latest conversations.

    Who was shown as many people in this hour as anybody needs finds no more of them.
    """
    found = Places(find_conversations(person, words))
    if not fold(words):
        return found
    hits = find(person, words, most=max(SHOWN.values()))
    wanted = [hit for kind, most in SHOWN.items() for hit in hits.of(kind)[:most]]
    results = Reading(person, hits.meaning).results(wanted)
    try:
        hand_out(person, people_on(results))
    except TooMany:
        results = [replace(each, faces=()) for each in results if each.kind != DocumentKind.PERSON]
    found.people = [each for each in results if each.kind == DocumentKind.PERSON]
    found.things = [each for each in results if each.kind != DocumentKind.PERSON]
    found.published = titled(person, words, most=PUBLISHED)
    found.is_published_first = not any(hits.meaning.names(fold(each.name)) for each in found.people)
    return found


def find_conversations(person: Person, words: str, limit: int = FOUND) -> list[dict[str, Any]]:
    """The person's conversations whose name has every word, the latest first."""
    wanted = fold(words).split()
    items = [
        item
        for item in listed(person)
        if all(_starts_a_word(fold(f"{item.title} {item.note}"), word) for word in wanted)
    ]
    items.sort(key=lambda item: item.standing.unread == 0)
    return [item.as_item() for item in items[:limit]]


def _starts_a_word(text: str, word: str) -> bool:
    return any(part.startswith(word) for part in text.split())
