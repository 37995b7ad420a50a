"""The chart of an agency just before a plan was applied, and who held its posts, by the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.administration.reorganisation.chart import ChartPost, ChartUnit, PlanChart
from intranet.administration.reorganisation.chart_people import PostHolder
from intranet.administration.reorganisation.founded_units import APPLIED
from intranet.administration.reorganisation.loading import day_of
from intranet.administration.reorganisation.models import Plan
from intranet.extensions import db
from intranet.organisation.agencies.handles import sort_key_of
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.placing import states_before
from intranet.organisation.history.states import State
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.types import Localized


@dataclass(frozen=True)
class ChartThen:
    """A chart of the past, with the people who held each post then."""

    chart: PlanChart
    holders: Mapping[UUID, Sequence[PostHolder]]


def chart_then(plan: Plan) -> ChartThen | None:
    """Return what an applied plan was applied to; None where the log does not say it any more."""
    first = _first_line(plan)
    if first is None:
        return None
    agency, day = plan.agency, day_of(plan)
    chart = PlanChart(agency.id, agency.language, day)
    for key, state in states_before(agency.id, ChangeKind.UNIT, first).items():
        if _goes_on(state["valid_to"], day):
            chart.units[key] = _unit(key, state)
    for key, state in states_before(agency.id, ChangeKind.POST, first).items():
        if _goes_on(state["valid_to"], day):
            chart.posts[key] = _post(key, state, agency.language)
    return ChartThen(chart, _holders(agency.id, first, day))


def _first_line(plan: Plan) -> int | None:
    """Return the number of the first line that applying a plan wrote into the log."""
    lines = db.session.execute(
        select(AuditLine.number, AuditLine.detail)
        .where(AuditLine.agency_id == plan.agency_id, AuditLine.act == APPLIED)
        .order_by(AuditLine.number.desc())
    )
    number = next((row.number for row in lines if row.detail.get("plan") == str(plan.id)), None)
    return db.session.scalar(
        select(func.min(OrganisationChange.number)).where(
            OrganisationChange.agency_id == plan.agency_id,
            OrganisationChange.audit_number == number,
        )
    )


def _unit(key: UUID, state: State) -> ChartUnit:
    return ChartUnit(
        id=key,
        parent_id=_id(state["parent_id"]),
        code=state["code"],
        name=Localized(state["name"]),
        kind=state["kind"],
        valid_from=_day(state["valid_from"]),
        valid_to=_day(state["valid_to"]),
        successor_id=_id(state["successor_id"]),
    )


def _post(key: UUID, state: State, language: str) -> ChartPost:
    title = Localized(state["title"])
    return ChartPost(
        id=key,
        unit_id=UUID(state["unit_id"]),
        title=title,
        is_head=state["is_head"],
        level=state["level"],
        sort_key=sort_key_of(title, language),
        valid_to=_day(state["valid_to"]),
    )


def _holders(agency_id: UUID, first: int, day: date) -> Mapping[UUID, Sequence[PostHolder]]:
    held = [
        state
        for state in states_before(agency_id, ChangeKind.APPOINTMENT, first).values()
        if state["starts_on"] <= day.isoformat() and _goes_on(state["ends_on"], day)
    ]
    held.sort(key=lambda state: str(state["starts_on"]))
    names: dict[UUID, str] = {}
    for some in in_parts({UUID(state["person_id"]) for state in held}):
        rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(some)))
        names |= {row.id: row.name for row in rows}
    found: dict[UUID, list[PostHolder]] = defaultdict(list)
    for state in held:
        person_id = UUID(state["person_id"])
        if person_id in names:
            found[UUID(state["post_id"])].append(PostHolder(person_id, names[person_id]))
    return found


def _goes_on(last_day: str | None, day: date) -> bool:
    return last_day is None or last_day >= day.isoformat()


def _id(value: Any) -> UUID | None:
    return UUID(value) if value else None


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
