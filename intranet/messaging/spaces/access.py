"""The one access rule: which spaces a person may read, as SQL for every page and endpoint."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.messaging.spaces.models import Role, Space, SpaceMember, SpaceMute, Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.dates import ShownInstant
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, Instant, UTCDateTime, among, id_parameter


@per_request
def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Space` that this person may read it."""
    return is_visible_to(person.id, clock.now())


def is_visible_to(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """Return the condition of `visible_to` for a person id and an instant: the rule itself.

    A member reads the space. A space open to its agency is read by everyone who holds a post there
    today, one open to the network by everyone who holds a post anywhere. A person without a post
    reads no space.
    """
    holds = _current_posts(person_id, now)
    near = aliased(Space)
    # A union, since each part has an index and no index serves an "or" of them.
    ways = union_all(
        _memberships(person_id, now),
        select(near.id).where(
            near.visibility == Visibility.AGENCY,
            near.agency_id.in_(holds.with_only_columns(Post.agency_id)),
        ),
        select(near.id).where(near.visibility.in_((Visibility.NETWORK, Visibility.PUBLIC))),
    )
    return and_(exists(holds), Space.id.in_(ways))


@per_request
def joined_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Space` that this person is a member of it today."""
    return is_joined_by(person.id, clock.now())


def is_joined_by(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """Return the condition of `joined_by` for a person id and an instant."""
    return and_(exists(_current_posts(person_id, now)), Space.id.in_(_memberships(person_id, now)))


def get_space(person: Person, space_id: UUID) -> Space:
    """Return the space, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    space = db.session.scalar(select(Space).where(Space.id == space_id, visible_to(person)))
    if space is None:
        raise NotFound
    return space


def roles_in(person: Person, space: Space) -> frozenset[Role]:
    """Return the person's roles in the space today; empty if they are no member. One query."""
    return roles_and_mutes_among([person.id], space.id)[person.id].roles


@dataclass
class SpaceStanding:
    """A person's roles in a space today, and until when they are muted there."""

    roles: frozenset[Role] = frozenset()
    muted_until: datetime | None = None


def roles_and_mutes_among(
    person_ids: Collection[UUID], space_id: UUID
) -> dict[UUID, SpaceStanding]:
    """Return roles and mutes of these people in the space today, in one query."""
    found = {person_id: SpaceStanding() for person_id in person_ids}
    for row in execute_prepared(_standing(), space_id=space_id, person_ids=list(found)):
        one = found[row.person_id]
        if row.role:
            one.roles |= {row.role}
        else:
            one.muted_until = row.until
    return found


def roles_and_mutes_across(
    person_id: UUID, space_ids: Collection[UUID]
) -> dict[UUID, SpaceStanding]:
    """Return a person's roles and mutes in each of these spaces today, in two queries."""
    now = clock.now()
    found = {space_id: SpaceStanding() for space_id in space_ids}
    roles = select(SpaceMember.space_id, SpaceMember.role).where(
        SpaceMember.person_id == person_id,
        SpaceMember.space_id.in_(space_ids),
        is_current_member(now),
        holds_post(now),
    )
    for space_id, role in db.session.execute(roles):
        found[space_id].roles |= {role}
    mutes = (
        select(SpaceMute.space_id, func.max(SpaceMute.until))
        .where(
            SpaceMute.person_id == person_id,
            SpaceMute.space_id.in_(space_ids),
            SpaceMute.until > now,
            SpaceMute.ended_at.is_(None),
        )
        .group_by(SpaceMute.space_id)
    )
    for space_id, until in db.session.execute(mutes):
        found[space_id].muted_until = until
    return found


@cache
def _standing() -> CompoundSelect[UUID, Role, datetime]:
    roles = select(
        SpaceMember.person_id, SpaceMember.role, cast(null(), UTCDateTime).label("until")
    ).where(
        SpaceMember.space_id == id_parameter("space_id"),
        among(SpaceMember.person_id, "person_ids"),
        is_current_member(NOW),
        holds_post(NOW),
    )
    return union_all(roles, _muted())


def is_member(person: Person, space: Space) -> bool:
    """Return whether the person is a member today."""
    return bool(roles_in(person, space))


def leads(person: Person, space: Space) -> bool:
    """Return whether the person is head, or acting head, of the space's unit or agency."""
    return Role.HEAD in roles_in(person, space)


def require_listable(space: Space) -> None:
    """Check that the members and readers of a space may be listed.

    Raises:
        Forbidden: it is the board of the staff representatives.
    """
    if space.hides_people:
        raise Forbidden(_l("The members and readers of this board are not listed."))


@per_request
def led_space_ids(person: Person) -> Select[UUID]:
    """Select the ids of the spaces that the person leads today, also as acting head."""
    return space_ids_led_by(person.id, clock.now())


def space_ids_led_by(person_id: Id, now: Instant) -> Select[UUID]:
    """Select the ids of spaces that a person leads at an instant; both may be bound parameters."""
    return select(SpaceMember.space_id).where(
        SpaceMember.person_id == person_id,
        SpaceMember.role == Role.HEAD,
        is_current_member(now),
    )


def muted_until(person: Person, space_id: UUID) -> datetime | None:
    """Return until when a person is muted in a space; None if they are not. One query."""
    row = execute_prepared(_muted(), space_id=space_id, person_ids=[person.id]).first()
    return row.until if row else None


@cache
def _muted() -> Select[UUID, Role, datetime]:
    no_role = cast(null(), SpaceMember.role.type).label("role")
    return (
        select(SpaceMute.person_id, no_role, func.max(SpaceMute.until).label("until"))
        .where(
            among(SpaceMute.person_id, "person_ids"),
            SpaceMute.space_id == id_parameter("space_id"),
            SpaceMute.until > NOW,
            SpaceMute.ended_at.is_(None),
        )
        .group_by(SpaceMute.person_id)
    )


def require_unmuted(person: Person, space_id: UUID) -> None:
    """Check that a person may write, react, vote or add anything else in a space.

    Raises:
        Forbidden: a moderator muted them there; the message says until when.
    """
    if until := muted_until(person, space_id):
        raise muted(until)


def muted(until: datetime) -> Forbidden:
    """Return the refusal of a muted person, with the end of the mute."""
    return Forbidden(
        _l(
            "A moderator has muted you. You can read but not write here until %(until)s.",
            until=ShownInstant(until),
        )
    )


def is_laid_down(space_id: UUID) -> bool:
    """Return whether a space belongs to an archived group, so that nothing can be added to it."""
    space = db.session.get(Space, space_id)
    return space is not None and space.is_group and space.archived_at is not None


def require_living(space_id: UUID) -> None:
    """Check that something may still be added in a space.

    Raises:
        Forbidden: it belongs to an archived group.
    """
    if is_laid_down(space_id):
        raise Forbidden(_l("This group is archived and read-only."))


def require_open(space_id: UUID) -> None:
    """Check that something new may begin in a space; a closed one only continues what was begun.

    Raises:
        Forbidden: it belongs to an archived group, or to a unit that has ended.
    """
    require_living(space_id)
    space = db.session.get(Space, space_id)
    if space is not None and space.archived_at is not None:
        raise Forbidden(
            _l("This unit no longer exists. Write in the unit that has taken over its work.")
        )


def is_current_member(now: Instant) -> ColumnElement[bool]:
    """Return the condition on `SpaceMember` that the membership is in effect at this instant."""
    return and_(SpaceMember.since <= now, or_(SpaceMember.until.is_(None), SpaceMember.until > now))


def holds_post(now: Instant) -> ColumnElement[bool]:
    """Return the condition on `SpaceMember` that its person holds a post at this instant.

    A member admitted for an agency has to hold a post there.
    """
    held, post = aliased(Appointment), aliased(Post)  # the outer query may use both tables
    is_there = (
        exists()
        .where(post.id == held.post_id, post.agency_id == SpaceMember.agency_id)
        .correlate(held, SpaceMember)  # SpaceMember is two selects further out
    )
    return exists().where(
        held.person_id == SpaceMember.person_id,
        held.since <= now,
        or_(held.until.is_(None), held.until > now),
        ~held.on_hold,
        or_(SpaceMember.agency_id.is_(None), is_there),
    )


def _memberships(person_id: Id, now: Instant) -> Select[UUID]:
    of_agencies = _current_posts(person_id, now).with_only_columns(Post.agency_id)
    return select(SpaceMember.space_id).where(
        SpaceMember.person_id == person_id,
        is_current_member(now),
        or_(SpaceMember.agency_id.is_(None), SpaceMember.agency_id.in_(of_agencies)),
    )


def _current_posts(person_id: Id, now: Instant) -> Select[UUID]:
    return (
        select(Appointment.id)
        .join(Post, Appointment.post_id == Post.id)
        .where(Appointment.person_id == person_id, is_current(now))
    )
