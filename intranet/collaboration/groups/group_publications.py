"""Publications in a group."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from intranet.messaging.spaces.models import Space
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.rest import after_time
from intranet.platform.core.types import NOW, id_parameter
from intranet.publishing.publications import kinds, queries
from intranet.publishing.publications.kinds import registered
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.newest import newest_ids
from intranet.publishing.publications.queries import PublicationItem
from intranet.publishing.publications.required_reading import in_force
from intranet.publishing.publications.view_models import rows_for

PAGE_SIZE = 30


def published(
    person: Person,
    space: Space,
    *,
    kind: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[PublicationItem]:
    """Return the publications of the space whose author is named, the newest first.

    A publication that hides its author hides its space too, so it is left out.
    """
    wanted = (kind,) if kind else kinds.names()
    if before is None:
        ids = newest_ids(person, _in_space, kinds=wanted, limit=limit, space_id=space.id)
        return queries.read_in_order(ids)
    narrowed = [Publication.space_id == space.id, Publication.published_by_id.is_not(None)]
    return queries.latest(person, before=before, narrowed=narrowed, kinds=wanted, limit=limit)


def _in_space() -> Sequence[ColumnElement[bool]]:
    of_space = Publication.space_id == id_parameter("space_id")
    return in_force(NOW), of_space, Publication.published_by_id.is_not(None)


def published_context(
    person: Person, space: Space, kind: str, before: tuple[datetime, UUID] | None
) -> dict[str, Any]:
    """Return the context of a page of publications, of one kind or of all."""
    only = kind if kind in kinds.names() else None
    found = published(person, space, kind=only, before=before, limit=PAGE_SIZE + 1)
    last = found[PAGE_SIZE - 1].publication if len(found) > PAGE_SIZE else None
    return {
        "rows": rows_for(person, found[:PAGE_SIZE]),
        "kind": only,
        "kinds": [(None, _("All")), *((row.name, row.plural) for row in registered())],
        "next_before": (
            after_time(last.published_at, last.id) if last and last.published_at else None
        ),
    }
