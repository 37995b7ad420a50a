"""Search everything that belongs to an agency, by the index and the parser of the search page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.attention.search.query_parser import SearchMeaning, understand
from intranet.attention.search.search_query import SearchQuery
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.people.models import Person
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, OfKinds, Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.newest import newest_ids
from intranet.platform.index.queries import start_column
from intranet.publishing.publications.models import Publication
from intranet.records.access_requests.belonging import kept_of, messages_of, publications_of
from intranet.records.access_requests.found_files import files_of_publications
from intranet.records.access_requests.models import AccessRequest, AccessSearch, FoundKind
from intranet.records.holds.models import HeldFile, HeldItem

MAX_FOUND = 2_000
"""How many messages, publications and files a single search adds at most."""
WINDOW = 1_000


@dataclass
class Found:
    """The result of a search: messages, publications and kept items, and files, theirs as well."""

    messages: Sequence[Message]
    publication_ids: Sequence[UUID]
    file_ids: Sequence[UUID]
    kept_ids: Sequence[UUID]
    is_cut: bool


def find(person: Person, request: AccessRequest, asked: AccessSearch) -> Found:
    """Find what belongs to the request's agency and fits the words, period, place and kind."""
    query = SearchQuery(text=asked.words, since=asked.since, until=asked.until)
    meaning = understand(person, query)
    kinds = {asked.kind} if asked.kind else set(FoundKind)
    message_ids = (
        _said(request, asked, meaning, DocumentKind.MESSAGE) if FoundKind.DAY in kinds else []
    )
    file_ids = _said(request, asked, meaning, DocumentKind.FILE) if FoundKind.FILE in kinds else []
    published = _published(request, asked, meaning) if FoundKind.PUBLICATION in kinds else []
    kept = _kept(request, asked, meaning) if FoundKind.HELD in kinds else []
    is_cut = any(len(ids) > MAX_FOUND for ids in (message_ids, file_ids, published, kept))
    messages = db.session.scalars(
        select(Message)
        .where(Message.id.in_(message_ids[:MAX_FOUND]))
        .order_by(Message.created_at, Message.id)
    ).all()
    return Found(
        messages,
        published[:MAX_FOUND],
        [
            *file_ids[:MAX_FOUND],
            *_held_by(messages, published[:MAX_FOUND]),
            *_files_of_kept(kept[:MAX_FOUND]),
        ],
        kept[:MAX_FOUND],
        is_cut,
    )


def _held_by(messages: Sequence[Message], publication_ids: Sequence[UUID]) -> list[UUID]:
    """Return the files of what was found: each is decided on its own."""
    on_messages = select(MessageFile.file_id).where(
        MessageFile.message_id.in_([row.id for row in messages])
    )
    on_publications = files_of_publications(publication_ids)
    published = [file_id for each in publication_ids for file_id in sorted(on_publications[each])]
    return [*db.session.scalars(on_messages), *published]


def _said(
    request: AccessRequest, asked: AccessSearch, meaning: SearchMeaning, kind: DocumentKind
) -> list[UUID]:
    """Return messages, or files on messages, that fit."""
    among = [SearchDocument.kind == kind, *_times(meaning)]
    if asked.space_id:
        in_space = select(Conversation.id).where(Conversation.space_id == asked.space_id)
        among.append(SearchDocument.conversation_id.in_(in_space))
    if meaning.conversation_ids is not None:
        among.append(SearchDocument.conversation_id.in_(meaning.conversation_ids))

    def readable(ids: Sequence[int]) -> Sequence[UUID]:
        wanted = select(SearchDocument.subject_id).where(SearchDocument.id.in_(ids))
        if kind == DocumentKind.FILE:
            wanted = wanted.join(
                MessageFile, MessageFile.file_id == SearchDocument.subject_id
            ).join(Message, Message.id == MessageFile.message_id)
        else:
            wanted = wanted.join(Message, Message.id == SearchDocument.subject_id)
        ordered = wanted.where(messages_of(request)).order_by(SearchDocument.id.desc())
        return db.session.scalars(ordered).all()

    return _windows(meaning, kind, among, readable)


def _published(request: AccessRequest, asked: AccessSearch, meaning: SearchMeaning) -> list[UUID]:
    """Return publications that fit."""
    conditions = [publications_of(request)]
    if asked.space_id:
        conditions.append(Publication.space_id == asked.space_id)
    if meaning.conversation_ids is not None:
        return []

    def readable(ids: Sequence[int]) -> Sequence[UUID]:
        return db.session.scalars(
            select(SearchDocument.subject_id)
            .join(Publication, Publication.id == SearchDocument.subject_id)
            .where(SearchDocument.id.in_(ids), *conditions)
            .order_by(SearchDocument.id.desc())
        ).all()

    kind = DocumentKind.PUBLICATION
    return _windows(meaning, kind, [SearchDocument.kind == kind, *_times(meaning)], readable)


def _kept(request: AccessRequest, asked: AccessSearch, meaning: SearchMeaning) -> Sequence[UUID]:
    """Return what holds keep of deleted content, which no index has, by its folded words."""
    if meaning.authors or (asked.words and not meaning.words):
        return []
    conditions = [kept_of(request)]
    conditions += [HeldItem.words.contains(f" {fold(w)}", autoescape=True) for w in meaning.words]
    if asked.space_id:
        in_space = select(Conversation.id).where(Conversation.space_id == asked.space_id)
        conditions.append(HeldItem.conversation_id.in_(in_space))
    if meaning.conversation_ids is not None:
        conditions.append(HeldItem.conversation_id.in_(meaning.conversation_ids))
    if meaning.since:
        conditions.append(HeldItem.written_at >= meaning.since)
    if meaning.until:
        conditions.append(HeldItem.written_at < meaning.until)
    newest = select(HeldItem.id).where(*conditions).order_by(HeldItem.written_at.desc())
    return db.session.scalars(newest.limit(MAX_FOUND + 1)).all()


def _files_of_kept(item_ids: Sequence[UUID]) -> Sequence[UUID]:
    asked = select(HeldFile.file_id).where(HeldFile.item_id.in_(item_ids))
    return db.session.scalars(asked).all()


def _windows(
    meaning: SearchMeaning,
    kind: DocumentKind,
    among: Sequence[ColumnElement[bool]],
    readable: Callable[[Sequence[int]], Sequence[UUID]],
) -> list[UUID]:
    """Read the index from the newest to its end, and keep what may be read, up to the limit."""
    tag = Tag(tags.kind(kind))
    expression = OfKinds(All(*meaning.expressions, tag), frozenset({kind}))
    found: list[UUID] = []
    before: int | None = None
    while True:
        earlier = [start_column() < before] if before is not None else []
        ids = newest_ids(expression, *among, *earlier, limit=WINDOW)
        if ids:
            found += readable(ids)
        if len(ids) < WINDOW or len(found) > MAX_FOUND:
            return found
        before = ids[-1]


def _times(meaning: SearchMeaning) -> list[ColumnElement[bool]]:
    return [
        *([SearchDocument.at >= meaning.since] if meaning.since else []),
        *([SearchDocument.at < meaning.until] if meaning.until else []),
    ]
