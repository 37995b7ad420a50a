"""Naming and removing moderators, by the head of a space."""

from uuid import UUID

from sqlalchemy import func, select

from intranet.attention.moderation.models import SpaceModerator
from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.messaging.spaces.access import is_member, leads
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work

MODERATORS_LIMIT = 20


def name_moderator(head: Person, space: Space, person_id: UUID) -> SpaceModerator:
    """Name a member of the space as moderator. Idempotent.

    Raises:
        NotFound: the actor is not in the space.
        Forbidden: the actor does not lead the space.
        Invalid: the person is not in the space or leads it, or there are too many moderators.
    """
    with unit_of_work() as work:
        work.lock(space)
        _require_head(head, space)
        if already := db.session.get(SpaceModerator, (space.id, person_id)):
            return already
        person = db.session.get(Person, person_id)
        if person is None or not is_member(person, space):
            raise Invalid({"person_id": _l("Only members of this space can moderate it.")})
        if leads(person, space):
            raise Invalid({"person_id": _l("The head of this space already moderates it.")})
        asked = select(func.count()).where(SpaceModerator.space_id == space.id)
        if (db.session.scalar(asked) or 0) >= MODERATORS_LIMIT:
            raise Invalid(
                {
                    "person_id": _l(
                        "This space already has the maximum of 20 moderators. Remove one first."
                    )
                }
            )
        named = SpaceModerator(space_id=space.id, person_id=person_id, named_by_id=head.id)
        work.add(named)
        _write_down(head, space, person_id, "moderator.name")
        tell_of_page(
            Kind.MODERATION,
            [person_id],
            "moderation_named",
            path="/moderation",
            key=f"{space.id.hex[-20:]}",
        )
    return named


def end_moderator(head: Person, space: Space, person_id: UUID) -> None:
    """Remove a moderator of the space, if they are one.

    Raises:
        Forbidden: the head does not lead the space.
    """
    with unit_of_work() as work:
        work.lock(space)
        _require_head(head, space)
        if named := db.session.get(SpaceModerator, (space.id, person_id)):
            work.delete(named)
            _write_down(head, space, person_id, "moderator.end")


def _require_head(head: Person, space: Space) -> None:
    if not is_member(head, space):
        raise NotFound
    if not leads(head, space):
        raise Forbidden(_l("Only the head of this space can appoint moderators."))


def _write_down(head: Person, space: Space, person_id: UUID, act: str) -> None:
    record(
        act,
        agency_id=space.agency_id,
        actor_id=head.id,
        subject=("group", space.id) if space.hides_people else ("person", person_id),
        detail={"space": str(space.id), "unit": str(space.unit_id) if space.unit_id else ""},
    )
