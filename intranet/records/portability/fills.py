"""The ids of what goes whole, for each kind of package, each part after those that it asks for."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, literal, not_, or_, select

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.messaging.conversations.models import ConversationKind
from intranet.messaging.spaces.models import SpaceKind
from intranet.records.portability.scope import (
    SHARED,
    TABLES,
    Ids,
    PackageKind,
    Scope,
    going,
    ids_of,
    is_named,
    people_of,
)
from intranet.records.portability.snapshot import leaving

Fill = Callable[[Scope], list[tuple[str, Ids]]]


def _agency(scope: Scope) -> list[tuple[str, Ids]]:
    agency_id = scope.subject_id
    units, posts, spaces, publications, conversations, participants, messages = (
        TABLES[name]
        for name in (
            *("units", "posts", "spaces", "publications"),
            *("conversations", "participants", "messages"),
        )
    )
    # Administrators learn nothing of the board of staff representatives and of unlisted groups.
    is_open = and_(not_(spaces.c.hides_people), is_visible_to_administrators())
    open_spaces = () if scope.whole else (is_open,)
    its_spaces = ids_of("spaces", spaces.c.agency_id == agency_id, *open_spaces)
    others = select(participants.c.conversation_id).where(
        participants.c.person_id.not_in(going("people"))
    )
    talks = or_(
        conversations.c.space_id.in_(going("spaces")),
        conversations.c.post_id.in_(going("posts")),
        conversations.c.id.in_(
            select(publications.c.conversation_id).where(
                publications.c.id.in_(going("publications")),
                publications.c.conversation_id.is_not(None),
            )
        ),
    )
    if scope.whole:
        talks = or_(
            talks,
            and_(
                conversations.c.kind == ConversationKind.DIRECT, conversations.c.id.not_in(others)
            ),
        )
    hidden = ids_of("spaces", not_(is_open)) if not scope.whole else None
    its_publications = or_(
        publications.c.agency_id == agency_id, publications.c.space_id.in_(going("spaces"))
    )
    if hidden is not None:
        is_published = publications.c.published_at.is_not(None)
        is_shown = and_(publications.c.space_id.not_in(hidden), is_published, is_named())
        its_publications = and_(its_publications, is_shown)
    where_ours = select(messages.c.conversation_id).where(scope.ours()).distinct()
    shared: list[ColumnElement[bool]] = [
        conversations.c.id.in_(where_ours),
        conversations.c.id.not_in(going("conversations")),
    ]
    if hidden is not None:
        of_space = or_(conversations.c.space_id.is_(None), conversations.c.space_id.not_in(hidden))
        private = (ConversationKind.DIRECT, ConversationKind.POST)
        shared += [conversations.c.kind.not_in(private), of_space]
    return [
        ("agencies", ids_of("agencies", TABLES["agencies"].c.id == agency_id)),
        ("people", people_of(agency_id)),
        ("units", ids_of("units", units.c.agency_id == agency_id)),
        ("posts", ids_of("posts", posts.c.agency_id == agency_id)),
        ("spaces", its_spaces),
        ("publications", ids_of("publications", its_publications)),
        ("conversations", ids_of("conversations", talks)),
        (SHARED, ids_of("conversations", *shared)),
        ("held_items", _held_by(agency_id)),
    ]


def _held_by(agency_id: UUID) -> Ids:
    """Return what the agency's holds kept of deleted content: the order to keep it goes too."""
    holds, under = TABLES["legal_holds"], TABLES["held_under"]
    joined = under.join(holds, holds.c.id == under.c.hold_id)
    return select(under.c.item_id).select_from(joined).where(holds.c.agency_id == agency_id)


def _group(scope: Scope) -> list[tuple[str, Ids]]:
    publications = TABLES["publications"]
    return [
        ("spaces", ids_of("spaces", TABLES["spaces"].c.id == scope.subject_id)),
        (
            "publications",
            ids_of(
                "publications",
                publications.c.space_id == scope.subject_id,
                publications.c.published_at.is_not(None),
                is_named(),
            ),
        ),
        ("conversations", _talks_of(scope.subject_id, "publications")),
    ]


def _talks_of(space_id: UUID, kind: str) -> Ids:
    conversations, publications = TABLES["conversations"], TABLES["publications"]
    discussed = select(publications.c.conversation_id).where(
        publications.c.id.in_(going(kind)), publications.c.conversation_id.is_not(None)
    )
    return ids_of(
        "conversations",
        or_(conversations.c.space_id == space_id, conversations.c.id.in_(discussed)),
    )


def _initiative(scope: Scope) -> list[tuple[str, Ids]]:
    publications = TABLES["publications"]
    return [
        ("publications", ids_of("publications", publications.c.id == scope.subject_id)),
        (
            "conversations",
            select(publications.c.conversation_id).where(
                publications.c.id == scope.subject_id,
                publications.c.conversation_id.is_not(None),
            ),
        ),
    ]


def _channel(scope: Scope) -> list[tuple[str, Ids]]:
    return [
        ("conversations", ids_of("conversations", TABLES["conversations"].c.id == scope.subject_id))
    ]


def _own(scope: Scope) -> list[tuple[str, Ids]]:
    """Return the person's contributions to groups, those that they left included."""
    publications, conversations, messages, spaces = (
        TABLES[name] for name in ("publications", "conversations", "messages", "spaces")
    )
    groups = ids_of("spaces", spaces.c.kind == SpaceKind.GROUP)
    wrote = select(messages.c.conversation_id).where(
        messages.c.author_id == scope.subject_id, messages.c.deleted_at.is_(None)
    )
    of_groups = select(publications.c.conversation_id).where(publications.c.space_id.in_(groups))
    return [
        (
            "publications",
            ids_of(
                "publications",
                publications.c.created_by_id == scope.subject_id,
                publications.c.space_id.in_(groups),
                *_published(),
            ),
        ),
        (
            SHARED,
            ids_of(
                "conversations",
                conversations.c.id.in_(wrote),
                or_(conversations.c.space_id.in_(groups), conversations.c.id.in_(of_groups)),
            ),
        ),
    ]


def _contributed(scope: Scope) -> list[tuple[str, Ids]]:
    """Return the agency's contributions to one group."""
    publications, conversations, messages = (
        TABLES[name] for name in ("publications", "conversations", "messages")
    )
    in_group = publications.c.space_id == scope.subject_id
    discussed = select(publications.c.conversation_id).where(in_group)
    wrote = select(messages.c.conversation_id).where(scope.ours())
    return [
        (
            "publications",
            ids_of(
                "publications",
                in_group,
                publications.c.agency_id == scope.agency_id,
                is_named(),
                *_published(),
            ),
        ),
        (
            SHARED,
            ids_of(
                "conversations",
                or_(
                    conversations.c.space_id == scope.subject_id, conversations.c.id.in_(discussed)
                ),
                conversations.c.id.in_(wrote),
            ),
        ),
    ]


def _published() -> tuple[ColumnElement[bool], ...]:
    publications = TABLES["publications"]
    return (publications.c.published_at.is_not(None), publications.c.withdrawn_at.is_(None))


FILLS: Mapping[PackageKind, Fill] = {
    PackageKind.AGENCY: _agency,
    PackageKind.GROUP: _group,
    PackageKind.INITIATIVE: _initiative,
    PackageKind.CHANNEL: _channel,
    PackageKind.OWN: _own,
    PackageKind.CONTRIBUTED: _contributed,
}


def fill(connection: Connection, scope: Scope) -> None:
    """Find the ids of what goes, as of the connection's instant."""
    for kind, ids in FILLS[scope.kind](scope):
        _add(connection, _new(kind, ids))
    # In the order of their ids, so that the index grows at its end.
    messages = scope.messages().order_by(TABLES["messages"].c.id).subquery()
    _add(connection, select(literal("messages"), messages.c.id))
    _add(connection, _new("files", scope.files()))
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE leaving")


def _add(connection: Connection, found: Select[str, UUID]) -> None:
    connection.execute(insert(leaving).from_select(["kind", "id"], found))


def _new(kind: str, ids: Ids) -> Select[str, UUID]:
    found = ids.subquery()
    known = found.c[0].in_(going(kind))
    return select(literal(kind), found.c[0]).where(not_(known)).distinct()
