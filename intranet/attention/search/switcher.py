"""The switcher: going to a conversation, person or publication by a few letters."""

from dataclasses import dataclass, field, replace
from typing import Any

from intranet.attention.search.publication_search import PublicationHit, titled
from intranet.finding.directory.results import DirectoryResult, DirectoryResultReader, people_on
from intranet.finding.directory.search import find
from intranet.messaging.conversations.listing import listed
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import TooMany
from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind

MAX_CONVERSATIONS = 8
MAX_PUBLICATIONS = 3
MAX_RESULTS = {
    DocumentKind.PERSON: 5,
    DocumentKind.POST: 3,
    DocumentKind.UNIT: 3,
    DocumentKind.AGENCY: 2,
}


@dataclass
class SearchSwitcherResults:
    """Results of the switcher.

    Publications go before people who match by their profile and not by their name.
    """

    conversations: list[dict[str, Any]] = field(default_factory=list)
    people: list[DirectoryResult] = field(default_factory=list)
    things: list[DirectoryResult] = field(default_factory=list)
    published: list[PublicationHit] = field(default_factory=list)
    is_published_first: bool = False


def find_destinations(person: Person, words: str) -> SearchSwitcherResults:
    """Find conversations and directory entries; without any letters the latest conversations.

    A person past the hourly limit of people shown finds no more people.
    """
    found = SearchSwitcherResults(find_conversations(person, words))
    if not fold(words):
        return found
    hits = find(person, words, most=max(MAX_RESULTS.values()))
    wanted = [hit for kind, most in MAX_RESULTS.items() for hit in hits.of(kind)[:most]]
    results = DirectoryResultReader(person, hits.meaning).results(wanted)
    try:
        hand_out(person, people_on(results))
    except TooMany:
        results = [replace(each, faces=()) for each in results if each.kind != DocumentKind.PERSON]
    found.people = [each for each in results if each.kind == DocumentKind.PERSON]
    found.things = [each for each in results if each.kind != DocumentKind.PERSON]
    found.published = titled(person, words, most=MAX_PUBLICATIONS)
    found.is_published_first = not any(hits.meaning.names(fold(each.name)) for each in found.people)
    return found


def find_conversations(
    person: Person, words: str, limit: int = MAX_CONVERSATIONS
) -> list[dict[str, Any]]:
    """Return the person's conversations whose name has every word, latest first."""
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
