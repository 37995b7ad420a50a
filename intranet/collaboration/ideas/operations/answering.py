"""Operations of the responsible post on an idea: its status and its official answer."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, union

from intranet.collaboration.ideas.access import require_answering
from intranet.collaboration.ideas.models import (
    Idea,
    IdeaAnswer,
    IdeaBox,
    IdeaStatus,
    IdeaStep,
    IdeaSupport,
)
from intranet.collaboration.ideas.queries import LATE_ROUND, SOON_ROUND
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speakers_of
from intranet.organisation.people.vacancy_readers import readers_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.texts import BODY_LIMIT, render

NOTE_LIMIT = 600
ANSWERS_LIMIT = STEPS_LIMIT = 50
REMIND_BEFORE = timedelta(days=3)


def set_status(person: Person, idea: Idea, status: IdeaStatus, note: str) -> None:
    """Set the status of an idea, with a note. The same status without a note changes nothing.

    Raises:
        Forbidden: the person does not act for the responsible post, or the idea was merged.
        Invalid: the note is too long.
    """
    note = optional_text(note, "note", NOTE_LIMIT)
    with unit_of_work() as work:
        work.lock(idea.publication)
        require_answering(person, idea.box)
        require_open(idea)
        if status == idea.status and not note:
            return
        step = _step(work, person, idea, status, note)
        _tell(work, person, idea, "idea_status", short(step.id))


def answer(person: Person, idea: Idea, body: str, status: IdeaStatus | None = None) -> IdeaAnswer:
    """Give the official answer in the name of the responsible post, and optionally a status.

    A second answer is listed before the first, which can still be read.

    Raises:
        Forbidden: the person does not act for the responsible post, or the idea was merged.
        Invalid: the answer is empty or too long, or there are too many.
    """
    body = required_text(body, "answer", BODY_LIMIT)
    with unit_of_work() as work:
        work.lock(idea.publication)
        require_answering(person, idea.box)
        require_open(idea)
        given = select(IdeaAnswer.id).where(IdeaAnswer.publication_id == idea.publication_id)
        if len(db.session.scalars(given.limit(ANSWERS_LIMIT)).all()) >= ANSWERS_LIMIT:
            raise Invalid(
                {"answer": _l("This idea has too many answers. Write in the discussion instead.")}
            )
        now = clock.now()
        row = IdeaAnswer(
            publication_id=idea.publication_id,
            body=body,
            html=str(render(body, {})),
            at=now,
            by_id=person.id,
            post_id=idea.box.post_id,
        )
        work.add(row)
        idea.answered_at = idea.answered_at or now
        if status and status != idea.status:
            _step(work, person, idea, status, "")
        _tell(work, person, idea, "idea_answer", short(row.id))
    return row


def remind_of_answer(idea: Idea) -> int:
    """Remind the responsible post: once before the term ends, once when it has ended.

    Returns:
        the number of people reminded.
    """
    with unit_of_work() as work:
        work.lock(idea.publication)
        db.session.refresh(idea)
        now = clock.now()
        wanted = rounds_due(idea, now)
        if wanted <= idea.rounds or idea.publication.withdrawn_at:
            return 0
        idea.rounds = wanted
        why = "idea_late" if wanted == LATE_ROUND else "idea_soon"
        people = concerned_with(idea.publication, idea.box)
        if people:
            work.publish(Concerned(idea.publication_id, why, people, why))
    return len(people)


def concerned_with(publication: Publication, box: IdeaBox) -> tuple[UUID, ...]:
    """Return who answers an idea or, while nobody does, who reads for the vacant post.

    These are told only of an idea that they may read.
    """
    now = clock.now()
    speakers = set(db.session.scalars(speakers_of(box.post_id, now)))
    readers = set(db.session.scalars(readers_of(box.post_id, now))) - speakers
    return tuple(sorted(speakers | readers_among(publication, readers)))


def rounds_due(idea: Idea, now: datetime) -> int:
    """Return how many reminders of an idea are due by this instant."""
    if idea.answered_at or idea.joined_into_id:
        return 0
    if now >= idea.due_at:
        return LATE_ROUND
    return SOON_ROUND if now >= idea.due_at - REMIND_BEFORE else 0


def require_open(idea: Idea) -> None:
    """Check that an idea still accepts a status or an answer.

    Raises:
        Forbidden: it was merged with another idea, or withdrawn.
    """
    if idea.joined_into_id:
        raise Forbidden(_l("This idea has been merged with another. Continue there."))
    if idea.publication.withdrawn_at:
        raise Forbidden(_l("This item has been withdrawn and can no longer be changed."))


def concerned_ids(publication_id: UUID) -> tuple[UUID, ...]:
    """Return the ids of the idea's proposers, including merged ideas, and of its supporters."""
    twins = select(Idea.publication_id).where(Idea.joined_into_id == publication_id)
    authors = select(Publication.created_by_id).where(
        (Publication.id == publication_id) | Publication.id.in_(twins)
    )
    supporters = select(IdeaSupport.person_id).where(IdeaSupport.publication_id == publication_id)
    return tuple(sorted(db.session.scalars(union(authors, supporters))))


def short(row_id: UUID) -> str:
    """Return the end of an id, which tells rows apart in a notification key of limited length."""
    return row_id.hex[-16:]


def _step(work: Work, person: Person, idea: Idea, status: IdeaStatus, note: str) -> IdeaStep:
    step = IdeaStep(
        publication_id=idea.publication_id,
        status=status,
        note=note,
        at=clock.now(),
        by_id=person.id,
        post_id=idea.box.post_id,
    )
    work.add(step)
    idea.status = status
    taken = db.session.scalar(
        select(IdeaStep.id)
        .where(IdeaStep.publication_id == idea.publication_id)
        .offset(STEPS_LIMIT)
        .limit(1)
    )
    if taken is not None:
        raise Invalid(
            {
                "note": _l(
                    "The status of this idea has changed too many times. Write in the "
                    "discussion instead."
                )
            }
        )
    return step


def _tell(work: Work, person: Person, idea: Idea, why: str, key: str) -> None:
    people = tuple(one for one in concerned_ids(idea.publication_id) if one != person.id)
    if people:
        work.publish(
            Concerned(
                idea.publication_id,
                why,
                people,
                key,
                actor_id=person.id,
                actor_post_id=idea.box.post_id,
            )
        )
