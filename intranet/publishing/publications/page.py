"""View models of a publication: its page, its discussion and its versions."""

from collections.abc import Mapping
from typing import Any

from intranet.messaging.messages.page import log_context, requested_messages
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.publishing.publications import queries, view_models
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.approval import may_approve
from intranet.publishing.publications.confirmations import confirmations_of
from intranet.publishing.publications.discussions import discussion_of
from intranet.publishing.publications.models import Publication, PublicationState
from intranet.publishing.publications.versions import files_of_version, get_version


def publication_context(person: Person, publication: Publication, language: str) -> dict[str, Any]:
    """Return a publication as its readers see it."""
    now = clock.now()
    version = get_version(publication, publication.version)
    writes = may_write(person, publication)
    files = files_of_version(version) if version else []
    by = publication.published_by
    asked = confirmations_of(person, publication)
    return {
        "publication": publication,
        "row": view_models.row(queries.PublicationItem(publication, version)) if version else None,
        "article": view_models.article(publication, version, files, language) if version else None,
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


def _next_owed(person: Person, publication: Publication) -> view_models.PublicationRow | None:
    """Return the next required reading after this publication, if any."""
    items = queries.required_reading(person, 2)
    others = (item for item in items if item.publication.id != publication.id)
    return next((view_models.row(item) for item in others), None)


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
    return log_context(person, conversation, requested_messages(conversation, sent))


def version_context(publication: Publication, number: int, language: str) -> dict[str, Any]:
    """Return a version as it was published.

    Raises:
        NotFound: there is no such version.
    """
    version = get_version(publication, number) if number <= MAX_INTEGER else None
    if version is None:
        raise NotFound
    files = files_of_version(version)
    return {
        "publication": publication,
        "version": version,
        "article": view_models.article(publication, version, files, language),
    }
