"""Short ways to articles: written in a unit's blog, with topics, files and a discussion."""

from typing import Any

from intranet.delivery.files.models import File
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import require_voice
from intranet.publishing.publications.models import ARTICLE, FileRole, Publication
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import publish
from intranet.publishing.publications.versions import with_working_copy

TITLE, BODY = "Tres plazas en un verano", "El **castaño** se queda."


def article(
    author: Person,
    body: str = BODY,
    *,
    visibility: Visibility = Visibility.AGENCY,
    title: str = TITLE,
    has_discussion: bool = True,
    **choices: Any,
) -> Publication:
    """A draft of an article in the author's first name."""
    voice = require_voice(author)
    made = create_draft(author, ARTICLE, voice)
    chosen = Choices(visibility=visibility, has_discussion=has_discussion, **choices)
    said = {voice.agency.language: Written(title, body)}
    save_draft(author, made, said, chosen, edition=made.edition)
    return with_working_copy(made)


def hang(author: Person, draft: Publication, file: File, role: FileRole | None = None) -> None:
    """Hang a file on it."""
    attach(author, draft, file.id, role, edition=draft.edition)


def out(author: Person, *said: str, **more: Any) -> Publication:
    """An article, published."""
    made = article(author, *said, **more)
    return publish(author, made, edition=made.edition)
