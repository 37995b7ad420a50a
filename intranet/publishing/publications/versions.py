"""Published versions of a working copy, which never change, and their digests."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from intranet.delivery.files.media import missing_text
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.mention_names import TrueNames
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import Localized
from intranet.publishing.publications import texts
from intranet.publishing.publications.models import (
    FileRole,
    Publication,
    PublicationFile,
    PublicationText,
    PublicationVersion,
)


def with_working_copy(publication: Publication) -> Publication:
    """Return the publication with its working copy loaded."""
    asked = (
        select(Publication)
        .where(Publication.id == publication.id)
        .options(
            selectinload(Publication.texts),
            selectinload(Publication.files)
            .joinedload(PublicationFile.file)
            .undefer(File.long_text),
            selectinload(Publication.topics),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(asked).one()


def ready_texts(publication: Publication) -> list[PublicationText]:
    """List the complete languages of a working copy, in the agency's order."""
    order = publication.agency.languages
    needs_body = publication.is_voiced
    written = [text for text in publication.texts if text.title and (text.body or not needs_body)]
    return sorted(written, key=lambda text: (_place(order, text.language), text.language))


def require_ready(publication: Publication) -> None:
    """Check that there is something complete to publish.

    Raises:
        Invalid: no language has a title and a text, one has only half, or a picture has no words.
    """
    reasons: dict[str, Words] = {}
    if not ready_texts(publication):
        reasons["title"] = (
            _l("Enter a title and some text in at least one language.")
            if publication.is_voiced
            else _l("Enter some text here.")
        )
    for text in publication.texts:
        if (publication.is_voiced or text.body) and bool(text.title) != bool(text.body):
            reasons[f"title_{text.language}"] = _l(
                "In one of the languages, either the title or the text is missing."
            )
    for held in publication.attached:
        for name, words in missing_words(held).items():
            reasons[f"{name}_{held.file_id}"] = words
    if reasons:
        raise Invalid(reasons)


def missing_words(held: PublicationFile) -> dict[str, Words]:
    """Return the descriptions that a picture still lacks for publishing, by field."""
    if held.role not in {FileRole.PICTURE, FileRole.GALLERY, FileRole.INFOGRAPHIC}:
        return {}
    return missing_text(held.file, is_infographic=held.role == FileRole.INFOGRAPHIC)


def make_version(
    publication: Publication, by: Person, number: int, at: datetime, note: str = ""
) -> PublicationVersion:
    """Make the version with this number from the working copy."""
    files = {held.file_id: held for held in publication.attached}
    rows = ready_texts(publication)
    version = PublicationVersion(
        publication_id=publication.id,
        number=number,
        title=Localized({row.language: row.title for row in rows}),
        summary=Localized({row.language: texts.summary(row.body) for row in rows}),
        body={row.language: row.body for row in rows},
        html={row.language: _html(row.body, files, by, publication.id) for row in rows},
        file_ids=[str(held.file_id) for held in publication.attached],
        described={
            str(held.file_id): [held.file.alternative, held.file.long_text or ""]
            for held in publication.attached
            if held.file.alternative or held.file.long_text
        },
        words=max((texts.words_in(row.body) for row in rows), default=0),
        note=note,
        published_at=at,
        published_by_id=by.id,
        sha256="",
    )
    version.sha256 = digest(version, [held.file.sha256 for held in publication.attached])
    return version


def _html(
    body: str, files: Mapping[UUID, PublicationFile], by: Person, publication_id: UUID
) -> str:
    """Render a body with the names of mentioned people, as far as its author may know them."""
    names = TrueNames(by, publication_id, body)
    return str(texts.render(body, files, names.words_for))


def digest(version: PublicationVersion, files: Sequence[str]) -> str:
    """Return the SHA-256 of a version as sorted JSON: titles, texts, files and descriptions."""
    said = {
        "publication": str(version.publication_id),
        "version": version.number,
        "title": dict(version.title),
        "body": dict(version.body),
        "files": list(files),
    }
    if version.described:
        said["described"] = version.described
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def get_version(publication: Publication, number: int) -> PublicationVersion | None:
    """Return a version with its texts."""
    return db.session.scalar(
        select(PublicationVersion)
        .where(
            PublicationVersion.publication_id == publication.id,
            PublicationVersion.number == number,
        )
        .options(undefer(PublicationVersion.html), undefer(PublicationVersion.body))
    )


def is_latest() -> ColumnElement[bool]:
    """Return whether a version is the latest, as a condition on it and its publication."""
    return and_(
        PublicationVersion.publication_id == Publication.id,
        PublicationVersion.number == Publication.version,
    )


def files_in(version: PublicationVersion) -> Sequence[File]:
    """List the files of a version, in its order."""
    return [held.file for held in files_of_version(version)]


def files_of_version(version: PublicationVersion) -> Sequence[PublicationFile]:
    """List the files of a version with their roles and full texts, in its order."""
    found = {
        str(held.file_id): held
        for held in db.session.scalars(
            select(PublicationFile)
            .where(PublicationFile.publication_id == version.publication_id)
            .options(joinedload(PublicationFile.file).undefer(File.long_text))
        )
    }
    return [found[file_id] for file_id in version.file_ids if file_id in found]


def _place(order: Sequence[str], language: str) -> int:
    return order.index(language) if language in order else len(order)
