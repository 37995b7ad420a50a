"""View models of publications, in the reader's language."""

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
from intranet.publishing.publications.kinds import kind_named, kind_of
from intranet.publishing.publications.media import arranged, role_of
from intranet.publishing.publications.models import (
    FileRole,
    Publication,
    PublicationFile,
    PublicationState,
    PublicationVersion,
)
from intranet.publishing.publications.queries import PublicationItem
from intranet.publishing.publications.texts import minutes
from intranet.publishing.publications.translations import older_languages


@dataclass(frozen=True)
class PublicationRow:
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
    state: PublicationState
    due_on: object
    is_pinned: bool
    is_urgent: bool
    is_hidden: bool = False
    confirmed: int = 0
    addressed: int = 0

    @property
    def href(self) -> str:
        """The address of the publication's page."""
        return url_for(kind_named(self.kind).page, publication_id=self.id)


@dataclass(frozen=True)
class Attached:
    """A file attached to a publication."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    url: str
    is_image: bool
    width: int | None
    height: int | None
    alternative: str


def rows(
    items: Iterable[PublicationItem], counts: Mapping[UUID, tuple[int, int]] | None = None
) -> list[PublicationRow]:
    """Return publications as rows, with their confirmations where given."""
    return [row(item, (counts or {}).get(item.publication.id, (0, 0))) for item in items]


def rows_for(person: Person, items: Iterable[PublicationItem]) -> list[PublicationRow]:
    """Return publications as rows for a reader.

    Of a withdrawn publication the row has no title and no summary, except for its writers.
    """
    return [
        replace(found, title="", language="", summary="")
        if is_hidden_from(person, item.publication)
        else found
        for item in items
        for found in [row(item)]
    ]


def row(item: PublicationItem, counts: tuple[int, int] = (0, 0)) -> PublicationRow:
    """Return a publication as a row of a list."""
    now = clock.now()
    publication, version = item.publication, item.version
    own = publication.space.agency.language
    return PublicationRow(
        id=publication.id,
        kind=publication.kind,
        icon=kind_of(publication).icon,
        title=version.title.text(current_language(), own),
        language=version.title.language(current_language(), own),
        summary=version.summary.text(current_language(), own),
        by=author_of(publication),
        author_line=author_line(publication),
        place=origin_of(publication),
        at=publication.published_at,
        minutes=minutes(version.words),
        state=publication.state(now),
        due_on=publication.announcement.due_on,
        is_pinned=bool(publication.pinned_until and publication.pinned_until > now),
        is_urgent=publication.announcement.is_urgent,
        is_hidden=publication.hidden_at is not None,
        confirmed=counts[0],
        addressed=counts[1],
    )


def draft_row(publication: Publication) -> PublicationRow:
    """Return a draft as a row, with its first title."""
    own = publication.space.agency.language
    state = publication.state(clock.now())
    titles = publication.titles
    return PublicationRow(
        id=publication.id,
        kind=publication.kind,
        icon=kind_of(publication).icon,
        title=titles.text(own, current_language()),
        language=titles.language(own, current_language()),
        summary="",
        by=text_of(publication.post.title, own),
        author_line=author_line(publication),
        place=origin_of(publication),
        at=publication.scheduled_at
        if state == PublicationState.SCHEDULED
        else publication.updated_at,
        minutes=0,
        state=state,
        due_on=publication.announcement.due_on,
        is_pinned=False,
        is_urgent=publication.announcement.is_urgent,
    )


def origin_of(publication: Publication) -> str:
    """Return the unit or agency of a publication's space; empty if that would reveal the author."""
    return "" if publication.is_unnamed else name_of_space(publication.space)


def author_of(publication: Publication) -> str:
    """Return the author's post as readers see it."""
    if publication.is_unnamed:
        return _("Someone in the network")
    return text_of(publication.post.title, publication.agency.language)


def author_line(publication: Publication) -> str:
    """Return the author's post, its unit and the space, without repeated names.

    Many posts have the same title: the unit tells them apart.
    """
    parts = [author_of(publication), origin_of(publication)]
    if not publication.is_unnamed:
        parts.insert(1, text_of(publication.post.unit.name, publication.agency.language))
    return " · ".join(dict.fromkeys(part for part in parts if part))


def name_of_space(space: Space) -> str:
    """Return the name of a space for the reader."""
    return text_of(space.title, space.agency.language)


def text_of(text: Localized, fallback: str) -> str:
    """Return a localised text for the reader."""
    return text.text(current_language(), fallback)


def article(
    publication: Publication,
    version: PublicationVersion,
    files: Sequence[PublicationFile],
    language: str,
) -> dict[str, Any]:
    """Return a version in one language, for the page of a publication."""
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
    """Return a file for its card."""
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
