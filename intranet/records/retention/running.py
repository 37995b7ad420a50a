"""Apply the rules of an agency in small batches that posting hardly notices.

Each batch is a transaction of its own. It asks again whether the rule applies, whether it was
stopped, and what is held: a hold placed while a run goes on is obeyed from the next batch. What was
removed is not due any more, so a run that was cut off simply goes on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    false,
    select,
    update,
)

from intranet.attention.notifications.models import Delivery, Notification
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.expiring import expire_messages, forget_answers_about_expired
from intranet.messaging.messages.models import Message
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared, write
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.types import among, id_parameter
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.expiring import expire_publication
from intranet.records.holds.gate import pass_gate
from intranet.records.holds.scope import held_messages, held_publications, hold_marks
from intranet.records.retention.kinds import NOTIFICATION, OF_MESSAGES
from intranet.records.retention.models import (
    FilePlanClass,
    RetentionHalt,
    RetentionRule,
    RetentionRun,
)
from intranet.records.retention.pacing import Pacer
from intranet.records.retention.scope import (
    classes_in_force,
    conversations_of,
    count,
    counts_from_change,
    due_before,
    due_messages,
    due_notifications,
    due_publications,
    rules_in_force,
)

RUN: Final = "retention.run"
EVERY = timedelta(hours=24)


class StoppedError(Exception):
    """The removal was stopped, or a rule no longer applies."""


@dataclass
class Spared:
    """The condition for what holds cover, and what is built on it, until other holds run."""

    marks: tuple[object, ...] | None = None
    condition: ColumnElement[bool] = field(default_factory=false)
    statements: dict[str, Select[Any]] = field(default_factory=dict)

    def now(self, held: Callable[[], ColumnElement[bool]]) -> ColumnElement[bool]:
        """Return the condition for the holds that run in this transaction."""
        marks = hold_marks()
        if marks != self.marks:
            self.marks, self.condition, self.statements = marks, held(), {}
        return self.condition


@dataclass(frozen=True)
class RuleAtWork:
    """A rule with everything that a batch needs of it, without reading its row again."""

    run_id: UUID
    rule: RetentionRule
    rule_id: UUID
    agency_id: UUID
    title: str
    rules: Sequence[RetentionRule]
    at: datetime
    from_change: bool
    removed: dict[str, int]
    spared: Spared = field(default_factory=Spared)


def run_all() -> None:
    """Begin a run in each agency that has rules and whose last run began a day ago."""
    in_force = RetentionRule.approved_at.is_not(None), RetentionRule.ended_at.is_(None)
    agencies = select(RetentionRule.agency_id).where(*in_force)
    for agency_id in db.session.scalars(agencies.distinct()).all():
        begin(agency_id)


def begin(agency_id: UUID) -> RetentionRun | None:
    """Begin a run, unless removal is stopped or one began within a day."""
    with unit_of_work() as work:
        pass_gate(work)
        if db.session.get(RetentionHalt, agency_id):
            return None
        recent = select(RetentionRun.id).where(
            RetentionRun.agency_id == agency_id, RetentionRun.began_at > clock.now() - EVERY
        )
        if db.session.scalar(recent.limit(1)):
            return None
        run = RetentionRun(agency_id=agency_id)
        work.add(run)
        work.flush()
        enqueue(work, RUN, {"run_id": str(run.id)})
        record("retention.run", agency_id=agency_id, actor_id=None, subject=("retention", run.id))
    return run


@handler(RUN, pace=Pace.LONG)
def carry_out(payload: Mapping[str, Any]) -> None:
    """Apply all rules of an agency, until everything due is gone or somebody stops it."""
    run = db.session.get_one(RetentionRun, UUID(payload["run_id"]))
    if run.finished_at:
        return
    works = at_work(run)
    if not run.due:
        _note(run.id, due=sum(count(_removable_ids(one)) for one in works))
    pacer = Pacer.of_database()
    try:
        for one in works:
            _apply(one, pacer)
    except StoppedError:
        _note(run.id, was_stopped=True)
    forget_answers_about_expired()
    _note(run.id, finished_at=clock.now(), passed_over=sum(count(due_ids(one)) for one in works))


def at_work(run: RetentionRun, extra: Sequence[RetentionRule] = ()) -> list[RuleAtWork]:
    """Return the rules that remove something, with the instant before which it is due.

    Args:
        extra: proposed rules to be counted as if they were in force.
    """
    rules = [*rules_in_force(run.agency_id), *extra]
    classes: Mapping[str, FilePlanClass] = classes_in_force(run.agency_id)
    found = []
    removed = dict(run.removed)
    for rule in rules:
        at = due_before(rule, classes, run.began_at)
        if at is not None:
            from_change = counts_from_change(rule, classes)
            which = (run.id, rule, rule.id, rule.agency_id, rule.title)
            found.append(RuleAtWork(*which, rules, at, from_change, removed))
    return found


def due_ids(one: RuleAtWork) -> Any:
    """Select the ids of everything that is due under a rule, held or not."""
    if one.rule.kind == NOTIFICATION:
        return select(Notification.id).where(due_notifications(one.rule, one.at))
    if one.rule.kind in OF_MESSAGES:
        there = Message.conversation_id.in_(conversations_of(one.rule, one.rules))
        return select(Message.id).where(there, _due_messages(one))
    due = due_publications(one.rule, one.rules, one.at, from_change=one.from_change)
    return select(Publication.id).where(due)


def _removable_ids(one: RuleAtWork) -> Any:
    """Select the ids of what is due and not held now, so that nobody counts what is held."""
    if one.rule.kind == NOTIFICATION:
        return due_ids(one)
    held = held_messages if one.rule.kind in OF_MESSAGES else held_publications
    return due_ids(one).where(~one.spared.now(held))


def _due_messages(one: RuleAtWork) -> ColumnElement[bool]:
    return due_messages(one.rule, one.at, from_change=one.from_change)


def _apply(one: RuleAtWork, pacer: Pacer) -> None:
    if one.rule.kind in OF_MESSAGES:
        ids = db.session.scalars(conversations_of(one.rule, one.rules)).all()
        for conversation_id in ids:
            _in_batches(pacer, _Conversation(one, conversation_id))
    elif one.rule.kind == NOTIFICATION:
        _in_batches(pacer, _Notifications(one))
    else:
        _in_batches(pacer, _Publications(one))


def _in_batches(pacer: Pacer, remove_some: Callable[[Pacer], bool]) -> None:
    is_over = False
    while not is_over:
        with pacer.batch():
            is_over = remove_some(pacer)


@dataclass
class _Conversation:
    """Removes messages of one conversation, the oldest first.

    They are looked for before anything is locked, since thousands may be held, or gone already.
    Under the lock it is asked again whether these few still are.
    """

    one: RuleAtWork
    conversation_id: UUID
    after_seq: int = 0

    def __call__(self, pacer: Pacer) -> bool:
        size = pacer.size
        self.one.spared.now(held_messages)
        after = {"conversation_id": self.conversation_id, "after_seq": self.after_seq}
        rows = execute_prepared(self._due("found"), **after, size=size).all()
        db.session.rollback()
        if not rows:
            return True
        with unit_of_work() as work:
            pacer.begins(len(rows))
            conversation = work.locked(Conversation, self.conversation_id)
            _check(work, self.one)
            spared = self.one.spared.now(held_messages)
            found = [row.id for row in rows]
            ids = execute_prepared(self._due("still"), ids=found).scalars().all()
            expire_messages(work, conversation, ids, under=self.one.title, spared=spared)
            _add(self.one, len(ids))
        self.after_seq = rows[-1].seq
        if len(rows) < size:
            return True
        pacer.adapt()
        return False

    def _due(self, which: str) -> Select[Any]:
        """Return a statement for what is due and not held, built once for all batches."""
        spared = self.one.spared
        if which not in spared.statements:
            due = and_(_due_messages(self.one), ~spared.condition)
            later = (
                Message.conversation_id == id_parameter("conversation_id"),
                Message.seq > bindparam("after_seq"),
            )
            found = cast("Select[Any]", select(Message.id, Message.seq).where(*later, due))
            spared.statements = {
                "found": found.order_by(Message.seq).limit(bindparam("size", type_=Integer)),
                "still": select(Message.id).where(among(Message.id, "ids"), due),
            }
        return spared.statements[which]


@dataclass
class _Publications:
    """Removes publications, one in each transaction."""

    one: RuleAtWork
    done: set[UUID] = field(default_factory=set)

    def __call__(self, _pacer: Pacer) -> bool:
        asked = _removable_ids(self.one).where(Publication.id.not_in(self.done))
        found: UUID | None = db.session.scalar(asked.limit(1))
        if found is None:
            db.session.rollback()
            return True
        self.done.add(found)
        with unit_of_work() as work:
            publication = work.locked(Publication, found)
            if publication.conversation_id:
                work.locked(Conversation, publication.conversation_id)
            _check(work, self.one)
            spared = self.one.spared.now(held_publications)
            still = due_ids(self.one).where(Publication.id == found, ~spared)
            if db.session.scalar(still) is not None:
                expire_publication(work, publication, under=self.one.title)
                _add(self.one, 1)
        return False


@dataclass
class _Notifications:
    """Deletes notifications; they hold no words of anybody."""

    one: RuleAtWork

    def __call__(self, pacer: Pacer) -> bool:
        size = pacer.size
        with unit_of_work() as work:
            pacer.begins(size)
            _check(work, self.one)
            ids = db.session.scalars(due_ids(self.one).limit(size)).all()
            db.session.execute(delete(Delivery).where(Delivery.notification_id.in_(ids)))
            db.session.execute(delete(Notification).where(Notification.id.in_(ids)))
            _add(self.one, len(ids))
        pacer.adapt()
        return len(ids) < size


def _check(work: Work, one: RuleAtWork) -> None:
    """Pass the gate, and check that the rule still applies.

    Raises:
        StoppedError: the removal was stopped, or the rule ended.
    """
    pass_gate(work)
    still = execute_prepared(_still_applies(), rule_id=one.rule_id, of_id=one.agency_id)
    if still.first() is None:
        raise StoppedError


def _add(one: RuleAtWork, number: int) -> None:
    """Count what a batch removed, in its transaction. Only one process works on a run."""
    key = str(one.rule_id)
    one.removed[key] = one.removed.get(key, 0) + number
    write(_counting(), [{"run_id": one.run_id, "counts": one.removed}])


@cache
def _still_applies() -> Select[UUID]:
    halted = select(RetentionHalt.agency_id).where(RetentionHalt.agency_id == id_parameter("of_id"))
    return select(RetentionRule.id).where(
        RetentionRule.id == id_parameter("rule_id"),
        RetentionRule.approved_at.is_not(None),
        RetentionRule.ended_at.is_(None),
        ~halted.exists(),
    )


@cache
def _counting() -> Update:
    table = cast("Table", RetentionRun.__table__)
    counts = bindparam("counts", type_=JSON)
    return update(table).where(table.c.id == id_parameter("run_id")).values(removed=counts)


def _note(run_id: UUID, **values: object) -> None:
    with unit_of_work():
        run = db.session.get_one(RetentionRun, run_id)
        for name, value in values.items():
            setattr(run, name, value)
