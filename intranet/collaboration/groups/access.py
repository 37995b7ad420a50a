"""Who knows of a group, who may join it, who leads it, who opens one."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from intranet.collaboration.groups.models import Group, GroupPolicy, Invitation, Makers
from intranet.extensions import db
from intranet.messaging.spaces.access import joined_by, leads, require_living
from intranet.messaging.spaces.membership import open_agencies
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


def known_to(person: Person) -> ColumnElement[bool]:
    """Groups of which this person knows, as a condition on `Group` joined with its `Space`.

    Its people do, who was invited, the administrators whose agency's key was asked for; of a
    listed one everybody whom it may take and the administrators of its agency, of a shared one
    those whose agency turned its key.
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
        Invitation.space_id == Space.id,
        Invitation.person_id == person.id,
        Invitation.is_request.is_(False),
        Invitation.answered_at.is_(None),
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


def is_told_to_administrators() -> ColumnElement[bool]:
    """Administrators of its agency may read what a space is called, as a condition on `Space`.

    Not an unlisted group's, unless agencies share it: they turn the keys.
    """
    return or_(
        Space.kind != SpaceKind.GROUP,
        exists().where(Group.space_id == Space.id, Group.is_listed),
        exists().where(SpaceKey.space_id == Space.id),
    )


def get_group(person: Person, space_id: UUID) -> Group:
    """The group, if the person may know of it.

    Raises:
        NotFound: it does not exist, or they may not know that it does.
    """
    group = db.session.scalar(
        select(Group)
        .join(Space, Space.id == Group.space_id)
        .where(Group.space_id == space_id, known_to(person))
    )
    if group is None:
        raise NotFound
    return group


def agencies_as(person: Person, group: Group) -> list[UUID]:
    """Ids of the agencies as one of whose people somebody may be in the group, the oldest first."""
    agencies = open_agencies(group.space, clock.now())
    own = dict.fromkeys(row.post.agency_id for row in current_appointments(person.id))
    return [agency_id for agency_id in own if agencies is None or agency_id in agencies]


def require_lead(person: Person, group: Group) -> None:
    """Let through whoever stands in the owner post.

    Raises:
        Forbidden: the person does not.
    """
    if not leads(person, group.space):
        raise Forbidden(_l("Only the holder of the post responsible for the group can do this."))


def require_open(group: Group) -> None:
    """Ask whether the group is still in use.

    Raises:
        Forbidden: it is archived.
    """
    require_living(group.space_id)


def board_of(agency_id: UUID) -> Space | None:
    """The board of the staff representatives of an agency, if it has one."""
    return db.session.scalar(
        select(Space).where(Space.agency_id == agency_id, Space.hides_people.is_(True))
    )


def makers_of(agency_id: UUID) -> Makers:
    """Who of an agency opens groups."""
    policy = db.session.get(GroupPolicy, agency_id)
    return policy.makers if policy else Makers.EVERYBODY


def posts_that_found(person: Person) -> list[Post]:
    """The posts of a person with which they may open a group, the oldest first."""
    held = [row.post for row in current_appointments(person.id)]
    makers = {agency_id: makers_of(agency_id) for agency_id in {post.agency_id for post in held}}
    return [
        post
        for post in held
        if makers[post.agency_id] == Makers.EVERYBODY
        or (makers[post.agency_id] == Makers.HEADS and post.is_head)
    ]


def require_founder(person: Person, post: Post) -> None:
    """Ask whether somebody may open a group that belongs to a post.

    Raises:
        Forbidden: it is not theirs, or their agency does not want it.
    """
    if post.id in {one.id for one in posts_that_found(person)}:
        return
    if makers_of(post.agency_id) == Makers.HEADS:
        raise Forbidden(_l("In your administration, only heads can create groups. Ask your head."))
    raise Forbidden(NO_GROUPS)
