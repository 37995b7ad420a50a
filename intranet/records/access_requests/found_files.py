"""Files that a request may read: those of what it may read, and of versions that were published."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.people.models import Person
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationVersion,
)
from intranet.records.access_requests.belonging import kept_of, messages_of, publications_of
from intranet.records.access_requests.models import AccessFinding, AccessRequest
from intranet.records.access_requests.texts import NOTHING, AccessSection, AccessText, AccessThing
from intranet.records.holds.models import HeldFile, HeldItem


def readable_files(request: AccessRequest, file_ids: Collection[UUID]) -> Mapping[UUID, File]:
    """Return those of these files that a request may read, each with its text.

    A file of the working copy of a publication is read once a version with it was published.
    """
    on_message = select(MessageFile.file_id).join(Message, Message.id == MessageFile.message_id)
    on_kept = select(HeldFile.file_id).join(HeldItem, HeldItem.id == HeldFile.item_id)
    rows = db.session.scalars(
        select(File)
        .where(
            File.id.in_(file_ids),
            or_(
                File.id.in_(on_message.where(messages_of(request))),
                File.id.in_(on_kept.where(kept_of(request))),
                File.id.in_(_published(request, file_ids)),
            ),
        )
        .options(undefer(File.text), undefer(File.long_text))
    )
    return {row.id: row for row in rows}


def files_of_publications(publication_ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """Return the files of the published versions of publications, by publication."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for publication_id, file_ids in db.session.execute(
        select(PublicationVersion.publication_id, PublicationVersion.file_ids).where(
            PublicationVersion.publication_id.in_(publication_ids),
            PublicationVersion.removed_at.is_(None),
        )
    ):
        found[publication_id].update(map(UUID, file_ids))
    return found


def file_of(finding: AccessFinding) -> File | None:
    """Return the file of a finding, while it hangs on something that the request may read."""
    return readable_files(finding.request, [finding.subject_id]).get(finding.subject_id)


def read_file(finding: AccessFinding) -> AccessThing:
    """Return a file with its texts."""
    request = finding.request
    file = file_of(finding)
    if file is None:
        return AccessThing(finding, NOTHING, NOTHING, request.created_at)
    owner = db.session.get(Person, file.owner_id)
    texts = [
        AccessText(role, text)
        for role, text in (
            ("alternative", file.alternative),
            ("alternative", file.long_text),
            ("extracted", file.text),
        )
        if text
    ]
    section = AccessSection(
        id=str(file.id),
        at=file.created_at,
        author_id=file.owner_id,
        author=AccessText("name", owner.name if owner else ""),
        caption=NOTHING,
        texts=texts,
    )
    return AccessThing(
        finding,
        place=NOTHING,
        title=AccessText("file", file.name),
        at=file.created_at,
        sections=[section],
    )


def _published(request: AccessRequest, file_ids: Collection[UUID]) -> list[UUID]:
    rows = db.session.execute(
        select(PublicationFile.file_id, PublicationFile.publication_id)
        .join(Publication, Publication.id == PublicationFile.publication_id)
        .where(PublicationFile.file_id.in_(file_ids), publications_of(request))
    ).all()
    stand = files_of_publications({row.publication_id for row in rows})
    return [row.file_id for row in rows if row.file_id in stand[row.publication_id]]
