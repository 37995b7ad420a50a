"""Access to moderation: moderators of spaces, and who decides on reports and appeals.

The levels of a space are defined once (`levels_of`): its own moderators first, then those of the
units above it, then the administrators of the agency. Nobody decides on their own content.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union

from intranet.attention.moderation.models import Appeal, Case, SpaceModerator
from intranet.delivery.files.access import lends_files
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.models import MessageFile
from intranet.messaging.spaces import access as spaces
from intranet.messaging.spaces.models import Role, Space, SpaceMember
from intranet.messaging.spaces.queries import current_members, space_of_agency
from intranet.organisation.agencies.models import Unit
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person, agency_ids_administered_by
from intranet.organisation.people.queries import people_who_may
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import NOW, Id, Instant, id_parameter

MAX_COUNTED = 100
"""Waiting cases are counted up to this number."""


@dataclass(frozen=True)
class Desk:
    """The deciders: moderators of a space or, without one, the agency's administrators."""

    space_id: UUID | None
    agency_id: UUID


def moderators_of(space_id: UUID) -> Select[UUID]:
    """Return a query for the people who moderate a space today: its heads and named moderators."""
    led = select(SpaceMember.person_id).where(
        SpaceMember.space_id == space_id,
        SpaceMember.role == Role.HEAD,
        spaces.is_current_member(clock.now()),
    )
    named = select(SpaceModerator.person_id).where(SpaceModerator.space_id == space_id)
    everybody = union(led, named).subquery()
    there = current_members(space_id).subquery()
    return select(everybody.c.person_id).where(everybody.c.person_id.in_(select(there.c.person_id)))


def moderated_by(person_id: Id, now: Instant) -> Select[UUID]:
    """Return a query for the spaces that a person moderates at an instant."""
    named = (
        select(SpaceModerator.space_id)
        .join(Space, Space.id == SpaceModerator.space_id)
        .where(SpaceModerator.person_id == person_id, spaces.is_joined_by(person_id, now))
    )
    both = union(spaces.space_ids_led_by(person_id, now), named).subquery()
    return select(both.c.space_id)


def administrators_reach(space: Space) -> bool:
    """Whether administrators moderate a space of their agency, after its own moderators.

    They do not for the board of the staff representatives.
    """
    return not space.hides_people


def levels_of(space: Space) -> Iterator[Desk]:
    """Yield the desks of a space from the nearest: itself, units above it, administrators."""
    yield Desk(space.id, space.agency_id)
    if space.unit:
        yield from (Desk(above, space.agency_id) for above in _spaces_above(space.unit))
        if agency_space := space_of_agency(space.agency_id):
            yield Desk(agency_space.id, space.agency_id)
    if administrators_reach(space):
        yield Desk(None, space.agency_id)


def people_at(desk: Desk) -> set[UUID]:
    """Return the ids of the people who decide at a desk today."""
    if desk.space_id:
        return set(db.session.scalars(moderators_of(desk.space_id)))
    found = people_who_may(Act.MODERATE, desk.agency_id, by_own_post=True)
    return set(db.session.scalars(found))


def desk_for(levels: Iterator[Desk] | Collection[Desk], author_id: UUID) -> Desk:
    """Return the first level that does not involve the author and has people to decide.

    If the author is a moderator of a level, the next level decides; among administrators, others
    than the author do. If no level fits, return the last one.
    """
    last: Desk | None = None
    for desk in levels:
        last = desk
        people = people_at(desk)
        if people - {author_id} and (author_id not in people or desk.space_id is None):
            return desk
    if last is None:
        raise NotFound
    return last


def has_decider(case: Case) -> bool:
    """Whether anyone but the author decides at the desk of a case today."""
    return bool(people_at(Desk(case.desk_id, case.agency_id)) - {case.author_id})


def desk_above(case: Case) -> Desk:
    """Return the desk of an appeal: the next level without the author and the first decider.

    There is no level above the administrators: another administrator decides or, without one, the
    head of the agency. Where administrators have no say, another moderator of the space decides.
    """
    without = {case.author_id, case.decided_by_id}
    for desk in _levels_above(case):
        if people_at(desk) - without:
            return desk
    if case.space and not administrators_reach(case.space):
        return Desk(case.space_id, case.agency_id)
    return Desk(None, case.agency_id)


def _levels_above(case: Case) -> Iterator[Desk]:
    if case.space and case.desk_id:
        is_above = False
        for desk in levels_of(case.space):
            if is_above:
                yield desk
            is_above = is_above or desk.space_id == case.desk_id
        if not administrators_reach(case.space):
            return
    yield Desk(None, case.agency_id)
    if agency_space := space_of_agency(case.agency_id):
        yield Desk(agency_space.id, case.agency_id)


def handled_by(person: Person) -> ColumnElement[bool]:
    """Return a condition on `Case`: the person decides or could have decided it."""
    return _handled_by(person.id, clock.now())


def _handled_by(person_id: Id, now: Instant) -> ColumnElement[bool]:
    return and_(
        Case.author_id != person_id,
        or_(
            Case.desk_id.in_(moderated_by(person_id, now)),
            and_(Case.desk_id.is_(None), Case.agency_id.in_(_administered_by(person_id, now))),
        ),
    )


def appeals_to(person: Person) -> ColumnElement[bool]:
    """Return a condition on `Appeal` joined with its `Case`: the person decides the appeal."""
    return _appeals_to(person.id, clock.now())


def _appeals_to(person_id: Id, now: Instant) -> ColumnElement[bool]:
    return and_(
        Case.author_id != person_id,
        Case.decided_by_id != person_id,
        or_(
            Appeal.desk_id.in_(moderated_by(person_id, now)),
            and_(Appeal.desk_id.is_(None), Appeal.agency_id.in_(_administered_by(person_id, now))),
        ),
    )


def get_case(person: Person, case_id: UUID) -> Case:
    """Return a case, if the person decides on it or on its appeal.

    Raises:
        NotFound: it does not exist, or the person may not know of it.
    """
    return _one(case_id, or_(handled_by(person), Case.id.in_(_appealed_to(person))))


def get_decided(author: Person, case_id: UUID) -> Case:
    """Return a decided case about content of the author.

    Raises:
        NotFound: there is no such decision about the author.
    """
    return _one(
        case_id,
        and_(Case.author_id == author.id, Case.decided_at.is_not(None), is_visible_to_author()),
    )


def is_visible_to_author() -> ColumnElement[bool]:
    """Return a condition on `Case`: it is not dismissed, so the author may see the decision."""
    return Case.outcome != "dismissed"


def require_decider(person: Person, case: Case) -> None:
    """Check inside a transaction that the person may decide the case.

    Raises:
        NotFound: they may not, or no longer.
    """
    _one(case.id, handled_by(person))


def require_appeal_decider(person: Person, case: Case) -> None:
    """Check inside a transaction that the person may decide the appeal.

    Raises:
        NotFound: they may not.
        Forbidden: they made the first decision.
    """
    if case.decided_by_id == person.id:
        raise Forbidden(_l("You made this decision, so someone else has to review the appeal."))
    _one(case.id, Case.id.in_(_appealed_to(person)))


def may_decide(person: Person, case: Case) -> bool:
    """Return whether the person may decide this case now."""
    return case.is_open and _is(case, handled_by(person))


def may_withdraw(person: Person, case: Case) -> bool:
    """Return whether the person may withdraw the decision."""
    return case.can_be_taken_back and _is(case, handled_by(person))


def may_decide_appeal(person: Person, case: Case) -> bool:
    """Return whether the person may decide the appeal now."""
    appeal = case.appeal
    if appeal is None or appeal.decided_at:
        return False
    return _is(case, Case.id.in_(_appealed_to(person)))


@lends_files
def find_file(person: Person, file_id: UUID) -> File | None:
    """Return the file, if it is attached to a message on which the person has to decide."""
    is_asked = or_(
        and_(Case.decided_at.is_(None), handled_by(person)),
        Case.id.in_(_appealed_to(person).where(Appeal.decided_at.is_(None))),
    )
    found: File | None = db.session.scalar(
        select(File)
        .join(MessageFile, MessageFile.file_id == File.id)
        .join(Case, Case.message_id == MessageFile.message_id)
        .where(File.id == file_id, is_asked)
        .limit(1)
    )
    return found


def get_led_space(person: Person, space_id: UUID) -> Space:
    """Return a space whose moderators the person may name.

    Raises:
        NotFound: there is no such space, or the person does not lead it.
    """
    space = db.session.get(Space, space_id)
    if space is None or not spaces.leads(person, space):
        raise NotFound
    return space


def moderates_anything(person: Person) -> bool:
    """Whether the person has a moderation queue. One query."""
    return bool(execute_prepared(_moderates(), person_id=person.id).scalar())


def waiting_for(person: Person) -> int | None:
    """Return how many reports and appeals wait for the person; None for non-moderators.

    Reports and appeals are each counted up to `MAX_COUNTED`.
    """
    if not moderates_anything(person):
        return None
    return execute_prepared(_waiting(), person_id=person.id).scalar() or 0


@cache
def _waiting() -> Select[int]:
    person_id = id_parameter("person_id")
    handled = _handled_by(person_id, NOW)
    waiting = select(Case.id).where(Case.decided_at.is_(None), handled).limit(MAX_COUNTED)
    reports = select(func.count()).select_from(waiting.subquery()).scalar_subquery()
    appealed = (
        select(Appeal.case_id)
        .join(Case, Case.id == Appeal.case_id)
        .where(Appeal.decided_at.is_(None), _appeals_to(person_id, NOW))
        .limit(MAX_COUNTED)
    )
    appeals = select(func.count()).select_from(appealed.subquery()).scalar_subquery()
    return select(reports + appeals)


@cache
def _moderates() -> Select[bool]:
    person_id = id_parameter("person_id")
    moderated, administered = moderated_by(person_id, NOW), _administered_by(person_id, NOW)
    return select(or_(moderated.exists(), administered.exists()))


def _administered_by(person_id: Id, now: Instant) -> Select[UUID]:
    return agency_ids_administered_by(person_id, now, Act.MODERATE, by_own_post=True)


def _appealed_to(person: Person) -> Select[UUID]:
    return select(Appeal.case_id).join(Case, Case.id == Appeal.case_id).where(appeals_to(person))


def _is(case: Case, condition: ColumnElement[bool]) -> bool:
    asked = select(Case.id).where(Case.id == case.id, condition)
    return db.session.scalar(asked) is not None


def _one(case_id: UUID, condition: ColumnElement[bool]) -> Case:
    found = db.session.scalar(select(Case).where(Case.id == case_id, condition))
    if found is None:
        raise NotFound
    return found


def _spaces_above(unit: Unit) -> list[UUID]:
    """Return the spaces of the units above a unit, from the nearest; the root has none."""
    above = unit.ancestor_ids[:-1]
    rows = db.session.execute(select(Space.unit_id, Space.id).where(Space.unit_id.in_(above)))
    by_unit = {row.unit_id: row.id for row in rows}
    return [by_unit[unit_id] for unit_id in reversed(above) if unit_id in by_unit]
