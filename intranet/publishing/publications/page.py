"""View models of a publication: its page, its discussion and its versions."""

from collections.abc import Mapping
from typing import Any

from intranet.messaging.messages.page import asked_messages, log_context
from intranet.organisation.people.lines import person_lines
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.publishing.publications import queries, shown
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.approval import may_approve
from intranet.publishing.publications.discussions import discussion_of
from intranet.publishing.publications.models import Publication, PublicationState
from intranet.publishing.publications.versions import get_version, held_in


def publication_context(person: Person, publication: Publication, language: str) -> dict[str, Any]:
    """Return a publication as its readers see it."""
    now = clock.now()
    version = get_version(publication, publication.version)
    writes = may_write(person, publication)
    files = held_in(version) if version else []
    by = publication.published_by
    asked = queries.asked_of(person, publication)
    return {
        "publication": publication,
        "row": shown.row(queries.PublicationItem(publication, version)) if version else None,
        "article": shown.article(publication, version, files, language) if version else None,
        "author": by,
        "author_line": person_lines([by.id], now).get(by.id) if by else None,
        "state": publication.state(now),
        "writes": writes,
        "may_approve": may_approve(person, publication),
        "asked": asked,
        "is_addressed": bool(publication.announcement.due_on)
        and queries.is_addressed(person, publication),
        "is_open": publication.state(now) == PublicationState.PUBLISHED,
        "topics": queries.topics_of(publication),
        "next_owed": _next_owed(person, publication)
        if any(one.confirmation for one in asked)
        else None,
    }


def _next_owed(person: Person, publication: Publication) -> shown.PublicationRow | None:
    """Return the next required reading after this publication, if any."""
    items = queries.owed(person, 2)
    others = (item for item in items if item.publication.id != publication.id)
    return next((shown.row(item) for item in others), None)


def discussion_context(
    person: Person, publication: Publication, sent: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return the discussion with its composer, if the person may read it.

    Args:
        sent: query parameters that choose its messages.
    """
    conversation = discussion_of(person, publication)
    if conversation is None:
        return None
    return log_context(person, conversation, asked_messages(conversation, sent))


def version_context(publication: Publication, number: int, language: str) -> dict[str, Any]:
    """Return a version as it was published.

    Raises:
        NotFound: there is no such version.
    """
    version = get_version(publication, number) if number <= MAX_INTEGER else None
    if version is None:
        raise NotFound
    files = held_in(version)
    return {
        "publication": publication,
        "version": version,
        "article": shown.article(publication, version, files, language),
    }
