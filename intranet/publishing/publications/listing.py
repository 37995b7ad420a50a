"""Publications as a list: which of them a view shows, and what stands above the rest."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from intranet.organisation.people.models import Person
from intranet.platform.core.rest import after_time
from intranet.publishing.publications import queries, readers, shown
from intranet.publishing.publications.access import may_publish, may_write_articles
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.narrowing import Narrowing

PAGE = 30
PINNED = 5
IN_WORK = 100


class View(StrEnum):
    """What the list shows."""

    CURRENT = "current"
    FOLLOWING = "following"
    OVER = "over"
    OWN = "own"


def read_view(text: str) -> View:
    """The view that an address names; what is in force where it names none."""
    return View(text) if text in set(View) else View.CURRENT


def list_context(
    person: Person, view: View, before: tuple[datetime, UUID] | None, narrowing: Narrowing
) -> dict[str, Any]:
    """Publications as a list, one page of it. What is owed stands above, unless it is narrowed."""
    found = listed(person, view, before, narrowing, PAGE + 1)
    rest = found[:PAGE]
    last = rest[-1].publication if len(found) > PAGE else None
    asked = [item.publication.id for item in rest if item.publication.due_on]
    counts = readers.acknowledged_counts(asked) if view == View.OWN and asked else {}
    has_top = view == View.CURRENT and before is None and not narrowing.address
    owed = queries.owed(person, PAGE) if has_top else []
    pinned = _without(owed, queries.pinned(person, PINNED)) if has_top else []
    return {
        "view": view.value,
        "owed": shown.rows(owed),
        "pinned": shown.rows(pinned),
        "rows": (
            shown.rows(rest, counts)
            if view == View.OWN
            else shown.rows_for(person, _without([*owed, *pinned], rest))
        ),
        "in_work": _in_work(person, narrowing) if view == View.OWN and before is None else [],
        "next_before": next_cursor(last) if last else None,
        "may_publish": may_publish(person),
        "may_write_articles": may_write_articles(person),
        "waiting": _waiting(person) if has_top or view == View.OWN else [],
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


def next_cursor(publication: Publication) -> str | None:
    """The cursor of the page that follows a published one."""
    at = publication.published_at
    return after_time(at, publication.id) if at else None


def _waiting(person: Person) -> list[shown.Row]:
    """Articles of employees that wait for the person's approval, the oldest first."""
    return [shown.draft_row(draft) for draft in queries.to_approve(person, IN_WORK)]


def _in_work(person: Person, narrowing: Narrowing) -> list[shown.Row]:
    drafts = queries.in_work(person, IN_WORK, narrowing.conditions())
    return [shown.draft_row(draft) for draft in drafts]


def _without(others: list[queries.Item], items: list[queries.Item]) -> list[queries.Item]:
    there = {item.publication.id for item in others}
    return [item for item in items if item.publication.id not in there]
