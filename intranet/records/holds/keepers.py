"""Keep what a hold covers when its content is about to be destroyed (`core.keeping`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from intranet.collaboration.events.models import EventMinutes
from intranet.delivery.files.models import File
from intranet.extensions import Model, db
from intranet.messaging.messages.models import (
    Forward,
    Mention,
    Message,
    MessageVersion,
    Reaction,
)
from intranet.platform.core.keeping import keeps
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationText,
    PublicationVersion,
)
from intranet.records.holds.models import HeldItem, HeldKind
from intranet.records.holds.scope import covers_file, covers_message, covers_publication
from intranet.records.holds.storing import (
    covered,
    covered_ids,
    files_of_message,
    files_where,
    store,
)


@keeps(Message)
def keep_messages(messages: Sequence[Message], by_id: UUID | None) -> None:
    """Keep whole messages: text, earlier versions, forwarded words, files and who was called."""
    with unit_of_work() as work:
        for message, holds in covered(work, messages, Message.id, covers_message):
            item = _message_item(message, HeldKind.MESSAGE, message.body, message.created_at, by_id)
            item.detail = _belongings(message)
            said = [message.said, *(row["body"] for row in item.detail["versions"])]
            store(work, item, holds, files_of_message(message.id), said)


@keeps(MessageVersion)
def keep_versions(versions: Sequence[MessageVersion], by_id: UUID | None) -> None:
    """Keep earlier texts of messages."""
    with unit_of_work() as work:
        messages = [db.session.get_one(Message, row.message_id) for row in versions]
        found = dict(covered_ids(work, messages, Message.id, covers_message))
        for version, message in zip(versions, messages, strict=True):
            if holds := found.get(message.id):
                kind = HeldKind.MESSAGE_VERSION
                item = _message_item(message, kind, version.body, version.written_at, by_id)
                store(work, item, holds)


@keeps(Forward)
def keep_forwards(copies: Sequence[Forward], by_id: UUID | None) -> None:
    """Keep words in messages that forwarded them, when their author takes them away."""
    with unit_of_work() as work:
        messages = [db.session.get_one(Message, row.message_id) for row in copies]
        found = dict(covered_ids(work, messages, Message.id, covers_message))
        for copy, message in zip(copies, messages, strict=True):
            if (holds := found.get(message.id)) and copy.body:
                item = _message_item(
                    message, HeldKind.FORWARD, copy.body, message.created_at, by_id
                )
                item.detail = {"forwarded": _forwarded(copy)}
                files = files_of_message(copy.origin_id) if copy.has_files else []
                store(work, item, holds, files, [copy.as_quote])


@keeps(PublicationVersion)
def keep_published(versions: Sequence[PublicationVersion], by_id: UUID | None) -> None:
    """Keep versions of publications as they were published."""
    with unit_of_work() as work:
        rows = [db.session.get_one(Publication, row.publication_id) for row in versions]
        found = dict(covered_ids(work, rows, Publication.id, covers_publication))
        for version, publication in zip(versions, rows, strict=True):
            if holds := found.get(publication.id):
                texts = {
                    tag: (version.title.get(tag, ""), version.body.get(tag, ""))
                    for tag in version.title
                }
                kind = HeldKind.PUBLICATION_VERSION
                at = version.published_at
                item = _publication_item(publication, kind, texts, at, by_id)
                item.author_id = version.published_by_id
                item.detail |= {"number": version.number, "sha256": version.sha256}
                ids = [UUID(file_id) for file_id in version.file_ids]
                store(work, item, holds, files_where(File.id.in_(ids)))


@keeps(Publication)
def keep_drafts(publications: Sequence[Publication], by_id: UUID | None) -> None:
    """Keep drafts that were never published."""
    with unit_of_work() as work:
        for publication, holds in covered(work, publications, Publication.id, covers_publication):
            rows = db.session.scalars(
                select(PublicationText).where(PublicationText.publication_id == publication.id)
            )
            texts = {row.language: (row.title, row.body) for row in rows}
            item = _publication_item(
                publication, HeldKind.DRAFT, texts, publication.created_at, by_id
            )
            attached = exists().where(
                PublicationFile.file_id == File.id,
                PublicationFile.publication_id == publication.id,
            )
            store(work, item, holds, files_where(attached))


@keeps(PublicationFile)
def keep_detached(attached: Sequence[PublicationFile], by_id: UUID | None) -> None:
    """Keep files that are removed from a draft."""
    keep_files(files_where(File.id.in_([row.file_id for row in attached])), by_id)


@keeps(EventMinutes)
def keep_minutes(rows: Sequence[EventMinutes], by_id: UUID | None) -> None:
    """Keep minutes of events before they are written anew or deleted."""
    with unit_of_work() as work:
        events = [db.session.get_one(Publication, row.publication_id) for row in rows]
        found = dict(covered_ids(work, events, Publication.id, covers_publication))
        for row, publication in zip(rows, events, strict=True):
            if holds := found.get(publication.id):
                own = publication.agency.language
                texts = {own: (publication.titles.text(own), row.body)}
                kind = HeldKind.MINUTES
                item = _publication_item(publication, kind, texts, row.written_at, by_id)
                item.author_id = row.written_by_id
                store(work, item, holds)


@keeps(File)
def keep_files(files: Sequence[File], by_id: UUID | None) -> None:
    """Keep files by their owner or their words."""
    with unit_of_work() as work:
        for file, holds in covered(work, files, File.id, covers_file):
            item = HeldItem(
                kind=HeldKind.FILE,
                subject_id=file.id,
                author_id=file.owner_id,
                title=file.name,
                body="",
                written_at=file.created_at,
                removed_by_id=by_id,
            )
            store(work, item, holds, [file], [file.text or ""])


def _message_item(
    message: Message, kind: HeldKind, body: str, at: datetime, by_id: UUID | None
) -> HeldItem:
    return HeldItem(
        kind=kind,
        subject_id=message.id,
        author_id=message.author_id,
        conversation_id=message.conversation_id,
        title=message.caption[:300],
        body=body,
        written_at=at,
        removed_by_id=by_id,
    )


def _publication_item(
    publication: Publication,
    kind: HeldKind,
    texts: dict[str, tuple[str, str]],
    at: datetime,
    by_id: UUID | None,
) -> HeldItem:
    titles = Localized({tag: title for tag, (title, _body) in texts.items() if title})
    parts = [f"{title}\n\n{body}".strip() for title, body in texts.values()]
    return HeldItem(
        kind=kind,
        subject_id=publication.id,
        author_id=publication.created_by_id,
        conversation_id=publication.conversation_id,
        title=titles.text(publication.agency.language)[:300] if titles else "",
        body="\n\n".join(parts),
        detail={"kind": publication.kind, "languages": list(texts)},
        written_at=at,
        removed_by_id=by_id,
    )


def _belongings(message: Message) -> dict[str, Any]:
    """Return what belongs to a message, as data; the files are kept by reference."""
    of_message: dict[type[Model], Any] = {
        table: db.session.scalars(select(table).where(table.message_id == message.id)).all()
        for table in (MessageVersion, Mention, Reaction, Forward)
    }
    carried = next(iter(of_message[Forward]), None)
    return {
        "versions": [
            {"body": row.body, "written_at": row.written_at.isoformat()}
            for row in of_message[MessageVersion]
            if not row.removed_at
        ],
        "mentions": [str(row.person_id) for row in of_message[Mention]],
        "reactions": [
            {"person": str(row.person_id), "emoji": row.emoji} for row in of_message[Reaction]
        ],
        "seq": message.seq,
        **({"forwarded": _forwarded(carried)} if carried else {}),
    }


def _forwarded(copy: Forward) -> dict[str, str]:
    return {
        "author": copy.author_name,
        "caption": copy.caption,
        "place": copy.place,
        "said_at": copy.said_at.isoformat(),
        "body": copy.body,
    }
