"""Criteria: accepted answers that an agency confirms, corrects, renews or marks as outdated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.questions.access import require_authority
from intranet.collaboration.questions.models import CRITERION, Criterion, Question, QuestionState
from intranet.collaboration.questions.operations.answering import (
    lock_question,
    people_to_notify,
    require_open,
)
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speakers_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text, require_days, required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.queries import topics_of
from intranet.publishing.publications.versions import with_working_copy
from intranet.publishing.publications.voices import PublicationVoice

LAW_LIMIT = 300
WHY_LIMIT = 300


@dataclass(frozen=True)
class Validity:
    """The legal basis of a criterion, its last day, and the day of its review."""

    law: str = ""
    valid_until: date | None = None
    review_on: date | None = None


def confirm_answer(
    person: Person,
    question: Question,
    texts: Mapping[str, Written],
    validity: Validity,
    *,
    post_id: UUID | None = None,
    topics: Sequence[str] = (),
) -> Criterion:
    """Make the accepted answer a criterion of the person's agency, in words of its own.

    Args:
        post_id: the post that confirms; by default the first for which the person may confirm.

    Raises:
        Forbidden: the person may not confirm, no answer is accepted, or the question was merged
            or withdrawn.
        Invalid: a text or day is not allowed, or the agency already has a criterion on it.
    """
    with unit_of_work() as work:
        lock_question(work, question)
        voice = require_authority(person, question, post_id)
        require_open(question)
        if question.accepted_message_id is None:
            raise Forbidden(_l("The person who asked has not accepted an answer yet."))
        _require_none(question, voice)
        criterion = _write(work, person, question, voice, texts, validity, topics)
        criterion.message_id = question.accepted_message_id
        question.state = QuestionState.CONFIRMED
        people = {*people_to_notify(question, {person.id})}
        if question.accepted_message:
            people.add(question.accepted_message.author_id)
        told = tuple(sorted(people - {person.id}))
        work.publish(_by_post(criterion, person, "confirmed", told))
    return criterion


def correct_criterion(
    person: Person,
    criterion: Criterion,
    texts: Mapping[str, Written],
    validity: Validity,
    note: str,
    *,
    edition: int,
) -> None:
    """Correct a criterion. The previous text stays in its history.

    Raises:
        Forbidden: the person does not act for the post that confirmed it, or it is outdated.
        Conflict: another person changed it meanwhile.
        Invalid: a text, day or note is not allowed.
    """
    validity = _checked(validity, clock.today(criterion.publication.agency.time_zone))
    with unit_of_work() as work:
        work.lock(criterion.publication)
        require_writer(person, criterion.publication)
        db.session.refresh(criterion)
        if criterion.outdated_at:
            raise Forbidden(_l("This criterion is outdated. Renew it instead."))
        publication = with_working_copy(criterion.publication)
        topics = tuple(row.function_code for row in publication.topics)
        choices = Choices(topics=topics)
        save_draft(person, publication, texts, choices, edition=edition)
        correct(person, publication, note, edition=publication.edition, asks_again=False)
        criterion.law, criterion.valid_until = validity.law, validity.valid_until
        if criterion.review_on != validity.review_on:
            criterion.review_on, criterion.review_told_at = validity.review_on, None


def mark_outdated(person: Person, criterion: Criterion, why: str) -> None:
    """Mark a criterion as outdated, with a reason. Idempotent.

    Raises:
        Forbidden: the person does not act for the post that confirmed it.
        Invalid: no reason is given.
    """
    why = required_text(why, "why", WHY_LIMIT)
    with unit_of_work() as work:
        work.lock(criterion.publication)
        require_writer(person, criterion.publication)
        db.session.refresh(criterion)
        if criterion.outdated_at:
            return
        _end(criterion, person, why)
        question = db.session.get_one(Question, criterion.question_id)
        told = people_to_notify(question, {person.id})
        work.publish(_by_post(criterion, person, "outdated", told))


def renew_criterion(
    person: Person,
    criterion: Criterion,
    texts: Mapping[str, Written],
    validity: Validity,
    why: str = "",
) -> Criterion:
    """Confirm a new criterion in place of an old one, which is marked as outdated.

    Raises:
        Forbidden: the person has no authority for it, or it was renewed already.
        Invalid: a text or day is not allowed.
    """
    why = optional_text(why, "why", WHY_LIMIT)
    with unit_of_work() as work:
        question = db.session.get_one(Question, criterion.question_id)
        lock_question(work, question)
        work.lock(criterion.publication)
        db.session.refresh(criterion)
        publication = criterion.publication
        require_writer(person, publication)
        voice = require_authority(person, question, publication.post_id)
        if renewed_by(criterion):
            raise Forbidden(_l("This criterion has already been renewed."))
        codes = [topic.code for topic in topics_of(publication)]
        made = _write(work, person, question, voice, texts, validity, codes)
        made.message_id, made.renews_id = criterion.message_id, criterion.publication_id
        if criterion.outdated_at is None:
            _end(criterion, person, why)
        told = people_to_notify(question, {person.id})
        work.publish(_by_post(made, person, "renewed", told))
    return made


def _by_post(criterion: Criterion, person: Person, why: str, told: tuple[UUID, ...]) -> Concerned:
    """Return the event of an act on a criterion, in the name of its post."""
    return Concerned(
        criterion.publication_id,
        why,
        told,
        actor_id=person.id,
        actor_post_id=criterion.publication.post_id,
    )


def remind_of_review(criterion: Criterion) -> None:
    """Remind the people who act for the criterion's post that its review is due, once."""
    with unit_of_work() as work:
        work.lock(criterion.publication)
        db.session.refresh(criterion)
        if criterion.review_told_at:
            return
        criterion.review_told_at = clock.now()
        speaking = db.session.scalars(speakers_of(criterion.publication.post_id, clock.now()))
        key = str(criterion.review_on)
        work.publish(
            Concerned(criterion.publication_id, "review", tuple(sorted(set(speaking))), key)
        )


def renewed_by(criterion: Criterion) -> Criterion | None:
    """Return the criterion that replaces this one, if there is one."""
    asked = select(Criterion).where(Criterion.renews_id == criterion.publication_id)
    return db.session.scalar(asked)


def _write(  # noqa: PLR0917 - what a criterion is made of
    work: Work,
    person: Person,
    question: Question,
    voice: PublicationVoice,
    texts: Mapping[str, Written],
    validity: Validity,
    topics: Sequence[str],
) -> Criterion:
    today = clock.today(voice.agency.time_zone)
    validity = _checked(validity, today)
    asked = question.publication
    is_wide = asked.visibility in {Visibility.NETWORK, Visibility.PUBLIC}
    publication = contribute(
        person,
        CRITERION,
        voice.space,
        voice.post,
        texts,
        visibility=Visibility.NETWORK if is_wide else Visibility.AGENCY,
        topics=topics or [topic.code for topic in topics_of(asked)],
        has_discussion=False,
    )
    criterion = Criterion(
        publication_id=publication.id,
        publication=publication,
        question_id=question.publication_id,
        law=validity.law,
        confirmed_at=clock.now(),
        confirmed_on=today,
        valid_until=validity.valid_until,
        review_on=validity.review_on,
    )
    work.add(criterion)
    work.flush()
    return criterion


def _end(criterion: Criterion, person: Person, why: str) -> None:
    criterion.outdated_at, criterion.outdated_by_id = clock.now(), person.id
    criterion.outdated_why = why


def _require_none(question: Question, voice: PublicationVoice) -> None:
    standing = select(Criterion.publication_id).where(
        Criterion.question_id == question.publication_id,
        Criterion.outdated_at.is_(None),
        Criterion.publication_id.in_(
            select(Publication.id).where(
                Publication.agency_id == voice.space.agency_id, Publication.withdrawn_at.is_(None)
            )
        ),
    )
    if db.session.scalar(standing.limit(1)):
        words = _l(
            "Your administration already has a criterion on this question. Correct "
            "or renew that criterion."
        )
        raise Invalid({"title": words})


def _checked(validity: Validity, today: date) -> Validity:
    law = optional_line(validity.law, "law", LAW_LIMIT)
    require_days(valid_until=validity.valid_until, review_on=validity.review_on)
    reasons: dict[str, Words] = {}
    if validity.valid_until and validity.valid_until < today:
        reasons["valid_until"] = _l("This date has passed. Choose a later one.")
    if validity.review_on and validity.valid_until and validity.review_on > validity.valid_until:
        reasons["review_on"] = _l(
            "The criterion will no longer be valid on that day. Choose an earlier day."
        )
    if reasons:
        raise Invalid(reasons)
    return Validity(law, validity.valid_until, validity.review_on)
