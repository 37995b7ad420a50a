"""View model of the publications list, with required reading and pinned items above it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from intranet.organisation.people.models import Person
from intranet.platform.core.rest import after_time
from intranet.publishing.publications import queries, readers, view_models
from intranet.publishing.publications.access import may_publish, may_write_articles
from intranet.publishing.publications.filters import PublicationFilter
from intranet.publishing.publications.models import Publication

PAGE_SIZE = 30
MAX_PINNED = 5
MAX_DRAFTS_LISTED = 100


class PublicationView(StrEnum):
    """The views of the list."""

    CURRENT = "current"
    FOLLOWING = "following"
    OVER = "over"
    OWN = "own"


def read_view(text: str) -> PublicationView:
    """Read the view from an address; what is in force is the default."""
    return PublicationView(text) if text in set(PublicationView) else PublicationView.CURRENT


def list_context(
    person: Person,
    view: PublicationView,
    before: tuple[datetime, UUID] | None,
    narrowing: PublicationFilter,
) -> dict[str, Any]:
    """Return a page of the list. Required reading stands above it, unless a filter is set."""
    found = listed(person, view, before, narrowing, PAGE_SIZE + 1)
    rest = found[:PAGE_SIZE]
    last = rest[-1].publication if len(found) > PAGE_SIZE else None
    asked = [item.publication.id for item in rest if item.publication.announcement.due_on]
    counts = readers.acknowledged_counts(asked) if view == PublicationView.OWN and asked else {}
    has_top = view == PublicationView.CURRENT and before is None and narrowing.is_empty
    owed = queries.required_reading(person, PAGE_SIZE) if has_top else []
    pinned = _without(owed, queries.pinned(person, MAX_PINNED)) if has_top else []
    return {
        "view": view.value,
        "owed": view_models.rows(owed),
        "pinned": view_models.rows(pinned),
        "rows": (
            view_models.rows(rest, counts)
            if view == PublicationView.OWN
            else view_models.rows_for(person, _without([*owed, *pinned], rest))
        ),
        "in_work": _in_work(person, narrowing)
        if view == PublicationView.OWN and before is None
        else [],
        "next_before": next_cursor(last) if last else None,
        "may_publish": may_publish(person),
        "may_write_articles": may_write_articles(person),
        "waiting": _waiting(person) if has_top or view == PublicationView.OWN else [],
        "narrowing": narrowing,
    }


def listed(
    person: Person,
    view: PublicationView,
    before: tuple[datetime, UUID] | None,
    narrowing: PublicationFilter,
    limit: int,
) -> list[queries.PublicationItem]:
    """List the publications of a view that match a filter, after a position."""
    narrowed = narrowing.conditions()
    if view == PublicationView.OWN:
        return queries.sent(person, before=before, narrowed=narrowed, limit=limit)
    if view == PublicationView.FOLLOWING:
        return queries.followed(person, before=before, narrowed=narrowed, limit=limit)
    is_over = view == PublicationView.OVER
    return queries.latest(person, before=before, narrowed=narrowed, is_over=is_over, limit=limit)


def next_cursor(publication: Publication) -> str | None:
    """Return the cursor of the page that follows a publication."""
    at = publication.published_at
    return after_time(at, publication.id) if at else None


def _waiting(person: Person) -> list[view_models.PublicationRow]:
    """List articles of employees that wait for the person's approval, the oldest first."""
    return [view_models.draft_row(draft) for draft in queries.to_approve(person, MAX_DRAFTS_LISTED)]


def _in_work(person: Person, narrowing: PublicationFilter) -> list[view_models.PublicationRow]:
    drafts = queries.in_work(person, MAX_DRAFTS_LISTED, narrowing.conditions())
    return [view_models.draft_row(draft) for draft in drafts]


def _without(
    others: list[queries.PublicationItem], items: list[queries.PublicationItem]
) -> list[queries.PublicationItem]:
    there = {item.publication.id for item in others}
    return [item for item in items if item.publication.id not in there]
