"""Tell those whom a plan concerns: administrators of its state, people of their new unit."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.images import Images
from intranet.administration.reorganisation.models import Plan, PlanImage, PlanNote
from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member
from intranet.messaging.spaces.models import Space, SpaceMember
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import in_parts, is_current, people_who_may
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

TELL: Final = "reorganisation.tell"
Facts = dict[str, Any]


def tell_administrators(plan: Plan, why: str, *, besides: Person | None = None) -> None:
    """Notify those who may change the plan, in the caller's transaction."""
    told = set(db.session.scalars(people_who_may(Act.STRUCTURE, plan.agency_id)))
    path = f"/admin/{plan.agency.code}/reorganisations/{plan.id}"
    key = f"{plan.id.hex}:{plan.version}"
    people = told - {besides.id if besides else None}
    tell_of_page(Kind.ORGANISATION, people, why, path=path, key=key)


def tell(plan: Plan, facts: dict[UUID, Facts], *, is_undone: bool) -> None:
    """Write a note for each person whose unit or channels changed, and notify them once."""
    already = set(
        db.session.scalars(
            select(PlanNote.person_id).where(
                PlanNote.plan_id == plan.id,
                PlanNote.is_undone == is_undone,
                PlanNote.made_at >= plan.applied_at,
            )
        )
    )
    why = "reorganisation_undone" if is_undone else "reorganisation"
    for some in in_parts(sorted(facts.keys() - already)):
        with unit_of_work() as work:
            channels = _channels(plan, some)
            notes = [
                PlanNote(
                    id=uuid7(),
                    plan_id=plan.id,
                    person_id=person_id,
                    facts={**facts[person_id], "channels": channels[person_id]},
                    is_undone=is_undone,
                    made_at=clock.now(),
                )
                for person_id in some
            ]
            work.add(*notes)
            at = plan.undone_at if is_undone else plan.applied_at
            key = f"{plan.id.hex}:{int(at.timestamp()) if at else ''}"
            path = f"/reorganisations/{plan.id}"
            tell_of_page(Kind.ORGANISATION, some, why, path=path, key=key)


def facts_of(plan: Plan) -> dict[UUID, Facts]:
    """Return what an applied plan changed for each person, from what it has kept."""
    rows = db.session.scalars(select(PlanImage).where(PlanImage.plan_id == plan.id))
    return _facts(plan, {row.name: row.rows for row in rows})


def _facts(plan: Plan, images: Images) -> dict[UUID, Facts]:
    found: dict[UUID, Facts] = defaultdict(lambda: {"units": [], "joined": [], "left": []})
    for person_id, before, after in _moves(plan, images):
        found[person_id]["units"].append([before, after])
    there, here = _places(images, 0), _places(images, 1)
    titles = _titles(plan, {space_id for space_id, _person in there ^ here})
    for space_id, person_id in sorted(here - there):
        found[person_id]["joined"].append(titles.get(space_id, ""))
    for space_id, person_id in sorted(there - here):
        found[person_id]["left"].append(titles.get(space_id, ""))
    return dict(found)


def _moves(plan: Plan, images: Images) -> Iterator[tuple[UUID, str, str]]:
    """Yield holders of posts with the unit they had and have, if it or its name is another."""
    language = plan.agency.language
    units = db.session.execute(select(Unit.id, Unit.name).where(Unit.agency_id == plan.agency_id))
    names = {row.id: row.name.text(language) for row in units}
    former = names | {
        UUID(before["id"]): Localized(before["name"]).text(language)
        for before, _after in images.get(Unit.__tablename__, ())
        if before
    }
    was = {
        UUID(after["id"]): UUID(before["unit_id"])
        for before, after in images.get(Post.__tablename__, ())
        if before and after
    }
    held = db.session.execute(
        select(Appointment.person_id, Post.id, Post.unit_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == plan.agency_id, is_current(clock.now()))
        .distinct()
    )
    for person_id, post_id, unit_id in held:
        before_id = was.get(post_id, unit_id)
        if before_id != unit_id or former.get(unit_id) != names[unit_id]:
            yield person_id, former.get(before_id, ""), names[unit_id]


def _places(images: Images, which: int) -> set[tuple[UUID, UUID]]:
    now = clock.now().isoformat()
    return {
        (UUID(row["space_id"]), UUID(row["person_id"]))
        for pair in images.get(SpaceMember.__tablename__, ())
        if (row := pair[which]) and row["since"] <= now
    }


def _channels(plan: Plan, person_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the units in whose channels these people can write now."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(SpaceMember.person_id, Unit.name)
        .join(Space, Space.id == SpaceMember.space_id)
        .join(Unit, Unit.id == Space.unit_id)
        .where(
            SpaceMember.person_id.in_(person_ids),
            Unit.agency_id == plan.agency_id,
            Space.archived_at.is_(None),
            is_current_member(clock.now()),
        )
        .order_by(Unit.path)
    )
    for person_id, name in rows:
        text = name.text(plan.agency.language)
        if text not in found[person_id]:
            found[person_id].append(text)
    return found


def _titles(plan: Plan, space_ids: Collection[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for some in in_parts(space_ids):
        for space in db.session.scalars(select(Space).where(Space.id.in_(some))):
            found[space.id] = space.title.text(plan.agency.language)
    return found


def reversed_facts(facts: Facts) -> Facts:
    """Return the facts of undoing what these facts say."""
    units: Sequence[Sequence[str]] = facts["units"]
    return {
        "units": [[after, before] for before, after in units],
        "joined": facts["left"],
        "left": facts["joined"],
    }
