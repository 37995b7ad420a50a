"""Units that an undone plan had founded: deleted, ended, or opened again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Table, delete, exists, inspect, or_, select, update

from intranet.administration.reorganisation.models import Plan
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceMember
from intranet.messaging.spaces.operations import write_atoms
from intranet.organisation.agencies.events import UnitsChanged
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.storing import CODE_LIMIT
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.operations import note
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.database import execute, expire_rows
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import remove
from intranet.publishing.publications.models import Publication

APPLIED: Final = "reorganisation.apply"
"""The first line in the audit log of each application of a plan."""


def remove_founded(plan: Plan, unit_ids: Sequence[UUID], heirs: Mapping[UUID, UUID]) -> list[UUID]:
    """Delete founded units in which nothing has happened; end the others, whose rooms are kept.

    Args:
        heirs: the unit to which the room of each goes, if something was written in it.

    Returns:
        The units that were ended.

    Raises:
        Conflict: a post or a unit was put into one since.
    """
    if not unit_ids:
        return []
    _require_empty(plan, unit_ids)
    kept = [unit_id for unit_id in unit_ids if _is_used(unit_id)]
    gone = [unit_id for unit_id in unit_ids if unit_id not in kept]
    if gone:
        _delete(gone)
    for unit_id in kept:
        _end(plan, unit_id, heirs.get(unit_id))
    return kept


def reopen(unit_id: UUID, values: Mapping[str, Any]) -> None:
    """Have a unit that was ended by undoing its plan go on, with its room, as the plan says."""
    audience = Audience(any=[Atom(unit=unit_id, subtree=True)])
    with unit_of_work() as work:
        unit = db.session.get_one(Unit, unit_id)
        for name, value in {**values, "valid_to": None, "successor_id": None}.items():
            setattr(unit, name, value)
        unit.version += 1
        for space in db.session.scalars(select(Space).where(Space.unit_id == unit_id)).all():
            work.lock(space)
            execute(delete(AudienceAtom).where(AudienceAtom.space_id == space.id))
            space.archived_at, space.audience = None, audience.as_json()
            write_atoms(work, space, audience)
            talks = update(Conversation).where(Conversation.space_id == space.id)
            execute(talks.values(archived_at=None))
        work.publish(UnitsChanged((unit_id,), (unit_id,)))


def was_founded_by(plan: Plan, unit_id: UUID) -> bool:
    """Whether a plan founded a unit, which undoing it then ended.

    The log says by which audit line a unit began. Where either is gone, nobody opens it again.
    """
    unit = db.session.get_one(Unit, unit_id)
    if unit.agency_id != plan.agency_id or not unit.code.endswith(_freed_tail(unit_id)):
        return False
    began = (
        select(OrganisationChange.audit_number)
        .where(OrganisationChange.row_id == unit_id)
        .order_by(OrganisationChange.number)
        .limit(1)
    )
    line = db.session.scalar(
        select(AuditLine).where(
            AuditLine.agency_id == plan.agency_id,
            AuditLine.number == began.scalar_subquery(),
            AuditLine.act == APPLIED,
        )
    )
    return line is not None and line.detail.get("plan") == str(plan.id)


def _freed_tail(unit_id: UUID) -> str:
    return f"-{unit_id.hex[-8:]}"


def _require_empty(plan: Plan, unit_ids: Sequence[UUID]) -> None:
    language = plan.agency.language
    post = db.session.scalar(select(Post).where(Post.unit_id.in_(unit_ids)).limit(1))
    unit = db.session.scalar(
        select(Unit).where(Unit.parent_id.in_(unit_ids), Unit.id.not_in(unit_ids)).limit(1)
    )
    if post or unit:
        name = post.title if post else cast("Unit", unit).name
        raise Conflict(
            _l(
                "“%(what)s” was put into a new unit of this plan. Move it elsewhere first.",
                what=name.text(language),
            )
        )


def _is_used(unit_id: UUID) -> bool:
    """Whether anything but its own room refers to a unit, or anything was written there."""
    spaces = list(db.session.scalars(select(Space.id).where(Space.unit_id == unit_id)))
    talks = list(
        db.session.scalars(select(Conversation.id).where(Conversation.space_id.in_(spaces)))
    )
    own = {Unit, Space, AudienceAtom, SpaceMember, Conversation, Place}
    return (
        _is_referred_to(Unit, [unit_id], own)
        or _is_referred_to(Space, spaces, own)
        or _is_referred_to(Conversation, talks, own)
    )


def _is_referred_to(kind: type[Model], ids: Sequence[UUID], besides: set[Any]) -> bool:
    target = cast("Table", kind.__table__)
    skipped = {each.__table__ for each in besides}
    for table in Model.metadata.tables.values():
        for key in table.foreign_keys:
            if table in skipped or key.column.table is not target or not ids:
                continue
            if db.session.scalar(select(exists().where(key.parent.in_(ids)))):
                return True
    return False


def _delete(unit_ids: Sequence[UUID]) -> None:
    spaces = list(db.session.scalars(select(Space.id).where(Space.unit_id.in_(unit_ids))))
    talks = list(
        db.session.scalars(select(Conversation.id).where(Conversation.space_id.in_(spaces)))
    )
    gone = {*unit_ids, *spaces, *talks}
    for statement in (
        delete(Place).where(Place.conversation_id.in_(talks)),
        delete(Conversation).where(Conversation.space_id.in_(spaces)),
        delete(SpaceMember).where(SpaceMember.space_id.in_(spaces)),
        delete(AudienceAtom).where(AudienceAtom.space_id.in_(spaces)),
        delete(Space).where(Space.unit_id.in_(unit_ids)),
        delete(Unit).where(Unit.id.in_(unit_ids)),
    ):
        execute(statement)
    remove(DocumentKind.UNIT, unit_ids)
    note(ChangeKind.UNIT, unit_ids)
    for known in list(db.session.identity_map.values()):
        state = inspect(known)
        if isinstance(known, (Unit, Space, Conversation)) and state.identity[0] in gone:
            db.session.expunge(known)


def _end(plan: Plan, unit_id: UUID, successor_id: UUID | None) -> None:
    """Close a founded unit for good, as if it had never been in force, and free its code.

    Its room goes to its successor with what was written there; an empty room goes to nobody.
    """
    spaces = select(Space.id).where(Space.unit_id == unit_id)
    if not _is_written_in(unit_id):
        execute(delete(AudienceAtom).where(AudienceAtom.space_id.in_(spaces)))
        execute(update(Space).where(Space.unit_id == unit_id).values(audience=None))
        execute(delete(SpaceMember).where(SpaceMember.space_id.in_(spaces)))
    unit = db.session.get_one(Unit, unit_id)
    last_day = clock.today(plan.agency.time_zone) - timedelta(days=1)
    tail = _freed_tail(unit_id)
    code = f"{unit.code[: CODE_LIMIT - len(tail)]}{tail}"
    values = {"valid_to": last_day, "successor_id": successor_id, "code": code}
    execute(update(Unit).where(Unit.id == unit_id).values(**values, version=Unit.version + 1))
    expire_rows(Unit)
    expire_rows(Space)


def _is_written_in(unit_id: UUID) -> bool:
    talks = select(Conversation.id).where(
        Conversation.space_id.in_(select(Space.id).where(Space.unit_id == unit_id)),
        Conversation.last_seq > 0,
    )
    published = select(Publication.id).where(
        Publication.space_id.in_(select(Space.id).where(Space.unit_id == unit_id))
    )
    return bool(db.session.scalar(select(or_(talks.exists(), published.exists()))))
