"""What is found of publications, through the rule by which they are read; the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intranet.attention.search.excerpts import Piece, Wanted, excerpt, marked
from intranet.attention.search.queries import COUNTED, SPARE, WINDOWS
from intranet.attention.search.understanding import Meaning
from intranet.collaboration.questions.queries import past_among
from intranet.extensions import db
from intranet.finding.directory.meaning import STOP_WORDS
from intranet.organisation.people.models import Person
from intranet.platform.core.text import fold
from intranet.platform.core.web import current_language
from intranet.platform.index import tags
from intranet.platform.index.beginnings import begins
from intranet.platform.index.expressions import All, Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import newest_ids, place
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.documents import words_of
from intranet.publishing.publications.models import Publication, PublicationKind, PublicationVersion
from intranet.publishing.publications.queries import versions_now
from intranet.publishing.publications.shown import KIND_ICONS, author_of, place_of

SHORTEST = 3
"""Titles are looked for by words of so many letters: fewer begin too many."""


@dataclass(frozen=True)
class FoundPublication:
    """A publication that fits: its place in the index, and itself."""

    id: int
    subject_id: UUID
    author_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class PublicationHit:
    """A publication that was found, as the reader has it."""

    found: FoundPublication
    kind: str
    title: Sequence[Piece]
    name: str
    language: str
    excerpt: Sequence[Piece]
    by: str
    place: str
    author_name: str
    icon: str = "megaphone"
    is_criterion: bool = False
    is_outdated: bool = False
    awaits_review: bool = False

    @property
    def at(self) -> datetime:
        """When it was published."""
        return self.found.at

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"/p/{self.found.subject_id}"


def newest_published(
    person: Person, meaning: Meaning, *, before: int | None = None, limit: int = COUNTED + 1
) -> list[FoundPublication]:
    """Publications that fit and that the person reads. None stands in a conversation."""
    if meaning.conversation_ids is not None:
        return []
    expression = All(*meaning.expressions, Tag(tags.kind(DocumentKind.PUBLICATION)))
    times = [
        *([SearchDocument.at >= meaning.since] if meaning.since else []),
        *([SearchDocument.at < meaning.until] if meaning.until else []),
    ]
    rows: list[FoundPublication] = []
    asked = limit + limit // SPARE
    for _window in range(WINDOWS):
        earlier = [place() < before] if before is not None else []
        kind = SearchDocument.kind == DocumentKind.PUBLICATION
        ids = newest_ids(expression, kind, *times, *earlier, limit=asked)
        rows += _readable(person, ids)
        if len(ids) < asked or len(rows) >= limit:
            break
        before = ids[-1]
    return rows[:limit]


def titled(person: Person, words: str, *, most: int) -> list[PublicationHit]:
    """The newest publications whose title has each of these words, or a beginning of it."""
    asked = fold(words).split()
    telling = [word for word in asked if word not in STOP_WORDS]
    if not telling or any(len(word) < SHORTEST for word in telling):
        return []
    meaning = Meaning(parts=[begins(word, in_title=True) for word in telling])
    return published_hits(newest_published(person, meaning, limit=most), meaning.wanted)


def published_hits(
    rows: Sequence[FoundPublication], wanted: Sequence[Wanted]
) -> list[PublicationHit]:
    """What is shown of these, in their order; in a number of queries that does not grow."""
    items = {item.publication.id: item for item in versions_now([row.subject_id for row in rows])}
    outdated, awaiting = past_among([row.subject_id for row in rows])
    return [
        replace(
            _hit(row, items[row.subject_id].publication, items[row.subject_id].version, wanted),
            is_outdated=row.subject_id in outdated,
            awaits_review=row.subject_id in awaiting,
        )
        for row in rows
        if row.subject_id in items
    ]


def _readable(person: Person, ids: Sequence[int]) -> list[FoundPublication]:
    """Those of these documents that the person may read."""
    if not ids:
        return []
    asked = (
        select(
            SearchDocument.id,
            SearchDocument.subject_id,
            Publication.published_by_id,
            Publication.published_at,
        )
        .join(Publication, Publication.id == SearchDocument.subject_id)
        .where(
            SearchDocument.id.in_(ids),
            Publication.published_at.is_not(None),
            Publication.withdrawn_at.is_(None),
            readable_by(person),
        )
        .order_by(SearchDocument.id.desc())
    )
    return [
        FoundPublication(row_id, subject_id, author_id, at)
        for row_id, subject_id, author_id, at in db.session.execute(asked)
        if at
    ]


def _hit(
    row: FoundPublication,
    publication: Publication,
    version: PublicationVersion,
    wanted: Sequence[Wanted],
) -> PublicationHit:
    own = publication.space.agency.language
    language = _best_language(version, wanted, version.title.language(current_language(), own))
    name = version.title.text(language)
    by = publication.published_by
    return PublicationHit(
        found=row,
        kind=publication.kind.value,
        title=marked(name, wanted),
        name=name,
        language=language,
        excerpt=excerpt(words_of(version.body.get(language, "")), wanted),
        by=author_of(publication),
        place=place_of(publication),
        author_name=by.name if by else "",
        icon=KIND_ICONS[publication.kind.value],
        is_criterion=publication.kind == PublicationKind.CRITERION,
    )


def _best_language(version: PublicationVersion, wanted: Sequence[Wanted], first: str) -> str:
    """The reader's language; another one where only that has a word that was looked for."""
    languages: list[str] = list(dict.fromkeys((first, *version.title)))
    for language in languages:
        text = f"{version.title.get(language, '')} {words_of(version.body.get(language, ''))}"
        if any(piece.is_hit for piece in marked(text, wanted)):
            return language
    return first
