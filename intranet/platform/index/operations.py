"""Write documents to the index, in the transaction that changes their subject."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Delete, Select, Table, bindparam, delete, func, or_, select

from intranet.extensions import Model, db
from intranet.platform.core.batches import batches
from intranet.platform.core.database import execute, execute_prepared, insert_into, on_sqlite, write
from intranet.platform.core.text import fold
from intranet.platform.core.types import among
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import (
    NAMES,
    DocumentKind,
    SearchDocument,
    SearchOwed,
    SearchTrigram,
    SearchWord,
)
from intranet.platform.index.spelling import is_learnt, trigrams

Row = TypeVar("Row")
BODY_CHARACTERS = 200_000
BATCH_SIZE = 500
WRITTEN = ("conversation_id", "author_id", "at", "title", "body", "tags")


@dataclass(frozen=True, kw_only=True)
class IndexDocument:
    """A document to store: words as written, and tags of `index.tags`."""

    kind: DocumentKind
    subject_id: UUID
    title: str = ""
    body: str = ""
    tags: Collection[str] = ()
    conversation_id: UUID | None = None
    author_id: UUID | None = None
    at: datetime | None = None


def put(documents: Iterable[IndexDocument]) -> None:
    """Store documents, each replacing the one of the same subject; equal ones are left alone."""
    with unit_of_work():
        for some in batches(list(documents), BATCH_SIZE):
            rows = [row_of(document) for document in some]
            _store(rows)
            words = [
                word
                for row in rows
                if row["kind"] in NAMES
                for word in f"{row['title']} {row['body']}".split()
            ]
            if words:
                learn_words(words)


def put_earlier(documents: Sequence[IndexDocument]) -> None:
    """Store documents older than all others, the oldest first; known subjects are skipped.

    Their ids are lower than all others, so that ids still rise with time.
    """
    with unit_of_work():
        for some in reversed(list(batches(documents, BATCH_SIZE))):
            lowest = db.session.scalar(select(func.min(SearchDocument.id))) or 0
            first = min(lowest, 0) - len(some)
            rows = [{"id": number, **row_of(each)} for number, each in enumerate(some, first)]
            _insert_new(SearchDocument, rows)


def remove(kind: DocumentKind, subject_ids: Collection[UUID]) -> None:
    """Remove the documents of these subjects."""
    with unit_of_work():
        for some in batches(subject_ids, BATCH_SIZE):
            execute_prepared(_removing(SearchDocument), kind=kind, ids=some)


def enqueue_documents(kind: DocumentKind, subject_ids: Collection[UUID]) -> None:
    """Mark the documents of these subjects as still to be written.

    Subjects that are owed already are updated too, which locks their rows until the caller commits.
    So no worker takes them off before it can read the changes.
    """
    with unit_of_work():
        for some in batches(subject_ids, BATCH_SIZE):
            rows = [{"kind": kind, "subject_id": each} for each in dict.fromkeys(some)]
            write(_touching(is_sqlite=on_sqlite()), rows)


def dequeue_documents(limit: int) -> dict[DocumentKind, list[UUID]]:
    """Take some owed subjects off the list, by kind, to be written in this transaction."""
    taken: dict[DocumentKind, list[UUID]] = {}
    for row in execute_prepared(_owed(limit)):
        taken.setdefault(row.kind, []).append(row.subject_id)
    for kind, ids in taken.items():
        execute_prepared(_removing(SearchOwed), kind=kind, ids=ids)
    return taken


def owed_among(kind: DocumentKind, subject_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these subjects have a document that is still to be written."""
    owed = select(SearchOwed.subject_id).where(SearchOwed.kind == kind)
    return {
        subject_id
        for some in batches(subject_ids, BATCH_SIZE)
        for subject_id in db.session.scalars(owed.where(SearchOwed.subject_id.in_(some)))
    }


def learn_words(words: Iterable[str]) -> None:
    """Add folded words to the dictionary that corrects typing mistakes."""
    with unit_of_work():
        for some in batches(dict.fromkeys(filter(is_learnt, words)), BATCH_SIZE):
            there = set(
                db.session.scalars(select(SearchWord.word).where(SearchWord.word.in_(some)))
            )
            new = [word for word in some if word not in there]
            _insert_new(SearchWord, [{"word": word} for word in new])
            _insert_new(
                SearchTrigram,
                [
                    {"trigram": part, "size": len(word), "word": word}
                    for word in new
                    for part in trigrams(word)
                ],
            )


def same_as_stored(document: IndexDocument, stored: SearchDocument) -> bool:
    """Return whether a document equals the stored one."""
    return all(value == getattr(stored, name) for name, value in row_of(document).items())


def forget_words(words: Collection[str]) -> None:
    """Delete words from the dictionary, because no document contains them any more."""
    with unit_of_work():
        for some in batches(words, BATCH_SIZE):
            parts = {part for word in some for part in trigrams(word)}
            for model, condition in (
                (SearchTrigram, SearchTrigram.trigram.in_(parts) & SearchTrigram.word.in_(some)),
                (SearchWord, SearchWord.word.in_(some)),
            ):
                execute(delete(model).where(condition))


def row_of(document: IndexDocument) -> dict[str, Any]:
    """Return the columns of a document: its words folded, its tags in order."""
    return {
        **vars(document),
        "title": fold(document.title),
        "body": fold(document.body[:BODY_CHARACTERS]),
        "tags": " ".join(sorted(set(document.tags))),  # no database keeps an order by itself
    }


def _store(rows: Sequence[dict[str, Any]]) -> None:
    last = {(row["kind"], row["subject_id"]): row for row in rows}
    write(_storing(is_sqlite=on_sqlite()), list(last.values()))


@cache
def _storing(*, is_sqlite: bool) -> Any:  # noqa: ARG001 - what it is kept by
    """Return the upsert statement, built once because each message waits for it."""
    table = cast("Table", SearchDocument.__table__)
    given = insert_into(table)
    changes = {name: given.excluded[name] for name in WRITTEN}
    differs = or_(*(table.c[name].is_distinct_from(given.excluded[name]) for name in WRITTEN))
    return given.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_=changes, where=differs
    )


@cache
def _touching(*, is_sqlite: bool) -> Any:  # noqa: ARG001 - as above
    given = insert_into(cast("Table", SearchOwed.__table__))
    return given.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_={"kind": given.excluded.kind}
    )


@cache
def _owed(limit: int) -> Select[DocumentKind, UUID]:
    owed = select(SearchOwed.kind, SearchOwed.subject_id)
    wanted = owed.order_by(SearchOwed.kind, SearchOwed.subject_id).limit(limit)
    return wanted.with_for_update(skip_locked=True)


@cache
def _removing(kind_of_row: type[SearchDocument | SearchOwed]) -> Delete:
    table = cast("Table", kind_of_row.__table__)
    kind = bindparam("kind", type_=table.c.kind.type)
    return delete(table).where(table.c.kind == kind, among(table.c.subject_id, "ids"))


def _insert_new(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert_into(model).on_conflict_do_nothing(), rows)
