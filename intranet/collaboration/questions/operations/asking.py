"""Asking: a question is published, and passed on to a few who may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.questions.access import require_asker
from intranet.collaboration.questions.limits import A_DAY, A_WEEK_AT_MOST
from intranet.collaboration.questions.models import (
    Addressee,
    Question,
    QuestionAllowance,
    QuestionState,
)
from intranet.collaboration.questions.operations.routing import ask_the_post, route
from intranet.extensions import db
from intranet.finding.counterparts.words import read
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.agencies.territories import place
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, required_line
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication, PublicationKind
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.places import Place
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT
from intranet.publishing.publications.versions import whole

TERRITORIES_LIMIT = 3
SURE, LEAD = 2.0, 2.0
"""A topic is suggested where its words say as much as two clear ones, and twice the next topic.

Of the ten questions of the demonstration this names two topics, both right. Without it twelve
were named for nine of them, of which two were right: see
`tests/collaboration/questions/test_topics.py`.
"""


@dataclass(frozen=True)
class To:
    """Of whom something is asked: of who has a function, perhaps in some places, or of a post."""

    addressee: Addressee = Addressee.ANYBODY
    function: str = ""
    territories: tuple[str, ...] = ()
    post: Post | None = None


def ask(
    author: Person,
    where: Place,
    texts: Mapping[str, Written],
    to: To,
    *,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
    is_named: bool = True,
) -> Question:
    """Ask something. It can be found at once, and a few who may know are asked to answer.

    Args:
        texts: title and body by language; the body may be empty.
        topics: functions that it is about; where none is chosen, what its words speak of.
        is_named: readers are told who asks, as which post and where.

    Raises:
        Forbidden: the author is not in the space, or does not speak for the post.
        Invalid: a text, topic, function or place cannot be, or it is the day's eleventh.
    """
    require_askable(to, texts)
    with unit_of_work() as work:
        work.lock(author)
        _require_patience(author)
        publication = contribute(
            author,
            PublicationKind.QUESTION,
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
            ask_the_post(work, question, to.post)
        else:
            route(work, question, author)
    return question


def likely_topics(to: To, said: Written) -> list[str]:
    """Return what a question is about: the function that is asked, else what its words say surely.

    A wrong topic leads the question astray and is in the way of the right one; none does not.
    """
    if to.function:
        return [to.function]
    wish = read(f"{said.title} {said.body}")
    first, *others = sorted(wish.functions.items(), key=lambda each: -each[1]) or [("", 0.0)]
    is_sure = wish.strength >= SURE and all(share * LEAD <= 1 for _code, share in others)
    return [first[0]] if is_sure else []


def change_question(
    person: Person, question: Question, texts: Mapping[str, Written], note: str, *, edition: int
) -> None:
    """Say it better: what was asked before stays in the history.

    Raises:
        Forbidden: it is not theirs.
        Conflict: somebody else changed it meanwhile.
        Invalid: a text or the note cannot be.
    """
    with unit_of_work():
        require_asker(person, question)
        publication = whole(question.publication)
        kept = {row.language: Written(row.title, row.body) for row in publication.texts}
        choices = Choices(
            has_discussion=True, topics=tuple(row.function_code for row in publication.topics)
        )
        save_draft(person, publication, {**kept, **texts}, choices, edition=edition)
        correct(person, publication, note, edition=publication.edition, asks_again=False)


def allow(person: Person, a_week: int) -> None:
    """Say how many questions a week one may be asked; none: 0.

    Raises:
        Invalid: it is no such number.
    """
    if not 0 <= a_week <= A_WEEK_AT_MOST:
        words = _l("Choose a number no higher than %(limit)s.", limit=A_WEEK_AT_MOST)
        raise Invalid({"a_week": words})
    with unit_of_work() as work:
        work.lock(person)
        row = db.session.get(QuestionAllowance, person.id)
        if row is None:
            work.add(QuestionAllowance(person_id=person.id, a_week=a_week))
        else:
            row.a_week = a_week


def require_askable(to: To, texts: Mapping[str, Written]) -> None:
    """Ask whether this can be asked at all, before anything is shown or stored.

    Raises:
        Invalid: a text is missing or too long, or there is no such function, post or place.
    """
    for text in texts.values():
        required_line(text.title, "title", TITLE_LIMIT)
        optional_text(text.body, "body", BODY_LIMIT)
    if to.addressee == Addressee.FUNCTION and not _is_function(to.function):
        raise Invalid({"function": _l("Choose who should answer.")})
    if to.addressee == Addressee.POST and to.post is None:
        raise Invalid({"post": _l("Choose who should answer.")})
    if len(to.territories) > TERRITORIES_LIMIT or not all(map(place, to.territories)):
        raise Invalid({"territories": _l("This value is not allowed here.")})


def _is_function(code: str) -> bool:
    return bool(code) and db.session.get(Function, code) is not None


def _require_patience(author: Person) -> None:
    since = clock.now() - timedelta(days=1)
    today = select(func.count()).where(
        Publication.created_by_id == author.id,
        Publication.created_at > since,
        Publication.kind == PublicationKind.QUESTION,
    )
    if (db.session.scalar(today) or 0) >= A_DAY:
        words = _l(
            "You have reached the limit of %(limit)s questions a day. Try again tomorrow.",
            limit=A_DAY,
        )
        raise Invalid({"title": words})
