"""Undo an applied plan as a whole: its rows become what they were; what came since is kept.

Each column that the plan changed must still be as it left it. Otherwise nothing is undone, and the
sentence says what was changed since.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, and_, bindparam, delete, select, update

from intranet.administration.reorganisation.founded_units import remove_founded
from intranet.administration.reorganisation.images import (
    Images,
    Row,
    changed_columns,
    values_of,
)
from intranet.administration.reorganisation.models import Plan, PlanImage, PlanNote, PlanState
from intranet.administration.reorganisation.own_gains import is_undone_by_others
from intranet.administration.reorganisation.telling import (
    facts_of,
    reversed_facts,
    tell,
    tell_administrators,
)
from intranet.attention.notifications.models import ConversationChoice
from intranet.extensions import Model, db
from intranet.finding.directory.indexing import in_slices
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages.models import MessageDraft, ThreadPlace
from intranet.messaging.spaces.events import MembersChanged, MembershipChange
from intranet.messaging.spaces.membership import apply_to_people
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceMember
from intranet.organisation.agencies.events import PostsChanged, UnitsChanged
from intranet.organisation.agencies.models import Post, Unit, UnitSuccessor
from intranet.organisation.agencies.operations.structure import changing_structure
from intranet.organisation.agencies.own_places import leave_to_others, path_by
from intranet.organisation.people.events import AppointmentsChanged
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import execute, expire_rows, insert_into, write
from intranet.platform.core.errors import Conflict, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.follows import Follow
from intranet.publishing.publications.models import Publication

BY_COLUMNS: tuple[type[Model], ...] = (Unit, Post, Appointment, Space, Conversation)
"""Tables whose rows are restored by column: what else changed in a row since is kept."""

IF_UNTOUCHED: tuple[type[Model], ...] = (Publication, Announcement)
"""Tables whose rows are restored like these, but stay as they are where somebody changed them."""

BY_ROWS: tuple[type[Model], ...] = (
    AudienceAtom,
    SpaceMember,
    UnitSuccessor,
    MessageDraft,
    ThreadPlace,
    ConversationChoice,
    Follow,
)
"""Tables whose rows were added or deleted as a whole."""


def undo_until(plan: Plan) -> datetime | None:
    """Return until when a plan can be undone: the end of the next day; None if it never can."""
    if plan.state != PlanState.APPLIED or plan.applied_at is None:
        return None
    zone = plan.agency.time_zone
    day = plan.applied_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return clock.end_of(day, zone)


def undo(actor: Person | None, plan: Plan) -> None:
    """Undo a plan as a whole, and tell the people who were told of it.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: it is not applied, its time is over, or what it changed was changed since.
    """
    with in_slices(), changing_structure(actor, plan.agency, plan) as work:
        until = undo_until(plan)
        if until is None:
            raise Conflict(_l("Only an applied plan can be undone."))
        images: Images = {
            row.name: row.rows
            for row in db.session.scalars(select(PlanImage).where(PlanImage.plan_id == plan.id))
        }
        if clock.now() >= until or not images:
            raise Conflict(_l("A plan can be undone until the end of the day after it."))
        leave_to_others(is_bound=is_undone_by_others(actor, plan.agency_id, images))
        record(
            "reorganisation.undo",
            agency_id=plan.agency_id,
            actor_id=actor.id if actor else None,
            subject=("agency", plan.agency_id),
            detail={"plan": str(plan.id)},
        )
        told = set(db.session.scalars(_told(plan)))
        facts = facts_of(plan) if told else {}
        _Undoing(work, plan, images).run()
        work.finish()
        execute(delete(PlanImage).where(PlanImage.plan_id == plan.id))
        plan.state, plan.undone_at = PlanState.UNDONE, clock.now()
        plan.applies_at = None
        plan.changed_by_id, plan.changed_at = actor.id if actor else None, clock.now()
        plan.version += 1
        notes = {key: reversed_facts(each) for key, each in facts.items() if key in told}
        tell(plan, notes, is_undone=True)
        tell_administrators(plan, "plan_undone", besides=actor)


def _told(plan: Plan) -> Any:
    return select(PlanNote.person_id).where(
        PlanNote.plan_id == plan.id,
        PlanNote.is_undone.is_(False),
        PlanNote.made_at >= plan.applied_at,
    )


class _Undoing:
    """The restoring of one plan's rows, in the transaction of `undo`."""

    def __init__(self, work: Work, plan: Plan, images: Images) -> None:
        self._work, self._plan, self._images = work, plan, images
        self._members = _pairs_of(images)

    def run(self) -> None:
        """Restore everything, and publish what changed."""
        founded = self._ids(Unit, lambda one, _other: one is None)
        before = self._current_places()
        for kind in (*BY_COLUMNS, *IF_UNTOUCHED):
            self._restore_columns(kind)
        self._restore_marks()
        _write_paths(self._plan.agency_id)
        for kind in BY_ROWS:
            self._restore_rows(kind)
        for kind in (*BY_COLUMNS, *IF_UNTOUCHED):
            expire_rows(kind)
        closed = remove_founded(self._plan, founded, self._heirs())
        self._raise_versions()
        self._publish(before)
        units = self._ids(Unit, lambda one, other: bool(one and other))
        posts = self._ids(Post, lambda one, other: bool(one and other))
        if units:
            moved = self._ids(Unit, _moved)
            self._work.publish(UnitsChanged(tuple({*units, *closed}), tuple(moved)))
        if posts:
            self._work.publish(PostsChanged(tuple(posts)))
        people = {person_id for _space_id, person_id in self._members}
        held = self._ids(Appointment, lambda one, other: bool(one and other))
        if held:
            rows = db.session.scalars(select(Appointment).where(Appointment.id.in_(held))).all()
            self._work.publish(AppointmentsChanged.of(list(rows)))
        apply_to_people(self._work, people)

    def _heirs(self) -> dict[UUID, UUID]:
        """Return, for each unit that received posts, the unit from which most of them came."""
        came: dict[str, Counter[str]] = defaultdict(Counter)
        for one, other in self._images.get(_name(Post), ()):
            if one and other and one["unit_id"] != other["unit_id"]:
                came[other["unit_id"]][one["unit_id"]] += 1
        return {UUID(key): UUID(found.most_common(1)[0][0]) for key, found in came.items()}

    def _ids(self, kind: type[Model], which: Any) -> list[UUID]:
        pairs = self._images.get(_name(kind), ())
        return [UUID((one or other or {})["id"]) for one, other in pairs if which(one, other)]

    def _restore_columns(self, kind: type[Model]) -> None:
        """Set the columns that the plan changed to what they were, where it was the last to."""
        table = cast("Table", kind.__table__)
        key = next(iter(table.primary_key))
        pairs = {
            UUID(one[key.name]): (one, other)
            for one, other in self._images.get(table.name, ())
            if one and other
        }
        stands = self._standing(key, list(pairs))
        by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row_id, (one, other) in pairs.items():
            names = changed_columns(one, other)
            was, left = values_of(kind, one), values_of(kind, other)
            now = stands.get(row_id)
            if now is None or any(now[name] != left[name] for name in names):
                if kind in IF_UNTOUCHED:
                    continue
                self._refuse(kind, row_id)
            values = {f"to_{name}": was[name] for name in names}
            by_columns[tuple(sorted(names))].append({"of": row_id, **values})
        for columns, rows in by_columns.items():
            values = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in columns}
            if "version" in table.c:
                values["version"] = table.c.version + 1
            write(table.update().where(key == bindparam("of")).values(values), rows)

    def _standing(self, key: Column[Any], ids: Sequence[UUID]) -> dict[UUID, Any]:
        found: dict[UUID, Any] = {}
        for some in in_parts(ids):
            rows = db.session.connection().execute(select(key.table).where(key.in_(some)))
            found |= {row[key.name]: row for row in rows.mappings()}
        return found

    def _restore_marks(self) -> None:
        """Take favourites and muting off the channels to which they were carried over."""
        added = [
            {"person": UUID(other["person_id"]), "channel": UUID(other["conversation_id"])}
            for one, other in self._images.get(_name(Place), ())
            if one is None and other is not None
        ]
        table = cast("Table", Place.__table__)
        carried = table.update().where(
            table.c.person_id == bindparam("person"),
            table.c.conversation_id == bindparam("channel"),
        )
        write(carried.values(is_favourite=False, favourite_rank=None, is_muted=None), added)

    def _refuse(self, kind: type[Model], row_id: UUID) -> None:
        raise Conflict(
            _l(
                "“%(what)s” was changed after the plan was applied. Change it back first.",
                what=_name_of(kind, row_id, self._plan.agency.language),
            )
        )

    def _restore_rows(self, kind: type[Model]) -> None:
        """Delete the rows that the plan added, and put back those that it deleted."""
        table = cast("Table", kind.__table__)
        keys = list(table.primary_key)
        added, deleted = [], []
        for one, other in self._images.get(table.name, ()):
            if one is not None:
                deleted.append(values_of(kind, one))
            if other is not None:
                added.append({f"of_{key.name}": values_of(kind, other)[key.name] for key in keys})
        if added:
            same = and_(*(key == bindparam(f"of_{key.name}", type_=key.type) for key in keys))
            write(table.delete().where(same), added)
        if deleted:
            write(insert_into(table).on_conflict_do_nothing(), deleted)

    def _current_places(self) -> set[tuple[UUID, UUID]]:
        """Return which of the memberships that the plan touched are in effect now."""
        now, spaces = clock.now(), {space_id for space_id, _person_id in self._members}
        found = set()
        for some in in_parts(spaces):
            rows = select(SpaceMember.space_id, SpaceMember.person_id).where(
                SpaceMember.space_id.in_(some),
                SpaceMember.since <= now,
                SpaceMember.until.is_(None) | (SpaceMember.until > now),
            )
            found |= {(row.space_id, row.person_id) for row in db.session.execute(rows)}
        return found & self._members

    def _raise_versions(self) -> None:
        """Raise the counters by which caches of readers notice that members changed."""
        spaces = {space_id for space_id, _person_id in self._members}
        spaces.update(self._ids(Space, lambda one, other: bool(one and other)))
        for some in in_parts(spaces):
            raised = update(Space).where(Space.id.in_(some))
            execute(raised.values(members_version=Space.members_version + 1))
        expire_rows(Space)

    def _publish(self, before: set[tuple[UUID, UUID]]) -> None:
        after = self._current_places()
        joined, left = defaultdict(list), defaultdict(list)
        for space_id, person_id in after - before:
            joined[space_id].append(person_id)
        for space_id, person_id in before - after:
            left[space_id].append(person_id)
        changes = tuple(
            MembershipChange(space_id, tuple(joined[space_id]), tuple(left[space_id]))
            for space_id in sorted({*joined, *left})
        )
        if changes:
            self._work.publish(MembersChanged(changes))


def _write_paths(agency_id: UUID) -> None:
    """Write the path of each unit of an agency whose parents are others now."""
    rows = db.session.execute(
        select(Unit.id, Unit.parent_id, Unit.path).where(Unit.agency_id == agency_id)
    ).all()
    parents = {row.id: row.parent_id for row in rows}
    changed = []
    for row in rows:
        path = path_by(parents, row.id)
        if path != row.path:
            changed.append({"of": row.id, "to": path})
    table = cast("Table", Unit.__table__)
    write(table.update().where(table.c.id == bindparam("of")).values(path=bindparam("to")), changed)


def _pairs_of(images: Images) -> set[tuple[UUID, UUID]]:
    return {
        (UUID(row["space_id"]), UUID(row["person_id"]))
        for pair in images.get(SpaceMember.__tablename__, ())
        for row in pair
        if row
    }


def _moved(one: Row | None, other: Row | None) -> bool:
    return bool(one and other and one["parent_id"] != other["parent_id"])


def _name(kind: type[Model]) -> str:
    return cast("Table", kind.__table__).name


def _name_of(kind: type[Model], row_id: UUID, language: str) -> Words:
    row = db.session.get(kind, row_id)
    if isinstance(row, Unit):
        return row.name.text(language)
    if isinstance(row, Post):
        return row.title.text(language)
    if isinstance(row, Appointment):
        return row.post.title.text(language)
    if isinstance(row, Space):
        return row.title.text(language)
    return _l("A row that no longer exists")
