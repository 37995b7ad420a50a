"""The preview of a plan: the reading, and each consequence with its number and its list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from intranet.administration.reorganisation.consequences import (
    Consequence,
    ConsequenceKind,
    ConsequenceRow,
)
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.readers import ReaderChanges, readers_changed
from intranet.administration.reorganisation.readings import PlanReading
from intranet.administration.reorganisation.room_names import RoomNames, room_names
from intranet.administration.reorganisation.standing import standing_things
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.vacancy_readers import onward_if
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.i18n import _, ngettext

NAMES_SHOWN = 8


@dataclass(frozen=True)
class PlanPreview:
    """A plan as it is shown before it is applied."""

    reading: PlanReading
    consequences: Sequence[Consequence]


def preview(plan: Plan, viewer: Person | None) -> PlanPreview:
    """Return the preview of a plan for a reader. It takes no lock and writes nothing."""
    return preview_of(plan.agency, read(plan), viewer)


def preview_of(agency: Agency, found: PlanReading, viewer: Person | None) -> PlanPreview:
    """Return the preview of changes that were read, also without a plan.

    Args:
        viewer: the reader, who is not told of rooms that they may not know; None is the operator.
    """
    readers = readers_changed(found)
    names = _names(readers)
    consequences = [
        *_of_people(found, readers, names),
        *_of_channels(found),
        *_of_readers(readers, names, agency, viewer),
        *standing_things(agency, found, viewer),
        *_of_vacancies(found, readers, names),
        *_of_links(found),
    ]
    order = list(ConsequenceKind)
    consequences.sort(key=lambda each: order.index(each.kind))
    return PlanPreview(found, consequences)


def _of_people(
    found: PlanReading, readers: ReaderChanges, names: dict[UUID, str]
) -> Iterator[Consequence]:
    language, units = found.before.language, found.after.units
    rows: dict[UUID, ConsequenceRow] = {}
    for post in found.moved_posts:
        before = found.before.units.get(found.before.posts[post.id].unit_id)
        there = before.name.text(language) if before else ""
        now = units[post.unit_id].name.text(language)
        for person_id in readers.holders.get(post.id, ()):
            detail = _("%(before)s → %(now)s", before=there, now=now)
            href = f"/people/{person_id}"
            rows[person_id] = ConsequenceRow(names[person_id], detail, href, person_id)
    if rows:
        yield Consequence(
            ConsequenceKind.PEOPLE,
            len(rows),
            ngettext("%(num)s person changes unit", "%(num)s people change unit", len(rows)),
            _("Each gets one note: their unit and their channels."),
            sorted(rows.values(), key=lambda row: row.text),
        )


def _of_channels(found: PlanReading) -> Iterator[Consequence]:
    language, units = found.before.language, found.after.units
    messages = _messages([unit.id for unit in found.ended])
    joined, closed = [], []
    for unit in found.ended:
        heir = found.last_successor(unit.id)
        name = unit.name.text(language)
        if heir:
            joined.append(ConsequenceRow(name, units[heir].name.text(language), id=unit.id))
        else:
            closed.append(ConsequenceRow(name, id=unit.id))
    if joined:
        count = sum(messages.get(row.id, 0) for row in joined if row.id)
        yield Consequence(
            ConsequenceKind.JOINED_CHANNELS,
            len(joined),
            ngettext(
                "%(num)s channel is carried on in another",
                "%(num)s channels are carried on in others",
                len(joined),
            ),
            ngettext(
                "Earlier messages can still be read: %(num)s message before and after.",
                "Earlier messages can still be read: %(num)s messages before and after.",
                count,
            ),
            joined,
        )
    if closed:
        yield Consequence(
            ConsequenceKind.CLOSED_CHANNELS,
            len(closed),
            ngettext("%(num)s channel closes", "%(num)s channels close", len(closed)),
            _("The people who were there, and the head above, can still read it."),
            closed,
        )
    if founded := found.founded:
        yield Consequence(
            ConsequenceKind.NEW_CHANNELS,
            len(founded),
            ngettext("%(num)s new channel", "%(num)s new channels", len(founded)),
            "",
            [ConsequenceRow(unit.name.text(language), id=unit.id) for unit in founded],
        )


def _of_readers(
    readers: ReaderChanges, names: dict[UUID, str], agency: Agency, viewer: Person | None
) -> Iterator[Consequence]:
    titles = room_names({*readers.gained, *readers.lost}, agency, viewer)
    people = {person_id for some in readers.lost.values() for person_id in some}
    if people:
        rows = _rows(readers.lost, titles, names)
        yield Consequence(
            ConsequenceKind.LOSE,
            len(people),
            _(
                "%(people)s no longer read %(channels)s",
                people=ngettext("%(num)s person", "%(num)s people", len(people)),
                channels=ngettext("%(num)s channel", "%(num)s channels", len(rows)),
            ),
            ", ".join(row.text for row in rows[:NAMES_SHOWN]),
            rows,
        )
    people = {person_id for some in readers.gained.values() for person_id in some}
    if people:
        rows = _rows(readers.gained, titles, names)
        yield Consequence(
            ConsequenceKind.GAIN,
            len(people),
            _(
                "%(people)s will read %(channels)s that they could not",
                people=ngettext("%(num)s person", "%(num)s people", len(people)),
                channels=ngettext("%(num)s channel", "%(num)s channels", len(rows)),
            ),
            ", ".join(row.text for row in rows[:NAMES_SHOWN]),
            rows,
        )


def _rows(
    changed: dict[UUID, set[UUID]], titles: RoomNames, names: dict[UUID, str]
) -> list[ConsequenceRow]:
    """Return a line for each channel, with the people concerned; of a hidden one their number."""
    rows = []
    for space_id, people in changed.items():
        if not people:
            continue
        if space_id not in titles.known:
            number = ngettext("%(num)s person", "%(num)s people", len(people))
            rows.append(ConsequenceRow(titles.of(space_id), number))
        else:
            who = sorted(names[person_id] for person_id in people)
            shown = ", ".join(who[:NAMES_SHOWN])
            more = len(who) - NAMES_SHOWN
            if more > 0:
                shown = _("%(names)s and %(num)s more", names=shown, num=more)
            rows.append(ConsequenceRow(titles.of(space_id), shown, id=space_id))
    return sorted(rows, key=lambda row: row.text)


def _of_vacancies(
    found: PlanReading, readers: ReaderChanges, names: dict[UUID, str]
) -> Iterator[Consequence]:
    """Yield the vacant posts that others read from then on."""
    after, language = found.after, found.after.language
    before, then = onward_if(found.before.agency_id, {}, ()), found.onward()
    rows = []
    for post in after.posts.values():
        if post.ended or readers.holders.get(post.id):
            continue
        reader, earlier = _reader(then, post.id, readers), _reader(before, post.id, readers)
        if reader == earlier:
            continue
        title = post.title.text(language)
        if reader is None:
            rows.append(ConsequenceRow(title, _("read by nobody"), id=post.id))
        else:
            who = ", ".join(names[each] for each in readers.holders[reader])
            rows.append(ConsequenceRow(title, _("read by %(who)s", who=who), id=post.id))
    if rows:
        yield Consequence(
            ConsequenceKind.VACANT,
            len(rows),
            ngettext(
                "%(num)s vacant post is read by others",
                "%(num)s vacant posts are read by others",
                len(rows),
            ),
            "; ".join(f"{row.text}: {row.detail}" for row in rows[:2]),
            rows,
        )


def _reader(onward: dict[UUID, UUID | None], post_id: UUID, readers: ReaderChanges) -> UUID | None:
    """Return the first occupied post onward from a vacant one."""
    seen: set[UUID] = set()
    at = onward.get(post_id)
    while at is not None and at not in seen:
        if readers.holders.get(at):
            return at
        seen.add(at)
        at = onward.get(at)
    return None


def _of_links(found: PlanReading) -> Iterator[Consequence]:
    language = found.before.language
    rows = []
    for unit in found.ended:
        heir = found.last_successor(unit.id)
        name = found.after.units[heir].name.text(language) if heir else ""
        rows.append(ConsequenceRow(unit.name.text(language), name, f"/units/{unit.id}", unit.id))
    if rows:
        yield Consequence(
            ConsequenceKind.LINKS,
            len(rows),
            _("Links, mentions and searches"),
            _("They lead to the new unit."),
            rows,
        )


def _messages(unit_ids: Sequence[UUID]) -> dict[UUID, int]:
    counted = (
        select(Space.unit_id, func.sum(Conversation.last_seq))
        .join(Conversation, Conversation.space_id == Space.id)
        .where(Space.unit_id.in_(unit_ids))
        .group_by(Space.unit_id)
    )
    return {unit_id: int(count) for unit_id, count in db.session.execute(counted) if unit_id}


def _names(readers: ReaderChanges) -> dict[UUID, str]:
    ids = {person_id for people in readers.holders.values() for person_id in people}
    found: dict[UUID, str] = {}
    for some in in_parts(ids):
        rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(some)))
        found |= {row.id: row.name for row in rows}
    return found
