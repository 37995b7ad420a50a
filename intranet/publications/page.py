"""What the pages that are read know: one publication, the lists, its history."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from intranet.core import clock
from intranet.core.errors import NotFound
from intranet.core.rest import after_time
from intranet.messages.page import asked_messages, log_context
from intranet.people.lines import person_lines
from intranet.people.models import Person
from intranet.publications import queries, shown
from intranet.publications.access import may_publish, may_write
from intranet.publications.discussions import discussion_of
from intranet.publications.models import Publication, State
from intranet.publications.narrowing import Narrowing
from intranet.publications.versions import get_version, held_in

PAGE = 30
PINNED = 5
IN_WORK = 100


class View(StrEnum):
    """What the list shows."""

    CURRENT = "current"
    FOLLOWING = "following"
    OVER = "over"
    OWN = "own"


def list_context(
    person: Person, view: View, before: tuple[datetime, UUID] | None, narrowing: Narrowing
) -> dict[str, Any]:
    """Publications as a list, one page of it. What is owed stands above, unless it is narrowed."""
    found = listed(person, view, before, narrowing, PAGE + 1)
    rest = found[:PAGE]
    last = rest[-1].publication if len(found) > PAGE else None
    is_first = before is None
    is_whole = is_first and not narrowing.address
    asked = [item.publication.id for item in rest if item.publication.due_on]
    counts = queries.acknowledged_counts(asked) if view == View.OWN and asked else {}
    owed = queries.owed(person, PAGE) if view == View.CURRENT and is_whole else []
    on_top = queries.pinned(person, PINNED) if view == View.CURRENT and is_whole else []
    apart = {item.publication.id for item in (*owed, *on_top)}
    return {
        "view": view.value,
        "owed": shown.rows(owed),
        "pinned": shown.rows(
            item
            for item in on_top
            if item.publication.id not in {one.publication.id for one in owed}
        ),
        "rows": shown.rows(rest, counts)
        if view == View.OWN
        else shown.rows_for(person, (item for item in rest if item.publication.id not in apart)),
        "in_work": (
            [
                shown.draft_row(row)
                for row in queries.in_work(person, IN_WORK, narrowing.conditions())
            ]
            if view == View.OWN and is_first
            else []
        ),
        "next_before": next_cursor(last) if last else None,
        "may_publish": may_publish(person),
        "narrowing": narrowing,
    }


def listed(
    person: Person,
    view: View,
    before: tuple[datetime, UUID] | None,
    narrowing: Narrowing,
    limit: int,
) -> list[queries.Item]:
    """Published ones in a view, narrowed, from a place on."""
    narrowed = narrowing.conditions()
    if view == View.OWN:
        return queries.sent(person, before=before, narrowed=narrowed, limit=limit)
    if view == View.FOLLOWING:
        return queries.followed(person, before=before, narrowed=narrowed, limit=limit)
    is_over = view == View.OVER
    return queries.latest(person, before=before, narrowed=narrowed, is_over=is_over, limit=limit)


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
        "asked": asked,
        "is_addressed": queries.is_addressed(person, publication),
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
    version = get_version(publication, number)
    if version is None:
        raise NotFound
    files = held_in(version)
    return {
        "publication": publication,
        "version": version,
        "article": shown.article(publication, version, files, language),
    }


def next_cursor(publication: Publication) -> str | None:
    """The cursor of the page that follows a published one."""
    at = publication.published_at
    return after_time(at, publication.id) if at else None
