"""Queries about plans."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from intranet.administration.reorganisation.models import Plan, PlanChange, PlanNote, PlanState
from intranet.extensions import db
from intranet.organisation.people.models import Person

PLANS_LIMIT = 100


def plans_of(agency_id: UUID) -> Sequence[Plan]:
    """Return the plans of an agency that were not discarded, the latest first."""
    return db.session.scalars(
        select(Plan)
        .where(Plan.agency_id == agency_id, Plan.state != PlanState.DISCARDED)
        .order_by(Plan.changed_at.desc(), Plan.id)
        .limit(PLANS_LIMIT)
    ).all()


def changes_of(plan_id: UUID) -> Sequence[PlanChange]:
    """Return the changes of a plan in their order."""
    return db.session.scalars(
        select(PlanChange)
        .where(PlanChange.plan_id == plan_id)
        .order_by(PlanChange.position, PlanChange.id)
    ).all()


def change_counts(plan_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Return how many changes each of these plans has; one without changes is left out."""
    rows = db.session.execute(
        select(PlanChange.plan_id, func.count())
        .where(PlanChange.plan_id.in_(plan_ids))
        .group_by(PlanChange.plan_id)
    )
    return {row[0]: row[1] for row in rows}


def people_told(plan: Plan) -> int:
    """Return how many people have received a note about a plan since it was last applied."""
    count = select(func.count(PlanNote.person_id.distinct())).where(
        PlanNote.plan_id == plan.id,
        PlanNote.is_undone.is_(False),
        PlanNote.made_at >= plan.applied_at,
    )
    return db.session.scalar(count) or 0


def editors_of(plan: Plan) -> Sequence[Person]:
    """Return the people who made a plan or changed something in it, the latest first."""
    latest = {plan.made_by_id: plan.made_at}
    rows = db.session.execute(
        select(PlanChange.changed_by_id, PlanChange.changed_at)
        .where(PlanChange.plan_id == plan.id)
        .order_by(PlanChange.changed_at)
    )
    latest |= {row.changed_by_id: row.changed_at for row in rows}
    latest[plan.changed_by_id] = plan.changed_at
    people = {
        person.id: person
        for person in db.session.scalars(select(Person).where(Person.id.in_(filter(None, latest))))
    }
    order = sorted(people, key=lambda person_id: latest[person_id], reverse=True)
    return [people[person_id] for person_id in order]


def scheduled_at_once(plan: Plan) -> Sequence[Plan]:
    """Return the other scheduled plans of the agency that apply at the same instant."""
    return db.session.scalars(
        select(Plan).where(
            Plan.agency_id == plan.agency_id,
            Plan.state == PlanState.SCHEDULED,
            Plan.applies_at == plan.applies_at,
            Plan.id != plan.id,
        )
    ).all()
