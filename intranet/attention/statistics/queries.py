"""Counting a week of an agency, and reading the counted weeks."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select

from intranet.attention.statistics.models import Week
from intranet.collaboration.questions.models import QUESTION
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.models import Account, AccountState, SignIn
from intranet.organisation.agencies.models import Agency, Post
from intranet.platform.core import clock
from intranet.publishing.publications.models import Publication

MIN_PEOPLE = 10
"""Counts of fewer people than this, or of all but fewer, are withheld."""
MAX_WEEKS = 26


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def last_whole_week(agency: Agency) -> date:
    """Return the Monday of the week that ended last, by the agency's clock."""
    return monday_of(clock.today(agency.time_zone)) - timedelta(days=7)


def count_week(agency: Agency, starts_on: date) -> Week:
    """Return a week of an agency as it is stored, without numbers of few people."""
    start, end = _instants(agency, starts_on)
    people = _number(
        select(func.count()).where(
            Account.home_agency_id == agency.id, Account.state == AccountState.ACTIVE
        )
    )
    readers = _number(
        select(func.count(SignIn.account_id.distinct()))
        .join(Account, Account.id == SignIn.account_id)
        .where(
            Account.home_agency_id == agency.id,
            SignIn.created_at < end,
            SignIn.last_used_at >= start,
        )
    )
    messages = _pair(
        Message.id,
        Message.author_id,
        Message.created_at.between(start, end),
        Message.deleted_at.is_(None),
        Message.post_id.in_(select(Post.id).where(Post.agency_id == agency.id)),
    )
    of_agency = (Publication.agency_id == agency.id, Publication.published_at.between(start, end))
    questions = _pair(
        Publication.id,
        Publication.created_by_id,
        *of_agency,
        Publication.kind == QUESTION,
    )
    publications = _number(select(func.count()).where(*of_agency, Publication.kind != QUESTION))
    asked = _of_many(*questions)
    return Week(
        agency_id=agency.id,
        starts_on=starts_on,
        readers=_of_people(readers, people),
        messages=_of_many(*messages),
        publications=publications if people >= MIN_PEOPLE else None,
        questions=asked,
        hours_to_answer=_hours_to_answer(agency.id, start, end) if asked else None,
    )


def weeks_of(agency_id: UUID) -> Sequence[Week]:
    """Return the counted weeks of the last half year, the earliest first."""
    rows = db.session.scalars(
        select(Week)
        .where(Week.agency_id == agency_id)
        .order_by(Week.starts_on.desc())
        .limit(MAX_WEEKS)
    ).all()
    return rows[::-1]


def uncounted(limit: int) -> Sequence[Agency]:
    """Return agencies in the order of their last counted week, the longest ago first."""
    last = select(func.max(Week.starts_on)).where(Week.agency_id == Agency.id).scalar_subquery()
    return db.session.scalars(
        select(Agency).order_by(func.coalesce(last, date(1900, 1, 1)), Agency.id).limit(limit)
    ).all()


def _hours_to_answer(agency_id: UUID, start: datetime, end: datetime) -> int | None:
    """Return the median time to the first answer in the discussion, of questions that have one."""
    answered = db.session.execute(
        select(Publication.published_at, func.min(Message.created_at))
        .join(Message, Message.conversation_id == Publication.conversation_id)
        .where(
            Publication.agency_id == agency_id,
            Publication.kind == QUESTION,
            Publication.published_at.between(start, end),
            Message.author_id != Publication.created_by_id,
            Message.deleted_at.is_(None),
        )
        .group_by(Publication.id, Publication.published_at)
    ).all()
    if len(answered) < MIN_PEOPLE:
        return None
    waited = [(at - asked_at).total_seconds() / 3600 for asked_at, at in answered if asked_at]
    return round(float(median(waited)))


def _of_people(count: int, everybody: int) -> int | None:
    """Return the number; None if it, or the rest, is so small that it could identify people."""
    others = everybody - count
    return count if count >= MIN_PEOPLE and (others <= 0 or others >= MIN_PEOPLE) else None


def _of_many(count: int, people: int) -> int | None:
    """Return the number of things; None if too few people made them."""
    return count if people >= MIN_PEOPLE else None


def _pair(
    things: ColumnElement[Any] | Any, people: Any, *conditions: ColumnElement[bool]
) -> tuple[int, int]:
    asked = select(func.count(things), func.count(people.distinct())).where(*conditions)
    count, number = db.session.execute(asked).one()
    return count, number


def _number(asked: Select[Any]) -> int:
    return db.session.scalar(asked) or 0


def _instants(agency: Agency, starts_on: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(agency.time_zone)
    first = datetime.combine(starts_on, time(), tzinfo=zone)
    last = datetime.combine(starts_on + timedelta(days=7), time(), tzinfo=zone)
    return first, last - timedelta(microseconds=1)
