"""The meaning of a query: which words, by whom, where and when.

An operator whose value matches nothing is searched as plain words, as it was typed. People and
conversations that the searcher may not know of match nothing, as if they did not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.attention.search import conversation_search
from intranet.attention.search.excerpts import SearchHighlight
from intranet.attention.search.operators import Operator, SearchTerm, means_file, means_me, parse
from intranet.attention.search.search_query import SearchQuery
from intranet.attention.search.typed_dates import first_day
from intranet.extensions import db
from intranet.organisation.people.access import is_findable_by
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import is_named
from intranet.platform.core import clock
from intranet.platform.core.web import current_zone
from intranet.platform.index import tags
from intranet.platform.index.expressions import (
    Any,
    Expression,
    Not,
    Phrase,
    Tag,
    Word,
    in_any_number,
    other_numbers,
)
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.prefix_search import begins
from intranet.platform.index.queries import matching, of_kinds

MAX_WORDS = 16
MAX_AUTHORS = 100
MIN_PREFIX_LETTERS = 4
MIN_LAST_PREFIX_LETTERS = 2


@dataclass
class SearchMeaning:
    """Conditions that a message or file must meet, without the access rule.

    Of several authors one must match, and likewise of several values of one conversation operator.
    """

    parts: list[Expression] = field(default_factory=list)
    wanted: list[SearchHighlight] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    authors: list[Expression] = field(default_factory=list)
    rooms: dict[str, set[UUID]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    has_operator: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it has no condition that messages could meet."""
        return not (self.parts or self.authors or self.rooms or self.since or self.until)

    @property
    def expressions(self) -> list[Expression]:
        """The conditions for the index, without those on conversations."""
        return [*self.parts, *([Any(*self.authors)] if self.authors else [])]

    @property
    def conversation_ids(self) -> set[UUID] | None:
        """The conversations to search in; None for all."""
        return set.intersection(*self.rooms.values()) if self.rooms else None

    def within(self, why: str, conversation_ids: set[UUID]) -> None:
        """Restrict to these conversations, or others named by the same operator."""
        self.rooms[why] = self.rooms.get(why, set()) | conversation_ids

    def after(self, instant: datetime) -> None:
        """Restrict to this instant or later."""
        self.since = max(filter(None, (self.since, instant)))

    def before(self, instant: datetime) -> None:
        """Restrict to before this instant."""
        self.until = min(filter(None, (self.until, instant)))


def understand(person: Person, question: SearchQuery) -> SearchMeaning:
    """Parse a query for the person who asks it."""
    meaning = SearchMeaning()
    terms = parse(question.text)
    for term in terms:
        is_last = term is terms[-1]
        if term.operator and _TAKEN[term.operator](person, term, meaning):
            meaning.has_operator = True
        else:
            _take_words(term.as_words() if term.operator else term, meaning, is_last=is_last)
    _narrow(question, meaning)
    return meaning


def start_of(day: date) -> datetime:
    """Return the instant at which a day begins in the reader's time zone."""
    return datetime.combine(day, time(), ZoneInfo(current_zone()))


def _narrow(question: SearchQuery, meaning: SearchMeaning) -> None:
    if question.conversation_id:
        meaning.within("chosen", {question.conversation_id})
    if question.author_id:
        meaning.parts.append(Tag(tags.author(question.author_id)))
    if question.since:
        meaning.after(start_of(question.since))
    if question.until:
        meaning.before(start_of(question.until + timedelta(days=1)))


def _take_words(term: SearchTerm, meaning: SearchMeaning, *, is_last: bool) -> None:
    words = term.words[: MAX_WORDS - len(meaning.words)]
    if not words:
        return
    if term.is_unwanted:
        phrase = Phrase(" ".join(words)) if term.is_exact else None
        meaning.parts += [Not(phrase)] if phrase else [Not(_whole(word)) for word in words]
        meaning.has_operator = True
        return
    if term.is_exact:
        meaning.parts.append(Phrase(" ".join(words)))
        meaning.wanted += [SearchHighlight(word) for word in words]
    for word in [] if term.is_exact else words:
        least = MIN_LAST_PREFIX_LETTERS if is_last and word == words[-1] else MIN_PREFIX_LETTERS
        is_prefix = len(word) >= least
        meaning.parts.append(in_any_number(word, prefix=is_prefix))
        meaning.wanted.append(SearchHighlight(word, is_prefix=is_prefix))
        meaning.wanted += [SearchHighlight(form) for form in other_numbers(word, prefix=is_prefix)]
    meaning.words += words


def _whole(word: str) -> Word:
    return Word(word, prefix=False)


def _take_from(person: Person, term: SearchTerm, meaning: SearchMeaning) -> bool:
    ids = [person.id] if means_me(term.words) else authors_named(person, term.words)
    if not ids:
        return False
    written = [Tag(tags.author(person_id)) for person_id in ids]
    if term.is_unwanted:
        meaning.parts.append(Not(Any(*written)))
    else:
        meaning.authors += written
    return True


def authors_named(person: Person, words: Sequence[str], limit: int = MAX_AUTHORS) -> list[UUID]:
    """Return ids of the people whom the searcher may know, by the beginnings of their names."""
    beginnings = (begins(word, in_title=True) for word in words[:6])
    named = of_kinds([DocumentKind.PERSON], *beginnings)
    found = list(
        db.session.scalars(
            matching(named, SearchDocument.subject_id)
            .join(Person, Person.id == SearchDocument.subject_id)
            .where(is_findable_by(person))
            .limit(limit)
        )
    )
    if found:
        return found
    # People without a post are not in the directory, but may have written messages.
    asked = select(Person.id).where(is_named(" ".join(words[:6])), Person.erased_at.is_(None))
    return list(db.session.scalars(asked.where(is_findable_by(person)).limit(limit)))


def _take_rooms(find: Callable[[Person, Sequence[str]], set[UUID]]) -> "_Taker":
    def take(person: Person, term: SearchTerm, meaning: SearchMeaning) -> bool:
        ids = find(person, term.words)
        if not ids:
            return False
        if term.is_unwanted:
            meaning.parts.append(Not(Any(*(Tag(tags.conversation(row)) for row in sorted(ids)))))
        else:
            meaning.within(str(term.operator), ids)
        return True

    return take


def _take_before(_person: Person, term: SearchTerm, meaning: SearchMeaning) -> bool:
    day = first_day(term.text, clock.today(current_zone()))
    if day is None or term.is_unwanted:
        return False
    meaning.before(start_of(day))
    return True


def _take_after(_person: Person, term: SearchTerm, meaning: SearchMeaning) -> bool:
    day = first_day(term.text, clock.today(current_zone()))
    if day is None or term.is_unwanted:
        return False
    meaning.after(start_of(day))
    return True


def _take_has(_person: Person, term: SearchTerm, meaning: SearchMeaning) -> bool:
    if not means_file(term.words):
        return False
    is_file = Any(Tag(tags.HAS_FILE), Tag(tags.kind(DocumentKind.FILE)))
    meaning.parts.append(Not(is_file) if term.is_unwanted else is_file)
    return True


_Taker = Callable[[Person, SearchTerm, SearchMeaning], bool]
_TAKEN: dict[Operator, _Taker] = {
    Operator.FROM: _take_from,
    Operator.IN: _take_rooms(conversation_search.find_conversations),
    Operator.UNIT: _take_rooms(conversation_search.in_units),
    Operator.AGENCY: _take_rooms(conversation_search.in_agencies),
    Operator.BEFORE: _take_before,
    Operator.AFTER: _take_after,
    Operator.HAS: _take_has,
}
