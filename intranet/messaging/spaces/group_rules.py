"""Memberships in groups by rule, for many people, by the keys of the posts they hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.keys import keys_of_appointments
from intranet.messaging.spaces.membership import (
    MembershipFact,
    earlier,
    groups_led_by,
    leading_post_ids,
    open_agencies,
)
from intranet.messaging.spaces.models import AudienceAtom, Role, Space, SpaceKind
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_not_over

Groups = dict[Any, list[Space]]


def wanted_in_groups(person_ids: Collection[UUID], now: datetime) -> set[MembershipFact]:
    """Return the memberships that group rules give these people.

    It takes few statements, however many groups there are.
    """
    is_group = Space.kind == SpaceKind.GROUP
    if db.session.scalar(select(Space.id).where(is_group).limit(1)) is None:
        return set()
    held = _appointments(person_ids, now)
    keys = keys_of_appointments(held)
    fitting, excepted = _groups_by_key({key for some in keys.values() for key in some})
    active = [row for row in held if not row.on_hold]
    owned = _groups_by_leading({row.post_id for row in active})
    agencies = {space.id: open_agencies(space, now) for space in _in(fitting, owned)}
    hidden = _hidden({row.post.agency_id for row in active})
    out = {
        (row.person_id, space.id)
        for row in held
        for key in keys[row.id]
        for space in excepted.get(key, ())
    }
    wanted = set()
    for row in active:
        own = {space.id: space for space in owned.get(row.post_id, ())}
        named = {space.id: space for key in keys[row.id] for space in fitting.get(key, ())}
        for space in (named | own).values():
            if space.id not in own and (row.person_id, space.id) in out:
                continue
            there, agency_id = agencies[space.id], row.post.agency_id
            if there is None:
                is_taken = agency_id not in hidden or agency_id == space.agency_id
            else:
                is_taken = agency_id in there
            if not is_taken:
                continue
            until = earlier(row.until, (there or {}).get(agency_id))
            role = Role.HEAD if space.id in own else Role.MEMBER
            wanted.add(MembershipFact(space.id, row.person_id, row.id, role, row.since, until))
    return wanted


def _groups_by_key(keys: Collection[str]) -> tuple[Groups, Groups]:
    """Return the groups whose rules have these keys: in their atoms, and in their exceptions."""
    fitting: Groups = defaultdict(list)
    excepted: Groups = defaultdict(list)
    for some in in_parts(keys):
        rows = db.session.execute(
            select(AudienceAtom.key, AudienceAtom.is_exception, Space)
            .join(Space, Space.id == AudienceAtom.space_id)
            .where(AudienceAtom.key.in_(some), Space.kind == SpaceKind.GROUP)
        )
        for key, is_exception, space in rows:
            (excepted if is_exception else fitting)[key].append(space)
    return fitting, excepted


def _groups_by_leading(post_ids: Collection[UUID]) -> Groups:
    """Return the groups that these posts lead: as owner, or as fallback of a vacant owner."""
    found: Groups = defaultdict(list)
    spaces = {space.id: space for space in groups_led_by(post_ids)}
    for space_id, post_id in leading_post_ids(spaces.values()).items():
        found[post_id].append(spaces[space_id])
    return found


def _hidden(agency_ids: Collection[UUID]) -> set[UUID]:
    """Return the agencies outside the directory: network-wide group rules skip them."""
    asked = select(Agency.id).where(Agency.id.in_(agency_ids), ~Agency.in_directory)
    return set(db.session.scalars(asked))


def _in(*groups: Groups) -> Iterable[Space]:
    return {space.id: space for some in groups for row in some.values() for space in row}.values()


def _appointments(person_ids: Collection[UUID], now: datetime) -> list[Appointment]:
    found: list[Appointment] = []
    for some in in_parts(person_ids):
        asked = select(Appointment).where(Appointment.person_id.in_(some), is_not_over(now))
        found.extend(db.session.scalars(asked))
    return found
