"""The space of a group: create it, change its rule, admit members, apply approvals."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.events import SpacesCreated
from intranet.messaging.spaces.membership import apply_rules
from intranet.messaging.spaces.membership_rules import open_agencies
from intranet.messaging.spaces.models import (
    AudienceAtom,
    Reach,
    Role,
    Space,
    SpaceKind,
    SpaceMember,
    Visibility,
    Why,
)
from intranet.messaging.spaces.operations import write_atoms
from intranet.messaging.spaces.queries import current_member_ids
from intranet.messaging.spaces.roles import publish_difference, row_by_hand
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work, unit_of_work


def create_group_space(
    name: Localized,
    owner: Post,
    *,
    reach: Reach,
    visibility: Visibility = Visibility.MEMBERS,
    audience: Audience | None = None,
    hides_people: bool = False,
) -> Space:
    """Create the space of a group; whoever holds the owner post leads it.

    Raises:
        Invalid: its rule refers to a group.
    """
    with unit_of_work() as work:
        space = Space(
            kind=SpaceKind.GROUP,
            agency_id=owner.agency_id,
            name=name,
            owner_post_id=owner.id,
            reach=reach,
            visibility=visibility,
            hides_people=hides_people,
        )
        work.add(space)
        work.flush()
        set_rule(work, space, audience)
        work.publish(SpacesCreated((space.id,)))
    return space


def set_rule(work: Work, space: Space, audience: Audience | None) -> None:
    """Set or remove the rule that decides who is in the group.

    Raises:
        Invalid: it refers to a group: such rules could form a circle.
    """
    if audience and any(atom.group for atom in (*audience.any, *audience.excepted)):
        raise Invalid(
            {
                "audience": _l(
                    "Membership of one group cannot be a condition for joining another group."
                )
            }
        )
    space.audience = audience.as_json() if audience else None
    db.session.execute(delete(AudienceAtom).where(AudienceAtom.space_id == space.id))
    if audience:
        write_atoms(work, space, audience)
    work.flush()
    apply_rules(work, [space])


def set_owner(work: Work, space: Space, owner: Post) -> None:
    """Make another post lead the group; the group may move to that post's agency."""
    space.owner_post_id, space.agency_id = owner.id, owner.agency_id
    work.flush()
    follow_keys(work, space)


def follow_keys(work: Work, space: Space) -> None:
    """Apply the reach of a group and its agencies' approvals to its members.

    Memberships by rule are computed again. Memberships by hand end when the group takes nobody
    from their agency any more, and are in effect again when it does.
    """
    now = clock.now()
    before = current_member_ids(space)
    _bound(space, open_agencies(space, now), now)
    publish_difference(work, space, before)
    apply_rules(work, [space])


def let_in(work: Work, space: Space, person: Person, *, agency_id: UUID, by: Person) -> None:
    """Make a person a member by hand, as one of the people of an agency.

    Raises:
        Invalid: the group admits nobody from that agency at present.
    """
    now = clock.now()
    agencies = open_agencies(space, now)
    if agencies is not None and agency_id not in agencies:
        words = _l("This group does not currently accept people from that administration.")
        raise Invalid({"person_id": words})
    before = current_member_ids(space)
    row = row_by_hand(space, person.id)
    if row is None:
        row = SpaceMember(space_id=space.id, person_id=person.id, why=Why.HAND, since=now)
        work.add(row)
    elif row.until and row.until <= now:
        row.role = Role.MEMBER
    row.agency_id, row.appointment_id, row.named_by_id = agency_id, None, by.id
    row.until = (agencies or {}).get(agency_id)
    publish_difference(work, space, before)


def let_out(work: Work, space: Space, person_id: UUID) -> None:
    """Remove a membership by hand; members by rule stay."""
    before = current_member_ids(space)
    if row := row_by_hand(space, person_id):
        work.delete(row)
        publish_difference(work, space, before)


def _bound(space: Space, agencies: Mapping[UUID, datetime | None] | None, now: datetime) -> None:
    rows = db.session.scalars(
        select(SpaceMember).where(
            SpaceMember.space_id == space.id,
            SpaceMember.why == Why.HAND,
            SpaceMember.appointment_id.is_(None),
        )
    )
    for row in rows:
        if agencies is None or row.agency_id is None:
            row.until = None
        elif row.agency_id in agencies:
            row.until = agencies[row.agency_id]
        elif row.until is None or row.until > now:
            row.until = now
