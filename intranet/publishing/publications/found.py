"""Publications of one kind by their words, for the lists of kinds that have pages of their own."""

from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Expression, Tag, in_any_number
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import newest_ids
from intranet.publishing.publications.models import PublicationKind

AT_MOST = 100
WORDS_AT_MOST = 12
BEGINNING = 4
"""From so many letters on a word may be the beginning of one."""


def found_ids(words: str, kind: PublicationKind) -> list[UUID]:
    """Ids of publications of a kind in which all these words are, the newest ones.

    Whether somebody may read them is asked by who calls.
    """
    parts: list[Expression] = [
        in_any_number(word, prefix=len(word) >= BEGINNING)
        for word in fold(words).split()[:WORDS_AT_MOST]
    ]
    if not parts:
        return []
    wanted = All(Tag(tags.kind(DocumentKind.PUBLICATION)), Tag(tags.published(kind.value)), *parts)
    is_one = SearchDocument.kind == DocumentKind.PUBLICATION
    ids = newest_ids(wanted, is_one, limit=AT_MOST)
    rows = select(SearchDocument.subject_id).where(SearchDocument.id.in_(ids))
    return list(db.session.scalars(rows)) if ids else []
