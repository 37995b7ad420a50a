"""Rooms of others in which something was said: they arrive as closed groups of the agency."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, SelectLabelStyle, and_, case, or_, select

from intranet.collaboration.groups.models import Joining
from intranet.messaging.spaces.models import Role, SpaceKind, Visibility, Why
from intranet.platform.core.batches import batches
from intranet.platform.core.ids import uuid7
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from intranet.records.portability.making import Making
from intranet.records.portability.scope import SHARED, TABLES, going, is_named

LABELLED = SelectLabelStyle.LABEL_STYLE_TABLENAME_PLUS_COL
SOME = 500


def write_rooms(making: Making) -> None:
    """Write the rooms of others as closed groups of the agency, with its people who were in."""
    scope, references, at = making.scope, making.references, making.at
    others = references.stubs["spaces"] - making.shared
    rooms = [*_spaces(making.connection, others), *_discussions(making.connection, making.shared)]
    with making.writer.lines("stubs/spaces.jsonl") as write:
        for room_id, name, visibility, _maker, _language, agency_id in rooms:
            owner = scope.agency_id or agency_id
            if not references.has("agencies", owner):
                references.stubs["agencies"].add(owner)
            write(
                {
                    "id": str(room_id),
                    "kind": SpaceKind.GROUP.value,
                    "agency_id": str(owner),
                    "visibility": visibility.value,
                    "name": dict(name),
                    "archived_at": at.isoformat(),
                }
            )
    with making.writer.lines("stubs/groups.jsonl") as write:
        for room_id, name, _visibility, maker, language, _agency_id in rooms:
            if not references.has("people", maker):
                references.stubs["people"].add(maker)
            write(
                {
                    "space_id": str(room_id),
                    "joining": Joining.INVITATION.value,
                    "is_listed": False,
                    "language": language,
                    "sort_key": sort_key(name.text())[:400],
                    "created_by_id": str(maker),
                    "created_at": at.isoformat(),
                }
            )
    making.stubs["spaces"] = making.stubs["groups"] = len(rooms)
    if scope.agency_id is not None:
        _write_members(making, {room[0] for room in rooms})


Room = tuple[UUID, Localized, Visibility, UUID, str, UUID]


def _spaces(connection: Connection, ids: set[UUID]) -> Iterator[Room]:
    """Yield the spaces of others to which something that goes belongs."""
    spaces, agencies, units, groups, messages, conversations, publications = (
        TABLES[name]
        for name in (
            *("spaces", "agencies", "units", "groups", "messages", "conversations"),
            "publications",
        )
    )
    wanted = (
        select(spaces, agencies, units.c.name.label("unit_name"), groups.c.created_by_id)
        .set_label_style(LABELLED)
        .join(agencies, agencies.c.id == spaces.c.agency_id)
        .outerjoin(units, units.c.id == spaces.c.unit_id)
        .outerjoin(groups, groups.c.space_id == spaces.c.id)
    )
    in_package = publications.c.id.in_(going("publications"))
    for space_id in sorted(ids):
        row = connection.execute(wanted.where(spaces.c.id == space_id)).one()
        maker = row.groups_created_by_id or connection.scalar(
            select(messages.c.author_id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(conversations.c.space_id == space_id)
            .limit(1)
        )
        maker = (
            maker
            or connection.scalars(
                select(publications.c.created_by_id)
                .where(publications.c.space_id == space_id, in_package)
                .limit(1)
            ).one()
        )
        name = row.spaces_name or row.unit_name or row.agencies_name
        is_open = row.spaces_visibility in {Visibility.NETWORK, Visibility.PUBLIC}
        yield (
            space_id,
            _of_agency(name, row.agencies_name),
            Visibility.AGENCY if is_open else Visibility.MEMBERS,
            maker,
            next(iter(name)),
            row.agencies_id,
        )


def _discussions(connection: Connection, ids: set[UUID]) -> Iterator[Room]:
    """Yield discussions of what others published, under its title.

    Where they asked without their name, one of ours stands for them, and their agency stays out.
    """
    publications, agencies, versions, messages = (
        TABLES[name] for name in ("publications", "agencies", "publication_versions", "messages")
    )
    one_of_ours = (
        select(messages.c.author_id)
        .where(
            messages.c.conversation_id == publications.c.conversation_id,
            messages.c.author_id.in_(going("people")),
        )
        .order_by(messages.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        select(
            publications.c.conversation_id,
            versions.c.title,
            agencies.c.name,
            case((is_named(), publications.c.created_by_id), else_=one_of_ours).label("maker"),
            is_named().label("is_named"),
            publications.c.agency_id,
            agencies.c.languages,
        )
        .join(agencies, agencies.c.id == publications.c.agency_id)
        .outerjoin(
            versions,
            and_(
                versions.c.publication_id == publications.c.id,
                versions.c.number == publications.c.version,
            ),
        )
    )
    for some in batches(sorted(ids), SOME):
        for row in connection.execute(wanted.where(publications.c.conversation_id.in_(some))):
            title = row.title or Localized({row.languages[0]: ""})
            name = _of_agency(row.title or row.name, row.name) if row.is_named else title
            language = next(iter(name))
            yield (
                row.conversation_id,
                name,
                Visibility.MEMBERS,
                row.maker,
                language,
                row.agency_id,
            )


def _of_agency(name: Localized, agency: Localized) -> Localized:
    """Return a room's name with that of its agency, as it was then."""
    return Localized({tag: f"{text} · {agency.text(tag)}" for tag, text in name.items()})


def _write_members(making: Making, room_ids: set[UUID]) -> None:
    """Write the agency's people who were in, or wrote in, the rooms of others."""
    connection, scope, at = making.connection, making.scope, making.at
    members, messages, conversations = (
        TABLES[name] for name in ("space_members", "messages", "conversations")
    )
    was_in = select(members.c.space_id, members.c.person_id).where(
        members.c.person_id.in_(going("people")),
        or_(members.c.until.is_(None), members.c.until > at),
    )
    wrote = (
        select(messages.c.conversation_id, conversations.c.space_id, messages.c.author_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(
            messages.c.conversation_id.in_(going(SHARED)),
            messages.c.author_id.in_(going("people")),
        )
        .distinct()
    )
    found = {(row.space_id, row.person_id) for row in connection.execute(was_in)}
    for row in connection.execute(wrote):
        found.add((row.space_id or row.conversation_id, row.author_id))
    count = 0
    with making.writer.lines("stubs/space_members.jsonl") as write:
        for space_id, person_id in sorted(found):
            if space_id not in room_ids:
                continue
            write(
                {
                    "id": str(uuid7()),
                    "space_id": str(space_id),
                    "person_id": str(person_id),
                    "agency_id": str(scope.agency_id),
                    "role": Role.MEMBER.value,
                    "why": Why.HAND.value,
                    "since": at.isoformat(),
                }
            )
            count += 1
    making.stubs["space_members"] = count
