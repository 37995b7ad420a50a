"""Plans that move the post of whoever schedules them, or let them read more.

Without the right to give roles nobody does that (`agencies.own_places`): an administrator
schedules such a plan, and undoes it.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.images import Images, Row
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.readings import PlanReading
from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.structure import ways_to
from intranet.organisation.agencies.operations.vacancy_readers import onward_if
from intranet.organisation.agencies.own_places import OwnPlaces, own_places, path_by
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person


def is_for_others(actor: Person | None, found: PlanReading) -> bool:
    """Whether someone else has to schedule a plan: an administrator."""
    own = own_places(actor, found.before.agency_id)
    return bool(own.post_ids) and (
        _binds_posts(own, found) or _binds_ends(own, found) or _leads_more(own, found)
    )


def is_undone_by_others(actor: Person | None, agency_id: UUID, images: Images) -> bool:
    """Whether someone else has to undo an applied plan, by the rows that it changed."""
    places = own_places(actor, agency_id)
    own = {post_id.hex for post_id in places.post_ids}
    if actor is None or not own:
        return False
    if _moves_back(places, agency_id, images.get(Unit.__tablename__, ())):
        return True
    posts = images.get(Post.__tablename__, ())
    members = images.get(SpaceMember.__tablename__, ())
    return any(row and row["id"] in own for pair in posts for row in pair) or any(
        before and not after and before["person_id"] == actor.id.hex for before, after in members
    )


def scheduler_findings(plan: Plan, found: PlanReading) -> list[Finding]:
    """Return a finding if whoever scheduled a plan could not schedule it any more."""
    if plan.changed_by_id is None:
        return []
    scheduler = db.session.get_one(Person, plan.changed_by_id)
    if not scheduler.may(Act.STRUCTURE, plan.agency_id):
        return [Finding("scheduler_gone")]
    return [Finding("for_others")] if is_for_others(scheduler, found) else []


def _binds_posts(own: OwnPlaces, found: PlanReading) -> bool:
    before = {unit_id: found.before.path(unit_id) for unit_id in found.before.units}
    after = {unit_id: found.after.path(unit_id) for unit_id in found.after.units}
    for key, post in found.before.posts.items():
        then = found.after.posts[key]
        was, now = before.get(post.unit_id, ""), after.get(then.unit_id, "")
        if key in own.post_ids:
            if key in found.post_marks or (was, post.is_head) != (now, then.is_head):
                return True
        elif not then.ended and own.gain_posts(was, now):
            return True
    return False


def _moves_back(own: OwnPlaces, agency_id: UUID, pairs: Iterable[Sequence[Row | None]]) -> bool:
    """Whether someone else decides on a unit that goes back to where it was."""
    rows = db.session.execute(
        select(Unit.id, Unit.parent_id, Unit.path).where(Unit.agency_id == agency_id)
    ).all()
    back = {
        UUID(was["id"]): UUID(was["parent_id"])
        for was, now in pairs
        if was and now and was["parent_id"] and was["parent_id"] != now["parent_id"]
    }
    parents = {row.id: row.parent_id for row in rows} | back
    return any(
        own.bind_unit(row.path, path_by(parents, back[row.id])) for row in rows if row.id in back
    )


def _leads_more(own: OwnPlaces, found: PlanReading) -> bool:
    now = onward_if(found.before.agency_id, {}, ())
    return bool(ways_to(own.post_ids, found.onward()) - ways_to(own.post_ids, now))


def _binds_ends(own: OwnPlaces, found: PlanReading) -> bool:
    for unit in found.ended:
        heir = found.last_successor(unit.id)
        successor = found.after.path(heir) if heir else None
        above = found.before.path(found.living_above(unit.id))
        if own.bind_end(found.before.path(unit.id), successor, above):
            return True
    return False
