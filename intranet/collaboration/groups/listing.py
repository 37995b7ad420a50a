"""Lists of groups: those that wait for an answer, the reader's own, and those to join."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.events import queries as event_queries
from intranet.collaboration.events.models import EventOccurrence
from intranet.collaboration.events.view_models import EventListLine, lines_of
from intranet.collaboration.groups import member_figures, queries
from intranet.collaboration.groups.access import posts_that_found
from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.page import topic_options
from intranet.collaboration.initiatives import listing as initiative_listing
from intranet.collaboration.initiatives import queries as initiative_queries
from intranet.collaboration.initiatives.models import Initiative
from intranet.messaging.conversations.listing import ListedConversation
from intranet.messaging.messages import queries as message_queries
from intranet.messaging.messages.page import conversation_list
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.html import plain_text
from intranet.platform.core.rest import after_name
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.view_models import name_of_space, text_of

PAGE_SIZE = 30
MAX_OWN = 50
MAX_REQUESTS = 10
PREVIEW_CHARACTERS = 140
WEEK = timedelta(days=7)
MAX_EVENTS, MAX_INITIATIVES = 4, 3


@dataclass(frozen=True)
class GroupCard:
    """A group in a list, as the reader sees it."""

    group: Group
    name: str
    agency: str
    people: int
    agencies: int
    counterparts: int
    is_in: bool
    is_asked: bool


@dataclass(frozen=True)
class GroupActivity:
    """The latest message and the unread counts of a group's channels, for a member."""

    author: str = ""
    text: str = ""
    at: datetime | None = None
    unread: int = 0
    mentions: int = 0
    is_muted: bool = False


def list_context(
    person: Person, wanted: queries.GroupFilters, after: tuple[str, UUID] | None
) -> dict[str, Any]:
    """Return the context of a page of groups, with requests, invitations and own groups above."""
    found = queries.groups(person, wanted, after=after, limit=PAGE_SIZE + 1)
    some = found[:PAGE_SIZE]
    last = some[-1] if len(found) > PAGE_SIZE else None
    is_first = after is None and wanted.is_exploring
    invitations = queries.waiting_for(person) if is_first else ()
    requests = queries.requests_to(person, MAX_REQUESTS) if is_first else ()
    own = (
        queries.groups(person, queries.GroupFilters(only_mine=True), limit=MAX_OWN)
        if is_first
        else ()
    )
    every = cards(person, [*some, *own, *(row.group for row in invitations)])
    known = {card.group.space_id: card for card in every}
    return {
        "cards": [known[group.space_id] for group in some],
        "invitations": [(row, known[row.space_id]) for row in invitations],
        "requests": [(row, name_of_space(row.group.space)) for row in requests],
        "wanted": wanted,
        "is_first": is_first,
        "next_after": after_name(last.sort_key, last.space_id) if last else None,
        "may_found": bool(posts_that_found(person)),
        "topics": topic_options(),
        **_own_context(person, [known[group.space_id] for group in own]),
    }


def cards(person: Person, groups: Sequence[Group]) -> list[GroupCard]:
    """Return these groups as cards of a list, in a constant number of queries."""
    ids = [group.space_id for group in groups]
    if not ids:
        return []
    people = member_figures.people_counts(ids)
    agencies = member_figures.agency_counts(ids)
    alike = queries.counterparts_counts(person, ids)
    joined = member_figures.joined_among(person, ids)
    asked = member_figures.asked_among(person, ids)
    return [
        GroupCard(
            group=group,
            name=name_of_space(group.space),
            agency=text_of(group.space.agency.name, group.space.agency.language),
            people=people.get(group.space_id, 0),
            agencies=agencies.get(group.space_id, 0),
            counterparts=alike.get(group.space_id, 0),
            is_in=group.space_id in joined,
            is_asked=group.space_id in asked,
        )
        for group in groups
    ]


def talks_of(items: Sequence[ListedConversation]) -> dict[UUID, GroupActivity]:
    """Return the latest message and unread counts of each group, by space id. One query."""
    latest: dict[UUID, ListedConversation] = {}
    every: dict[UUID, list[ListedConversation]] = {}
    for item in items:
        space = item.conversation.space
        if space is not None and item.is_of_group:
            latest.setdefault(space.id, item)  # the list has the latest first
            every.setdefault(space.id, []).append(item)
    last = message_queries.last_messages([item.conversation.id for item in latest.values()])
    found = {}
    for space_id, item in latest.items():
        message = last.get(item.conversation.id)
        is_there = message is not None and message.deleted_at is None
        found[space_id] = GroupActivity(
            author=message.author.name if message and is_there else "",
            text=plain_text(message.said)[:PREVIEW_CHARACTERS] if message and is_there else "",
            at=item.conversation.last_message_at,
            unread=sum(each.standing.unread for each in every[space_id] if not each.is_muted),
            mentions=sum(each.mentions for each in every[space_id]),
            is_muted=all(each.is_muted for each in every[space_id]),
        )
    return found


def _own_context(person: Person, own: Sequence[GroupCard]) -> dict[str, Any]:
    if not own:
        return {"mine": (), "events": (), "initiatives": ()}
    talks = talks_of(conversation_list(person))
    mine = [(card, talks.get(card.group.space_id, GroupActivity())) for card in own]
    mine.sort(key=lambda pair: pair[1].at.timestamp() if pair[1].at else 0, reverse=True)
    ids = [card.group.space_id for card in own]
    return {
        "mine": mine,
        "events": _events(person, ids),
        "initiatives": _initiatives(person, ids),
    }


def _events(person: Person, space_ids: Sequence[UUID]) -> list[EventListLine]:
    narrowed = event_queries.EventConditions(
        publications=[Publication.space_id.in_(space_ids)],
        times=[
            EventOccurrence.starts_at < clock.now() + WEEK,
            EventOccurrence.cancelled_at.is_(None),
        ],
    )
    return lines_of(person, event_queries.upcoming(person, narrowed=narrowed, limit=MAX_EVENTS))


def _initiatives(
    person: Person, space_ids: Sequence[UUID]
) -> list[initiative_listing.InitiativeListRow]:
    there = select(Publication.id).where(Publication.space_id.in_(space_ids))
    narrowed = [Initiative.publication_id.in_(there)]
    return initiative_listing.rows(
        initiative_queries.catalogue(person, narrowed, limit=MAX_INITIATIVES)
    )
