"""What can be found by words.

Full text beside it is each database's own: an FTS5 table on SQLite, a `tsvector` on PostgreSQL;
the database keeps both in step with these rows (`migrations`).
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
    """What sort of thing is found. What is `open` is found by strangers, on the open web."""

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
}
"""Kinds that are asked for together. PostgreSQL has an index for each, so that finding a name
looks at nothing that is said, and finding an agency at no person."""

NAMES = frozenset({DocumentKind.PERSON, DocumentKind.POST, DocumentKind.UNIT, DocumentKind.AGENCY})
"""What the directory finds, by its name."""


IS_PUBLISHED = "kind IN ('publication', 'open')"
"""The newest of these are found among ten times and more of what is said."""


class SearchDocument(Model):
    """The words by which one thing is found, folded, and the tags by which it is narrowed.

    `conversation_id`, `author_id` and `at` are of messages and files, the last two of publications
    too: whoever asks joins them to the access rule. `id` rises with time, so that the newest come
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
    """A thing whose document is still to be written, of many that changed at once."""

    __tablename__ = "search_owed"

    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)


class SearchWord(Model):
    """A word that people, posts, units or agencies have, to forgive who types it wrongly."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(
        String(40).with_variant(String(40, collation="C"), "postgresql"), primary_key=True
    )


class SearchTrigram(Model):
    """Three letters in a row of such a word, whose length is `size`."""

    __tablename__ = "search_trigrams"

    trigram: Mapped[str] = mapped_column(String(3), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
