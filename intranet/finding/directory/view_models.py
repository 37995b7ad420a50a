"""The directory search page: some results of each kind, or all of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.directory.facets import chosen, facets, group_names
from intranet.finding.directory.filters import GROUPS, DirectoryFilters
from intranet.finding.directory.hit_order import DirectoryHit, by_name
from intranet.finding.directory.query_builder import MAX_COUNTED
from intranet.finding.directory.results import DirectoryResult, DirectoryResultReader, people_on
from intranet.finding.directory.search import DirectoryMatches, find
from intranet.finding.finder.facets import ActiveFilter, Facet
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import number

PAGE_SIZE = 50
SECTION_SIZES = {"person": 10, "post": 6, "unit": 5, "agency": 5}
CARDS, LIST = "cards", "list"
BY_NAME = "name"


@dataclass(frozen=True)
class DirectoryPageRequest:
    """A request for the page, as its address states it."""

    words: str
    filters: DirectoryFilters
    view: str = LIST
    order: str = ""
    after: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str], words: str, viewer: Person) -> "DirectoryPageRequest":
        """Read the request from an address."""
        return cls(
            words=words,
            filters=DirectoryFilters.read(asked, viewer),
            view=CARDS if asked.get("view") == CARDS else LIST,
            order=BY_NAME if asked.get("order") == BY_NAME else "",
            after=asked.get("after", "")[:80],
        )

    def address(self, **changes: str) -> dict[str, str]:
        """Return the query of the same search with changes; an empty value removes a part."""
        known = {
            "q": self.words,
            **self.filters.address(),
            "view": self.view if self.view != LIST else "",
            "order": self.order,
        }
        return {name: value for name, value in {**known, **changes}.items() if value}


@dataclass(frozen=True)
class DirectorySection:
    """The results of one kind."""

    group: str
    title: str
    results: Sequence[DirectoryResult]
    count: str
    has_more: bool


@dataclass(frozen=True)
class DirectorySearchPage:
    """The view model of a directory search."""

    asked: DirectoryPageRequest
    found: DirectoryMatches
    sections: Sequence[DirectorySection]
    facets: Sequence[Facet]
    chosen: Sequence[ActiveFilter]
    groups: Sequence[tuple[str, str, str]]
    total: str
    after: str
    is_bounded: bool

    @property
    def person_ids(self) -> list[UUID]:
        """The people on the page, also those named beside a post or unit."""
        return people_on(result for section in self.sections for result in section.results)

    @property
    def corrections(self) -> Sequence[str]:
        """The corrected words that led to results."""
        texts = [f" {hit.title} {hit.body}" for hit in self.found.hits]
        spellings = (each for words in self.found.meaning.corrected.values() for each in words)
        return [each for each in spellings if any(f" {each}" in text for text in texts)]


def search_page(viewer: Person, asked: DirectoryPageRequest) -> DirectorySearchPage:
    """Search, and build the page."""
    group = asked.filters.group
    most = PAGE_SIZE * 4 if group else max(SECTION_SIZES.values())
    found = find(viewer, asked.words, asked.filters, most=most, count=True)
    counts = {kind.value: found.counts.get(kind) for kind in GROUPS}
    names = group_names()
    shown, after = _shown(found, asked)
    results = DirectoryResultReader(viewer, found.meaning).results(shown)
    sections = [
        DirectorySection(
            kind.value,
            names[kind.value],
            those,
            _count(counts[kind.value]),
            has_more=not group and _has_more(counts[kind.value], len(those)),
        )
        for kind in asked.filters.groups()
        if (those := [each for each in results if each.kind == kind])
    ]
    return DirectorySearchPage(
        asked=asked,
        found=found,
        sections=sections,
        facets=facets(viewer, found),
        chosen=chosen(asked.filters),
        groups=[("", _("Everything"), "")]
        + [(each, names[each], _count(counts[each])) for each in names],
        total=_total(found, asked),
        after=after,
        is_bounded=bool(group) and found.is_cut and not after,
    )


def _shown(found: DirectoryMatches, asked: DirectoryPageRequest) -> tuple[list[DirectoryHit], str]:
    """Return the hits of the requested page, and where the next one begins."""
    if not asked.filters.group:
        return [hit for kind in GROUPS for hit in found.of(kind)[: SECTION_SIZES[kind.value]]], ""
    return part(list(by_name(found.hits)) if asked.order == BY_NAME else found.hits, asked.after)


def part(
    hits: Sequence[DirectoryHit], after: str, limit: int = PAGE_SIZE
) -> tuple[list[DirectoryHit], str]:
    """Return the hits after a key, else from the start, and the key to continue after."""
    keys = [key_of(hit) for hit in hits]
    start = keys.index(after) + 1 if after in keys else 0
    end = start + limit
    return list(hits[start:end]), keys[end - 1] if end < len(hits) else ""


def key_of(hit: DirectoryHit) -> str:
    """Return the key by which a list continues after a hit."""
    return f"{hit.kind.value}-{hit.id.hex}"


def _total(found: DirectoryMatches, asked: DirectoryPageRequest) -> str:
    """Return the number of matches as text; empty if nothing was asked."""
    if not asked.words and asked.filters == DirectoryFilters():
        return ""
    shown = len(found.counted)
    return f"{number(MAX_COUNTED)}+" if found.is_beyond_count else number(shown)


def _count(count: int | None) -> str:
    """Return a count as text, up to the counting limit; empty if unknown."""
    if count is None:
        return ""
    return f"{number(MAX_COUNTED)}+" if count > MAX_COUNTED else number(count)


def _has_more(count: int | None, shown: int) -> bool:
    """Whether there are more matches than are shown."""
    return count > shown if count is not None else True
