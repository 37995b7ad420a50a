"""Facets and active filters of a search, and looser searches to offer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from intranet.attention.search.hits import SearchNames
from intranet.attention.search.operators import parse
from intranet.attention.search.queries import SearchMatch
from intranet.attention.search.query_parser import start_of
from intranet.attention.search.search_query import SearchQuery
from intranet.finding.finder.facets import ActiveFilter, Facet, FacetChoice
from intranet.messaging.conversations.access import readable_among
from intranet.organisation.people.access import get_person
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_zone

MAX_CHOICES = 7


@dataclass(frozen=True)
class SearchLink:
    """A link to a looser search."""

    text: str
    address: dict[str, str]


@dataclass(frozen=True)
class SearchFacetCounts:
    """How many of the hits examined each narrower search would leave, most first."""

    rooms: Sequence[tuple[UUID, int]]
    authors: Sequence[tuple[UUID, int]]
    periods: Sequence[tuple[str, date, int]]

    @classmethod
    def of(cls, question: SearchQuery, rows: Sequence[SearchMatch]) -> "SearchFacetCounts":
        """Count the hits by facet, without choices that exclude no hit or are already set."""
        rooms = Counter(row.conversation_id for row in rows)
        authors = Counter(row.author_id for row in rows)
        periods = []
        if not (question.since or question.until):
            for title, first in _periods().items():
                start = start_of(first)
                count = sum(row.at >= start for row in rows)
                if 0 < count < len(rows):
                    periods.append((title, first, count))
        return cls(
            rooms.most_common(MAX_CHOICES)
            if not question.conversation_id and len(rooms) > 1
            else (),
            authors.most_common(MAX_CHOICES) if not question.author_id and len(authors) > 1 else (),
            periods,
        )

    @property
    def room_ids(self) -> list[UUID]:
        """The conversations to look up names for."""
        return [room_id for room_id, _count in self.rooms]

    @property
    def author_ids(self) -> list[UUID]:
        """The people to look up names for."""
        return [person_id for person_id, _count in self.authors]


def facets(counts: SearchFacetCounts, names: SearchNames) -> list[Facet]:
    """Return the facets by which the search can be narrowed."""
    rooms = [
        FacetChoice(str(row), names.rooms[row].title, count)
        for row, count in counts.rooms
        if row in names.rooms
    ]
    authors = [
        FacetChoice(str(row), names.faces[row]["name"], count)
        for row, count in counts.authors
        if row in names.faces
    ]
    periods = [FacetChoice(str(first), title, count) for title, first, count in counts.periods]
    found = [
        Facet("in", _("Conversation"), rooms),
        Facet("by", _("Written by"), authors),
        Facet("since", _("When"), periods),
    ]
    return [facet for facet in found if facet.choices]


def chosen(viewer: Person, question: SearchQuery) -> list[ActiveFilter]:
    """Return the active filters; what the viewer may not know is not named."""
    found = []
    if question.conversation_id:
        found.append(ActiveFilter("in", _room_name(viewer, question)))
    if question.author_id:
        found.append(ActiveFilter("by", _author_name(viewer, question)))
    if question.since:
        text = _("Since %(day)s", day=day(question.since))
        found.append(ActiveFilter("since", _period(question.since) or text))
    if question.until:
        found.append(ActiveFilter("until", _("Until %(day)s", day=day(question.until))))
    return found


def looser(question: SearchQuery, narrowed: Sequence[ActiveFilter]) -> list[SearchLink]:
    """Return looser searches to offer in place of one that found nothing."""
    offers = []
    if narrowed:
        offers.append(SearchLink(_("Without filters"), question.widened().address()))
    if question.group:
        offers.append(SearchLink(_("Search everything"), question.address(kind=None)))
    terms = parse(question.text)
    if len(terms) > 1:
        wanted = {term.typed.casefold(): term.typed for term in terms if not term.is_unwanted}
        words = list(wanted.values())[:MAX_CHOICES]
        offers += [SearchLink(word, question.address(q=word)) for word in words]
    return offers


def _periods() -> dict[str, date]:
    """Return periods to choose from, by the day on which each begins."""
    today = clock.today(current_zone())
    return {
        _("Today"): today,
        _("Last 7 days"): today - timedelta(days=6),
        _("Last 30 days"): today - timedelta(days=29),
        _("This year"): today.replace(month=1, day=1),
    }


def _period(since: date) -> str | None:
    return next((title for title, first in _periods().items() if first == since), None)


def _room_name(viewer: Person, question: SearchQuery) -> str:
    room_id = question.conversation_id
    if room_id and readable_among(viewer, [room_id]):
        return SearchNames(viewer, [room_id]).rooms[room_id].title
    return _("Specific conversation")


def _author_name(viewer: Person, question: SearchQuery) -> str:
    try:
        return get_person(viewer, question.author_id).name if question.author_id else ""
    except NotFound:
        return _("Specific person")
