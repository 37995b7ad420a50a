"""Answers: messages that begin a thread under a question, and the accepted one."""

from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.questions.access import require_asker
from intranet.collaboration.questions.models import (
    Answer,
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.following import subject_of
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.models import (
    Publication,
)

HIDDEN = _l(
    "You asked without giving your name, and writing here would reveal it. Add to your "
    "question instead."
)


def record_answer(message: Message) -> None:
    """Record a message that begins a thread under a question as an answer to it.

    Raises:
        Forbidden: the message would reveal the name of an asker who hid it.
    """
    question = _question_in(message.conversation_id)
    if question is None:
        return
    publication = question.publication
    if message.author_id == publication.created_by_id:
        if publication.is_unnamed:
            raise Forbidden(HIDDEN)
        return
    if message.parent_id:
        return
    with unit_of_work() as work:
        db.session.refresh(question)  # a change of it holds the lock of the conversation
        work.add(
            Answer(
                message_id=message.id,
                publication_id=question.publication_id,
                person_id=message.author_id,
                answered_at=message.created_at,
            )
        )
        route = db.session.get(QuestionRoute, (question.publication_id, message.author_id))
        if route and route.answered_at is None:
            route.answered_at = message.created_at
        question.first_answer_at = question.first_answer_at or message.created_at
        _count(work, question)
        told = people_to_notify(question, {message.author_id})
        work.publish(
            Concerned(
                publication.id,
                "answered",
                told,
                str(message.seq),
                actor_id=message.author_id,
                message_id=message.id,
            )
        )


def lose_answer(message: Message) -> None:
    """Remove a deleted message from the answers; if it was the accepted one, end the acceptance."""
    answer = db.session.get(Answer, message.id) if message.deleted_at else None
    if answer is None:
        return
    with unit_of_work() as work:
        question = db.session.get_one(Question, answer.publication_id)
        if question.accepted_message_id == message.id:
            question.accepted_message_id = question.accepted_at = None
            question.state = _without_accepted(question)
        work.delete(answer)
        _count(work, question)


def accept_answer(person: Person, question: Question, message_id: UUID) -> None:
    """Accept the answer that helped, in place of another. Idempotent.

    Raises:
        Forbidden: another person asked, or the question was merged into another.
        NotFound: the question has no such answer.
    """
    with unit_of_work() as work:
        lock_question(work, question)
        require_asker(person, question)
        require_open(question)
        answer = db.session.get(Answer, message_id)
        if answer is None or answer.publication_id != question.publication_id:
            raise NotFound
        if question.accepted_message_id == message_id:
            return
        question.accepted_message_id, question.accepted_at = message_id, clock.now()
        if question.state != QuestionState.CONFIRMED:
            question.state = QuestionState.ACCEPTED
        work.publish(
            Concerned(
                question.publication_id,
                "accepted",
                (answer.person_id,),
                str(answer.message.seq),
                actor_id=person.id,
            )
        )


def withdraw_acceptance(person: Person, question: Question) -> None:
    """Withdraw the acceptance of an answer. A confirmed criterion stays.

    Raises:
        Forbidden: another person asked.
    """
    with unit_of_work() as work:
        lock_question(work, question)
        require_asker(person, question)
        question.accepted_message_id = question.accepted_at = None
        question.state = _without_accepted(question)


def lock_question(work: Work, question: Question) -> None:
    """Lock a question and its discussion against changes and answers until the commit."""
    work.lock(question.publication)
    if question.publication.conversation_id:
        work.lock(db.session.get_one(Conversation, question.publication.conversation_id))
    db.session.refresh(question)


def require_open(question: Question) -> None:
    """Check that a question can still be changed or answered.

    Raises:
        Forbidden: it was withdrawn, or merged into another.
    """
    if question.publication.withdrawn_at:
        raise Forbidden(_l("This item has been withdrawn and can no longer be changed."))
    if question.state == QuestionState.JOINED:
        raise Forbidden(_l("This question has been merged with another. Continue there."))


def people_to_notify(question: Question, without: set[UUID]) -> tuple[UUID, ...]:
    """Return the asker and the followers of a question, except the people in `without`."""
    followers = db.session.scalars(
        select(Follow.person_id).where(
            Follow.kind == FollowKind.PUBLICATION,
            Follow.subject == subject_of(question.publication_id),
        )
    )
    return tuple(sorted({*followers, question.publication.created_by_id} - without))


def _question_in(conversation_id: UUID) -> Question | None:
    return db.session.scalar(
        select(Question)
        .join(Publication, Publication.id == Question.publication_id)
        .where(Publication.conversation_id == conversation_id)
    )


def _count(work: Work, question: Question) -> None:
    work.flush()
    count = select(func.count()).where(Answer.publication_id == question.publication_id)
    question.answers = db.session.scalar(count) or 0
    if question.state in {QuestionState.OPEN, QuestionState.ANSWERED}:
        question.state = QuestionState.ANSWERED if question.answers else QuestionState.OPEN


def _without_accepted(question: Question) -> QuestionState:
    if question.state in {QuestionState.CONFIRMED, QuestionState.JOINED}:
        return question.state
    return QuestionState.ANSWERED if question.answers else QuestionState.OPEN
