"""The people whose units and channels a plan would change, without writing anything."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.readings import PlanReading
from intranet.extensions import db
from intranet.messaging.spaces.membership_rules import wanted
from intranet.messaging.spaces.models import SpaceMember
from intranet.messaging.spaces.supposed import Supposed, SupposedPlace
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_current
from intranet.platform.core import clock

Place = tuple[UUID, UUID]
"""A space and a person."""


@dataclass
class ReaderChanges:
    """The people who would read a space for the first time or no longer, by space.

    `holders` has the people who hold each post of the agency now.
    """

    gained: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    lost: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    holders: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))


def readers_changed(found: PlanReading) -> ReaderChanges:
    """Compare the rule of membership before and after a plan, for those whom it may concern."""
    changes = ReaderChanges()
    held = db.session.execute(
        select(Appointment.post_id, Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == found.before.agency_id, is_current(clock.now()))
    )
    for post_id, person_id in held:
        changes.holders[post_id].append(person_id)
    supposed = suppose(found)
    concerned = {
        person_id
        for post_id in _concerned(found, supposed)
        for person_id in changes.holders[post_id]
    }
    now = clock.now()
    before: set[Place] = set()
    after: set[Place] = set()
    by_hand: set[Place] = set()
    for some in in_parts(concerned):
        before |= {(each.space_id, each.person_id) for each in wanted(some).facts}
        would = wanted(some, supposed=supposed).facts
        after |= {(each.space_id, each.person_id) for each in would if each.since <= now}
        invited = select(SpaceMember.space_id, SpaceMember.person_id).where(
            SpaceMember.person_id.in_(some), SpaceMember.appointment_id.is_(None)
        )
        by_hand |= {(row.space_id, row.person_id) for row in db.session.execute(invited)}
    for space_id, person_id in after - before - by_hand:
        changes.gained[space_id].add(person_id)
    for space_id, person_id in before - after - by_hand:
        changes.lost[space_id].add(person_id)
    return changes


def suppose(found: PlanReading) -> Supposed:
    """Return the organisation after a plan, for the rule of membership."""
    after, places = found.after, {}
    for post in after.posts.values():
        unit = after.units.get(post.unit_id)
        if unit is not None and not post.ended:
            place = SupposedPlace(unit.id, unit.parent_id, after.path(unit.id), post.is_head)
            places[post.id] = place
    carried: dict[UUID, list[UUID]] = defaultdict(list)
    led: dict[UUID, list[UUID]] = defaultdict(list)
    kept: dict[UUID, list[UUID]] = defaultdict(list)
    for ended in found.ended:
        heir = found.last_successor(ended.id)
        if heir:
            carried[heir].append(ended.id)
        else:
            led[found.living_above(ended.id)].append(ended.id)
    for post in found.before.posts.values():
        for unit_id in found.before.above(post.unit_id):
            if unit_id in found.successors:
                kept[post.id].append(unit_id)
    ended_posts = {post.id for post in found.ended_posts}
    return Supposed(places, ended_posts, carried, led, kept)


def _concerned(found: PlanReading, supposed: Supposed) -> Iterator[UUID]:
    """Yield the posts of which anything changes by which rules find their holders."""
    before, after = found.before, found.after
    paths = {unit_id: before.path(unit_id) for unit_id in before.units}
    for key, post in before.posts.items():
        place = supposed.places.get(key)
        if (
            place is None
            or place.path != paths.get(post.unit_id)
            or place.is_head != post.is_head
            or key in supposed.kept
            or any(unit_id in supposed.carried for unit_id in after.above(place.unit_id))
            or (place.is_head and place.unit_id in supposed.led)
        ):
            yield key
