"""Create spaces, invite people by hand, name speakers."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from intranet.extensions import db
from intranet.messaging.spaces.access import is_member, leads
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.audience_keys import key_of, keys_in
from intranet.messaging.spaces.events import SpacesCreated
from intranet.messaging.spaces.models import (
    AudienceAtom,
    Posting,
    Role,
    Space,
    SpaceKind,
    SpaceMember,
    Why,
)
from intranet.messaging.spaces.queries import current_member_ids
from intranet.messaging.spaces.roles import give_role, publish_difference
from intranet.organisation.people.models import Person
from intranet.platform.core.database import store_rows
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import Work, unit_of_work


def open_spaces(units: Iterable[tuple[UUID, UUID | None]]) -> None:
    """Create the spaces of new units or agencies, in which nobody holds a post yet.

    Args:
        units: ids of agency and unit; without a unit the space is the agency's.
    """
    spaces: list[dict[str, Any]] = []
    atoms: list[dict[str, Any]] = []
    for agency_id, unit_id in units:
        atom = Atom(unit=unit_id, subtree=True) if unit_id else Atom(agency=agency_id)
        space_id = uuid7()
        spaces.append(
            {
                "id": space_id,
                "kind": SpaceKind.UNIT if unit_id else SpaceKind.AGENCY,
                "agency_id": agency_id,
                "unit_id": unit_id,
                "audience": Audience(any=[atom]).as_json(),
            }
        )
        atoms.append({"space_id": space_id, "key": key_of(atom), "is_exception": False})
    if spaces:
        with unit_of_work() as work:
            store_rows(Space, spaces)
            store_rows(AudienceAtom, atoms)
            work.publish(SpacesCreated(tuple(space["id"] for space in spaces)))


def invite_to_space(head: Person, space: Space, person: Person) -> None:
    """Make a person a member by hand. Nothing happens if they are a member already.

    Raises:
        Forbidden: only a head of the space may invite.
    """
    with unit_of_work() as work:
        work.lock(space)
        _require_lead(head, space)
        if not is_member(person, space):
            give_role(work, space, person, Role.MEMBER, head)


def name_speaker(head: Person, space: Space, person: Person) -> None:
    """Let a person begin messages, mention everyone and pin, as the head may.

    Raises:
        Forbidden: only a head of the space may name speakers.
    """
    with unit_of_work() as work:
        work.lock(space)
        _require_lead(head, space)
        give_role(work, space, person, Role.SPEAKER, head)


def remove_from_space(head: Person, space: Space, person: Person) -> None:
    """Remove what was given by hand; a member by their post stays a member.

    Raises:
        Forbidden: only a head of the space, or the person for themselves, may do it.
    """
    with unit_of_work() as work:
        work.lock(space)
        if head.id != person.id:
            _require_lead(head, space)
        before = current_member_ids(space)
        db.session.execute(
            delete(SpaceMember).where(
                SpaceMember.space_id == space.id,
                SpaceMember.person_id == person.id,
                SpaceMember.why == Why.HAND,
            )
        )
        publish_difference(work, space, before)


def set_posting(head: Person, space: Space, posting: Posting) -> None:
    """Set who may begin messages in the channels of the space.

    Raises:
        Forbidden: only a head of the space may decide it.
    """
    with unit_of_work() as work:
        work.lock(space)
        if not leads(head, space):
            raise Forbidden(_l("Only the head of this space can make this decision."))
        space.posting = posting


def _require_lead(head: Person, space: Space) -> None:
    if space.is_group:
        raise Forbidden(_l("Manage the members of a group on its own page."))
    if not leads(head, space):
        raise Forbidden(_l("Only the head of this unit can do this."))


def write_atoms(work: Work, space: Space, audience: Audience) -> None:
    """Store the keys by which the rule of a space is found."""
    work.add(
        *(
            AudienceAtom(space_id=space.id, key=key, is_exception=is_exception)
            for key, is_exception in keys_in(audience)
        )
    )
