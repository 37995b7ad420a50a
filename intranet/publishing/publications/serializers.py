"""Publications as JSON, in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intranet.delivery.files.models import File
from intranet.delivery.files.serializers import file_json
from intranet.messaging.messages.serializers import instant
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.readers import Reader
from intranet.publishing.publications.translations import older_languages
from intranet.publishing.publications.view_models import origin_of, text_of


def publication_json(
    publication: Publication,
    version: PublicationVersion | None,
    *,
    confirmed_at: datetime | None = None,
    is_hidden: bool = False,
) -> dict[str, Any]:
    """Return a publication as an item of a list; a draft has the titles of its working copy.

    Args:
        is_hidden: it was withdrawn, and only that is shown.
    """
    own = publication.space.agency.language
    now = clock.now()
    titles = version.title if version else publication.titles
    if is_hidden:
        titles, version = Localized(), None
    return {
        "id": str(publication.id),
        "kind": publication.kind,
        "state": publication.state(now).value,
        "url": f"/p/{publication.id}",
        "title": titles.text(current_language(), own),
        "titles": dict(titles),
        "summary": version.summary.text(current_language(), own) if version else "",
        "post": _post_json(publication),
        "place": origin_of(publication),
        "agency": None if publication.is_unnamed else publication.space.agency.code,
        "published_at": instant(publication.published_at),
        "expires_at": instant(publication.expires_at),
        "pinned_until": instant(publication.pinned_until),
        "is_urgent": publication.announcement.is_urgent,
        "due_on": _day(publication.announcement.due_on),
        "visibility": publication.visibility.value if publication.visibility else None,
        "version": publication.version,
        "confirmed_at": instant(confirmed_at),
    }


def detail_json(
    publication: Publication,
    version: PublicationVersion | None,
    files: Sequence[File],
    *,
    confirmed_at: datetime | None,
    is_writer: bool,
    audience_version: str = "",
) -> dict[str, Any]:
    """Return a whole publication; `draft` is the working copy, for its writers.

    Of a withdrawn publication, other readers get only that fact and the reason.
    """
    is_hidden = publication.withdrawn_at is not None and not is_writer
    shown = publication_json(publication, version, confirmed_at=confirmed_at, is_hidden=is_hidden)
    body = {} if version is None or is_hidden else version.body
    by = publication.published_by
    return shown | {
        "body": dict(body),
        "html": {} if version is None or is_hidden else dict(version.html),
        "sha256": "" if version is None or is_hidden else version.sha256,
        "files": [] if is_hidden else [file_json(file) for file in files],
        "urgent_reason": "" if is_hidden else publication.announcement.urgent_reason,
        "author": {"id": str(by.id), "name": by.name} if by else None,
        "confirmed_version": publication.announcement.confirmed_version,
        "older_languages": sorted(older_languages(publication, version))
        if version and not is_hidden
        else [],
        "topics": [row.function_code for row in publication.topics],
        "discussion_id": _id(publication.conversation_id if not is_hidden else None),
        "withdrawn_at": instant(publication.withdrawn_at),
        "withdrawn_reason": publication.withdrawn_reason,
        "draft": draft_json(publication, audience_version) if is_writer else None,
    }


def draft_json(publication: Publication, audience_version: str) -> dict[str, Any]:
    """Serialise the working copy: its texts, audience, settings and edition."""
    return {
        "edition": publication.edition,
        "space_id": str(publication.space_id),
        "texts": {
            text.language: {"title": text.title, "body": text.body} for text in publication.texts
        },
        "audience": publication.announcement.audience,
        "audience_version": audience_version,
        "scheduled_at": instant(publication.scheduled_at),
        "counts_newcomers": publication.announcement.counts_newcomers,
        "has_discussion": publication.has_discussion,
        "is_only_here": publication.announcement.is_only_here,
        "held_at": instant(publication.held_at),
        "held_reason": publication.held_reason,
        "file_ids": [str(held.file_id) for held in publication.attached],
    }


def reader_json(reader: Reader) -> dict[str, Any]:
    """Return a recipient, in the post that they held at the time of sending."""
    own = reader.unit.agency.language
    return {
        "person": {"id": str(reader.person.id), "name": reader.person.name},
        "post": {"id": str(reader.post.id), "title": text_of(reader.post.title, own)},
        "unit": {"id": str(reader.unit.id), "name": text_of(reader.unit.name, own)},
        "confirmed_at": instant(reader.confirmed_at),
    }


def _post_json(publication: Publication) -> dict[str, str] | None:
    """Return the post of the author, or None if it is hidden from readers."""
    if publication.is_unnamed:
        return None
    title = text_of(publication.post.title, publication.space.agency.language)
    return {"id": str(publication.post_id), "title": title}


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
