"""Short ways to what is written, published and found."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.announcement_models import (
    Announcement,
    PublicationAtom,
    Recipient,
)
from intranet.publishing.publications.events import PublicationPublished
from intranet.publishing.publications.handlers import index_publication
from intranet.publishing.publications.models import (
    ANNOUNCEMENT,
    Publication,
    PublicationVersion,
)
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
    set_audience,
)
from intranet.publishing.publications.operations.publishing import publish
from intranet.publishing.publications.versions import with_working_copy
from tests.messaging.messages.helpers import space_of

TITLE, BODY = "Corte de agua el jueves", "De 8 a 10 no habrá agua en el edificio."


def draft(
    author: Any,
    title: str = TITLE,
    body: str = BODY,
    *,
    audience: dict[str, Any] | None = None,
    texts: dict[str, Written] | None = None,
    unit: Any = None,
    **choices: Any,
) -> Publication:
    """A draft in the author's first name, or in that which reaches a unit."""
    space_id = None
    if unit is not None:
        space_id = space_of(unit).id
    voice = require_voice(author, space_id)
    made = create_draft(author, ANNOUNCEMENT, voice)
    said = texts or {voice.agency.language: Written(title, body)}
    save_draft(author, made, said, Choices(**choices), edition=made.edition)
    if audience:
        set_audience(author, made, Audience.parse(audience), edition=made.edition)
    return with_working_copy(made)


def published(author: Any, *said: str, **more: Any) -> Publication:
    """The same, published."""
    made = draft(author, *said, **more)
    return publish(author, made, edition=made.edition)


def copy_published(publication: Publication, count: int) -> None:
    """Let there be many more like one that was published, a tenth of them to be confirmed."""
    given = {name: getattr(publication, name) for name in columns_of(Publication)}
    for number in range(count):
        new_id = uuid7()
        at = given["published_at"] - timedelta(minutes=number)
        db.session.add(Publication(**{**given, "id": new_id, "published_at": at}))
        db.session.flush()
        rows: list[Any] = []
        for kind in (Announcement, PublicationVersion, PublicationAtom, Recipient):
            asked = select(kind).where(kind.publication_id == publication.id)
            for row in db.session.scalars(asked).all():
                values = {name: getattr(row, name) for name in columns_of(kind)}
                if kind is Announcement and number % 10:
                    values["due_on"] = None
                rows.append(kind(**{**values, "publication_id": new_id}))
        db.session.add_all(rows)
        db.session.flush()
        index_publication(PublicationPublished(new_id))


def columns_of(kind: Any) -> list[str]:
    """The names of a table's columns."""
    return [column.name for column in kind.__table__.columns]


def form_of(publication: Publication, **changes: Any) -> dict[str, Any]:
    """What the editor's form sends."""
    texts = {
        f"{name}_{row.language}": getattr(row, name)
        for row in publication.texts
        for name in ("title", "body")
    }
    kept = {"edition": publication.edition, "when": "now", "reaches_out": "1", **texts}
    return {name: value for name, value in {**kept, **changes}.items() if value is not None}


def tomorrow() -> Any:
    """A day that is not over yet, in Monteclaro."""
    return clock.today("Europe/Madrid") + timedelta(days=1)
