"""Open and decided cases, reports of a person, and moderators."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from intranet.attention.moderation.access import (
    appeals_to,
    is_visible_to_author,
    moderated_by,
    moderators_of,
)
from intranet.attention.moderation.models import Appeal, Case, HouseRules, Report, SpaceModerator
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.access import led_space_ids
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.moderator_check import register_moderator_check
from intranet.messaging.spaces.queries import members_named
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.models import Publication

PAGE_SIZE = 30
MAX_REPORTS = 50
MESSAGES_AROUND = 2
"""Messages before and after the reported one that deciders see."""


def open_cases(person: Person, after: tuple[datetime, UUID] | None = None) -> Sequence[Case]:
    """Return cases that wait for the person's decision, the oldest first; one more than a page."""
    wanted: list[ColumnElement[bool]] = [Case.decided_at.is_(None)]
    if after:
        at, case_id = after
        later = and_(Case.opened_at == at, Case.id > case_id)
        wanted.append(or_(Case.opened_at > at, later))
    return _at_desks_of(person, wanted, (Case.opened_at, Case.id))


def open_appeals(person: Person) -> Sequence[Case]:
    """Return cases whose appeal waits for the person, the oldest first."""
    return _whole(
        select(Case.id)
        .join(Appeal, Appeal.case_id == Case.id)
        .where(Appeal.decided_at.is_(None), appeals_to(person))
        .order_by(Appeal.appealed_at, Case.id)
        .limit(PAGE_SIZE)
    )


def decided_cases(person: Person, before: tuple[datetime, UUID] | None = None) -> Sequence[Case]:
    """Return decided cases of the person's desks, the latest first; one more than a page."""
    wanted: list[ColumnElement[bool]] = [Case.decided_at.is_not(None)]
    if before:
        at, case_id = before
        earlier = and_(Case.opened_at == at, Case.id < case_id)
        wanted.append(or_(Case.opened_at < at, earlier))
    return _at_desks_of(person, wanted, (Case.opened_at.desc(), Case.id.desc()))


def about(author: Person) -> Sequence[Case]:
    """Return the decisions on the author's content, the latest first."""
    return _whole(
        select(Case.id)
        .where(Case.author_id == author.id, Case.decided_at.is_not(None), is_visible_to_author())
        .order_by(Case.decided_at.desc(), Case.id.desc())
        .limit(PAGE_SIZE)
    )


def reported_by(person: Person) -> Sequence[Report]:
    """Return the person's reports with their cases, the latest first."""
    whole = joinedload(Report.case, innerjoin=True)
    return db.session.scalars(
        select(Report)
        .where(Report.reporter_id == person.id)
        .options(
            whole.joinedload(Case.space),
            whole.joinedload(Case.message),
            whole.joinedload(Case.author, innerjoin=True),
        )
        .order_by(Report.reported_at.desc(), Report.case_id.desc())
        .limit(PAGE_SIZE)
    ).all()


def reports_of(case_ids: Collection[UUID]) -> dict[UUID, list[Report]]:
    """Return the first fifty reports of each case. Views never show the reporters."""
    if not case_ids:
        return {}
    place = func.row_number().over(
        partition_by=Report.case_id, order_by=(Report.reported_at, Report.reporter_id)
    )
    ranked = (
        select(Report.case_id, Report.reporter_id, place.label("place"))
        .where(Report.case_id.in_(case_ids))
        .subquery()
    )
    rows = db.session.scalars(
        select(Report)
        .join(
            ranked,
            and_(ranked.c.case_id == Report.case_id, ranked.c.reporter_id == Report.reporter_id),
        )
        .where(ranked.c.place <= MAX_REPORTS)
        .order_by(Report.case_id, ranked.c.place)
    )
    found: dict[UUID, list[Report]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def around(message: Message) -> Sequence[Message]:
    """Return a message with two before it and two after it, without deleted ones."""
    return db.session.scalars(
        select(Message)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.seq.between(message.seq - MESSAGES_AROUND, message.seq + MESSAGES_AROUND),
            or_(Message.deleted_at.is_(None), Message.id == message.id),
        )
        .order_by(Message.seq)
    ).all()


def readable_publication_ids(person: Person, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these publications the person may read without moderating."""
    if not ids:
        return set()
    asked = select(Publication.id).where(Publication.id.in_(ids), readable_by(person))
    return set(db.session.scalars(asked))


def led_spaces(person: Person) -> Sequence[Space]:
    """Return the spaces whose moderators the person may name."""
    return db.session.scalars(
        select(Space).where(Space.id.in_(led_space_ids(person))).order_by(Space.id)
    ).all()


def named_in(space_ids: Collection[UUID]) -> dict[UUID, list[SpaceModerator]]:
    """Return the named moderators of each of these spaces, in the order of their names."""
    if not space_ids:
        return {}
    rows = db.session.scalars(
        select(SpaceModerator)
        .join(Person, Person.id == SpaceModerator.person_id)
        .where(SpaceModerator.space_id.in_(space_ids))
        .options(joinedload(SpaceModerator.person, innerjoin=True))
        .order_by(Person.sort_key, Person.id)
    )
    found: dict[UUID, list[SpaceModerator]] = defaultdict(list)
    for row in rows:
        found[row.space_id].append(row)
    return found


def moderator_people(space_id: UUID) -> Sequence[Person]:
    """Return the people who moderate a space today, in the order of their names."""
    return db.session.scalars(
        select(Person)
        .where(Person.id.in_(moderators_of(space_id)))
        .order_by(Person.sort_key, Person.id)
    ).all()


def find_members(space: Space, words: str) -> Sequence[Person]:
    """Return the first members of a space whose name matches, in order."""
    return db.session.scalars(members_named(space, words).limit(PAGE_SIZE)).all()


def rules_of(agency_id: UUID) -> HouseRules | None:
    """Return the rules of an agency, if it has any."""
    rules = db.session.get(HouseRules, agency_id)
    return rules if rules and rules.body else None


def _at_desks_of(
    person: Person, wanted: Sequence[ColumnElement[bool]], order: Sequence[Any]
) -> Sequence[Case]:
    """Return the first cases at the person's desks, from one index lookup for each desk."""
    spaces = db.session.scalars(moderated_by(person.id, clock.now())).all()
    agencies = db.session.scalars(
        person.administered_agency_ids(Act.MODERATE, by_own_post=True)
    ).all()
    desks: list[ColumnElement[bool]] = [Case.desk_id == space_id for space_id in spaces]
    desks += [
        and_(Case.desk_id.is_(None), Case.agency_id == agency_id) for agency_id in set(agencies)
    ]
    if not desks:
        return []
    first = [
        select(Case.id)
        .where(desk, Case.author_id != person.id, *wanted)
        .order_by(*order)
        .limit(PAGE_SIZE + 1)
        .subquery()
        for desk in desks
    ]
    ids = union_all(*(select(part.c.id) for part in first)).subquery()
    asked = select(Case.id).where(Case.id.in_(select(ids.c.id)))
    return _whole(asked.order_by(*order).limit(PAGE_SIZE + 1))


def _whole(asked: Select[UUID]) -> Sequence[Case]:
    """Return the cases with these ids, in their order, and with what is shown of them.

    They are always loaded by the same statement: it has 371 columns, which SQLAlchemy keeps for
    each statement, and there is another way to ask for each number of desks.
    """
    ids = db.session.scalars(asked).all()
    if not ids:
        return []
    cases = db.session.scalars(
        select(Case)
        .where(Case.id.in_(ids))
        .options(
            joinedload(Case.author, innerjoin=True),
            joinedload(Case.space),
            joinedload(Case.desk),
            joinedload(Case.message).joinedload(Message.conversation),
            joinedload(Case.publication),
            joinedload(Case.appeal),
            joinedload(Case.mute),
        )
    )
    found = {case.id: case for case in cases}
    return [found[case_id] for case_id in ids if case_id in found]


@register_moderator_check
def moderates(person: Person, space_id: UUID) -> bool:
    """Whether a person moderates a space today, as its head or as a named moderator."""
    there = moderated_by(person.id, clock.now()).subquery()
    asked = select(there.c.space_id).where(there.c.space_id == space_id).limit(1)
    return db.session.scalar(asked) is not None
