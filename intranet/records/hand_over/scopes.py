"""A hand-over as a person reads it: what is left now, with what was given and accepted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core.i18n import _
from intranet.records.hand_over.access import HandOverStanding
from intranet.records.hand_over.all_kinds import declared
from intranet.records.hand_over.line_kinds import (
    HandOverItem,
    HandOverScope,
    LineKind,
    hidden_from,
)
from intranet.records.hand_over.models import HandOverLine


@dataclass(frozen=True)
class HandOverEntry:
    """A line as it is shown: the thing, and its row once it was given or accepted."""

    kind: LineKind
    item: HandOverItem
    row: HandOverLine | None = None
    is_named: bool = True
    """Whether the reader may know what it is called."""

    @property
    def is_accepted(self) -> bool:
        """Whether a successor has read and accepted it."""
        return self.row is not None and self.row.accepted_at is not None

    @property
    def is_offered(self) -> bool:
        """Whether the leaver gives it, of what they choose from."""
        return self.row is not None and self.row.offered_at is not None


def lines_of(appointment: Appointment) -> dict[tuple[str, UUID], HandOverLine]:
    """Return the stored lines of a hand-over, by kind and id.

    What was accepted since in another hand-over of the post, such as that of somebody who acted in
    between, need not be accepted twice.
    """
    others = select(Appointment.id).where(
        Appointment.post_id == appointment.post_id, Appointment.id != appointment.id
    )
    is_own = HandOverLine.appointment_id == appointment.id
    rows = db.session.scalars(
        select(HandOverLine)
        .where(
            or_(
                is_own,
                and_(
                    HandOverLine.appointment_id.in_(others),
                    HandOverLine.accepted_at >= appointment.until,
                ),
            )
        )
        .order_by(is_own)
        .options(joinedload(HandOverLine.accepted_by))
    )
    found: dict[tuple[str, UUID], HandOverLine] = {}
    for row in rows:
        key = (row.kind, row.thing_id)
        if row.appointment_id == appointment.id and (row.accepted_at or key not in found):
            found[key] = row
        else:
            found.setdefault(key, row)
    return found


def scope_of(
    viewer: Person, standing: HandOverStanding, stored: dict[tuple[str, UUID], HandOverLine]
) -> HandOverScope:
    """Return what the kinds need to list a hand-over for a reader."""
    accepted: dict[str, set[UUID]] = defaultdict(set)
    offered: dict[str, set[UUID]] = defaultdict(set)
    for (kind, thing_id), row in stored.items():
        if row.accepted_at:
            accepted[kind].add(thing_id)
        if row.offered_at:
            offered[kind].add(thing_id)
    return HandOverScope(standing.appointment, viewer, standing.heir, accepted, offered)


def entries_of(
    viewer: Person, standing: HandOverStanding, *, only: str = ""
) -> list[HandOverEntry]:
    """Return the lines of a hand-over: what is left now, then accepted things that are gone.

    The leaver also sees what they could give and have not.

    Args:
        only: the name of the only kind wanted; empty for all.
    """
    stored = lines_of(standing.appointment)
    scope = scope_of(viewer, standing, stored)
    found: list[HandOverEntry] = []
    seen: set[tuple[str, UUID]] = set()
    for kind in declared():
        if only not in {"", kind.name}:
            continue
        for item in _listed(kind, scope):
            key = (kind.name, item.thing_id)
            if key not in seen:
                seen.add(key)
                found.append(HandOverEntry(kind, item, stored.get(key)))
        gone = [
            row
            for key, row in stored.items()
            if key[0] == kind.name
            and row.accepted_at
            and row.appointment_id == standing.appointment.id
            and key not in seen
        ]
        found += [HandOverEntry(kind, _as_it_was(kind, row), row) for row in gone]
    return found if standing.is_of_post else _veiled(viewer, found)


def _veiled(viewer: Person, entries: Sequence[HandOverEntry]) -> list[HandOverEntry]:
    """Leave out the names of what somebody who does not hold the post may not see."""
    things = [(entry.kind, entry.item.thing_id) for entry in entries]
    hidden = hidden_from(viewer, things)
    return [
        replace(entry, item=_without_name(entry), is_named=False)
        if (entry.kind.name, entry.item.thing_id) in hidden
        else entry
        for entry in entries
    ]


def _without_name(entry: HandOverEntry) -> HandOverItem:
    about = _("not open to you")
    return replace(entry.item, title=str(entry.kind.word), about=about, way=None)


def _listed(kind: LineKind, scope: HandOverScope) -> Sequence[HandOverItem]:
    return kind.lines(scope) if kind.lines else ()


def _as_it_was(kind: LineKind, row: HandOverLine) -> HandOverItem:
    return HandOverItem(kind.name, row.thing_id, row.title, str(kind.word), icon=kind.icon)
