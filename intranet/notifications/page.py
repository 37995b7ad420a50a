"""What the pages about being told know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.core.errors import NotFound
from intranet.core.rest import after_time
from intranet.core.web import current_language
from intranet.extensions import db
from intranet.notifications import queries
from intranet.notifications.shown import shown
from intranet.people.models import Person
from intranet.publications.models import Publication, PublicationVersion, Recipient

PAGE = 40
OWN = "/me/notifications"


def list_context(person: Person, before: tuple[datetime, UUID] | None) -> dict[str, Any]:
    """A page of what somebody was told."""
    found = queries.latest(person, before, PAGE + 1)
    rest = found[:PAGE]
    last = rest[-1] if len(found) > PAGE else None
    return {
        "rows": shown(person, rest),
        "next_before": after_time(last.created_at, last.id) if last else None,
    }


def recipient(publication: Publication, person_id: UUID) -> Person:
    """Somebody to whom it was sent.

    Raises:
        NotFound: it was not sent to them.
    """
    found = db.session.scalar(
        select(Person)
        .join(Recipient, Recipient.person_id == Person.id)
        .where(Recipient.publication_id == publication.id, Person.id == person_id)
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def title_of(publication: Publication) -> dict[str, str]:
    """The title of what is published, for the reader."""
    version = db.session.get(PublicationVersion, (publication.id, publication.version))
    return {"title": version.title.text(current_language()) if version else ""}
