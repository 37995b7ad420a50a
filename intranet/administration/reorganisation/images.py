"""Images of the rows on which rights and membership stand: taken before and after, and compared.

An applied plan keeps the rows that differ, each before and after, so that it can be undone as a
whole. Derived columns and counters are left out of what is compared: the same handlers compute
them anew, and a counter that went back would take a stale page for a current one.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Table,
    Uuid,
    and_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.types import NullType

from intranet.attention.notifications.models import ConversationChoice
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages.models import MessageDraft, ThreadPlace
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceMember
from intranet.organisation.agencies.models import Administration, Post, Unit, UnitSuccessor
from intranet.organisation.people.models import Appointment
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.models import Publication

DERIVED = frozenset(
    {
        "version",
        "edition",
        "members_version",
        "path",
        "onward_id",
        "occupations",
        "vocabulary_version",
        "named_occupation",
    }
)
DERIVED_OF_POSTS = DERIVED | {"role"}

Row = dict[str, Any]
Image = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]
"""By table and key of the row: its columns as the driver gives them, without what is derived."""

Images = dict[str, list[list[Row | None]]]
"""By table: the rows that a plan changed, each before and after it."""


def spaces_naming(unit_ids: Collection[UUID]) -> list[UUID]:
    """Return the spaces whose rules name these units, groups of other agencies too."""
    keys = [f"{name}:{each}" for each in unit_ids for name in ("unit", "unit+", "heads", "heads+")]
    named = select(AudienceAtom.space_id).where(AudienceAtom.key.in_(keys)).distinct()
    return list(db.session.scalars(named))


def take(agency_id: UUID, space_ids: Collection[UUID]) -> Image:
    """Return the rows of an agency that a plan may change, in one query for each table.

    Args:
        space_ids: further spaces, whose rules name units that end.
    """
    own = select(Space.id).where(or_(Space.agency_id == agency_id, Space.id.in_(space_ids)))
    units = select(Unit.id).where(Unit.agency_id == agency_id)
    posts = select(Post.id).where(Post.agency_id == agency_id)
    people = select(Appointment.person_id).where(Appointment.post_id.in_(posts))
    talks = select(Conversation.id).where(Conversation.space_id.in_(own))
    drafts = select(Publication.id).where(
        Publication.agency_id == agency_id, Publication.published_at.is_(None)
    )
    conditions: dict[type[Model], ColumnElement[bool]] = {
        Unit: Unit.agency_id == agency_id,
        Post: Post.agency_id == agency_id,
        Appointment: Appointment.post_id.in_(posts),
        Administration: or_(
            Administration.agency_id == agency_id, Administration.post_id.in_(posts)
        ),
        Space: Space.id.in_(own),
        AudienceAtom: AudienceAtom.space_id.in_(own),
        SpaceMember: or_(SpaceMember.space_id.in_(own), SpaceMember.person_id.in_(people)),
        Conversation: Conversation.space_id.in_(own),
        MessageDraft: MessageDraft.conversation_id.in_(talks),
        ThreadPlace: ThreadPlace.conversation_id.in_(talks),
        UnitSuccessor: UnitSuccessor.unit_id.in_(units),
        Publication: Publication.id.in_(drafts),
        Announcement: Announcement.publication_id.in_(drafts),
        ConversationChoice: ConversationChoice.conversation_id.in_(talks),
        Place: and_(
            Place.conversation_id.in_(talks), or_(Place.is_favourite, Place.is_muted.is_not(None))
        ),
    }
    subjects = [unit_id.hex for unit_id in db.session.scalars(units)]
    conditions[Follow] = and_(Follow.kind == FollowKind.UNIT, Follow.subject.in_(subjects))
    return {_name(kind): _rows(kind, condition) for kind, condition in conditions.items()}


def differing(before: Image, after: Image) -> dict[str, list[list[Row | None]]]:
    """Return the rows that differ, as pairs of before and after; None where there was none."""
    found: dict[str, list[list[Row | None]]] = {}
    for name, old in before.items():
        new = after[name]
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        if changed:
            as_json = _reader(db.metadata.tables[name])
            found[name] = [[as_json(old.get(key)), as_json(new.get(key))] for key in changed]
    return found


def changed_columns(before: Row, after: Row) -> list[str]:
    """Return the columns that differ."""
    return [name for name in before if before[name] != after[name]]


def is_derived(name: str, column: Column[Any]) -> bool:
    """Whether a column of a table counts, or is computed from others."""
    return column.name in (DERIVED_OF_POSTS if name == Post.__tablename__ else DERIVED)


def values_of(kind: type[Model], row: Mapping[str, Any]) -> Row:
    """Return a row of an image as values for the database."""
    columns = _table(kind).c
    return {name: _read(columns[name], value) for name, value in row.items()}


def _columns(table: Table) -> list[Column[Any]]:
    """Return the key of a table, and then what is neither derived nor counts."""
    others = (each for each in table.c if not each.primary_key)
    return [*table.primary_key, *(each for each in others if not is_derived(table.name, each))]


def _rows(
    kind: type[Model], condition: ColumnElement[bool]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return rows by key, unread: nearly all are the same afterwards, and locks are held."""
    table = _table(kind)
    size = len(table.primary_key)
    unread = [type_coerce(each, NullType()).label(each.name) for each in _columns(table)]
    rows = db.session.connection().execute(select(*unread).where(condition))
    return {row[:size]: row for row in map(tuple, rows)}


def _reader(table: Table) -> Callable[[tuple[Any, ...] | None], Row | None]:
    """Return a function that reads a row of `_rows` as values of JSON, by name."""
    dialect, columns = db.session.connection().dialect, _columns(table)
    readings = [each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns]

    def read(row: tuple[Any, ...] | None) -> Row | None:
        if row is None:
            return None
        return {
            column.name: _written(reading(value) if reading else value)
            for column, reading, value in zip(columns, readings, row, strict=True)
        }

    return read


def _written(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Localized):
        return [[tag, text] for tag, text in value.items()]
    return value.value if isinstance(value, Enum) else value


def _read(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is not None and isinstance(kind, EnumType) and kind.enum_class:
        return kind.enum_class(value)
    for known, read in _READ.items():
        if value is not None and isinstance(kind, known):
            return read(value)
    return value


_READ: Mapping[type, Callable[[Any], Any]] = {
    Uuid: UUID,
    UTCDateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    LocalizedType: lambda pairs: Localized((tag, text) for tag, text in pairs),
}


def _table(kind: type[Model]) -> Table:
    return cast("Table", kind.__table__)


def _name(kind: type[Model]) -> str:
    return _table(kind).name
