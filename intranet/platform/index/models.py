"""Tables of the search index: documents, owed documents, words and their trigrams.

Full text is stored in the way of each database: an FTS5 table on SQLite, a `tsvector` column on
PostgreSQL. Triggers keep them in step with these rows (`fulltext.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core.types import UTCDateTime, enum_column


class DocumentKind(StrEnum):
    """The kind of a document. `open` ones are found without signing in, on the public site."""

    PERSON = "person"
    POST = "post"
    UNIT = "unit"
    AGENCY = "agency"
    MESSAGE = "message"
    FILE = "file"
    PUBLICATION = "publication"
    OPEN = "open"


FAMILIES: Mapping[str, tuple[DocumentKind, ...]] = {
    "people": (DocumentKind.PERSON,),
    "posts": (DocumentKind.POST,),
    "units": (DocumentKind.UNIT,),
    "agencies": (DocumentKind.AGENCY,),
    "published": (DocumentKind.PUBLICATION, DocumentKind.OPEN),
    "said": (DocumentKind.MESSAGE, DocumentKind.FILE),
    "files": (DocumentKind.FILE,),
}
"""Kinds that are searched together. PostgreSQL has a partial index for each, so that a search for
a name reads no messages, and a search for an agency reads no people. Files are among what is said,
and have an index of their own too: there is one for two hundred messages."""

NAMES = frozenset({DocumentKind.PERSON, DocumentKind.POST, DocumentKind.UNIT, DocumentKind.AGENCY})
"""The kinds that the directory finds, by name."""


IS_PUBLISHED = "kind IN ('publication', 'open')"
"""The condition of a partial index: messages are at least ten times as many."""


class SearchDocument(Model):
    """A document: the folded words by which it is found, and tags that filter it.

    Messages and files have `conversation_id`, `author_id` and `at`; publications have the last two.
    Queries join them to the access rule. `id` rises with time, so that the newest documents come
    first without sorting.
    """

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_search_documents_conversation_id", "conversation_id", "kind", "id"),
        Index(
            "ix_search_documents_published",
            *("kind", "id"),
            sqlite_where=text(IS_PUBLISHED),
            postgresql_where=text(IS_PUBLISHED),
        ),
        Index(
            "ix_search_documents_at",
            "at",
            sqlite_where=text("at IS NOT NULL"),
            postgresql_where=text("at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind))
    subject_id: Mapped[UUID]
    conversation_id: Mapped[UUID | None]
    author_id: Mapped[UUID | None]
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    title: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[str] = mapped_column(Text, default="")


class SearchOwed(Model):
    """A subject whose document is still to be written, after many changed at once."""

    __tablename__ = "search_owed"

    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)


class SearchWord(Model):
    """A word from people, posts, units or agencies, to correct typing mistakes."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(
        String(40).with_variant(String(40, collation="C"), "postgresql"), primary_key=True
    )


class SearchTrigram(Model):
    """A trigram of a `SearchWord`; `size` is the length of the word."""

    __tablename__ = "search_trigrams"

    trigram: Mapped[str] = mapped_column(String(3), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
