"""Search of publications under their access rule, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import ceil
from uuid import UUID

from sqlalchemy import Select, select

from intranet.attention.search.excerpts import Piece, SearchHighlight, excerpt, marked
from intranet.attention.search.queries import MAX_COUNTED, MAX_WINDOWS, SPARE_RATIO
from intranet.attention.search.query_parser import SearchMeaning
from intranet.collaboration.questions.models import CRITERION
from intranet.collaboration.questions.queries import past_among
from intranet.finding.directory.query_parser import STOP_WORDS
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared, on_sqlite
from intranet.platform.core.text import fold
from intranet.platform.core.types import among
from intranet.platform.core.web import current_language
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.newest import MARGIN_RATIO, newest_ids, newest_listed
from intranet.platform.index.prefix_search import begins
from intranet.platform.index.queries import fits, start_column, time_column
from intranet.publishing.publications.index_documents import words_of
from intranet.publishing.publications.kinds import kind_of
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.queries import versions_now
from intranet.publishing.publications.readable_ids import readable_among
from intranet.publishing.publications.view_models import author_of, origin_of

MIN_WINDOW, MAX_GROWTH = 12, 4
"""How many documents are looked at, at least at once and at most in relation to those before."""
MIN_WORD_LETTERS = 3
"""Titles are searched by words of at least so many letters: shorter ones begin too many."""


@dataclass(frozen=True)
class FoundPublication:
    """A publication that matches, with its position in the index."""

    id: int
    subject_id: UUID
    author_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class PublicationHit:
    """A publication that was found, in the reader's language."""

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
        """The time of publication."""
        return self.found.at

    @property
    def address(self) -> str:
        """The address of the publication's page."""
        return f"/p/{self.found.subject_id}"


def newest_published(
    person: Person,
    meaning: SearchMeaning,
    *,
    before: int | None = None,
    limit: int = MAX_COUNTED + 1,
) -> list[FoundPublication]:
    """Return matching publications the person may read; none is in a conversation."""
    if meaning.conversation_ids is not None:
        return []
    expression = All(*meaning.expressions, Tag(tags.kind(DocumentKind.PUBLICATION)))
    times = [
        *([time_column() >= meaning.since] if meaning.since else []),
        *([time_column() < meaning.until] if meaning.until else []),
    ]
    rows: list[FoundPublication] = []
    asked, looked = max(limit + limit // SPARE_RATIO, MIN_WINDOW), 0
    kind = SearchDocument.kind == DocumentKind.PUBLICATION
    listed: Sequence[int] | None = None
    for _window in range(MAX_WINDOWS):
        earlier = [start_column() < before] if before is not None else []
        if meaning.until and not on_sqlite():
            # From the newest on, all that are later than the period would be read first.
            if listed is None:
                listed = newest_listed([fits(expression)], kind, *times, *earlier)
            ids, listed = listed[:asked], listed[asked:]
        else:
            ids = newest_ids(expression, kind, *times, *earlier, limit=asked)
        rows += _readable(person, ids)
        if len(ids) < asked or len(rows) >= limit:
            break
        before, looked = ids[-1], looked + asked
        lacking = ceil(MARGIN_RATIO * looked * (limit - len(rows)) / (len(rows) or 1))
        asked = max(min(lacking, MAX_GROWTH * asked), MIN_WINDOW)
    return rows[:limit]


def titled(person: Person, words: str, *, most: int) -> list[PublicationHit]:
    """Return the newest publications whose title has each of these words or prefixes."""
    asked = fold(words).split()
    telling = [word for word in asked if word not in STOP_WORDS]
    if not telling or any(len(word) < MIN_WORD_LETTERS for word in telling):
        return []
    meaning = SearchMeaning(parts=[begins(word, in_title=True) for word in telling])
    return published_hits(newest_published(person, meaning, limit=most), meaning.wanted)


def published_hits(
    rows: Sequence[FoundPublication], wanted: Sequence[SearchHighlight]
) -> list[PublicationHit]:
    """Build the hits in their order, in a number of queries that does not grow."""
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
    """Filter these documents by what the person may read."""
    if not ids:
        return []
    rows = [
        FoundPublication(row.id, row.subject_id, row.published_by_id, row.published_at)
        for row in execute_prepared(_published(), ids=list(ids))
    ]
    readable = readable_among(person, [row.subject_id for row in rows])
    return [row for row in rows if row.subject_id in readable]


@cache
def _published() -> Select[int, UUID, UUID | None, datetime | None]:
    return (
        select(
            SearchDocument.id,
            SearchDocument.subject_id,
            Publication.published_by_id,
            Publication.published_at,
        )
        .join(Publication, Publication.id == SearchDocument.subject_id)
        .where(
            among(SearchDocument.id, "ids"),
            Publication.published_at.is_not(None),
            Publication.withdrawn_at.is_(None),
        )
        .order_by(SearchDocument.id.desc())
    )


def _hit(
    row: FoundPublication,
    publication: Publication,
    version: PublicationVersion,
    wanted: Sequence[SearchHighlight],
) -> PublicationHit:
    own = publication.space.agency.language
    language = _best_language(version, wanted, version.title.language(current_language(), own))
    name = version.title.text(language)
    by = publication.published_by
    return PublicationHit(
        found=row,
        kind=publication.kind,
        title=marked(name, wanted),
        name=name,
        language=language,
        excerpt=excerpt(words_of(version.body.get(language, "")), wanted),
        by=author_of(publication),
        place=origin_of(publication),
        author_name=by.name if by else "",
        icon=kind_of(publication).icon,
        is_criterion=publication.kind == CRITERION,
    )


def _best_language(
    version: PublicationVersion, wanted: Sequence[SearchHighlight], first: str
) -> str:
    """Return the first language whose text has a hit, the reader's first; without hits, theirs."""
    languages: list[str] = list(dict.fromkeys((first, *version.title)))
    for language in languages:
        text = f"{version.title.get(language, '')} {words_of(version.body.get(language, ''))}"
        if any(piece.is_hit for piece in marked(text, wanted)):
            return language
    return first
