"""Apply the rules of an agency in small batches that posting hardly notices.

Each batch is a transaction of its own. It asks again whether the rule applies, whether somebody
stopped the removal, and what is held: a hold that is placed while a run goes on is obeyed from the
next batch. What was removed is not due any more, so a run that was cut off simply goes on.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    false,
    select,
    update,
)

from intranet.attention.notifications.models import Delivery, Notification
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.expiring import expire_messages
from intranet.messaging.messages.models import Message
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared, write
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.outbox_claims import go_on
from intranet.platform.core.types import id_parameter
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
    """The condition for what holds cover, built anew only when other holds run."""

    marks: tuple[object, ...] | None = None
    condition: ColumnElement[bool] = field(default_factory=false)

    def now(self, held: Callable[[], ColumnElement[bool]]) -> ColumnElement[bool]:
        """Return the condition for the holds that run in this transaction."""
        marks = hold_marks()
        if marks != self.marks:
            self.marks, self.condition = marks, held()
        return self.condition


@dataclass(frozen=True)
class RuleAtWork:
    """A rule with everything that a batch needs of it."""

    run_id: UUID
    rule: RetentionRule
    rules: Sequence[RetentionRule]
    at: datetime
    from_change: bool
    removed: dict[str, int]
    spared: Spared = field(default_factory=Spared)


def run_all() -> None:
    """Begin a run in each agency that has rules and whose last run began a day ago."""
    agencies = select(RetentionRule.agency_id).where(
        RetentionRule.approved_at.is_not(None), RetentionRule.ended_at.is_(None)
    )
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
        _note(run.id, due=sum(_due_count(one) for one in works))
    pacer = Pacer()
    try:
        for one in works:
            _apply(one, pacer)
    except StoppedError:
        _note(run.id, was_stopped=True)
    _note(run.id, finished_at=clock.now(), passed_over=sum(_due_count(one) for one in works))


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
            found.append(RuleAtWork(run.id, rule, rules, at, from_change, removed))
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


def _due_count(one: RuleAtWork) -> int:
    return count(due_ids(one))


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


def _in_batches(pacer: Pacer, remove_some: Callable[[int], bool]) -> None:
    while True:
        go_on()
        began = time.monotonic()
        is_over = remove_some(pacer.size)
        pacer.after(time.monotonic() - began)
        if is_over:
            return


@dataclass
class _Conversation:
    """Removes messages of one conversation, the oldest first."""

    one: RuleAtWork
    conversation_id: UUID
    after_seq: int = 0

    def __call__(self, size: int) -> bool:
        due = select(Message.id, Message.seq).where(
            Message.conversation_id == self.conversation_id, _due_messages(self.one)
        )
        # Most conversations have nothing that is due: look before locking anything.
        if not self.after_seq and db.session.execute(due.limit(1)).first() is None:
            db.session.rollback()
            return True
        with unit_of_work() as work:
            conversation = work.locked(Conversation, self.conversation_id)
            spared = _checked(work, self.one, held_messages)
            some = due.where(Message.seq > self.after_seq, ~spared).order_by(Message.seq)
            rows = db.session.execute(some.limit(size)).all()
            if not rows:
                return True
            ids = [row.id for row in rows]
            under = self.one.rule.title
            expire_messages(work, conversation, ids, under=under, spared=spared)
            _add(self.one, len(ids))
        self.after_seq = rows[-1].seq
        return len(rows) < size


@dataclass
class _Publications:
    """Removes publications, one in each transaction."""

    one: RuleAtWork
    done: set[UUID] = field(default_factory=set)

    def __call__(self, _size: int) -> bool:
        asked = due_ids(self.one).where(~held_publications(), Publication.id.not_in(self.done))
        found: UUID | None = db.session.scalar(asked.limit(1))
        if found is None:
            db.session.rollback()
            return True
        self.done.add(found)
        with unit_of_work() as work:
            publication = work.locked(Publication, found)
            if publication.conversation_id:
                work.locked(Conversation, publication.conversation_id)
            spared = _checked(work, self.one, held_publications)
            still = due_ids(self.one).where(Publication.id == found, ~spared)
            if db.session.scalar(still) is not None:
                expire_publication(work, publication, under=self.one.rule.title)
                _add(self.one, 1)
        return False


@dataclass
class _Notifications:
    """Deletes notifications; they hold no words of anybody."""

    one: RuleAtWork

    def __call__(self, size: int) -> bool:
        with unit_of_work() as work:
            _checked(work, self.one, held_messages)
            ids = db.session.scalars(due_ids(self.one).limit(size)).all()
            db.session.execute(delete(Delivery).where(Delivery.notification_id.in_(ids)))
            db.session.execute(delete(Notification).where(Notification.id.in_(ids)))
            _add(self.one, len(ids))
        return len(ids) < size


def _checked(
    work: Work, one: RuleAtWork, held: Callable[[], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Pass the gate, check that the rule still applies, and return what is held now.

    Raises:
        StoppedError: the removal was stopped, or the rule ended.
    """
    pass_gate(work)
    still = execute_prepared(_still_applies(), rule_id=one.rule.id, of_id=one.rule.agency_id)
    if still.first() is None:
        raise StoppedError
    return one.spared.now(held)


def _add(one: RuleAtWork, number: int) -> None:
    """Count what a batch removed, in its transaction. Only one process works on a run."""
    key = str(one.rule.id)
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
