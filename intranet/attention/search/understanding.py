"""What a question means: which words, said by whom, where and when.

An operator whose value means nothing here is words again, as it was typed. Whether somebody or
some room exists that the person may not know of makes no difference to that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.attention.search import rooms
from intranet.attention.search.asking import Question
from intranet.attention.search.days import first_day
from intranet.attention.search.excerpts import Wanted
from intranet.attention.search.operators import Operator, Term, means_file, means_me, parse
from intranet.extensions import db
from intranet.organisation.people.access import is_known_to
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import is_named
from intranet.platform.core import clock
from intranet.platform.core.web import current_zone
from intranet.platform.index import tags
from intranet.platform.index.beginnings import begins
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
from intranet.platform.index.queries import matching, of_kinds

WORDS_AT_MOST = 16
AUTHORS_AT_MOST = 100
BEGINNING = 4
LAST_BEGINNING = 2


@dataclass
class Meaning:
    """What must fit a message or file, but for who asks: filled term by term.

    Of several authors one must fit, and so of several values of one operator for conversations.
    """

    parts: list[Expression] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    authors: list[Expression] = field(default_factory=list)
    rooms: dict[str, set[UUID]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    has_operator: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked that messages could fit."""
        return not (self.parts or self.authors or self.rooms or self.since or self.until)

    @property
    def expressions(self) -> list[Expression]:
        """What the index is asked for, but where."""
        return [*self.parts, *([Any(*self.authors)] if self.authors else [])]

    @property
    def conversation_ids(self) -> set[UUID] | None:
        """The conversations that it is narrowed to; None is all of them."""
        return set.intersection(*self.rooms.values()) if self.rooms else None

    def within(self, why: str, conversation_ids: set[UUID]) -> None:
        """Only in these conversations, or in others that were named in the same way."""
        self.rooms[why] = self.rooms.get(why, set()) | conversation_ids

    def after(self, instant: datetime) -> None:
        """Not before this instant."""
        self.since = max(filter(None, (self.since, instant)))

    def before(self, instant: datetime) -> None:
        """Only before this instant."""
        self.until = min(filter(None, (self.until, instant)))


def understand(person: Person, question: Question) -> Meaning:
    """What a question means for the person who asks it."""
    meaning = Meaning()
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
    """The instant at which a day begins where the reader is."""
    return datetime.combine(day, time(), ZoneInfo(current_zone()))


def _narrow(question: Question, meaning: Meaning) -> None:
    if question.conversation_id:
        meaning.within("chosen", {question.conversation_id})
    if question.author_id:
        meaning.parts.append(Tag(tags.author(question.author_id)))
    if question.since:
        meaning.after(start_of(question.since))
    if question.until:
        meaning.before(start_of(question.until + timedelta(days=1)))


def _take_words(term: Term, meaning: Meaning, *, is_last: bool) -> None:
    words = term.words[: WORDS_AT_MOST - len(meaning.words)]
    if not words:
        return
    if term.is_unwanted:
        phrase = Phrase(" ".join(words)) if term.is_exact else None
        meaning.parts += [Not(phrase)] if phrase else [Not(_whole(word)) for word in words]
        meaning.has_operator = True
        return
    if term.is_exact:
        meaning.parts.append(Phrase(" ".join(words)))
        meaning.wanted += [Wanted(word) for word in words]
    for word in [] if term.is_exact else words:
        least = LAST_BEGINNING if is_last and word == words[-1] else BEGINNING
        is_prefix = len(word) >= least
        meaning.parts.append(in_any_number(word, prefix=is_prefix))
        meaning.wanted.append(Wanted(word, is_prefix=is_prefix))
        meaning.wanted += [Wanted(form) for form in other_numbers(word, prefix=is_prefix)]
    meaning.words += words


def _whole(word: str) -> Word:
    return Word(word, prefix=False)


def _take_from(person: Person, term: Term, meaning: Meaning) -> bool:
    ids = [person.id] if means_me(term.words) else authors_named(person, term.words)
    if not ids:
        return False
    written = [Tag(tags.author(person_id)) for person_id in ids]
    if term.is_unwanted:
        meaning.parts.append(Not(Any(*written)))
    else:
        meaning.authors += written
    return True


def authors_named(person: Person, words: Sequence[str], limit: int = AUTHORS_AT_MOST) -> list[UUID]:
    """Ids of the people whom one may know by these beginnings of their names."""
    beginnings = (begins(word, in_title=True) for word in words[:6])
    named = of_kinds([DocumentKind.PERSON], *beginnings)
    found = list(
        db.session.scalars(
            matching(named, SearchDocument.subject_id)
            .join(Person, Person.id == SearchDocument.subject_id)
            .where(is_known_to(person))
            .limit(limit)
        )
    )
    if found:
        return found
    # Who holds no post any more is not in the directory, and wrote all the same.
    asked = select(Person.id).where(is_named(" ".join(words[:6])), Person.erased_at.is_(None))
    return list(db.session.scalars(asked.where(is_known_to(person)).limit(limit)))


def _take_rooms(find: Callable[[Person, Sequence[str]], set[UUID]]) -> "_Taker":
    def take(person: Person, term: Term, meaning: Meaning) -> bool:
        ids = find(person, term.words)
        if not ids:
            return False
        if term.is_unwanted:
            meaning.parts.append(Not(Any(*(Tag(tags.conversation(row)) for row in sorted(ids)))))
        else:
            meaning.within(str(term.operator), ids)
        return True

    return take


def _take_before(_person: Person, term: Term, meaning: Meaning) -> bool:
    day = first_day(term.text, clock.today(current_zone()))
    if day is None or term.is_unwanted:
        return False
    meaning.before(start_of(day))
    return True


def _take_after(_person: Person, term: Term, meaning: Meaning) -> bool:
    day = first_day(term.text, clock.today(current_zone()))
    if day is None or term.is_unwanted:
        return False
    meaning.after(start_of(day))
    return True


def _take_has(_person: Person, term: Term, meaning: Meaning) -> bool:
    if not means_file(term.words):
        return False
    is_file = Any(Tag(tags.HAS_FILE), Tag(tags.kind(DocumentKind.FILE)))
    meaning.parts.append(Not(is_file) if term.is_unwanted else is_file)
    return True


_Taker = Callable[[Person, Term, Meaning], bool]
_TAKEN: dict[Operator, _Taker] = {
    Operator.FROM: _take_from,
    Operator.IN: _take_rooms(rooms.called),
    Operator.UNIT: _take_rooms(rooms.in_units),
    Operator.AGENCY: _take_rooms(rooms.in_agencies),
    Operator.BEFORE: _take_before,
    Operator.AFTER: _take_after,
    Operator.HAS: _take_has,
}
