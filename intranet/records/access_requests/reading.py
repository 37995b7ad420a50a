"""Read findings: every text of messages, publications and files, in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.index_documents import plain_text
from intranet.messaging.messages.models import Forward, Message, MessageFile, MessageVersion
from intranet.publishing.publications.index_documents import words_of
from intranet.publishing.publications.models import (
    Publication,
    PublicationFile,
    PublicationVersion,
)
from intranet.records.access_requests.belonging import (
    kept_of,
    messages_of,
    publications_of,
)
from intranet.records.access_requests.found_files import read_file
from intranet.records.access_requests.models import AccessFinding, AccessRequest, FoundKind
from intranet.records.access_requests.texts import (
    NOTHING,
    SEPARATOR,
    AccessSection,
    AccessText,
    AccessThing,
)
from intranet.records.holds.models import OF_MESSAGES, HeldItem

AROUND = 20
"""How many messages before and after those that were found are shown as their context."""


def read_thing(finding: AccessFinding) -> AccessThing:
    """Return a finding with the context in which its texts stand."""
    if finding.kind == FoundKind.DAY:
        return _day(finding, with_context=True)
    return next(things([finding]))


def things(findings: Sequence[AccessFinding]) -> Iterator[AccessThing]:
    """Yield findings with what goes out of each, without the context."""
    for finding in findings:
        if finding.kind == FoundKind.DAY:
            yield _day(finding, with_context=False)
        elif finding.kind == FoundKind.PUBLICATION:
            yield _publication(finding)
        elif finding.kind == FoundKind.HELD:
            yield _kept(finding)
        else:
            yield read_file(finding)


def day_of(request: AccessRequest, at: datetime) -> date:
    """Return the day of an instant by the agency's clock."""
    return at.astimezone(ZoneInfo(request.agency.time_zone)).date()


def _day(finding: AccessFinding, *, with_context: bool) -> AccessThing:
    request = finding.request
    chosen = {UUID(each) for each in finding.chosen}
    conversation = db.session.get(Conversation, finding.subject_id)
    found = _messages(request, Message.id.in_(chosen))
    rows = found
    if with_context and found and finding.day:
        start = datetime.combine(finding.day, time(), ZoneInfo(request.agency.time_zone))
        rows = _messages(
            request,
            or_(
                Message.id.in_({row.parent_id for row in found if row.parent_id} | chosen),
                and_(
                    Message.conversation_id == finding.subject_id,
                    Message.created_at >= start,
                    Message.created_at < start + timedelta(days=1),
                    Message.seq.between(found[0].seq - AROUND, found[-1].seq + AROUND),
                ),
            ),
        )
    versions = _versions([row.id for row in rows])
    sections = [_message(row, versions[row.id], chosen) for row in rows]
    first = found[0] if found else None
    return AccessThing(
        finding,
        place=AccessText("place", place_of(conversation, request.language)),
        title=AccessText("title", plain_text(first.body) if first else ""),
        at=first.created_at if first else request.created_at,
        sections=sections,
    )


def _messages(request: AccessRequest, *conditions: Any) -> Sequence[Message]:
    """Return messages that the request may read, in order, with their files and forwards."""
    return db.session.scalars(
        select(Message)
        .where(messages_of(request), *conditions)
        .options(selectinload(Message.files).joinedload(MessageFile.file))
        .order_by(Message.created_at, Message.seq)
    ).all()


def _versions(ids: Collection[UUID]) -> dict[UUID, list[MessageVersion]]:
    found: dict[UUID, list[MessageVersion]] = defaultdict(list)
    for row in db.session.scalars(
        select(MessageVersion)
        .where(MessageVersion.message_id.in_(ids), MessageVersion.removed_at.is_(None))
        .order_by(MessageVersion.written_at, MessageVersion.id)
    ):
        found[row.message_id].append(row)
    return found


def _message(
    row: Message, versions: Sequence[MessageVersion], chosen: Collection[UUID]
) -> AccessSection:
    texts = [AccessText("body", plain_text(row.body), row.edited_at)]
    forward = row.forward if row.forward and not row.forward.withdrawn_at else None
    if forward:
        texts += _forward(forward)
    texts += [AccessText("version", plain_text(each.body), each.written_at) for each in versions]
    return AccessSection(
        id=str(row.id),
        at=row.created_at,
        author_id=row.author_id,
        author=AccessText("name", row.author.name),
        caption=AccessText("caption", row.caption),
        texts=texts,
        holds=[(held.file_id, AccessText("file", held.file.name)) for held in row.files],
        is_chosen=row.id in chosen,
        number=row.seq,
        quotes=[(forward.author_id, forward.author_name)] if forward else [],
    )


def _forward(forward: Forward) -> Iterator[AccessText]:
    head = (forward.author_name, forward.caption, forward.place)
    joined = SEPARATOR.join(part for part in head if part)
    yield AccessText("forwarded_from", joined, forward.said_at)
    yield AccessText("forward", plain_text(forward.body), forward.said_at)


def place_of(conversation: Conversation | None, language: str) -> str:
    """Return the name of a channel, a space, a post, or of what a discussion is about."""
    if conversation is None:
        return ""
    if conversation.name and not conversation.is_main:
        return conversation.name.text(language)
    if conversation.space:
        return conversation.space.title.text(language)
    if conversation.post:
        return conversation.post.title.text(language)
    held = db.session.scalar(
        select(PublicationVersion)
        .join(Publication, Publication.id == PublicationVersion.publication_id)
        .where(
            Publication.conversation_id == conversation.id,
            PublicationVersion.number == Publication.version,
        )
    )
    return held.title.text(language) if held else ""


def _publication(finding: AccessFinding) -> AccessThing:
    request = finding.request
    language = request.language
    publication = db.session.scalar(
        select(Publication)
        .where(Publication.id == finding.subject_id, publications_of(request))
        .options(
            joinedload(Publication.space),
            joinedload(Publication.post),
            joinedload(Publication.published_by),
            selectinload(Publication.files).joinedload(PublicationFile.file),
        )
    )
    if publication is None:
        return AccessThing(finding, NOTHING, NOTHING, request.created_at)
    versions = db.session.scalars(
        select(PublicationVersion)
        .where(
            PublicationVersion.publication_id == publication.id,
            PublicationVersion.removed_at.is_(None),
        )
        .options(undefer(PublicationVersion.body), undefer(PublicationVersion.described))
        .order_by(PublicationVersion.number)
    ).all()
    names = {str(held.file_id): held.file.name for held in publication.files}
    sections = [
        AccessSection(
            id=f"{publication.id}-{version.number}",
            at=version.published_at,
            author_id=version.published_by_id,
            author=AccessText("name", version.published_by.name),
            caption=AccessText("caption", publication.post.title.text(language)),
            texts=list(_version_texts(version)),
            holds=[
                (UUID(file_id), AccessText("file", names[file_id]))
                for file_id in version.file_ids
                if file_id in names
            ],
            number=version.number,
        )
        for version in versions
    ]
    newest = versions[-1].title.text(language) if versions else ""
    return AccessThing(
        finding,
        place=AccessText("place", publication.space.title.text(language)),
        title=AccessText("title", newest),
        at=publication.published_at or request.created_at,
        sections=sections,
    )


def _version_texts(version: PublicationVersion) -> Iterator[AccessText]:
    for role, by_language in (
        ("title", version.title),
        ("summary", version.summary),
        ("body", {tag: words_of(body) for tag, body in version.body.items()}),
    ):
        for tag, text in by_language.items():
            if text:
                yield AccessText(role, text, language=tag)
    if version.note:
        yield AccessText("note", version.note)
    for described in version.described.values():
        for text in described:
            if text:
                yield AccessText("alternative", text)


def _kept(finding: AccessFinding) -> AccessThing:
    request = finding.request
    item = db.session.scalar(
        select(HeldItem)
        .where(HeldItem.id == finding.subject_id, kept_of(request))
        .options(selectinload(HeldItem.files))
    )
    if item is None:
        return AccessThing(finding, NOTHING, NOTHING, request.created_at)
    place, title = kept_heading(request, item)
    section = AccessSection(
        id=str(item.id),
        at=item.written_at,
        author_id=item.author_id,
        author=AccessText("name", item.author.name if item.author else ""),
        caption=AccessText("caption", item.title) if item.kind in OF_MESSAGES else NOTHING,
        texts=list(_kept_texts(item)),
        holds=[(held.file_id, AccessText("file", held.file.name)) for held in item.files],
        quotes=_kept_quotes(item),
    )
    return AccessThing(finding, place=place, title=title, at=item.written_at, sections=[section])


def _kept_quotes(item: HeldItem) -> list[tuple[UUID, str]]:
    """Return the author of words that a kept message forwarded."""
    copy = db.session.get(Forward, item.subject_id) if "forwarded" in item.detail else None
    return [(copy.author_id, copy.author_name)] if copy else []


def _kept_texts(item: HeldItem) -> Iterator[AccessText]:
    yield AccessText("body", plain_text(item.body))
    if copy := item.detail.get("forwarded"):
        said_at = datetime.fromisoformat(copy["said_at"])
        head = (copy["author"], copy["caption"], copy["place"])
        yield AccessText("forwarded_from", SEPARATOR.join(part for part in head if part), said_at)
        yield AccessText("forward", plain_text(copy["body"]), said_at)
    for row in item.detail.get("versions", ()):
        written_at = datetime.fromisoformat(row["written_at"])
        yield AccessText("version", plain_text(row["body"]), written_at)


def kept_heading(request: AccessRequest, item: HeldItem) -> tuple[AccessText, AccessText]:
    """Return the place and the title of what a hold keeps."""
    room = db.session.get(Conversation, item.conversation_id) if item.conversation_id else None
    title = plain_text(item.body) if item.kind in OF_MESSAGES else item.title
    return AccessText("place", place_of(room, request.language)), AccessText("title", title)
