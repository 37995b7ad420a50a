"""The list of a person's conversations: near ones first, distant units folded and muted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intranet.messaging.conversations import queries
from intranet.messaging.conversations.discussions import subject_of, subjects_among
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.post_readers import post_and_unit, title_of_post
from intranet.messaging.conversations.queries import ConversationStanding, Counters
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.messaging.spaces.queries import invited_unit_ids
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core.per_request import per_request
from intranet.platform.core.text import fold
from intranet.platform.core.web import current_language

MAX_TITLE_NAMES = 4


@dataclass(frozen=True)
class ListedConversation:
    """A conversation in the list."""

    standing: ConversationStanding
    title: str
    note: str
    icon: str
    person: dict[str, Any] | None
    is_near: bool
    mentions: int
    is_for_post: bool = False

    @property
    def conversation(self) -> Conversation:
        """The conversation itself."""
        return self.standing.conversation

    @property
    def is_muted(self) -> bool:
        """Whether the conversation is muted, by choice or, without one, because its unit is far."""
        return _is_muted(self.standing, is_near=self.is_near)

    @property
    def agency(self) -> Agency | None:
        """The agency to which the channel belongs; None for direct messages and groups."""
        space = self.conversation.space
        return None if space is None or space.is_group else space.agency

    @property
    def is_of_group(self) -> bool:
        """Whether the conversation is a channel of a group."""
        space = self.conversation.space
        return space is not None and space.is_group

    def as_item(self) -> dict[str, Any]:
        """Return the conversation as an item for the template."""
        conversation = self.conversation
        return {
            "id": conversation.id,
            "kind": conversation.kind.value,
            "title": self.title,
            "note": self.note,
            "agency": self.agency,
            "icon": self.icon,
            "person": self.person,
            "unread": self.standing.unread,
            "mentions": self.mentions,
            "is_muted": self.is_muted,
            "is_favourite": self.standing.is_favourite,
            "last_seq": conversation.last_seq,
            "read_seq": self.standing.read_seq,
            "unread_from": self.standing.unread_from,
            "last_message_at": conversation.last_message_at,
        }


def listed(person: Person, mentions: Mapping[UUID, int] | None = None) -> list[ListedConversation]:
    """List all conversations of the person, with their titles, the latest first."""
    standings = queries.standings_with_people(person)
    faces = faces_of(people_with_direct_message(person), person)
    near = _near_unit_ids(person)
    counts = mentions or {}
    return [_listed(standing, person, faces, near, counts) for standing in standings]


def people_with_direct_message(person: Person) -> set[UUID]:
    """Return the ids of the people with whom the person has a direct message."""
    return {
        row.person_id
        for standing in queries.standings_with_people(person)
        for row in standing.conversation.participants
        if row.person_id != person.id
    }


def unread_total(person: Person, mentions: Mapping[UUID, int]) -> int:
    """Count unread messages for the navigation rail; of muted conversations only mentions."""
    near = _near_unit_ids(person)
    return sum(
        mentions.get(each.id, 0) if _is_muted(each, is_near=_is_near(each, near)) else each.unread
        for each in queries.counters(person)
    )


def grouped(items: list[ListedConversation]) -> dict[str, Any]:
    """Return the groups of the list column, for the template."""
    groups = [_group("favourite", favourites_among(items))]
    items = [item for item in items if not item.standing.is_favourite]
    agencies = {item.agency.id: item.agency for item in items if item.agency}
    for agency in sorted(agencies.values(), key=lambda row: row.sort_key):
        here = [item for item in items if item.agency and item.agency.id == agency.id]
        near = sorted((item for item in here if item.is_near), key=_inner_first)
        far = sorted((item for item in here if not item.is_near), key=_inner_first)
        several = len(agencies) > 1
        heading = agency.name.text(current_language()) if several else ""
        groups.append(_group("agency" if several else "own", near, heading=heading))
        groups.append(_group("other", far, folded=True))
    of_groups = [item for item in items if item.is_of_group]
    groups.append(_group("group", sorted(of_groups, key=_by_group)))
    groups.append(_group("post", [item for item in items if item.is_for_post]))
    rooms = {item.conversation.id for item in items if item.agency or item.is_of_group}
    talks = [item for item in items if item.conversation.id not in rooms and not item.is_for_post]
    groups.append(_group("direct", talks))
    return {"groups": [group for group in groups if group["items"]]}


def favourites_among(items: Sequence[ListedConversation]) -> list[ListedConversation]:
    """Return the favourites in the person's order; those not ordered yet go by name."""
    found = [item for item in items if item.standing.is_favourite]
    return sorted(found, key=_as_put)


def title_of(
    conversation: Conversation, viewer: Person, faces: Mapping[UUID, Mapping[str, Any]]
) -> str:
    """Return the title of a conversation for this reader.

    A post's conversation has the name of the post and its unit for those who write to it, and their
    names for the post.
    """
    if held := subject_of(conversation):
        return held.title.text(current_language(), held.language)
    if conversation.post and not speaks_only(conversation, viewer):
        return post_and_unit(conversation.post)
    if conversation.space is None:
        names = [
            faces[row.person_id]["name"]
            for row in conversation.participants
            if row.person_id != viewer.id and row.person_id in faces
        ]
        if len(names) > MAX_TITLE_NAMES:
            return f"{', '.join(names[:MAX_TITLE_NAMES])} +{len(names) - MAX_TITLE_NAMES}"
        return ", ".join(names)
    if conversation.name and not conversation.is_main:
        return conversation.name.text(current_language())
    return space_name(conversation.space)


def titles_of(
    conversations: Sequence[Conversation], viewer: Person, faces: Mapping[UUID, Mapping[str, Any]]
) -> dict[UUID, str]:
    """Return the titles of conversations for this reader, in few queries however many."""
    held = subjects_among(conversations)
    return {
        row.id: held[row.id].title.text(current_language(), held[row.id].language)
        if row.id in held
        else title_of(row, viewer, faces)
        for row in conversations
    }


def speaks_only(conversation: Conversation, viewer: Person) -> bool:
    """Return whether the reader takes part for the post and not for themselves."""
    return conversation.post_id is not None and viewer.id not in {
        row.person_id for row in conversation.participants
    }


def space_name(space: Space) -> str:
    """Return the name of a group, unit or agency for the reader."""
    return space.title.text(current_language(), space.agency.language)


def _listed(
    standing: ConversationStanding,
    person: Person,
    faces: Mapping[UUID, dict[str, Any]],
    near: set[UUID],
    mentions: Mapping[UUID, int],
) -> ListedConversation:
    conversation = standing.conversation
    others = [row.person_id for row in conversation.participants if row.person_id != person.id]
    is_alone = len(others) == 1 and (
        conversation.post_id is None or speaks_only(conversation, person)
    )
    alone = faces.get(others[0]) if is_alone else None
    return ListedConversation(
        standing=standing,
        title=title_of(conversation, person, faces),
        note=_note(conversation, alone, person),
        icon=icon_of(conversation, len(others)),
        person=alone,
        is_near=_is_near(standing, near),
        mentions=mentions.get(conversation.id, 0),
        is_for_post=speaks_only(conversation, person),
    )


def _note(conversation: Conversation, alone: Mapping[str, Any] | None, viewer: Person) -> str:
    """Return the note beside the name: the other person's workplace, or the space of a channel."""
    if post := conversation.post:
        if speaks_only(conversation, viewer):
            return title_of_post(post)
        return f"@{post.unit.agency.handle}"
    if alone:
        return str(alone.get("agency_name") or "")
    if conversation.space and not conversation.is_main:
        return space_name(conversation.space)
    return ""


def icon_of(conversation: Conversation, others: int) -> str:
    """Return the icon of a conversation without a photo."""
    if conversation.post_id:
        return "stamp"
    if conversation.kind == ConversationKind.DISCUSSION:
        return "messages-square"
    if conversation.space is None:
        return "user" if others == 1 else "users"
    if conversation.space.is_group and conversation.is_main:
        return "handshake"
    is_agency = conversation.space.kind == SpaceKind.AGENCY and conversation.is_main
    return "landmark" if is_agency else "hash"


def _is_muted(standing: ConversationStanding | Counters, *, is_near: bool) -> bool:
    return not is_near if standing.is_muted is None else standing.is_muted


def _is_near(standing: ConversationStanding | Counters, near: Collection[UUID]) -> bool:
    return standing.unit_id is None or standing.unit_id in near


@per_request
def _near_unit_ids(person: Person) -> set[UUID]:
    """Return the near units: those of the person's posts, their parents, and invitations."""
    near = {unit_id for unit_id in invited_unit_ids(person.id) if unit_id}
    for appointment in current_appointments(person.id):
        near |= set(appointment.post.unit.ancestor_ids[-2:])
    return near


def _as_put(item: ListedConversation) -> tuple[bool, int, str]:
    rank = item.standing.favourite_rank
    return (rank is None, rank or 0, fold(item.title))


def _by_group(item: ListedConversation) -> tuple[str, bool, str]:
    space = item.conversation.space
    return (space_name(space) if space else "", not item.conversation.is_main, item.title)


def _inner_first(item: ListedConversation) -> tuple[int, bool, str]:
    space = item.conversation.space
    depth = space.unit.depth if space and space.unit else 0
    return (-depth, not item.conversation.is_main, item.title)


def _group(
    code: str, items: list[ListedConversation], *, heading: str = "", folded: bool = False
) -> dict[str, Any]:
    return {
        "code": code,
        "heading": heading,
        "folded": folded,
        "items": [item.as_item() for item in items],
    }
