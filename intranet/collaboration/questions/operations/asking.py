"""Asking: publishing a question, and passing it to a few people who may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.questions.access import require_asker
from intranet.collaboration.questions.limits import MAX_ASKED_PER_DAY, MAX_PER_WEEK
from intranet.collaboration.questions.models import (
    QUESTION,
    Addressee,
    Question,
    QuestionAllowance,
    QuestionState,
)
from intranet.collaboration.questions.operations.routing import ask_post, route
from intranet.extensions import db
from intranet.finding.counterparts.query_parser import read
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.agencies.territories import get_territory
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, required_line
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.placement import PublicationPlacement
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT
from intranet.publishing.publications.versions import with_working_copy

TERRITORIES_LIMIT = 3
MIN_STRENGTH, MIN_LEAD = 2.0, 2.0
"""A topic is suggested where the words are as strong as two clear ones, and twice the next topic.

Of the ten questions of the demonstration, two get a topic, both right. Without these limits nine
got twelve topics, of which two were right: see
`tests/collaboration/questions/test_topics.py`.
"""


@dataclass(frozen=True)
class QuestionAddressee:
    """The addressee of a question: people with a function, perhaps in some places, or a post."""

    addressee: Addressee = Addressee.ANYBODY
    function: str = ""
    territories: tuple[str, ...] = ()
    post: Post | None = None


def publish_question(
    author: Person,
    where: PublicationPlacement,
    texts: Mapping[str, Written],
    to: QuestionAddressee,
    *,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
    is_named: bool = True,
) -> Question:
    """Publish a question and ask a few people who may know to answer it.

    Args:
        texts: title and body by language; the body may be empty.
        topics: functions that the question is about; by default, those that its words suggest.
        is_named: whether readers see the asker's name, post and agency.

    Raises:
        Forbidden: the author is not in the space, or does not hold the post.
        Invalid: a text, topic, function or place is not allowed, or the daily limit is reached.
    """
    require_askable(to, texts)
    with unit_of_work() as work:
        work.lock(author)
        _require_patience(author)
        publication = contribute(
            author,
            QUESTION,
            where.space,
            where.post,
            texts,
            visibility=where.visibility,
            topics=topics or likely_topics(to, next(iter(texts.values()), Written("", ""))),
            file_ids=file_ids,
            is_named=is_named,
        )
        question = Question(
            publication_id=publication.id,
            publication=publication,
            addressee=to.addressee,
            function_code=to.function or None,
            post_id=to.post.id if to.post else None,
            agency_id=publication.agency_id if is_named else None,
            territories=list(to.territories),
            state=QuestionState.OPEN,
            asked_at=publication.published_at or clock.now(),
            answers=0,
            rounds=0,
        )
        work.add(question)
        work.flush()
        if to.post:
            ask_post(work, question, to.post)
        else:
            route(work, question, author)
    return question


def likely_topics(to: QuestionAddressee, said: Written) -> list[str]:
    """Return the topics of a question: the addressed function, else a clearly named topic.

    A wrong topic misleads readers and hides the right one; a missing topic does not.
    """
    if to.function:
        return [to.function]
    wish = read(f"{said.title} {said.body}")
    first, *others = sorted(wish.functions.items(), key=lambda each: -each[1]) or [("", 0.0)]
    is_sure = wish.strength >= MIN_STRENGTH and all(
        share * MIN_LEAD <= 1 for _code, share in others
    )
    return [first[0]] if is_sure else []


def change_question(
    person: Person, question: Question, texts: Mapping[str, Written], note: str, *, edition: int
) -> None:
    """Correct a question; the previous text stays in its history.

    Raises:
        Forbidden: another person asked it.
        Conflict: another person changed it meanwhile.
        Invalid: a text or the note is not allowed.
    """
    with unit_of_work():
        require_asker(person, question)
        publication = with_working_copy(question.publication)
        kept = {row.language: Written(row.title, row.body) for row in publication.texts}
        choices = Choices(
            has_discussion=True, topics=tuple(row.function_code for row in publication.topics)
        )
        save_draft(person, publication, {**kept, **texts}, choices, edition=edition)
        correct(person, publication, note, edition=publication.edition, asks_again=False)


def allow(person: Person, a_week: int) -> None:
    """Set how many questions a week a person agrees to receive; 0 for none.

    Raises:
        Invalid: the number is out of range.
    """
    if not 0 <= a_week <= MAX_PER_WEEK:
        words = _l("Choose a number no higher than %(limit)s.", limit=MAX_PER_WEEK)
        raise Invalid({"a_week": words})
    with unit_of_work() as work:
        work.lock(person)
        row = db.session.get(QuestionAllowance, person.id)
        if row is None:
            work.add(QuestionAllowance(person_id=person.id, a_week=a_week))
        else:
            row.a_week = a_week


def require_askable(to: QuestionAddressee, texts: Mapping[str, Written]) -> None:
    """Check a question before anything is shown or stored.

    Raises:
        Invalid: a text is missing or too long, or the function, post or place does not exist.
    """
    for text in texts.values():
        required_line(text.title, "title", TITLE_LIMIT)
        optional_text(text.body, "body", BODY_LIMIT)
    if to.addressee == Addressee.FUNCTION and not _is_function(to.function):
        raise Invalid({"function": _l("Choose who should answer.")})
    if to.addressee == Addressee.POST and to.post is None:
        raise Invalid({"post": _l("Choose who should answer.")})
    if len(to.territories) > TERRITORIES_LIMIT or not all(map(get_territory, to.territories)):
        raise Invalid({"territories": _l("This value is not allowed here.")})


def _is_function(code: str) -> bool:
    return bool(code) and db.session.get(Function, code) is not None


def _require_patience(author: Person) -> None:
    since = clock.now() - timedelta(days=1)
    today = select(func.count()).where(
        Publication.created_by_id == author.id,
        Publication.created_at > since,
        Publication.kind == QUESTION,
    )
    if (db.session.scalar(today) or 0) >= MAX_ASKED_PER_DAY:
        words = _l(
            "You have reached the limit of %(limit)s questions a day. Try again tomorrow.",
            limit=MAX_ASKED_PER_DAY,
        )
        raise Invalid({"title": words})
