"""Publications as pages show them, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from intranet.delivery.files.models import File
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import is_hidden_from
from intranet.publishing.publications.media import arranged, role_of
from intranet.publishing.publications.models import (
    FileRole,
    Publication,
    PublicationFile,
    PublicationVersion,
    State,
)
from intranet.publishing.publications.queries import Item
from intranet.publishing.publications.texts import minutes
from intranet.publishing.publications.translations import older_languages

KIND_ICONS = {
    "announcement": "megaphone",
    "article": "newspaper",
    "initiative": "rocket",
    "question": "circle-question-mark",
    "idea": "lightbulb",
    "poll": "chart-bar",
    "event": "calendar",
    "model": "file-text",
    "criterion": "badge-check",
}
PAGES = {
    "initiative": "initiatives.show",
    "question": "questions.show",
    "idea": "ideas.show",
    "poll": "polls.show",
    "event": "events.show",
    "model": "models.show",
    "criterion": "criteria.show",
}
"""The endpoints of pages of their own, by kind; they take the id as `publication_id`."""


@dataclass(frozen=True)
class Row:
    """A publication in a list."""

    id: UUID
    kind: str
    icon: str
    title: str
    language: str
    summary: str
    by: str
    author_line: str
    place: str
    at: datetime | None
    minutes: int
    state: State
    due_on: object
    is_pinned: bool
    is_urgent: bool
    is_hidden: bool = False
    confirmed: int = 0
    addressed: int = 0

    @property
    def href(self) -> str:
        """Where it is read."""
        return url_for(PAGES.get(self.kind, "publications.show"), publication_id=self.id)


@dataclass(frozen=True)
class Attached:
    """A file that hangs on a publication."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    url: str
    is_image: bool
    width: int | None
    height: int | None
    alternative: str


def rows(items: Iterable[Item], counts: Mapping[UUID, tuple[int, int]] | None = None) -> list[Row]:
    """Published ones, each with how many confirmed where that is given."""
    return [row(item, (counts or {}).get(item.publication.id, (0, 0))) for item in items]


def rows_for(person: Person, items: Iterable[Item]) -> list[Row]:
    """Published ones as a reader has them: of what was withdrawn only that it was."""
    return [
        replace(found, title="", language="", summary="")
        if is_hidden_from(person, item.publication)
        else found
        for item in items
        for found in [row(item)]
    ]


def row(item: Item, counts: tuple[int, int] = (0, 0)) -> Row:
    """One of them."""
    now = clock.now()
    publication, version = item.publication, item.version
    own = publication.space.agency.language
    return Row(
        id=publication.id,
        kind=publication.kind.value,
        icon=KIND_ICONS[publication.kind.value],
        title=version.title.text(current_language(), own),
        language=version.title.language(current_language(), own),
        summary=version.summary.text(current_language(), own),
        by=author_of(publication),
        author_line=author_line(publication),
        place=place_of(publication),
        at=publication.published_at,
        minutes=minutes(version.words),
        state=publication.state(now),
        due_on=publication.due_on,
        is_pinned=bool(publication.pinned_until and publication.pinned_until > now),
        is_urgent=publication.is_urgent,
        is_hidden=publication.hidden_at is not None,
        confirmed=counts[0],
        addressed=counts[1],
    )


def draft_row(publication: Publication) -> Row:
    """What is being written, by the first title it has."""
    own = publication.space.agency.language
    state = publication.state(clock.now())
    titles = publication.titles
    return Row(
        id=publication.id,
        kind=publication.kind.value,
        icon=KIND_ICONS[publication.kind.value],
        title=titles.text(own, current_language()),
        language=titles.language(own, current_language()),
        summary="",
        by=text_of(publication.post.title, own),
        author_line=author_line(publication),
        place=place_of(publication),
        at=publication.scheduled_at if state == State.SCHEDULED else publication.updated_at,
        minutes=0,
        state=state,
        due_on=publication.due_on,
        is_pinned=False,
        is_urgent=publication.is_urgent,
    )


def place_of(publication: Publication) -> str:
    """The unit or agency in whose space it is; nothing where that would tell who wrote it."""
    return "" if publication.is_unnamed else name_of_space(publication.space)


def author_of(publication: Publication) -> str:
    """The post as which it is said, as readers are told it."""
    if publication.is_unnamed:
        return _("Someone in the network")
    return text_of(publication.post.title, publication.agency.language)


def author_line(publication: Publication) -> str:
    """The post as which it is said, its unit and the space where it is, no name twice.

    Many posts have the same title: the unit tells them apart.
    """
    parts = [author_of(publication), place_of(publication)]
    if not publication.is_unnamed:
        parts.insert(1, text_of(publication.post.unit.name, publication.agency.language))
    return " · ".join(dict.fromkeys(part for part in parts if part))


def name_of_space(space: Space) -> str:
    """How the reader knows a space."""
    return text_of(space.title, space.agency.language)


def text_of(text: Localized, fallback: str) -> str:
    """A localised text for the reader."""
    return text.text(current_language(), fallback)


def article(
    publication: Publication,
    version: PublicationVersion,
    files: Sequence[PublicationFile],
    language: str,
) -> dict[str, Any]:
    """A version in one language, as the page of a publication needs it."""
    own = publication.space.agency.language
    tag = version.title.language(language, current_language(), own)
    return {
        "title": version.title.text(tag),
        "parts": arranged(version.html.get(tag, ""), files, own),
        "language": tag,
        "languages": list(version.title),
        "is_fallback": tag != (language or current_language()),
        "is_older": tag in older_languages(publication, version),
        "minutes": minutes(version.words),
        "attachments": [
            attached(held.file) for held in files if role_of(held) == FileRole.ATTACHMENT
        ],
    }


def attached(file: File) -> Attached:
    """A file as a card shows it."""
    return Attached(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        url=f"/files/{file.id}",
        is_image=file.is_image,
        width=file.width,
        height=file.height,
        alternative=file.alternative,
    )
