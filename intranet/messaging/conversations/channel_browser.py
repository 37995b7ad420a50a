"""Browse the channels that a person may read: those of their agencies and of groups."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, func, or_, select

from intranet.extensions import db
from intranet.messaging.conversations.access import is_joined, joined_conversations
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.spaces.access import is_current_member, is_visible_to, visible_to
from intranet.messaging.spaces.models import Space, SpaceKind, SpaceMember
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.text import fold, sort_key
from intranet.platform.core.types import NOW, Localized, id_parameter, ids_parameter
from intranet.platform.core.web import current_language

MAX_CHANNELS = 5_000
MAX_COUNTED = 100
PAGE_SIZE = 40


class ChannelAction(StrEnum):
    """The action of a channel's button, depending on the space it belongs to."""

    NONE = ""
    JOIN = "join"
    LEAVE = "leave"


Teller = Callable[[Person, Collection[UUID], Collection[UUID]], Mapping[UUID, ChannelAction]]
_tellers: list[Teller] = []


def register_joining(teller: Teller) -> None:
    """Register the function that knows how a person joins spaces of a higher layer.

    It is given the person, ids of groups, and those of them that the person is in.
    """
    if teller not in _tellers:
        _tellers.append(teller)


@dataclass(frozen=True)
class ChannelLine:
    """A readable channel in the list."""

    id: UUID
    title: str
    space_title: str
    purpose: str
    icon: str
    group_id: UUID | None
    space_id: UUID
    is_joined: bool
    is_closed: bool
    people: int | None
    way: ChannelAction


@dataclass(frozen=True)
class ChannelPage:
    """A page of channels, and the key of the next page."""

    lines: Sequence[ChannelLine]
    following: str | None
    total: int


@per_request
def unjoined_count(person: Person) -> int:
    """Count the open channels that the person is not in, up to a hundred."""
    agency_ids = list(own_agency_ids(person))
    return (
        execute_prepared(_unjoined_count(), person_id=person.id, agency_ids=agency_ids).scalar()
        or 0
    )


@cache
def _unjoined_count() -> Select[int]:
    """Select the count of `unjoined_count`; built once, since every conversation list runs it."""
    person_id = id_parameter("person_id")
    readable = _readable(
        is_visible_to(person_id, NOW), ids_parameter("agency_ids"), Conversation.id
    )
    some = readable.where(~is_joined(person_id, NOW)).limit(MAX_COUNTED).subquery()
    return select(func.count()).select_from(some)


def browse_channels(person: Person, words: str = "", *, after: str = "") -> ChannelPage:
    """List channels that the person may read, by name, filtered by words of name or purpose.

    Closed channels of ended units are found by words alone.
    """
    wanted = fold(words)
    named = [
        (sort_key(title), str(row.id), row, title, space_title)
        for row in db.session.execute(_rows(person, with_closed=bool(wanted)))
        for title, space_title in (_titles(row),)
        if wanted in fold(f"{title} {space_title} {row.purpose}")
    ]
    named.sort(key=lambda each: each[:2])
    rest = [each for each in named if f"{each[0]}~{each[1]}" > after] if after else named
    some = rest[:PAGE_SIZE]
    rows = [each[2] for each in some]
    joined = _joined(person, [row.id for row in rows])
    counts = _people_counts([row.space_id for row in rows if not row.hides_people])
    ways = _ways(person, rows, joined)
    lines = [
        ChannelLine(
            id=row.id,
            title=title,
            space_title="" if title == space_title else space_title,
            purpose=row.purpose,
            icon="handshake" if row.kind == SpaceKind.GROUP and row.is_main else "hash",
            group_id=row.space_id if row.kind == SpaceKind.GROUP else None,
            space_id=row.space_id,
            is_joined=row.id in joined,
            is_closed=row.archived_at is not None,
            people=counts.get(row.space_id),
            way=ways.get(row.space_id, ChannelAction.NONE),
        )
        for _key, _id, row, title, space_title in some
    ]
    following = f"{some[-1][0]}~{some[-1][1]}" if len(rest) > PAGE_SIZE else None
    return ChannelPage(lines, following, len(named))


def _rows(person: Person, *, with_closed: bool) -> Select[Any]:
    return _readable(
        visible_to(person),
        list(own_agency_ids(person)),
        Conversation.id,
        Conversation.name,
        Conversation.purpose,
        Conversation.is_main,
        Conversation.archived_at,
        Space.id.label("space_id"),
        Space.kind,
        Space.hides_people,
        Space.name.label("space_name"),
        Unit.name.label("unit_name"),
        Agency.name.label("agency_name"),
        Agency.languages,
        with_closed=with_closed,
    ).limit(MAX_CHANNELS)


def _readable(
    is_visible: ColumnElement[bool],
    agency_ids: Sequence[UUID] | BindParameter[UUID],
    *columns: ColumnElement[Any] | Any,
    with_closed: bool = False,
) -> Select[Any]:
    """Select open channels of groups and of the person's own agencies.

    Args:
        with_closed: also the channels of ended units.
    """
    is_open = and_(Conversation.archived_at.is_(None), Space.archived_at.is_(None))
    near = or_(Space.kind == SpaceKind.GROUP, Space.agency_id.in_(agency_ids))
    return (
        select(*columns)
        .select_from(Conversation)
        .join(Space, Space.id == Conversation.space_id)
        .join(Agency, Agency.id == Space.agency_id)
        .outerjoin(Unit, Unit.id == Space.unit_id)
        .where(
            Conversation.kind == ConversationKind.CHANNEL,
            or_(is_open, Space.kind == SpaceKind.UNIT) if with_closed else is_open,
            near,
            is_visible,
        )
    )


def _titles(row: Any) -> tuple[str, str]:
    """Return the titles of the channel and its space in the reader's language."""
    language, own = current_language(), row.languages[0]
    space: Localized = row.space_name or row.unit_name or row.agency_name
    space_title = space.text(language, own)
    if row.name and not row.is_main:
        return row.name.text(language, own), space_title
    return space_title, space_title


def _joined(person: Person, ids: Sequence[UUID]) -> set[UUID]:
    asked = select(Conversation.id).where(Conversation.id.in_(ids), joined_conversations(person))
    return set(db.session.scalars(asked)) if ids else set()


def _ways(
    person: Person, rows: Sequence[Any], joined: Collection[UUID]
) -> dict[UUID, ChannelAction]:
    groups = {row.space_id for row in rows if row.kind == SpaceKind.GROUP}
    inside = {row.space_id for row in rows if row.id in joined} & groups
    found: dict[UUID, ChannelAction] = {}
    for teller in _tellers if groups else ():
        found |= teller(person, groups, inside)
    return found


def _people_counts(space_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = db.session.execute(
        select(SpaceMember.space_id, func.count(SpaceMember.person_id.distinct()))
        .where(SpaceMember.space_id.in_(space_ids), is_current_member(clock.now()))
        .group_by(SpaceMember.space_id)
    )
    return dict(rows.all())
