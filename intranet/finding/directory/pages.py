"""A search of the directory as its page and programs show it: some of each kind, or all of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.directory.asking import COUNTED
from intranet.finding.directory.facets import Chosen, Facet, chosen, facets, group_names
from intranet.finding.directory.finding import Found, find
from intranet.finding.directory.hits import Hit, by_name
from intranet.finding.directory.narrowing import GROUPS, Narrowing
from intranet.finding.directory.results import Reading, Result, people_on
from intranet.finding.directory.words import number
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _

PAGE_ROWS = 50
SOME = {"person": 10, "post": 6, "unit": 5, "agency": 5}
CARDS, LIST = "cards", "list"
BY_NAME = "name"


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    words: str
    narrowing: Narrowing
    view: str = LIST
    order: str = ""
    after: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str], words: str, viewer: Person) -> "Asked":
        """Take it from an address."""
        return cls(
            words=words,
            narrowing=Narrowing.read(asked, viewer),
            view=CARDS if asked.get("view") == CARDS else LIST,
            order=BY_NAME if asked.get("order") == BY_NAME else "",
            after=asked.get("after", "")[:80],
        )

    def address(self, **changes: str) -> dict[str, str]:
        """The query of the same search with some of it changed; an empty value takes it away."""
        known = {
            "q": self.words,
            **self.narrowing.address(),
            "view": self.view if self.view != LIST else "",
            "order": self.order,
        }
        return {name: value for name, value in {**known, **changes}.items() if value}


@dataclass(frozen=True)
class Section:
    """Things of one kind."""

    group: str
    title: str
    results: Sequence[Result]
    count: str
    has_more: bool


@dataclass(frozen=True)
class SearchPage:
    """All that is shown of a search."""

    asked: Asked
    found: Found
    sections: Sequence[Section]
    facets: Sequence[Facet]
    chosen: Sequence[Chosen]
    groups: Sequence[tuple[str, str, str]]
    total: str
    after: str
    is_bounded: bool

    @property
    def person_ids(self) -> list[UUID]:
        """The people on it, also those who are named beside a post or unit."""
        return people_on(result for section in self.sections for result in section.results)

    @property
    def corrections(self) -> Sequence[str]:
        """The words that were searched instead of those that nothing has."""
        texts = [f" {hit.title} {hit.body}" for hit in self.found.hits]
        spellings = (each for words in self.found.meaning.corrected.values() for each in words)
        return [each for each in spellings if any(f" {each}" in text for text in texts)]


def search_page(viewer: Person, asked: Asked) -> SearchPage:
    """Search, and read what is shown of it."""
    group = asked.narrowing.group
    most = PAGE_ROWS * 4 if group else max(SOME.values())
    found = find(viewer, asked.words, asked.narrowing, most=most, count=True)
    counts = {kind.value: found.counts.get(kind) for kind in GROUPS}
    names = group_names()
    shown, after = _shown(found, asked)
    results = Reading(viewer, found.meaning).results(shown)
    sections = [
        Section(
            kind.value,
            names[kind.value],
            those,
            _count(counts[kind.value]),
            has_more=not group and _has_more(counts[kind.value], len(those)),
        )
        for kind in asked.narrowing.groups()
        if (those := [each for each in results if each.kind == kind])
    ]
    return SearchPage(
        asked=asked,
        found=found,
        sections=sections,
        facets=facets(viewer, found),
        chosen=chosen(asked.narrowing),
        groups=[("", _("Everything"), "")]
        + [(each, names[each], _count(counts[each])) for each in names],
        total=_total(found, asked),
        after=after,
        is_bounded=bool(group) and found.is_cut and not after,
    )


def _shown(found: Found, asked: Asked) -> tuple[list[Hit], str]:
    """The hits of the page that was asked for, and where the next one begins."""
    if not asked.narrowing.group:
        return [hit for kind in GROUPS for hit in found.of(kind)[: SOME[kind.value]]], ""
    return part(list(by_name(found.hits)) if asked.order == BY_NAME else found.hits, asked.after)


def part(hits: Sequence[Hit], after: str, limit: int = PAGE_ROWS) -> tuple[list[Hit], str]:
    """The hits after one of them, else from the start; and after which the next page begins."""
    keys = [key_of(hit) for hit in hits]
    start = keys.index(after) + 1 if after in keys else 0
    end = start + limit
    return list(hits[start:end]), keys[end - 1] if end < len(hits) else ""


def key_of(hit: Hit) -> str:
    """By which a list is continued after a hit."""
    return f"{hit.kind.value}-{hit.id.hex}"


def _total(found: Found, asked: Asked) -> str:
    """How many fit what was asked for; nothing where nothing was."""
    if not asked.words and asked.narrowing == Narrowing():
        return ""
    shown = len(found.counted)
    return f"{number(COUNTED)}+" if found.is_beyond_count else number(shown)


def _count(count: int | None) -> str:
    """A number; of more than are counted, that there are more; nothing where nobody counted."""
    if count is None:
        return ""
    return f"{number(COUNTED)}+" if count > COUNTED else number(count)


def _has_more(count: int | None, shown: int) -> bool:
    """Whether there are others than those that are shown."""
    return count > shown if count is not None else True
