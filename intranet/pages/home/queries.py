"""What the home page shows, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intranet.collaboration.events.answered import next_answered
from intranet.collaboration.events.shown import Line, lines_of
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import Listed
from intranet.messaging.messages import queries as message_queries
from intranet.messaging.spaces.models import Reach
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import (
    absences_on,
    appointments_in_unit,
    count_in_subtree,
    current_appointments,
    heads_of_units,
    today_of,
)
from intranet.platform.core import clock
from intranet.platform.core.html import plain_text
from intranet.platform.core.web import current_language
from intranet.publishing.publications import queries as publication_queries
from intranet.publishing.publications.models import PublicationKind
from intranet.publishing.publications.owing import owed_count
from intranet.publishing.publications.queries import Item
from intranet.publishing.publications.shown import name_of_space, text_of

WAITING = 8
PEOPLE = 5
NEWCOMERS = 3
GROUPS = 4
PREVIEW = 140
OWED = 5
NEWS = 5
FOLLOWED = 5
DATES = 4
NEW_FOR = timedelta(days=21)
SMALL = 5
"""In a unit of fewer people the network takes the unit's place."""


@dataclass(frozen=True)
class OwnGroup:
    """A group that the person is in, and what is unread in its channels."""

    id: UUID
    name: str
    agency: str
    is_shared: bool
    at: datetime | None
    unread: int
    mentions: int


def waiting(person: Person, items: Sequence[Listed]) -> list[dict[str, Any]]:
    """Conversations with something unread: those that call the person first, then the latest."""
    wanted = [
        item for item in items if item.mentions or (item.standing.unread and not item.is_muted)
    ]
    wanted.sort(key=lambda item: not (item.mentions or item.conversation.space is None))
    some = wanted[:WAITING]
    last = message_queries.last_messages([item.conversation.id for item in some])
    found = []
    for item in some:
        message = last.get(item.conversation.id)
        row = item.as_item()
        row["is_direct"] = item.conversation.space is None
        if message and not message.deleted_at:
            row["author"] = message.author.name
            row["is_mine"] = message.author_id == person.id
            row["text"] = plain_text(message.said)[:PREVIEW]
        found.append(row)
    return found


def units_of(person: Person) -> list[dict[str, Any]]:
    """The person's units: who heads them, who is there, who is away and who stands in."""
    return [
        _unit(person, appointment)
        for appointment in _one_for_each_unit(current_appointments(person.id))
    ]


def publications(person: Person, now: datetime) -> tuple[list[Item], list[Item]]:
    """What the person has to confirm, the first due first; and what else is new, pinned first."""
    owed = publication_queries.owed(person, OWED) if owed_count(person) else []
    known = {item.publication.id for item in owed}
    on_top = publication_queries.pinned(person, NEWS)
    latest = publication_queries.latest(
        person, kind=PublicationKind.ANNOUNCEMENT, limit=NEWS + OWED
    )
    news = {item.publication.id: item for item in (*on_top, *latest)}
    fresh = [
        item
        for publication_id, item in news.items()
        if publication_id not in known and (item.publication.pinned_until or _is_new(item, now))
    ]
    return owed, fresh[:NEWS]


def followed(person: Person, shown: Sequence[Item]) -> list[Item]:
    """The newest articles of what the person follows, but for what the page shows already."""
    known = [item.publication.id for item in shown]
    return publication_queries.followed(person, leaving_out=known, limit=FOLLOWED)


def next_dates(person: Person) -> list[Line]:
    """The next events that the person said yes or maybe to, and that stand: each once."""
    return lines_of(person, next_answered(person, DATES))


def own_groups(items: Sequence[Listed]) -> list[OwnGroup]:
    """Return the groups whose channels these are, the last alive first."""
    every: dict[UUID, list[Listed]] = {}
    for item in items:
        space = item.conversation.space
        if space is not None and item.is_of_group:
            every.setdefault(space.id, []).append(item)
    return [_own_group(channels) for channels in every.values()]


def _own_group(channels: Sequence[Listed]) -> OwnGroup:
    space = channels[0].conversation.space
    assert space is not None  # noqa: S101 - only channels of groups are asked for
    return OwnGroup(
        id=space.id,
        name=name_of_space(space),
        agency=text_of(space.agency.name, space.agency.language),
        is_shared=space.reach != Reach.AGENCY,
        at=channels[0].conversation.last_message_at,
        unread=sum(each.standing.unread for each in channels if not each.is_muted),
        mentions=sum(each.mentions for each in channels),
    )


def _unit(person: Person, mine: Appointment) -> dict[str, Any]:
    now = clock.now()
    unit = mine.post.unit
    people = [row for row in appointments_in_unit(unit, now) if row.person_id != person.id]
    heads = heads_of_units([unit.id], now).get(unit.id, [])
    away = absences_on([row.person_id for row in people], today_of(person.id))
    shown = [row.person_id for row in people[:PEOPLE]]
    new = [row for row in people if row.since > now - NEW_FOR][:NEWCOMERS]
    known = (*shown, *(row.person_id for row in [*heads, *new]), *away)
    faces = faces_of(known, person)
    return {
        "id": unit.id,
        "name": _name(unit),
        "is_root": unit.parent_id is None,
        "head": next((faces[row.person_id] for row in heads if row.person_id != person.id), None),
        "people": [faces[person_id] for person_id in shown],
        "newcomers": [(faces[row.person_id], row.since) for row in new],
        "more": max(len(people) - PEOPLE, 0),
        "count": count_in_subtree(unit, now),
        "away": [
            {
                "person": faces[person_id],
                "ends_on": absence.ends_on,
                "stand_in": absence.stand_in.name if absence.stand_in else None,
            }
            for person_id, absence in away.items()
        ],
    }


def _is_new(item: Item, now: datetime) -> bool:
    at = item.publication.published_at
    return at is not None and at > now - NEW_FOR


def _one_for_each_unit(held: Sequence[Appointment]) -> list[Appointment]:
    return list({row.post.unit_id: row for row in reversed(held)}.values())[::-1]


def _name(unit: Unit) -> str:
    return unit.name.text(current_language(), unit.agency.language)
