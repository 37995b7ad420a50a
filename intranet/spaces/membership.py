"""Membership as rows: what the rules say, kept true in the transaction that changes it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from intranet.agencies.models import Post, PostFunction, Unit
from intranet.core import clock
from intranet.core.unit_of_work import Work
from intranet.extensions import db
from intranet.people.models import Appointment
from intranet.spaces.access import holds_post, is_current_member
from intranet.spaces.audience import Audience, appointments_in
from intranet.spaces.events import MembersChanged
from intranet.spaces.models import AudienceAtom, Role, Space, SpaceMember, Why


@dataclass(frozen=True)
class Difference:
    """What a rule wants and the rows lack, or the other way round."""

    missing: list[SpaceMember]
    superfluous: list[SpaceMember]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.missing or self.superfluous)


def apply_rules(
    work: Work, spaces: Iterable[Space], people: Collection[UUID] | None = None
) -> None:
    """Make the rule's rows of these spaces true, for these people or for everybody."""
    for space in spaces:
        version = space.members_version
        found = difference(space, people)
        if not found:
            continue
        work.lock(space)
        if space.members_version != version:  # somebody else was first
            found = difference(space, people)
        if found:
            change(work, space, found)


def change(work: Work, space: Space, found: Difference) -> None:
    """Write a difference, raise the version, and say who is in and out since now."""
    now = clock.now()
    touched = {row.person_id for row in (*found.missing, *found.superfluous)}
    before = members_among(space, touched, now)
    for row in found.superfluous:
        work.delete(row)
    work.add(*found.missing)
    space.members_version += 1
    db.session.flush()
    after = members_among(space, touched, now)
    work.publish(MembersChanged(space.id, joined=tuple(after - before), left=tuple(before - after)))


def difference(space: Space, people: Collection[UUID] | None = None) -> Difference:
    """Compare a space's rule with its rows; what is over by now is left alone."""
    now = clock.now()
    wanted = {_fact(row): row for row in _wanted(space, people, now)}
    there: dict[tuple[object, ...], SpaceMember] = {}
    doubled = []
    for row in db.session.scalars(_there(space, people, now)):
        (doubled.append(row) if _fact(row) in there else there.setdefault(_fact(row), row))
    missing = [row for fact, row in wanted.items() if fact not in there]
    superfluous = [row for fact, row in there.items() if fact not in wanted]
    return Difference(missing, superfluous + doubled)


def spaces_touched_by(person_id: UUID) -> list[Space]:
    """Spaces whose rules may speak of this person's appointments, or did until now."""
    appointments = list(
        db.session.scalars(
            select(Appointment).where(
                Appointment.person_id == person_id,
                or_(Appointment.until.is_(None), Appointment.until > clock.now()),
            )
        )
    )
    by_kind: dict[str, set[str]] = defaultdict(set)
    by_kind["person"].add(str(person_id))
    for appointment in appointments:
        post = appointment.post
        by_kind["agency"].add(str(post.agency_id))
        by_kind["post"].add(str(post.id))
        units = {str(unit_id) for unit_id in post.unit.ancestor_ids}
        by_kind["unit"] |= units
        by_kind["heads"] |= units
        by_kind["level"] |= {str(post.level), "head"}
        by_kind["agency_kind"].add(post.unit.agency.kind)
        territory = post.unit.agency.territory or ""
        # A condition names a territory by how its code begins.
        by_kind["territory"] |= {territory[:end] for end in range(1, len(territory) + 1)}
    functions = select(PostFunction.function_code).where(
        PostFunction.post_id.in_({appointment.post_id for appointment in appointments})
    )
    by_kind["function"] |= set(db.session.scalars(functions))
    hits = or_(
        *(
            and_(AudienceAtom.kind == kind, AudienceAtom.value.in_(values))
            for kind, values in by_kind.items()
        )
    )
    by_rule = select(AudienceAtom.space_id).where(hits)
    so_far = select(SpaceMember.space_id).where(
        SpaceMember.person_id == person_id, SpaceMember.why == Why.RULE
    )
    return list(
        db.session.scalars(
            select(Space).where(or_(Space.id.in_(by_rule), Space.id.in_(so_far))).order_by(Space.id)
        )
    )


def invited_spaces(person_id: UUID) -> list[Space]:
    """Spaces into which a hand brought this person, whether or not they hold a post now."""
    rows = select(SpaceMember.space_id).where(
        SpaceMember.person_id == person_id, SpaceMember.why == Why.HAND
    )
    return list(db.session.scalars(select(Space).where(Space.id.in_(rows)).order_by(Space.id)))


def wake_or_sleep(work: Work, space: Space, appointment: Appointment) -> None:
    """Say that somebody invited is in, or out, since their only post began or ended.

    An invitation counts only while its person holds a post, and its row says nothing of that.
    """
    work.lock(space)
    space.members_version += 1
    person = (appointment.person_id,)
    if appointment.is_current(clock.now()):
        work.publish(MembersChanged(space.id, joined=person, left=()))
    else:
        work.publish(MembersChanged(space.id, joined=(), left=person))


def _wanted(space: Space, people: Collection[UUID] | None, now: datetime) -> list[SpaceMember]:
    audience = Audience.parse(space.audience)
    query = appointments_in(audience, now).with_only_columns(
        Appointment.id,
        Appointment.person_id,
        Appointment.since,
        Appointment.until,
        Post.is_head,
        Post.unit_id,
        Unit.parent_id,
    )
    if people is not None:
        query = query.where(Appointment.person_id.in_(people))
    return [
        SpaceMember(
            space_id=space.id,
            person_id=row.person_id,
            appointment_id=row.id,
            role=_role(space, row),
            why=Why.RULE,
            since=row.since,
            until=row.until,
        )
        for row in db.session.execute(query)
    ]


def _role(space: Space, row: object) -> Role:
    """Heads of the unit itself lead its space; heads of the root lead the agency's."""
    is_head, unit_id, parent_id = (
        getattr(row, name) for name in ("is_head", "unit_id", "parent_id")
    )
    leads = unit_id == space.unit_id or (space.unit_id is None and parent_id is None)
    return Role.HEAD if is_head and leads else Role.MEMBER


def _there(space: Space, people: Collection[UUID] | None, now: datetime) -> Select[SpaceMember]:
    query = select(SpaceMember).where(
        SpaceMember.space_id == space.id,
        SpaceMember.why == Why.RULE,
        or_(SpaceMember.until.is_(None), SpaceMember.until > now),
    )
    return query if people is None else query.where(SpaceMember.person_id.in_(people))


def _fact(row: SpaceMember) -> tuple[object, ...]:
    return (row.person_id, row.appointment_id, row.role, row.since, row.until)


def members_among(space: Space, people: Collection[UUID], now: datetime) -> set[UUID]:
    """Who of these people is a member at an instant; who was invited must hold a post then."""
    current = select(SpaceMember.person_id).where(
        SpaceMember.space_id == space.id,
        SpaceMember.person_id.in_(people),
        is_current_member(now),
        or_(SpaceMember.why == Why.RULE, holds_post(now)),
    )
    return set(db.session.scalars(current))
