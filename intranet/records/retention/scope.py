"""Content whose time is over under a rule, as conditions in SQL. The most specific rule decides."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Post
from intranet.publishing.publications.models import Publication
from intranet.records.retention.kinds import OF_MESSAGES
from intranet.records.retention.models import (
    AfterTerm,
    CountsFrom,
    FilePlan,
    FilePlanClass,
    RetentionRule,
    TermUnit,
)

MONTHS = 12


def rules_in_force(agency_id: UUID) -> Sequence[RetentionRule]:
    """Return the rules that apply in an agency."""
    asked = select(RetentionRule).where(
        RetentionRule.agency_id == agency_id,
        RetentionRule.approved_at.is_not(None),
        RetentionRule.ended_at.is_(None),
    )
    return db.session.scalars(asked.order_by(RetentionRule.proposed_at)).all()


def plan_in_force(agency_id: UUID) -> FilePlan | None:
    """Return the version of the file plan that applies, with its classes."""
    asked = select(FilePlan).where(
        FilePlan.agency_id == agency_id, FilePlan.approved_at.is_not(None)
    )
    newest = asked.order_by(FilePlan.number.desc()).limit(1)
    return db.session.scalar(newest.options(selectinload(FilePlan.classes)))


def classes_in_force(agency_id: UUID) -> Mapping[str, FilePlanClass]:
    """Return the classes of the file plan that applies, by code."""
    plan = plan_in_force(agency_id)
    return {row.code: row for row in plan.classes} if plan else {}


def due_before(
    rule: RetentionRule, classes: Mapping[str, FilePlanClass], now: datetime
) -> datetime | None:
    """Return the instant before which content is due under a rule; None if the rule keeps it.

    A class that the plan no longer has keeps everything.
    """
    if rule.days is not None:
        return now - timedelta(days=rule.days)
    found = classes.get(rule.class_code or "")
    if found is None or found.after == AfterTerm.KEEP or not found.term or not found.unit:
        return None
    return before(now, found.term, found.unit)


def before(now: datetime, term: int, unit: TermUnit) -> datetime:
    """Return the instant this term ago; the last day of a shorter month stands for its 31st."""
    if unit == TermUnit.DAYS:
        return now - timedelta(days=term)
    months = now.year * MONTHS + now.month - 1
    months -= term if unit == TermUnit.MONTHS else term * MONTHS
    year, month = divmod(months, MONTHS)
    year = max(year, 1)
    return now.replace(
        year=year, month=month + 1, day=min(now.day, calendar.monthrange(year, month + 1)[1])
    )


def counts_from_change(rule: RetentionRule, classes: Mapping[str, FilePlanClass]) -> bool:
    """Return whether the term counts from the last activity instead of the writing."""
    found = classes.get(rule.class_code or "") if rule.days is None else None
    return found is not None and found.counts_from == CountsFrom.CHANGED


def conversations_of(rule: RetentionRule, rules: Sequence[RetentionRule]) -> Select[UUID]:
    """Select the conversations in which a rule for messages decides."""
    kind = OF_MESSAGES[rule.kind]
    asked = select(Conversation.id).where(Conversation.kind == kind)
    spared = _narrower(rule, rules)
    match kind:
        case ConversationKind.CHANNEL:
            where = [Space.agency_id == rule.agency_id]
            where += [Space.id == rule.space_id] if rule.space_id else [Space.id.not_in(spared)]
            return asked.join(Space, Space.id == Conversation.space_id).where(*where)
        case ConversationKind.POST:
            return asked.join(Post, Post.id == Conversation.post_id).where(
                Post.agency_id == rule.agency_id
            )
        case ConversationKind.DISCUSSION:
            about = select(Publication.conversation_id).where(
                Publication.conversation_id.is_not(None), _in_space(rule, spared)
            )
            return asked.where(Conversation.id.in_(about))
    own = select(Post.id).where(Post.agency_id == rule.agency_id)
    said = select(Message.conversation_id).where(Message.post_id.in_(own))
    return asked.where(Conversation.id.in_(said))


def due_messages(
    rule: RetentionRule, at: datetime, *, from_change: bool = False
) -> ColumnElement[bool]:
    """Return the condition on `Message`, in a conversation of the rule, that its time is over.

    Direct messages belong to the agency as whose post they were written.
    """
    there = or_(Message.deleted_at.is_(None), Message.hidden_at.is_not(None))
    due = and_(Message.created_at < at, there)
    if from_change:
        silent = select(Conversation.id).where(Conversation.last_message_at < at)
        due = and_(due, Message.conversation_id.in_(silent))
    if OF_MESSAGES[rule.kind] != ConversationKind.DIRECT:
        return due
    own = select(Post.id).where(Post.agency_id == rule.agency_id)
    return and_(due, Message.post_id.in_(own))


def due_publications(
    rule: RetentionRule, rules: Sequence[RetentionRule], at: datetime, *, from_change: bool = False
) -> ColumnElement[bool]:
    """Return the condition on `Publication` that its time is over: drafts stay."""
    written = Publication.updated_at if from_change else Publication.published_at
    return and_(
        Publication.kind == rule.kind,
        Publication.published_at < at,
        written < at,
        Publication.expired_at.is_(None),
        _in_space(rule, _narrower(rule, rules)),
    )


def due_notifications(rule: RetentionRule, at: datetime) -> ColumnElement[bool]:
    """Return the condition on `Notification` that its time is over."""
    people = select(Account.person_id).where(Account.home_agency_id == rule.agency_id)
    return and_(Notification.created_at < at, Notification.person_id.in_(people))


def count(asked: Select[UUID]) -> int:
    """Count the rows of a query."""
    return db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0


def _in_space(rule: RetentionRule, spared: Sequence[UUID]) -> ColumnElement[bool]:
    of_agency = Publication.agency_id == rule.agency_id
    if rule.space_id:
        return and_(of_agency, Publication.space_id == rule.space_id)
    return and_(of_agency, Publication.space_id.not_in(spared))


def _narrower(rule: RetentionRule, rules: Sequence[RetentionRule]) -> Sequence[UUID]:
    """Return the spaces that have a rule of their own for this kind."""
    if rule.space_id:
        return []
    return [other.space_id for other in rules if other.kind == rule.kind and other.space_id]
