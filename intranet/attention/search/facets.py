"""By what a search can be narrowed, to what it is, and how it could be loosened."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from intranet.attention.search.asking import Question
from intranet.attention.search.hits import Names
from intranet.attention.search.operators import parse
from intranet.attention.search.queries import Found
from intranet.attention.search.understanding import start_of
from intranet.finding.directory.words import number
from intranet.messaging.conversations.access import readable_among
from intranet.organisation.people.access import get_person
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import day
from intranet.platform.core.web import current_zone

CHOICES = 7


@dataclass(frozen=True)
class Choice:
    """By what one may narrow the search, and how many hits that leaves."""

    name: str
    count: str
    address: dict[str, str]


@dataclass(frozen=True)
class Facet:
    """Choices of one sort."""

    code: str
    title: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Chosen:
    """What the search is narrowed to, and the address without it."""

    text: str
    address: dict[str, str]


@dataclass(frozen=True)
class Counts:
    """How many of the hits that were looked at each narrower search would leave, most first."""

    rooms: Sequence[tuple[UUID, int]]
    authors: Sequence[tuple[UUID, int]]
    periods: Sequence[tuple[str, date, int]]

    @classmethod
    def of(cls, question: Question, rows: Sequence[Found]) -> "Counts":
        """Count; what leaves nothing out is no choice, nor what was chosen already."""
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
            rooms.most_common(CHOICES) if not question.conversation_id and len(rooms) > 1 else (),
            authors.most_common(CHOICES) if not question.author_id and len(authors) > 1 else (),
            periods,
        )

    @property
    def room_ids(self) -> list[UUID]:
        """The conversations that have to be named."""
        return [room_id for room_id, _count in self.rooms]

    @property
    def author_ids(self) -> list[UUID]:
        """The people who have to be named."""
        return [person_id for person_id, _count in self.authors]


def facets(question: Question, counts: Counts, names: Names) -> list[Facet]:
    """What the search could be narrowed to."""
    found = [
        Facet(
            "in",
            _("Conversation"),
            [
                Choice(names.rooms[row].title, number(count), question.address(**{"in": row}))
                for row, count in counts.rooms
                if row in names.rooms
            ],
        ),
        Facet(
            "by",
            _("Written by"),
            [
                Choice(names.faces[row]["name"], number(count), question.address(by=row))
                for row, count in counts.authors
                if row in names.faces
            ],
        ),
        Facet(
            "since",
            _("When"),
            [
                Choice(title, number(count), question.address(since=first))
                for title, first, count in counts.periods
            ],
        ),
    ]
    return [facet for facet in found if facet.choices]


def chosen(viewer: Person, question: Question) -> list[Chosen]:
    """What is narrowed besides the words. What the viewer may not know has no name here."""
    found = []
    if question.conversation_id:
        found.append(Chosen(_room_name(viewer, question), question.address(**{"in": None})))
    if question.author_id:
        found.append(Chosen(_author_name(viewer, question), question.address(by=None)))
    if question.since:
        text = _("Since %(day)s", day=day(question.since))
        found.append(Chosen(_period(question.since) or text, question.address(since=None)))
    if question.until:
        text = _("Until %(day)s", day=day(question.until))
        found.append(Chosen(text, question.address(until=None)))
    return found


def looser(question: Question, narrowed: Sequence[Chosen]) -> list[Chosen]:
    """Searches that ask less than one that found nothing."""
    offers = []
    if narrowed:
        offers.append(Chosen(_("Without filters"), question.widened().address()))
    if question.group:
        offers.append(Chosen(_("Search everything"), question.address(kind=None)))
    terms = parse(question.text)
    if len(terms) > 1:
        offers += [
            Chosen(term.typed, question.address(q=term.typed))
            for term in terms[:CHOICES]
            if not term.is_unwanted
        ]
    return offers


def _periods() -> dict[str, date]:
    """Times to choose from, by the day with which each begins."""
    today = clock.today(current_zone())
    return {
        _("Today"): today,
        _("Last 7 days"): today - timedelta(days=6),
        _("Last 30 days"): today - timedelta(days=29),
        _("This year"): today.replace(month=1, day=1),
    }


def _period(since: date) -> str | None:
    return next((title for title, first in _periods().items() if first == since), None)


def _room_name(viewer: Person, question: Question) -> str:
    room_id = question.conversation_id
    if room_id and readable_among(viewer, [room_id]):
        return Names(viewer, [room_id]).rooms[room_id].title
    return _("Specific conversation")


def _author_name(viewer: Person, question: Question) -> str:
    try:
        return get_person(viewer, question.author_id).name if question.author_id else ""
    except NotFound:
        return _("Specific person")
