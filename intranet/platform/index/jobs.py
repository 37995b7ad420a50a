"""Scheduled jobs of the index."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.expressions import Word
from intranet.platform.index.models import SearchDocument, SearchWord
from intranet.platform.index.operations import BATCH_SIZE, forget_words
from intranet.platform.index.queries import matching


def forget_unused_words() -> None:
    """Delete the words that no document contains any more."""
    after = ""
    while words := db.session.scalars(
        select(SearchWord.word)
        .where(SearchWord.word > after)
        .order_by(SearchWord.word)
        .limit(BATCH_SIZE)
    ).all():
        unused = [word for word in words if not _is_used(word)]
        if unused:
            with unit_of_work():
                forget_words([word for word in unused if not _is_used(word)])
        after = words[-1]


def _is_used(word: str) -> bool:
    found = matching(Word(word, prefix=False), SearchDocument.id).limit(1)
    return db.session.scalar(found) is not None
