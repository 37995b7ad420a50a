"""Questions and criteria as pages show them, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from flask import url_for

from intranet.collaboration.questions.models import (
    Criterion,
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.collaboration.questions.queries import CriterionListEntry, QuestionListEntry
from intranet.finding.counterparts.ranking_models import CounterpartReason
from intranet.finding.counterparts.reasons import from_data, in_words
from intranet.platform.core import clock
from intranet.platform.core.web import current_language, site_address
from intranet.publishing.publications.models import (
    Publication,
    PublicationState,
    PublicationVersion,
)
from intranet.publishing.publications.view_models import author_line, text_of

SHOWN_IN_DAYS_FROM = timedelta(days=2)


@dataclass(frozen=True)
class QuestionRow:
    """A question in a list."""

    id: UUID
    title: str
    language: str
    summary: str
    by: str
    agency: str
    at: datetime
    state: QuestionState
    answers: int
    first_answer: str
    is_withdrawn: bool

    @property
    def href(self) -> str:
        """The address of the question."""
        return url_for("questions.show", publication_id=self.id)


@dataclass(frozen=True)
class CriterionRow:
    """A criterion, in a list and at the head of its page."""

    id: UUID
    question_id: UUID
    title: str
    language: str
    summary: str
    agency: str
    by: str
    law: str
    confirmed: str
    confirmed_on: date
    valid_until: date | None
    review_on: date | None
    is_outdated: bool
    awaits_review: bool
    outdated_on: date | None
    outdated_why: str
    version: int

    @property
    def href(self) -> str:
        """The address of the criterion."""
        return url_for("criteria.show", publication_id=self.id)

    @property
    def address(self) -> str:
        """The full, permanent address of the criterion, for citations."""
        return site_address(self.href)


def question_rows(found: Iterable[QuestionListEntry]) -> list[QuestionRow]:
    """Return questions as rows of a list, in their order."""
    return [question_row(one.question, one.version) for one in found]


def question_row(question: Question, version: PublicationVersion) -> QuestionRow:
    """Return a question as a row of a list."""
    publication = question.publication
    own, language = publication.agency.language, current_language()
    return QuestionRow(
        id=publication.id,
        title=version.title.text(language, own),
        language=version.title.language(language, own),
        summary=version.summary.text(language, own),
        by=author_line(publication),
        agency=agency_of(publication),
        at=question.asked_at,
        state=question.state,
        answers=question.answers,
        first_answer=first_answer(question),
        is_withdrawn=publication.state(clock.now()) == PublicationState.WITHDRAWN,
    )


def agency_of(publication: Publication) -> str:
    """Return the name of the publication's agency; empty where that would reveal the author."""
    if publication.is_unnamed:
        return ""
    return text_of(publication.agency.name, publication.agency.language)


def first_answer(question: Question) -> str:
    """Return the time until the first answer, in words; empty where there is none yet."""
    if question.first_answer_at is None:
        return ""
    return duration(question.first_answer_at - question.asked_at)


def duration(time: timedelta) -> str:
    """Return a duration in words: in minutes, in hours, or from two days on in days."""
    granularity: Literal["day", "hour", "minute"] = "minute"
    if time >= SHOWN_IN_DAYS_FROM:
        granularity = "day"
    elif time >= timedelta(hours=1):
        granularity = "hour"
    locale = current_language()
    return format_timedelta(time, granularity=granularity, threshold=1000, locale=locale)


def criterion_rows(found: Iterable[CriterionListEntry]) -> list[CriterionRow]:
    """Return criteria as rows of a list, in their order."""
    return [criterion_row(one.criterion, one.version) for one in found]


def criterion_row(criterion: Criterion, version: PublicationVersion) -> CriterionRow:
    """Return a criterion as a row of a list."""
    publication = criterion.publication
    own, language = publication.agency.language, current_language()
    today = clock.today(publication.agency.time_zone)
    return CriterionRow(
        id=publication.id,
        question_id=criterion.question_id,
        title=version.title.text(language, own),
        language=version.title.language(language, own),
        summary=version.summary.text(language, own),
        agency=text_of(publication.agency.name, own),
        by=text_of(publication.post.title, own),
        law=criterion.law,
        confirmed=format_date(criterion.confirmed_on, "long", locale=language),
        confirmed_on=criterion.confirmed_on,
        valid_until=criterion.valid_until,
        review_on=criterion.review_on,
        is_outdated=criterion.is_outdated(today),
        awaits_review=criterion.awaits_review(today),
        outdated_on=_outdated_on(criterion, publication),
        outdated_why=criterion.outdated_why,
        version=publication.version,
    )


def why_asked(route: QuestionRoute) -> str:
    """Describe why a person was asked, from the reasons stored at the time."""
    reasons = [
        CounterpartReason(one.why, one.points, one.about, was_asked=False)
        for one in from_data(route.reasons)
    ]
    words = [text for one in reasons if (text := in_words(one))]
    return " · ".join(dict.fromkeys(words))


def request_to(routes: Sequence[QuestionRoute], person_id: UUID) -> QuestionRoute | None:
    """Return the request to a person among `routes`, if there is one."""
    return next((route for route in routes if route.person_id == person_id), None)


def _outdated_on(criterion: Criterion, publication: Publication) -> date | None:
    if criterion.outdated_at:
        return criterion.outdated_at.astimezone(ZoneInfo(publication.agency.time_zone)).date()
    return criterion.valid_until
