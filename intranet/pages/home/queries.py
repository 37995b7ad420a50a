"""Queries of the home page, constant in number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from intranet.collaboration.events.answered_events import next_answered
from intranet.collaboration.events.view_models import EventListLine, lines_of
from intranet.collaboration.participation import queries as participation_queries
from intranet.collaboration.polls.queries import PollListEntry
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import ListedConversation
from intranet.messaging.messages import queries as message_queries
from intranet.messaging.spaces.models import Reach
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.absence_queries import AbsenceOfDay, absences_on
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import current_appointments, today_of
from intranet.organisation.people.unit_members import UnitMember, count_in_subtree, members_of_unit
from intranet.platform.core import clock
from intranet.platform.core.html import plain_text
from intranet.platform.core.web import current_language
from intranet.publishing.publications import queries as publication_queries
from intranet.publishing.publications.queries import PublicationItem
from intranet.publishing.publications.required_reading import count_required
from intranet.publishing.publications.view_models import name_of_space, text_of

MAX_WAITING = 8
MAX_PEOPLE = 5
MAX_NEWCOMERS = 3
MAX_GROUPS = 4
PREVIEW_CHARACTERS = 140
MAX_REQUIRED = 5
MAX_NEWS = 5
MAX_FOLLOWED = 5
MAX_DATES = 4
MAX_OWN_CONTRIBUTIONS = 2
MAX_NEW_CONTRIBUTIONS = 4
NEW_FOR = timedelta(days=21)
SMALL_UNIT_PEOPLE = 5
"""In a unit with fewer people, the page shows the network instead of the unit."""


@dataclass(frozen=True)
class OwnGroup:
    """A group of the person's, with the unread counts of its channels."""

    id: UUID
    name: str
    agency: str
    is_shared: bool
    at: datetime | None
    unread: int
    mentions: int


@dataclass(frozen=True)
class HomeUnit:
    """A unit of the person's: the others in it, its heads, who is new and who is away today."""

    unit: Unit
    people: Sequence[UnitMember]
    heads: Sequence[UnitMember]
    new: Sequence[UnitMember]
    away: Mapping[UUID, AbsenceOfDay]
    count: int

    def named(self) -> set[UUID]:
        """Return the ids of the people whom the page names."""
        rows = (*self.people[:MAX_PEOPLE], *self.heads, *self.new)
        return {row.person_id for row in rows} | self.away.keys()


class ListedPublications(NamedTuple):
    """The lists of publications: nothing is in two of the first three, nor in the last two."""

    owed: list[PublicationItem]
    """Announcements to confirm, the first due first."""
    news: list[PublicationItem]
    """Pinned first."""
    followed: list[PublicationItem]
    own: list[PublicationItem]
    """Contributions of the person."""
    new: list[PublicationItem]
    """Contributions of others in their units."""


def waiting(person: Person, items: Sequence[ListedConversation]) -> list[dict[str, Any]]:
    """Return conversations with unread messages: mentions first, then the latest."""
    wanted = [
        item for item in items if item.mentions or (item.standing.unread and not item.is_muted)
    ]
    wanted.sort(key=lambda item: not (item.mentions or item.conversation.space is None))
    some = wanted[:MAX_WAITING]
    last = message_queries.last_messages([item.conversation.id for item in some])
    found = []
    for item in some:
        message = last.get(item.conversation.id)
        row = item.as_item()
        row["is_direct"] = item.conversation.space is None
        if message and not message.deleted_at:
            row["author"] = message.author.name
            row["is_mine"] = message.author_id == person.id
            row["text"] = plain_text(message.said)[:PREVIEW_CHARACTERS]
        found.append(row)
    return found


def units_of(person: Person) -> list[HomeUnit]:
    """Return the person's units, with the others in them."""
    return [_unit(person, row.post.unit) for row in _one_for_each_unit(person)]


def unit_shown(found: HomeUnit, person: Person) -> dict[str, Any]:
    """Return a unit as the template shows it: its heads, people, absences and stand-ins."""
    unit, faces = found.unit, faces_of(found.named(), person)
    return {
        "id": unit.id,
        "name": unit.name.text(current_language(), unit.agency.language),
        "is_root": unit.parent_id is None,
        "head": next((faces[row.person_id] for row in found.heads), None),
        "people": [faces[row.person_id] for row in found.people[:MAX_PEOPLE]],
        "newcomers": [(faces[row.person_id], row.since) for row in found.new],
        "more": max(len(found.people) - MAX_PEOPLE, 0),
        "count": found.count,
        "away": [
            {
                "person": faces[person_id],
                "ends_on": absence.ends_on,
                "stand_in": absence.stand_in,
            }
            for person_id, absence in found.away.items()
        ],
    }


def publications(person: Person, polls: Sequence[PollListEntry]) -> ListedPublications:
    """Return what the page lists of publications, beside the polls; all are read at once."""
    owed = publication_queries.required_ids(person, MAX_REQUIRED) if count_required(person) else []
    on_top = publication_queries.pinned_ids(person, MAX_NEWS)
    lately = publication_queries.lately_announced_ids(person, MAX_NEWS + MAX_REQUIRED)
    news = [each for each in dict.fromkeys([*on_top, *lately]) if each not in owed][:MAX_NEWS]
    shown = [*owed, *news]
    followed = publication_queries.followed_ids(person, leaving_out=shown, limit=MAX_FOLLOWED)
    own = participation_queries.own_ids(person, MAX_OWN_CONTRIBUTIONS)
    but = [one.publication.id for one in polls]
    new = participation_queries.new_ids_in_unit(person, but=but, limit=MAX_NEW_CONTRIBUTIONS)
    lists = (owed, news, followed, own, new)
    every = publication_queries.read_in_order(list(dict.fromkeys(chain(*lists))))
    found = {item.publication.id: item for item in every}
    return ListedPublications(*([found[each] for each in ids if each in found] for ids in lists))


def next_dates(person: Person) -> list[EventListLine]:
    """Return the next events the person answered yes or maybe to, each once."""
    return lines_of(person, next_answered(person, MAX_DATES))


def own_groups(items: Sequence[ListedConversation]) -> list[OwnGroup]:
    """Return the groups of these channels, in the order of their first channel."""
    every: dict[UUID, list[ListedConversation]] = {}
    for item in items:
        space = item.conversation.space
        if space is not None and item.is_of_group:
            every.setdefault(space.id, []).append(item)
    return [_own_group(channels) for channels in every.values()]


def _own_group(channels: Sequence[ListedConversation]) -> OwnGroup:
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


def _one_for_each_unit(person: Person) -> list[Appointment]:
    held = current_appointments(person.id)
    return list({row.post.unit_id: row for row in reversed(held)}.values())[::-1]


def _unit(person: Person, unit: Unit) -> HomeUnit:
    now = clock.now()
    people = [row for row in members_of_unit(unit.id, now) if row.person_id != person.id]
    return HomeUnit(
        unit=unit,
        people=people,
        heads=sorted((row for row in people if row.is_head), key=_most_senior_first),
        new=[row for row in people if row.since > now - NEW_FOR][:MAX_NEWCOMERS],
        away=absences_on([row.person_id for row in people], today_of(person.id)),
        count=count_in_subtree(unit, now),
    )


def _most_senior_first(row: UnitMember) -> tuple[int, int, datetime]:
    """Return the order of several heads: holders first, by level, the longest in it first."""
    return list(AppointmentKind).index(row.kind), row.level, row.since
