"""Access to groups: knowing of them, joining, leading and creating them."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, or_, select

from intranet.collaboration.groups.models import Group, GroupInvitation, GroupPolicy, Makers
from intranet.extensions import db
from intranet.messaging.spaces.access import is_joined_by, leads, require_living
from intranet.messaging.spaces.membership_rules import open_agencies
from intranet.messaging.spaces.models import Reach, Space, SpaceKey, SpaceKind
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import closed_agency_ids, own_agency_ids
from intranet.organisation.people.models import Person, agency_ids_administered_by
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import NOW, Id, Instant, id_parameter, ids_parameter

Many = Sequence[UUID] | BindParameter[UUID]

NO_GROUPS = _l(
    "Nobody in your administration can create groups. Its administrators can change that."
)


def is_known_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Group`, joined with its `Space`, that the person may know of it.

    Members, invited people and administrators whose approval was asked for know of a group. A
    listed group is also known to everyone who could join it and to the administrators of its
    agency. A shared group is known to the people of agencies that approved it.
    """
    values = reader_values(person)
    return or_(*_ways_known(person.id, values["own"], values["closed"], clock.now()))


def reader_values(person: Person) -> dict[str, Any]:
    """Return the values of the parameters of `known_later` for a person."""
    own = list(own_agency_ids(person))
    closed = list(closed_agency_ids(person)) if own else []
    return {"person_id": person.id, "own": own, "closed": closed}


@cache
def known_later(*, holds_post: bool) -> ColumnElement[bool]:
    """Return the condition of `is_known_to` with parameters, for statements that are built once."""
    own = ids_parameter("own") if holds_post else ()
    return or_(*_ways_known(id_parameter("person_id"), own, ids_parameter("closed"), NOW))


def _ways_known(
    person_id: Id, own: Many, closed: Many, now: Instant
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of `is_known_to` for who holds posts in these agencies, or in none."""
    administered = agency_ids_administered_by(person_id, now)
    yield is_joined_by(person_id, now)
    yield exists().where(SpaceKey.space_id == Space.id, SpaceKey.agency_id.in_(administered))
    yield and_(Space.agency_id.in_(administered), Group.is_listed)
    if not isinstance(own, BindParameter) and not own:
        return
    has_key = exists().where(
        SpaceKey.space_id == Space.id,
        SpaceKey.agency_id.in_(own),
        SpaceKey.since <= now,
        or_(SpaceKey.until.is_(None), SpaceKey.until > now),
    )
    takes = or_(
        Space.reach == Reach.NETWORK,
        Space.agency_id.in_(own),
        and_(Space.reach == Reach.SHARED, has_key),
    )
    invited = exists().where(
        GroupInvitation.space_id == Space.id,
        GroupInvitation.person_id == person_id,
        GroupInvitation.is_request.is_(False),
        GroupInvitation.answered_at.is_(None),
    )
    yield invited
    yield and_(Group.is_listed, takes, Space.agency_id.not_in(closed))


def is_visible_to_administrators() -> ColumnElement[bool]:
    """Return the condition on `Space` that administrators of the agency may read the space's name.

    This excludes unlisted groups, except shared ones: administrators approve the sharing.
    """
    return or_(
        Space.kind != SpaceKind.GROUP,
        exists().where(Group.space_id == Space.id, Group.is_listed),
        exists().where(SpaceKey.space_id == Space.id),
    )


def get_group(person: Person, space_id: UUID) -> Group:
    """Return the group, if the person may know of it.

    Raises:
        NotFound: it does not exist, or they may not know that it does.
    """
    values = reader_values(person)
    asked = _group(holds_post=bool(values["own"]))
    group = db.session.scalar(asked, {**values, "space_id": space_id})
    if group is None:
        raise NotFound
    return group


@cache
def _group(*, holds_post: bool) -> Select[Group]:
    rows = select(Group).join(Space, Space.id == Group.space_id)
    is_known = known_later(holds_post=holds_post)
    return rows.where(Group.space_id == id_parameter("space_id"), is_known)


def agencies_as(person: Person, group: Group) -> list[UUID]:
    """Return the person's agencies under which they may be in the group, the oldest first."""
    agencies = open_agencies(group.space, clock.now())
    own = dict.fromkeys(row.post.agency_id for row in current_appointments(person.id))
    return [agency_id for agency_id in own if agencies is None or agency_id in agencies]


def require_lead(person: Person, group: Group) -> None:
    """Check that the person holds the owner post of the group.

    Raises:
        Forbidden: the person does not hold it.
    """
    if not leads(person, group.space):
        raise Forbidden(_l("Only the holder of the post responsible for the group can do this."))


def require_open(group: Group) -> None:
    """Check that the group is not archived.

    Raises:
        Forbidden: it is archived.
    """
    require_living(group.space_id)


def board_of(agency_id: UUID) -> Space | None:
    """Return the board of the staff representatives of an agency, if it has one."""
    return db.session.scalar(
        select(Space).where(Space.agency_id == agency_id, Space.hides_people.is_(True))
    )


def makers_of(agency_id: UUID) -> Makers:
    """Return which people of an agency may create groups."""
    policy = db.session.get(GroupPolicy, agency_id)
    return policy.makers if policy else Makers.EVERYBODY


def posts_that_found(person: Person) -> list[Post]:
    """Return the posts with which a person may create a group, the oldest first."""
    held = [row.post for row in current_appointments(person.id)]
    makers = {agency_id: makers_of(agency_id) for agency_id in {post.agency_id for post in held}}
    return [
        post
        for post in held
        if makers[post.agency_id] == Makers.EVERYBODY
        or (makers[post.agency_id] == Makers.HEADS and post.is_head)
    ]


def require_founder(person: Person, post: Post) -> None:
    """Check that the person may create a group that belongs to a post.

    Raises:
        Forbidden: the person does not hold the post, or its agency does not allow it.
    """
    if post.id in {one.id for one in posts_that_found(person)}:
        return
    if makers_of(post.agency_id) == Makers.HEADS:
        raise Forbidden(_l("In your administration, only heads can create groups. Ask your head."))
    raise Forbidden(NO_GROUPS)
