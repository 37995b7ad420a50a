"""Rules and file plans, proposed by one person and set in force by another; stopping removal."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from intranet.extensions import db
from intranet.messaging.messages.models import RULE_LIMIT
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.holds.gate import pass_gate
from intranet.records.retention.kinds import WITHOUT_SPACE, content_kinds
from intranet.records.retention.models import (
    FilePlan,
    FilePlanClass,
    RetentionHalt,
    RetentionRule,
)
from intranet.records.retention.plan_files import PlanLine
from intranet.records.retention.scope import classes_in_force

RULES_LIMIT = 200
MAX_DAYS = 36_500
OTHER = _l("A second person has to decide this: not the one who asked for it.")


@dataclass(frozen=True)
class RuleTerms:
    """A rule as proposed: days, a class of the file plan, or neither to keep everything."""

    title: str
    kind: str
    space: Space | None
    days: int | None
    class_code: str | None


def propose_rule(actor: Person, agency: Agency, terms: RuleTerms) -> RetentionRule:
    """Propose a rule; it removes nothing until another person sets it in force.

    Raises:
        Forbidden: the actor does not keep the agency's records.
        Invalid: a part is missing or not possible.
    """
    with unit_of_work() as work:
        require_right(actor, Act.KEEP_RECORDS, agency.id)
        title = required_line(terms.title, "title", RULE_LIMIT)
        _require_sound(agency, terms)
        there = select(func.count()).where(
            RetentionRule.agency_id == agency.id, RetentionRule.ended_at.is_(None)
        )
        if (db.session.scalar(there) or 0) >= RULES_LIMIT:
            raise Invalid({"title": _l("There are too many rules (%(limit)s).", limit=RULES_LIMIT)})
        rule = RetentionRule(
            agency_id=agency.id,
            title=title,
            kind=terms.kind,
            space_id=terms.space.id if terms.space else None,
            days=terms.days,
            class_code=terms.class_code,
            proposed_by_id=actor.id,
        )
        work.add(rule)
        work.flush()
        _note("retention.propose", rule, actor)
    return rule


def approve_rule(actor: Person, rule: RetentionRule) -> None:
    """Set a proposed rule in force; it replaces the one for the same kind and space.

    Raises:
        Forbidden: the actor proposed it, or may not approve.
        Conflict: it is not waiting.
    """
    with unit_of_work() as work:
        work.lock(rule)
        _require_second(actor, rule.agency_id, rule.proposed_by_id)
        if rule.approved_at or rule.ended_at:
            raise Conflict(_l("This does not wait for a decision any more."))
        pass_gate(work)
        now = clock.now()
        before = update(RetentionRule).where(
            RetentionRule.agency_id == rule.agency_id,
            RetentionRule.kind == rule.kind,
            RetentionRule.space_id.is_(None)
            if rule.space_id is None
            else RetentionRule.space_id == rule.space_id,
            RetentionRule.approved_at.is_not(None),
            RetentionRule.ended_at.is_(None),
        )
        db.session.execute(before.values(ended_at=now, ended_by_id=actor.id))
        rule.approved_at, rule.approved_by_id = now, actor.id
        _note("retention.approve", rule, actor)


def ask_end(actor: Person, rule: RetentionRule) -> None:
    """Ask for the end of a rule in force, or withdraw a proposal at once.

    An end needs a second person too: a wider rule may then remove what this one kept.

    Raises:
        Forbidden: the actor does not keep the agency's records.
    """
    with unit_of_work() as work:
        work.lock(rule)
        require_right(actor, Act.KEEP_RECORDS, rule.agency_id)
        if rule.ended_at or rule.end_asked_at:
            return
        now = clock.now()
        if rule.approved_at is None:
            rule.ended_at, rule.ended_by_id = now, actor.id
            _note("retention.withdraw", rule, actor)
        else:
            rule.end_asked_at, rule.end_asked_by_id = now, actor.id
            _note("retention.ask_end", rule, actor)


def answer_end(actor: Person, rule: RetentionRule, *, agrees: bool) -> None:
    """End a rule as asked, or let it stay in force.

    Raises:
        Forbidden: the actor asked for it, or may not approve.
        Conflict: nobody asked.
    """
    with unit_of_work() as work:
        work.lock(rule)
        if agrees:
            _require_second(actor, rule.agency_id, rule.end_asked_by_id)
        else:
            require_right(actor, Act.APPROVE_RETENTION, rule.agency_id, by_own_post=True)
        if rule.end_asked_at is None or rule.ended_at:
            raise Conflict(_l("This does not wait for a decision any more."))
        pass_gate(work)
        if agrees:
            rule.ended_at, rule.ended_by_id = clock.now(), actor.id
            _note("retention.end", rule, actor)
        else:
            rule.end_asked_at = rule.end_asked_by_id = None
            _note("retention.keep", rule, actor)


def store_plan(actor: Person, agency: Agency, name: str, lines: list[PlanLine]) -> FilePlan:
    """Store a version of the file plan; it waits until another person sets it in force.

    Raises:
        Forbidden: the actor does not keep the agency's records.
    """
    with unit_of_work() as work:
        work.lock(agency)  # two versions must not get the same number
        require_right(actor, Act.KEEP_RECORDS, agency.id)
        newest = select(func.max(FilePlan.number)).where(FilePlan.agency_id == agency.id)
        plan = FilePlan(
            agency_id=agency.id,
            number=(db.session.scalar(newest) or 0) + 1,
            file_name=name[:200] or "–",
            imported_by_id=actor.id,
        )
        work.add(plan)
        work.flush()
        work.add(*(FilePlanClass(plan_id=plan.id, **vars(line)) for line in lines))
        work.flush()
        record(
            "file_plan.import",
            agency_id=agency.id,
            actor_id=actor.id,
            subject=("file_plan", plan.id),
            detail={"number": plan.number, "count": len(lines)},
        )
    return plan


def approve_plan(actor: Person, plan: FilePlan) -> None:
    """Set a version of the file plan in force.

    Raises:
        Forbidden: the actor imported it, or may not approve.
        Conflict: it is not waiting, or a newer version is in force.
    """
    with unit_of_work() as work:
        work.lock(plan)
        _require_second(actor, plan.agency_id, plan.imported_by_id)
        newer = select(FilePlan.id).where(
            FilePlan.agency_id == plan.agency_id,
            FilePlan.number > plan.number,
            FilePlan.approved_at.is_not(None),
        )
        if plan.approved_at or db.session.scalar(newer.limit(1)):
            raise Conflict(_l("This does not wait for a decision any more."))
        pass_gate(work)
        plan.approved_at, plan.approved_by_id = clock.now(), actor.id
        record(
            "file_plan.approve",
            agency_id=plan.agency_id,
            actor_id=actor.id,
            subject=("file_plan", plan.id),
            detail={"number": plan.number},
        )


def halt(actor: Person, agency: Agency) -> None:
    """Stop all removal in the agency at once: one person is enough for that.

    Raises:
        Forbidden: the actor may not.
    """
    with unit_of_work() as work:
        require_right(actor, Act.APPROVE_RETENTION, agency.id, by_own_post=True)
        values = {"agency_id": agency.id, "halted_by_id": actor.id, "halted_at": clock.now()}
        if work.add_unless_there(RetentionHalt, values):
            _note_agency("retention.halt", agency, actor)


def let_go_on(actor: Person, agency: Agency) -> None:
    """Let the removal go on by the rules in force.

    Raises:
        Forbidden: the actor may not.
    """
    with unit_of_work() as work:
        require_right(actor, Act.APPROVE_RETENTION, agency.id, by_own_post=True)
        require_confirmed(actor)
        halted = db.session.get(RetentionHalt, agency.id)
        if halted:
            work.delete(halted)
            _note_agency("retention.go_on", agency, actor)


def _require_second(actor: Person, agency_id: UUID, first_id: UUID | None) -> None:
    """Require a second person who may approve: nobody destroys alone."""
    require_right(actor, Act.APPROVE_RETENTION, agency_id, by_own_post=True)
    require_confirmed(actor)
    if actor.id == first_id:
        raise Forbidden(OTHER)


def _require_sound(agency: Agency, terms: RuleTerms) -> None:
    if terms.kind not in content_kinds():
        raise Invalid({"kind": _l("This value is not allowed here.")})
    if terms.space and (terms.kind in WITHOUT_SPACE or terms.space.agency_id != agency.id):
        raise Invalid({"space": _l("This kind of content belongs to no space.")})
    if terms.days is not None and not 1 <= terms.days <= MAX_DAYS:
        words = _l("Enter a number of days from 1 to %(limit)s.", limit=MAX_DAYS)
        raise Invalid({"days": words})
    if terms.class_code and terms.class_code not in classes_in_force(agency.id):
        raise Invalid({"class_code": _l("The file plan in force has no such class.")})


def _note(act: str, rule: RetentionRule, actor: Person) -> None:
    detail = {"rule": rule.title}
    record(
        act,
        agency_id=rule.agency_id,
        actor_id=actor.id,
        subject=("retention", rule.id),
        detail=detail,
    )


def _note_agency(act: str, agency: Agency, actor: Person) -> None:
    record(act, agency_id=agency.id, actor_id=actor.id, subject=("agency", agency.id))
