"""Joining and leaving a group: freely, by request, by invitation."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.groups.access import agencies_as, require_lead, require_open
from intranet.collaboration.groups.events import GroupConcerned, InvitationAnswered
from intranet.collaboration.groups.models import Group, GroupInvitation, Joining
from intranet.extensions import db
from intranet.messaging.spaces.access import is_member
from intranet.messaging.spaces.groups import let_in, let_out
from intranet.messaging.spaces.models import Role
from intranet.messaging.spaces.queries import fitting_row
from intranet.messaging.spaces.roles import give_role
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speakers_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import Work, unit_of_work

NOTE_LIMIT = 300
ASK_AGAIN_AFTER = timedelta(days=7)
"""After a refusal, a person may be asked or may ask again only after this time."""
OPEN_LIMIT = 500
"""At most this many invitations and requests of a group are open at a time."""


def join(person: Person, group: Group) -> None:
    """Join an open group. Joining twice changes nothing.

    Raises:
        Forbidden: the group is not open to the person, or it is archived.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_open(group)
        if is_member(person, group.space):
            return
        if group.joining != Joining.OPEN:
            raise Forbidden(_l("This group is by request. Ask to join."))
        let_in(work, group.space, person, agency_id=_agency_as(person, group), by=person)


def request_to_join(person: Person, group: Group, note: str) -> None:
    """Ask to join a group. Idempotent while the request is open.

    Raises:
        Forbidden: the group does not accept requests, or accepts nobody from the person's agencies.
        Invalid: the note is too long, too many requests are open, or one was declined recently.
    """
    note = optional_text(note, "note", NOTE_LIMIT)
    with unit_of_work() as work:
        work.lock(group.space)
        require_open(group)
        if is_member(person, group.space):
            return
        if group.joining == Joining.INVITATION:
            raise Forbidden(_l("This group is by invitation only."))
        row = _ask(
            work,
            group,
            person,
            agency_id=_agency_as(person, group),
            by=person,
            note=note,
            is_request=True,
        )
        owners = tuple(db.session.scalars(speakers_of(_owner_id(group), clock.now())))
        key = f"request:{person.id}:{row.asked_at.isoformat()}"
        work.publish(GroupConcerned(group.space_id, "group_request", owners, key, person.id))


def invite(lead: Person, group: Group, person: Person, note: str = "") -> None:
    """Invite a person to the group.

    Raises:
        Forbidden: the lead does not lead it, or it is archived.
        Invalid: the group does not accept people from their agencies, they are in it, they
            declined recently, or too many invitations are open.
    """
    note = optional_text(note, "note", NOTE_LIMIT)
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        require_open(group)
        if is_member(person, group.space):
            raise Invalid({"person_id": _l("%(name)s is already in the group.", name=person.name)})
        agencies = agencies_as(person, group)
        if not agencies:
            words = _l(
                "The group does not accept people from this person’s administration. "
                "Share it with that administration first."
            )
            raise Invalid({"person_id": words})
        waiting = db.session.get(GroupInvitation, (group.space_id, person.id))
        if waiting and waiting.is_request and waiting.answered_at is None:
            _decide(work, group, waiting, lead, is_accepted=True)
            return
        row = _ask(work, group, person, agency_id=agencies[0], by=lead, note=note, is_request=False)
        key = f"invitation:{row.asked_at.isoformat()}"
        told = GroupConcerned(group.space_id, "group_invited", (person.id,), key, lead.id)
        work.publish(told)


def answer_invitation(person: Person, group: Group, *, is_accepted: bool) -> None:
    """Accept or decline an invitation to a group.

    Raises:
        Invalid: the invitation is no longer open, or the group no longer accepts people from that
            agency.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        row = db.session.get(GroupInvitation, (group.space_id, person.id))
        if row is None or row.is_request or row.answered_at:
            raise Invalid({"group": _l("This invitation has been withdrawn or already answered.")})
        _decide(work, group, row, person, is_accepted=is_accepted)
        work.publish(InvitationAnswered(group.space_id, person.id))


def decide_request(lead: Person, group: Group, person_id: UUID, *, is_accepted: bool) -> None:
    """Accept or decline a request. An earlier decision stays.

    Raises:
        Forbidden: the lead does not lead the group.
        Invalid: the group no longer accepts people from that agency.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        row = db.session.get(GroupInvitation, (group.space_id, person_id))
        if row is None or not row.is_request or row.answered_at:
            return
        _decide(work, group, row, lead, is_accepted=is_accepted)
        if is_accepted:
            key = f"let_in:{row.asked_at.isoformat()}"
            told = GroupConcerned(group.space_id, "group_let_in", (person_id,), key, lead.id)
            work.publish(told)


def withdraw_invitation(lead: Person, group: Group, person_id: UUID) -> None:
    """Withdraw an invitation that is not answered.

    Raises:
        Forbidden: the lead does not lead the group.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        row = db.session.get(GroupInvitation, (group.space_id, person_id))
        if row and row.answered_at is None:
            work.delete(row)


def leave(person: Person, group: Group) -> None:
    """Leave a group that the person joined by hand.

    Raises:
        Forbidden: the person is in it by the membership rule.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        if fitting_row(group.space, person.id):
            raise Forbidden(
                _l("You are in this group because of a post you hold. Mute its channels instead.")
            )
        let_out(work, group.space, person.id)


def remove(lead: Person, group: Group, person: Person) -> None:
    """Remove a member who joined by hand.

    Raises:
        Forbidden: the lead does not lead the group, or the person is in it by rule.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        if fitting_row(group.space, person.id):
            raise Forbidden(
                _l(
                    "This person is in the group because of their post. Change the "
                    "membership rule of the group instead."
                )
            )
        let_out(work, group.space, person.id)


def set_role(lead: Person, group: Group, person: Person, role: Role) -> None:
    """Let a member start threads, pin, mention everyone and publish, or withdraw this permission.

    Raises:
        Forbidden: the lead does not lead the group.
        Invalid: the person is not in the group, or the role is not given by hand.
    """
    if role == Role.HEAD:
        raise Invalid({"role": _l("The holder of the post responsible for the group is its head.")})
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(lead, group)
        if not is_member(person, group.space):
            raise Invalid({"person_id": _l("This person is not in the group.")})
        give_role(work, group.space, person, role, lead)


def _decide(
    work: Work, group: Group, row: GroupInvitation, by: Person, *, is_accepted: bool
) -> None:
    row.answered_at, row.answered_by_id, row.is_accepted = clock.now(), by.id, is_accepted
    if is_accepted:
        require_open(group)
        person = db.session.get_one(Person, row.person_id)
        let_in(work, group.space, person, agency_id=row.agency_id, by=by)


def _ask(
    work: Work,
    group: Group,
    person: Person,
    *,
    agency_id: UUID,
    by: Person,
    note: str,
    is_request: bool,
) -> GroupInvitation:
    row = db.session.get(GroupInvitation, (group.space_id, person.id))
    if row and row.answered_at is None and row.is_request == is_request:
        return row
    if row and row.is_request == is_request and _was_declined(row):
        raise Invalid(
            {"person_id": _l("Your request was declined. You can ask again after a week.")}
        )
    waiting = select(func.count()).where(
        GroupInvitation.space_id == group.space_id, GroupInvitation.answered_at.is_(None)
    )
    if (db.session.scalar(waiting) or 0) >= OPEN_LIMIT:
        raise Invalid(
            {"person_id": _l("Too many requests are waiting for an answer. Withdraw some first.")}
        )
    if row is None:
        row = GroupInvitation(space_id=group.space_id, person_id=person.id)
        work.add(row)
    row.agency_id, row.is_request, row.note = agency_id, is_request, note
    row.asked_by_id, row.asked_at = by.id, clock.now()
    row.answered_at = row.answered_by_id = row.is_accepted = None
    work.flush()
    return row


def _was_declined(row: GroupInvitation) -> bool:
    """Whether a request or invitation was declined too recently to ask again."""
    at = row.answered_at
    return row.is_accepted is False and at is not None and clock.now() - at < ASK_AGAIN_AFTER


def _agency_as(person: Person, group: Group) -> UUID:
    """Return the person's first agency under which the group accepts them.

    Raises:
        Forbidden: the group accepts nobody from their agencies.
    """
    agencies: Sequence[UUID] = agencies_as(person, group)
    if not agencies:
        raise Forbidden(_l("This group does not currently accept people from your administration."))
    return agencies[0]


def _owner_id(group: Group) -> UUID:
    if group.space.owner_post_id is None:
        raise LookupError("a group without an owner post")
    return group.space.owner_post_id
