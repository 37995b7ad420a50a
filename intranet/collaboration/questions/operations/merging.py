"""Merging duplicates: a question is merged into one that was asked before."""

from sqlalchemy import delete, select, update

from intranet.collaboration.questions.models import (
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.collaboration.questions.operations.answering import people_to_notify, require_open
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import remove
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.following import subject_of
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.models import (
    Publication,
)
from intranet.publishing.publications.operations.discussing import shut_discussion

KEY_CHARACTERS = 12
"""Characters of an id that tell merged questions apart in a key of limited length."""


def join_question(person: Person, question: Question, target: Question) -> Question:
    """Merge a question into another; return the question to which it now redirects.

    Followers move to the other question, and so do people who were asked and have not answered.
    Questions merged into it before are redirected too, and a merged target stands for the one to
    which it redirects. So each redirect is a single step, and there are no cycles.

    Raises:
        Forbidden: the person neither asked the question nor leads its space.
        Invalid: both are the same, or some readers of the question may not read the target.
    """
    with unit_of_work() as work:
        target = end_of(target)
        for one in sorted((question, target), key=lambda each: each.publication_id):
            work.lock(one.publication)
        db.session.refresh(question)
        db.session.refresh(target)
        target = end_of(target)
        require_writer(person, question.publication)
        require_open(question)
        require_open(target)
        if target.publication_id == question.publication_id:
            raise Invalid(
                {
                    "target": _l(
                        "A question cannot be merged with itself, or with a question already "
                        "merged into it."
                    )
                }
            )
        _require_reach(question.publication, target.publication)
        told = people_to_notify(question, {person.id})
        _move(work, question, target)
        question.state, question.joined_to_id = QuestionState.JOINED, target.publication_id
        question.joined_at, question.joined_by_id = clock.now(), person.id
        db.session.execute(
            update(Question)
            .where(Question.joined_to_id == question.publication_id)
            .values(joined_to_id=target.publication_id)
        )
        shut_discussion(work, question.publication)
        remove(DocumentKind.PUBLICATION, [question.publication_id])
        key = question.publication_id.hex[-KEY_CHARACTERS:]
        work.publish(Concerned(target.publication_id, "joined", told, key, actor_id=person.id))
    return target


def end_of(question: Question) -> Question:
    """Return the question to which a question redirects: itself, unless it was merged."""
    if question.joined_to_id is None:
        return question
    return db.session.get_one(Question, question.joined_to_id)


def _require_reach(asked: Publication, target: Publication) -> None:
    """Check that all readers of a question may read another.

    Raises:
        Invalid: some may not.
    """
    if target.visibility in {Visibility.NETWORK, Visibility.PUBLIC}:
        return
    is_same = (
        target.visibility == asked.visibility
        and (target.agency_id, target.space_id) == (asked.agency_id, asked.space_id)
    ) or (
        target.visibility == Visibility.AGENCY
        and asked.visibility == Visibility.MEMBERS
        and target.space_id == asked.space_id
    )
    if not is_same:
        raise Invalid(
            {"target": _l("Some readers of this question cannot read the other question.")}
        )


def _move(work: Work, question: Question, target: Question) -> None:
    """Move the followers of a question, and the people asked, to another."""
    for person_id in people_to_notify(question, set()):
        work.add_unless_there(
            Follow,
            {
                "person_id": person_id,
                "kind": FollowKind.PUBLICATION,
                "subject": subject_of(target.publication_id),
                "since": clock.now(),
            },
        )
    there = select(QuestionRoute.person_id).where(
        QuestionRoute.publication_id == target.publication_id
    )
    moving = [
        QuestionRoute.publication_id == question.publication_id,
        QuestionRoute.answered_at.is_(None),
        QuestionRoute.declined_at.is_(None),
        QuestionRoute.person_id != target.publication.created_by_id,
    ]
    if target.state == QuestionState.OPEN:
        already = list(db.session.scalars(there))
        db.session.execute(
            update(QuestionRoute)
            .where(*moving, QuestionRoute.person_id.not_in(already))
            .values(publication_id=target.publication_id)
            .execution_options(synchronize_session=False)
        )
    db.session.execute(
        delete(QuestionRoute).where(*moving).execution_options(synchronize_session=False)
    )
    db.session.expire_all()
