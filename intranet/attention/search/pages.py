"""A search as its page shows it: some of each group, or all of one, and by what to narrow it."""

from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from intranet.attention.search.asking import Group, Question
from intranet.attention.search.facets import Chosen, Counts, Facet, chosen, facets, looser
from intranet.attention.search.hits import Hit, Names, hits_of
from intranet.attention.search.published import (
    FoundPublication,
    PublicationHit,
    newest_published,
    published_hits,
)
from intranet.attention.search.queries import COUNTED, Found, Search
from intranet.attention.search.understanding import Meaning, understand
from intranet.finding.directory.finding import find
from intranet.finding.directory.narrowing import Narrowing
from intranet.finding.directory.results import Reading as DirectoryReading
from intranet.finding.directory.results import Result
from intranet.finding.directory.words import number
from intranet.organisation.people.allowance import hand_out
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _
from intranet.platform.index.models import DocumentKind

PAGE_ROWS = 20
FILES_SHOWN = 3
PUBLICATIONS_SHOWN = 3
DIRECTORY_SHOWN = 4
DIRECTORY_MOST = 40


def counted(rows: int) -> str:
    """How many there are, as far as they are counted."""
    return f"{number(COUNTED)}+" if rows > COUNTED else number(rows)


@dataclass
class Stream:
    """Messages or files that fit, the newest first; of many only the first are looked at."""

    kind: DocumentKind
    rows: Sequence[Found] = ()
    hits: Sequence[Hit] = ()

    @property
    def count(self) -> str:
        """How many there are, as far as they are counted."""
        return counted(len(self.rows))


@dataclass
class Published:
    """Publications that fit, the newest first; of many only the first are looked at."""

    rows: Sequence[FoundPublication] = ()
    hits: Sequence[PublicationHit] = ()

    @property
    def count(self) -> str:
        """How many there are, as far as they are counted."""
        return counted(len(self.rows))


@dataclass
class SearchPage:
    """All that is shown of a search."""

    question: Question
    meaning: Meaning
    messages: Stream
    files: Stream
    publications: Published = field(default_factory=Published)
    directory: Sequence[Result] = ()
    facets: Sequence[Facet] = ()
    chosen: Sequence[Chosen] = ()
    tabs: Sequence[tuple[str, dict[str, str], bool, str]] = ()
    next_page: dict[str, Any] | None = None
    looser: Sequence[Chosen] = field(default_factory=list)

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to look for."""
        return not self.meaning.is_empty or bool(self.meaning.words)

    @property
    def total(self) -> str:
        """How many were found of what is shown, where it is one sort of thing."""
        streams: dict[Group | None, Stream | Published] = {
            Group.MESSAGES: self.messages,
            Group.FILES: self.files,
            Group.PUBLICATIONS: self.publications,
        }
        stream = streams.get(self.question.group)
        return stream.count if stream and stream.rows else ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found of what is shown."""
        return not any(
            (self.messages.hits, self.files.hits, self.publications.hits, self.directory)
        )


def search_page(viewer: Person, question: Question) -> SearchPage:
    """Search, and read what is shown of it.

    Raises:
        TooMany: people are what is looked for, and the viewer was shown as many of them in this
            hour as anybody needs; beside messages they are left out then.
    """
    meaning = understand(viewer, question)
    page = SearchPage(question, meaning, Stream(DocumentKind.MESSAGE), Stream(DocumentKind.FILE))
    page.chosen = chosen(viewer, question)
    if not page.is_asked:
        return page
    if question.before is None and question.group in {None, Group.DIRECTORY}:
        most = DIRECTORY_MOST if question.group else DIRECTORY_SHOWN
        with nullcontext() if question.group else suppress(TooMany):
            page.directory = directory_results(viewer, question, meaning, most=most)
    if not meaning.is_empty:
        _fill(viewer, page, Search(viewer, meaning))
        _fill_published(viewer, page)
    page.tabs = _tabs(page)
    page.looser = looser(question, page.chosen) if page.is_empty else ()
    return page


def directory_results(
    viewer: Person, question: Question, meaning: Meaning, *, most: int, kind: str = ""
) -> list[Result]:
    """People, posts, units and agencies that fit the words, where nothing else was asked for.

    Raises:
        TooMany: the viewer was shown as many people in this hour as anybody needs.
    """
    if not meaning.words or meaning.has_operator or question.is_narrowed:
        return []
    hits = find(viewer, " ".join(meaning.words), Narrowing(group=kind), most=most)
    results = DirectoryReading(viewer, hits.meaning).results(hits.hits[:most])
    hand_out(viewer, [each.id for each in results if each.kind == DocumentKind.PERSON])
    return results


def _fill(viewer: Person, page: SearchPage, search: Search) -> None:
    """Find messages and files, read those that this page shows, and count by what to narrow."""
    question = page.question
    for stream in (page.messages, page.files):
        stream.rows = search.newest(stream.kind)
    messages, files = _shown(page, search)
    counts = Counts.of(question, _counted(page))
    rows = [*messages, *files]
    names = Names(
        viewer,
        [*(row.conversation_id for row in rows), *counts.room_ids],
        [*(row.author_id for row in rows), *counts.author_ids],
    )
    for hit in hits_of(rows, page.meaning.wanted, names):
        stream = page.files if hit.file else page.messages
        stream.hits = [*stream.hits, hit]
    page.facets = facets(question, counts, names)


def _fill_published(viewer: Person, page: SearchPage) -> None:
    """Find publications, and read those that this page shows."""
    question, meaning = page.question, page.meaning
    page.publications.rows = rows = newest_published(viewer, meaning)
    if question.group not in {None, Group.PUBLICATIONS} or (
        question.group is None and question.before is not None
    ):
        return
    if question.group is None:
        rows = rows[:PUBLICATIONS_SHOWN]
    elif question.before is not None:
        rows = newest_published(viewer, meaning, before=question.before, limit=PAGE_ROWS + 1)
    if len(rows) > PAGE_ROWS:
        page.next_page = question.address(before=rows[PAGE_ROWS - 1].id)
    page.publications.hits = published_hits(rows[:PAGE_ROWS], meaning.wanted)


def _shown(page: SearchPage, search: Search) -> tuple[Sequence[Found], Sequence[Found]]:
    """The messages and files that this page shows; it says where the next one begins."""
    question = page.question
    if question.group in {Group.DIRECTORY, Group.PUBLICATIONS}:
        return (), ()
    stream = page.files if question.group == Group.FILES else page.messages
    rows = stream.rows
    if question.before is not None:
        rows = search.newest(stream.kind, before=question.before, limit=PAGE_ROWS + 1)
    if len(rows) > PAGE_ROWS:
        page.next_page = question.address(before=rows[PAGE_ROWS - 1].id)
    if stream is page.files:
        return (), rows[:PAGE_ROWS]
    with_files = question.group is None and question.before is None
    return rows[:PAGE_ROWS], page.files.rows[: FILES_SHOWN * with_files]


def _tabs(page: SearchPage) -> list[tuple[str, dict[str, str], bool, str]]:
    question = page.question
    tabs = [
        (None, _("Everything"), ""),
        (Group.MESSAGES, _("Messages"), page.messages.count),
        (Group.FILES, _("Files"), page.files.count),
        (Group.PUBLICATIONS, _("Announcements and articles"), page.publications.count),
    ]
    if page.directory or question.group == Group.DIRECTORY:
        tabs.append((Group.DIRECTORY, _("People, posts and units"), ""))
    return [
        (title, question.address(kind=group), group == question.group, count)
        for group, title, count in tabs
    ]


def _counted(page: SearchPage) -> list[Found]:
    """The hits of the groups that are shown, to count what they could be narrowed to."""
    group = page.question.group
    return [
        *(page.messages.rows if group in {None, Group.MESSAGES} else ()),
        *(page.files.rows if group in {None, Group.FILES} else ()),
    ]
