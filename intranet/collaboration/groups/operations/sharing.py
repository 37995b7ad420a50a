"""Sharing a group between agencies, while an administrator of each approves it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.groups.access import require_lead, require_open
from intranet.collaboration.groups.events import GroupConcerned
from intranet.collaboration.groups.models import Group, GroupPolicy, Makers
from intranet.extensions import db
from intranet.messaging.spaces.groups import follow_keys
from intranet.messaging.spaces.models import Reach, SpaceKey
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import unit_of_work

SHARES_LIMIT = 500
AGENCIES_LIMIT = 100


def share_with(lead: Person, group: Group, agency: Agency, shares: str) -> None:
    """Ask an agency to approve sharing the group, and the first time the group's own agency too.

    Args:
        shares: a description for the administrators of what is shared.

    Raises:
        Forbidden: the lead does not lead the group, or it is archived.
        Invalid: the group cannot be shared, too many agencies share it, or the agency is closed.
    """
    shares = optional_text(shares, "shares", SHARES_LIMIT)
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        require_open(group)
        if group.space.reach != Reach.SHARED:
            raise Invalid({"agency": _l("This group cannot be shared between agencies.")})
        if agency.id in closed_agency_ids(lead):
            raise Invalid({"agency": _l("There is no such administration. Choose another.")})
        there = select(func.count()).where(SpaceKey.space_id == group.space_id)
        if (db.session.scalar(there) or 0) >= AGENCIES_LIMIT:
            raise Invalid(
                {
                    "agency": _l(
                        "This group is already shared by the maximum number of administrations."
                    )
                }
            )
        for agency_id in dict.fromkeys((group.space.agency_id, agency.id)):
            if db.session.get(SpaceKey, (group.space_id, agency_id)):
                continue
            key = SpaceKey(
                space_id=group.space_id, agency_id=agency_id, shares=shares, asked_by_id=lead.id
            )
            work.add(key)
            work.flush()
            who = tuple(administrator_ids(agency_id))
            word = f"key:{agency_id}:{key.asked_at.isoformat()}"
            work.publish(GroupConcerned(group.space_id, "group_key", who, word, lead.id))
            _record(group, lead, "key.ask", agency_id)


def stop_sharing(lead: Person, group: Group, agency: Agency) -> None:
    """Stop sharing the group with an agency: its people leave at once.

    Raises:
        Forbidden: the lead does not lead the group.
        Invalid: it is the group's own agency.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        if agency.id == group.space.agency_id:
            raise Invalid({"agency": _l("This is the group’s own administration.")})
        if key := db.session.get(SpaceKey, (group.space_id, agency.id)):
            work.delete(key)
            work.flush()
            follow_keys(work, group.space)
            _record(group, lead, "key.remove", agency.id)


def turn_key(administrator: Person, group: Group, agency: Agency, until: date | None) -> None:
    """Approve for an agency that the group is shared, until the end of a day or for good.

    Its people are in as soon as the group's own agency has approved it too, by another person.
    Approving again changes the last day.

    Raises:
        Forbidden: the person does not administer the agency.
        Conflict: the person gave the other agency's approval; two people must approve.
        Invalid: the approval was not asked for, or the day is over.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_administrator(administrator, agency.id)
        key = _key(group, agency)
        now = clock.now()
        _require_another_hand(administrator, group, agency, now)
        if until and until < clock.today(agency.time_zone):
            raise Invalid({"until": _l("This date has passed. Choose a later one.")})
        if not key.is_turned(now):
            key.since = now
        key.until = clock.end_of(until, agency.time_zone) if until else None
        key.turned_by_id = administrator.id
        key.turned_back_at = key.turned_back_by_id = None
        work.flush()
        follow_keys(work, group.space)
        _record(group, administrator, "key.turn", agency.id, until=str(until or ""))


def turn_back(administrator: Person, group: Group, agency: Agency) -> None:
    """Withdraw an agency's approval of sharing the group; its people leave at once.

    If the group belongs to the agency, the people of all other agencies leave instead.

    Raises:
        Forbidden: the person does not administer the agency.
        Invalid: the approval was not asked for.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_administrator(administrator, agency.id)
        key = _key(group, agency)
        now = clock.now()
        if not key.is_turned(now):
            return
        key.until = key.turned_back_at = now
        key.turned_back_by_id = administrator.id
        work.flush()
        follow_keys(work, group.space)
        _record(group, administrator, "key.turn_back", agency.id)


def set_makers(administrator: Person, agency: Agency, makers: Makers) -> None:
    """Set which people of an agency may create groups.

    Raises:
        Forbidden: the person does not administer the agency.
    """
    with unit_of_work() as work:
        require_administrator(administrator, agency.id)
        policy = db.session.get(GroupPolicy, agency.id)
        if policy is None:
            policy = GroupPolicy(agency_id=agency.id)
            work.add(policy)
        policy.makers = makers
        record(
            "groups.makers",
            agency_id=agency.id,
            actor_id=administrator.id,
            subject=("agency", agency.id),
            detail={"makers": makers.value},
        )


def _require_another_hand(
    administrator: Person, group: Group, agency: Agency, now: datetime
) -> None:
    """Refuse the second approval to the person who gave the first."""
    others = select(SpaceKey).where(
        SpaceKey.space_id == group.space_id,
        SpaceKey.turned_by_id == administrator.id,
        SpaceKey.agency_id != agency.id,
    )
    if agency.id != group.space.agency_id:
        others = others.where(SpaceKey.agency_id == group.space.agency_id)
    if any(key.is_turned(now) for key in db.session.scalars(others)):
        raise Conflict(
            _l(
                "You have already approved this group for the other agency. A different "
                "person has to approve it for this agency."
            )
        )


def _key(group: Group, agency: Agency) -> SpaceKey:
    key = db.session.get(SpaceKey, (group.space_id, agency.id))
    if key is None:
        raise Invalid({"agency": _l("Nobody has asked your administration to share this group.")})
    return key


def _record(group: Group, by: Person, act: str, agency_id: UUID, **detail: object) -> None:
    """Record the act in the audit logs of both agencies: the approving one and the group's."""
    for log_id in dict.fromkeys((agency_id, group.space.agency_id)):
        record(
            act,
            agency_id=log_id,
            actor_id=by.id,
            subject=("group", group.space_id),
            detail={"agency": str(agency_id), **detail},
        )
