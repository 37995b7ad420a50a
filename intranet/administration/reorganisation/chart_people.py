"""The people of a chart: how many belong to each unit, and the name of the one who leads it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.chart import PlanChart
from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock


@dataclass(frozen=True)
class PostHolder:
    """Somebody who holds a post today."""

    id: UUID
    name: str


@dataclass(frozen=True)
class ChartPeople:
    """The people of a chart by unit; `counts` include everybody below the unit.

    `heads` has a name for each unit with a head, empty while that post is vacant.
    """

    counts: Mapping[UUID, int] = field(default_factory=dict)
    heads: Mapping[UUID, str] = field(default_factory=dict)


def holders_by_post(agency_id: UUID) -> dict[UUID, list[PostHolder]]:
    """Return who holds each post of an agency today, oldest appointment first. One query."""
    found: dict[UUID, list[PostHolder]] = defaultdict(list)
    rows = db.session.execute(
        select(Appointment.post_id, Person.id, Person.name)
        .join(Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.agency_id == agency_id, is_current(clock.now()))
        .order_by(Appointment.since, Appointment.id)
    )
    for post_id, person_id, name in rows:
        found[post_id].append(PostHolder(person_id, name))
    return found


def people_of_chart(chart: PlanChart, holders: Mapping[UUID, Iterable[PostHolder]]) -> ChartPeople:
    """Return the people of each unit as the posts stand in a chart."""
    people: dict[UUID, set[UUID]] = defaultdict(set)
    heads: dict[UUID, str] = {}
    for post in chart.posts.values():
        if post.ended:
            continue
        held_by = list(holders.get(post.id, ()))
        people[post.unit_id].update(holder.id for holder in held_by)
        if post.is_head and not heads.get(post.unit_id):
            heads[post.unit_id] = held_by[0].name if held_by else ""
    for _depth, unit in reversed(list(chart.in_order())):
        if unit.parent_id is not None:
            people[unit.parent_id] |= people[unit.id]
    return ChartPeople({key: len(ids) for key, ids in people.items()}, heads)
