"""What the pages of one publication know: what its readers have, its discussion, a version."""

from collections.abc import Mapping
from typing import Any

from intranet.messaging.messages.page import asked_messages, log_context
from intranet.organisation.people.lines import person_lines
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import PLACES
from intranet.publishing.publications import queries, shown
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.approval import may_approve
from intranet.publishing.publications.discussions import discussion_of
from intranet.publishing.publications.models import Publication, State
from intranet.publishing.publications.versions import get_version, held_in


def publication_context(person: Person, publication: Publication, language: str) -> dict[str, Any]:
    """One publication as its readers have it."""
    now = clock.now()
    version = get_version(publication, publication.version)
    writes = may_write(person, publication)
    files = held_in(version) if version else []
    by = publication.published_by
    asked = queries.asked_of(person, publication)
    return {
        "publication": publication,
        "row": shown.row(queries.Item(publication, version)) if version else None,
        "article": shown.article(publication, version, files, language) if version else None,
        "author": by,
        "author_line": person_lines([by.id], now).get(by.id) if by else None,
        "state": publication.state(now),
        "writes": writes,
        "may_approve": may_approve(person, publication),
        "asked": asked,
        "is_addressed": bool(publication.due_on) and queries.is_addressed(person, publication),
        "is_open": publication.state(now) == State.PUBLISHED,
        "topics": queries.topics_of(publication),
        "next_owed": _next_owed(person, publication)
        if any(one.confirmation for one in asked)
        else None,
    }


def _next_owed(person: Person, publication: Publication) -> shown.Row | None:
    """What else the person has to confirm, to go on from what they confirmed."""
    items = queries.owed(person, 2)
    others = (item for item in items if item.publication.id != publication.id)
    return next((shown.row(item) for item in others), None)


def discussion_context(
    person: Person, publication: Publication, sent: Mapping[str, str]
) -> dict[str, Any] | None:
    """The discussion with its composer, if there is one and the person reads it.

    Args:
        sent: parts of the address that say which of its messages to show.
    """
    conversation = discussion_of(person, publication)
    if conversation is None:
        return None
    return log_context(person, conversation, asked_messages(conversation, sent))


def version_context(publication: Publication, number: int, language: str) -> dict[str, Any]:
    """One version as it was published.

    Raises:
        NotFound: there is no such version.
    """
    version = get_version(publication, number) if number <= PLACES else None
    if version is None:
        raise NotFound
    files = held_in(version)
    return {
        "publication": publication,
        "version": version,
        "article": shown.article(publication, version, files, language),
    }
