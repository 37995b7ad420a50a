"""Access to groups: knowing of them, joining, leading and creating them."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from intranet.collaboration.groups.models import Group, GroupInvitation, GroupPolicy, Makers
from intranet.extensions import db
from intranet.messaging.spaces.access import joined_by, leads, require_living
from intranet.messaging.spaces.membership_rules import open_agencies
from intranet.messaging.spaces.models import Reach, Space, SpaceKey, SpaceKind
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import closed_agency_ids, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l

NO_GROUPS = _l(
    "Nobody in your administration can create groups. Its administrators can change that."
)


def is_known_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Group`, joined with its `Space`, that the person may know of it.

    Members, invited people and administrators whose approval was asked for know of a group. A
    listed group is also known to everyone who could join it and to the administrators of its
    agency. A shared group is known to the people of agencies that approved it.
    """
    own = own_agency_ids(person)
    now = clock.now()
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
        GroupInvitation.person_id == person.id,
        GroupInvitation.is_request.is_(False),
        GroupInvitation.answered_at.is_(None),
    )
    keeps_key = exists().where(
        SpaceKey.space_id == Space.id, SpaceKey.agency_id.in_(person.administered_agency_ids())
    )
    of_own_house = Space.agency_id.in_(person.administered_agency_ids())
    parts = [joined_by(person), keeps_key, and_(of_own_house, Group.is_listed)]
    if own:
        closed = closed_agency_ids(person)
        parts += [invited, and_(Group.is_listed, takes, Space.agency_id.not_in(closed))]
    return or_(*parts)


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
    group = db.session.scalar(
        select(Group)
        .join(Space, Space.id == Group.space_id)
        .where(Group.space_id == space_id, is_known_to(person))
    )
    if group is None:
        raise NotFound
    return group


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
