"""The search page: some results of each group or all of one, with facets."""

from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from intranet.attention.search.facets import (
    SearchFacetCounts,
    SearchLink,
    chosen,
    facets,
    looser,
)
from intranet.attention.search.hits import SearchHit, SearchNames, hits_of
from intranet.attention.search.publication_search import (
    FoundPublication,
    PublicationHit,
    newest_published,
    published_hits,
)
from intranet.attention.search.queries import MAX_COUNTED, SearchFinder, SearchMatch
from intranet.attention.search.query_parser import SearchMeaning, understand
from intranet.attention.search.search_query import SearchGroup, SearchQuery
from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.results import DirectoryResult, DirectoryResultReader
from intranet.finding.directory.search import find
from intranet.finding.finder.facets import ActiveFilter, Facet
from intranet.organisation.people.directory_limit import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import number
from intranet.platform.index.models import DocumentKind

PAGE_SIZE = 20
MAX_FILES_SHOWN = 3
MAX_PUBLICATIONS_SHOWN = 3
DIRECTORY_SECTION_SIZE = 4
MAX_DIRECTORY_RESULTS = 40


def counted(rows: int) -> str:
    """Return the number of rows as text, up to the counting limit."""
    return f"{number(MAX_COUNTED)}+" if rows > MAX_COUNTED else number(rows)


@dataclass
class Stream:
    """Messages or files that match, newest first; only the first are examined if there are many."""

    kind: DocumentKind
    rows: Sequence[SearchMatch] = ()
    hits: Sequence[SearchHit] = ()

    @property
    def count(self) -> str:
        """The number of matches as text, up to the counting limit."""
        return counted(len(self.rows))


@dataclass
class SearchPublications:
    """Publications that match, newest first; only the first are examined if there are many."""

    rows: Sequence[FoundPublication] = ()
    hits: Sequence[PublicationHit] = ()

    @property
    def count(self) -> str:
        """The number of matches as text, up to the counting limit."""
        return counted(len(self.rows))


@dataclass
class SearchPage:
    """The view model of a search."""

    question: SearchQuery
    meaning: SearchMeaning
    messages: Stream
    files: Stream
    publications: SearchPublications = field(default_factory=SearchPublications)
    directory: Sequence[DirectoryResult] = ()
    facets: Sequence[Facet] = ()
    chosen: Sequence[ActiveFilter] = ()
    tabs: Sequence[tuple[str, dict[str, str], bool, str]] = ()
    next_page: dict[str, Any] | None = None
    looser: Sequence[SearchLink] = field(default_factory=list)

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to search for."""
        return not self.meaning.is_empty or bool(self.meaning.words)

    @property
    def total(self) -> str:
        """The number of results, if only one group is shown."""
        streams: dict[SearchGroup | None, Stream | SearchPublications] = {
            SearchGroup.MESSAGES: self.messages,
            SearchGroup.FILES: self.files,
            SearchGroup.PUBLICATIONS: self.publications,
        }
        stream = streams.get(self.question.group)
        return stream.count if stream and stream.rows else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found in the groups shown."""
        return not any(
            (self.messages.hits, self.files.hits, self.publications.hits, self.directory)
        )


def search_page(viewer: Person, question: SearchQuery) -> SearchPage:
    """Search, and build the page.

    Raises:
        TooMany: the search is for people, and the viewer has reached the hourly limit of people
            shown; in a mixed search people are left out instead.
    """
    meaning = understand(viewer, question)
    page = SearchPage(question, meaning, Stream(DocumentKind.MESSAGE), Stream(DocumentKind.FILE))
    page.chosen = chosen(viewer, question)
    if not page.is_asked:
        return page
    if question.before is None and question.group in {None, SearchGroup.DIRECTORY}:
        most = MAX_DIRECTORY_RESULTS if question.group else DIRECTORY_SECTION_SIZE
        with nullcontext() if question.group else suppress(TooMany):
            page.directory = directory_results(viewer, question, meaning, most=most)
    if not meaning.is_empty:
        _fill(viewer, page, SearchFinder(viewer, meaning))
        _fill_published(viewer, page)
    page.tabs = _tabs(page)
    page.looser = looser(question, page.chosen) if page.is_empty else ()
    return page


def directory_results(
    viewer: Person, question: SearchQuery, meaning: SearchMeaning, *, most: int, kind: str = ""
) -> list[DirectoryResult]:
    """Return people, posts, units and agencies that match plain words without filters.

    Raises:
        TooMany: the viewer has reached the hourly limit of people shown.
    """
    if not meaning.words or meaning.has_operator or question.is_narrowed:
        return []
    hits = find(viewer, " ".join(meaning.words), DirectoryFilters(group=kind), most=most)
    results = DirectoryResultReader(viewer, hits.meaning).results(hits.hits[:most])
    hand_out(viewer, [each.id for each in results if each.kind == DocumentKind.PERSON])
    return results


def _fill(viewer: Person, page: SearchPage, search: SearchFinder) -> None:
    """Find messages and files, build the hits of this page, and count the facets."""
    question = page.question
    for stream in (page.messages, page.files):
        stream.rows = search.newest(stream.kind)
    messages, files = _shown(page, search)
    counts = SearchFacetCounts.of(question, _counted(page))
    rows = [*messages, *files]
    names = SearchNames(
        viewer,
        [*(row.conversation_id for row in rows), *counts.room_ids],
        [*(row.author_id for row in rows), *counts.author_ids],
    )
    for hit in hits_of(rows, page.meaning.wanted, names):
        stream = page.files if hit.file else page.messages
        stream.hits = [*stream.hits, hit]
    page.facets = facets(counts, names)


def _fill_published(viewer: Person, page: SearchPage) -> None:
    """Find publications, and build the hits of this page."""
    question, meaning = page.question, page.meaning
    page.publications.rows = rows = newest_published(viewer, meaning)
    if question.group not in {None, SearchGroup.PUBLICATIONS} or (
        question.group is None and question.before is not None
    ):
        return
    if question.group is None:
        rows = rows[:MAX_PUBLICATIONS_SHOWN]
    elif question.before is not None:
        rows = newest_published(viewer, meaning, before=question.before, limit=PAGE_SIZE + 1)
    if len(rows) > PAGE_SIZE:
        page.next_page = question.address(before=rows[PAGE_SIZE - 1].id)
    page.publications.hits = published_hits(rows[:PAGE_SIZE], meaning.wanted)


def _shown(
    page: SearchPage, search: SearchFinder
) -> tuple[Sequence[SearchMatch], Sequence[SearchMatch]]:
    """Return the messages and files on this page, and set where the next one begins."""
    question = page.question
    if question.group in {SearchGroup.DIRECTORY, SearchGroup.PUBLICATIONS}:
        return (), ()
    stream = page.files if question.group == SearchGroup.FILES else page.messages
    rows = stream.rows
    if question.before is not None:
        rows = search.newest(stream.kind, before=question.before, limit=PAGE_SIZE + 1)
    if len(rows) > PAGE_SIZE:
        page.next_page = question.address(before=rows[PAGE_SIZE - 1].id)
    if stream is page.files:
        return (), rows[:PAGE_SIZE]
    with_files = question.group is None and question.before is None
    return rows[:PAGE_SIZE], page.files.rows[: MAX_FILES_SHOWN * with_files]


def _tabs(page: SearchPage) -> list[tuple[str, dict[str, str], bool, str]]:
    question = page.question
    tabs = [
        (None, _("Everything"), ""),
        (SearchGroup.MESSAGES, _("Messages"), page.messages.count),
        (SearchGroup.FILES, _("Files"), page.files.count),
        (SearchGroup.PUBLICATIONS, _("Announcements and articles"), page.publications.count),
    ]
    if page.directory or question.group == SearchGroup.DIRECTORY:
        tabs.append((SearchGroup.DIRECTORY, _("People, posts and units"), ""))
    return [
        (title, question.address(kind=group), group == question.group, count)
        for group, title, count in tabs
    ]


def _counted(page: SearchPage) -> list[SearchMatch]:
    """Return the messages and files of the groups shown, to count the facets."""
    group = page.question.group
    return [
        *(page.messages.rows if group in {None, SearchGroup.MESSAGES} else ()),
        *(page.files.rows if group in {None, SearchGroup.FILES} else ()),
    ]
