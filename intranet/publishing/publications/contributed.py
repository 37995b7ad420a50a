"""Shared queries for lists of contributed kinds: access, order and search."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import Model, db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.types import among
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag, all_words
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.newest import newest_ids
from intranet.publishing.publications.access import addressed_to
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import is_latest

M = TypeVar("M", bound=Model)

MAX_FOUND = 500
"""The number of the newest matches that a search looks through."""
MAX_WORDS = 8


def readable_ids(person: Person, satellite: type[M]) -> Select[UUID]:
    """Select ids of publications of a kind that are not withdrawn and the person may read.

    `satellite` is the table of the kind's own data, by `publication_id`. Only ids are selected, so
    that the database walks the index of their order: with all the joins of a row, SQLite started at
    the smallest table and sorted the rest.
    """
    return (
        select(satellite.publication_id)  # type: ignore[attr-defined]
        .join(Publication, Publication.id == satellite.publication_id)  # type: ignore[attr-defined]
        .where(Publication.withdrawn_at.is_(None), addressed_to(person))
    )


def newest(
    person: Person, kind: str, satellite: type[M], *conditions: ColumnElement[bool]
) -> Select[UUID]:
    """Select ids of publications of a kind that reach the person, newest first, along an index.

    `conditions` are on the satellite.
    """
    fits = exists().where(
        satellite.publication_id == Publication.id,  # type: ignore[attr-defined]
        *conditions,
    )
    return (
        select(Publication.id)
        .where(
            Publication.kind == kind,
            Publication.withdrawn_at.is_(None),
            addressed_to(person),
            fits,
        )
        .order_by(Publication.published_at.desc(), Publication.id.desc())
    )


def load_rows(
    satellite: type[M], asked: Select[UUID]
) -> list[tuple[M, Publication, PublicationVersion]]:
    """Return the rows of a list of ids, in order, with the version that readers see."""
    return load_rows_of(satellite, db.session.scalars(asked).all())


def load_rows_of(
    satellite: type[M], ids: Sequence[UUID]
) -> list[tuple[M, Publication, PublicationVersion]]:
    """Return the rows with these ids, in order, with the version that readers see."""
    if not ids:
        return []
    rows = db.session.execute(_rows(satellite), {"ids": list(ids)})
    found = {row[1].id: (row[0], row[1], row[2]) for row in rows}
    return [found[row_id] for row_id in ids if row_id in found]


@cache
def _rows(satellite: type[M]) -> Select[M, Publication, PublicationVersion]:
    return (
        select(satellite, Publication, PublicationVersion)
        .join(Publication, Publication.id == satellite.publication_id)  # type: ignore[attr-defined]
        .join(PublicationVersion, is_latest())
        .options(
            joinedload(Publication.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
            joinedload(Publication.published_by),
            joinedload(Publication.space, innerjoin=True),
        )
        .where(among(Publication.id, "ids"))
    )


def is_before(place: tuple[datetime, UUID]) -> ColumnElement[bool]:
    """Return what follows a position in the order of `newest`, as a condition."""
    at, publication_id = place
    return or_(
        Publication.published_at < at,
        and_(Publication.published_at == at, Publication.id < publication_id),
    )


def ids_with(words: str) -> Sequence[UUID]:
    """Return ids of the newest publications that have words beginning with each of these.

    The caller applies the access rule.
    """
    asked = all_words(words, MAX_WORDS)
    if not asked:
        return []
    expression = All(Tag(tags.kind(DocumentKind.PUBLICATION)), *asked)
    found = newest_ids(expression, SearchDocument.kind == DocumentKind.PUBLICATION, limit=MAX_FOUND)
    return db.session.scalars(
        select(SearchDocument.subject_id).where(SearchDocument.id.in_(found))
    ).all()
