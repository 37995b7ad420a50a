"""What lists of contributed kinds share: their frame, their order, the words they are found by."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from intranet.core.text import fold
from intranet.extensions import Model, db
from intranet.index import tags
from intranet.index.expressions import All, Tag, Word
from intranet.index.models import DocumentKind, SearchDocument
from intranet.index.queries import newest_ids
from intranet.people.models import Person
from intranet.publications.access import addressed_to
from intranet.publications.models import Publication, PublicationKind, PublicationVersion
from intranet.publications.versions import is_latest

M = TypeVar("M", bound=Model)

FOUND = 500
"""So many of the newest publications with the words that were typed are looked through."""
WORDS = 8


def standing(
    person: Person, kind: PublicationKind, satellite: type[M]
) -> Select[M, Publication, PublicationVersion]:
    """Publications of a kind that stand and that the person may read, with what they have beside.

    `satellite` is the table that holds what is of the kind alone, by `publication_id`.
    """
    return (
        select(satellite, Publication, PublicationVersion)
        .join(Publication, Publication.id == satellite.publication_id)  # type: ignore[attr-defined]
        .join(PublicationVersion, is_latest())
        .options(
            joinedload(Publication.post, innerjoin=True),
            joinedload(Publication.published_by),
            joinedload(Publication.space, innerjoin=True),
        )
        .where(Publication.kind == kind, Publication.withdrawn_at.is_(None), addressed_to(person))
    )


def newest_first() -> tuple[ColumnElement[datetime | None], ColumnElement[UUID]]:
    """The usual order of a list, which one index gives."""
    return Publication.published_at.desc(), Publication.id.desc()


def is_before(place: tuple[datetime, UUID]) -> ColumnElement[bool]:
    """What follows a place in that order, as a condition."""
    at, publication_id = place
    return or_(
        Publication.published_at < at,
        and_(Publication.published_at == at, Publication.id < publication_id),
    )


def ids_with(words: str) -> Sequence[UUID]:
    """Ids of the newest publications with words that begin so. Who may read them is not asked."""
    asked = [Word(word) for word in fold(words).split()[:WORDS]]
    if not asked:
        return []
    expression = All(Tag(tags.kind(DocumentKind.PUBLICATION)), *asked)
    found = newest_ids(expression, SearchDocument.kind == DocumentKind.PUBLICATION, limit=FOUND)
    return db.session.scalars(
        select(SearchDocument.subject_id).where(SearchDocument.id.in_(found))
    ).all()
