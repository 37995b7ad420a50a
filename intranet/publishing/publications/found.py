"""Search by words among the publications of one kind, for the lists of that kind."""

from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag, all_words
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.newest import newest_ids

MAX_FOUND = 100
MAX_WORDS = 12
MIN_PREFIX_LETTERS = 4
"""From this length on, a typed word also matches the beginnings of words."""


def found_ids(words: str, kind: str) -> list[UUID]:
    """Return the ids of the newest publications of a kind that have all these words.

    The caller applies the access rule.
    """
    parts = all_words(words, MAX_WORDS, prefix_from=MIN_PREFIX_LETTERS)
    if not parts:
        return []
    wanted = All(Tag(tags.kind(DocumentKind.PUBLICATION)), Tag(tags.published(kind)), *parts)
    is_one = SearchDocument.kind == DocumentKind.PUBLICATION
    ids = newest_ids(wanted, is_one, limit=MAX_FOUND)
    rows = select(SearchDocument.subject_id).where(SearchDocument.id.in_(ids))
    return list(db.session.scalars(rows)) if ids else []
