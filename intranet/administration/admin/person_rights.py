"""The rights of a reader over a person, so that their page offers only what operations allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.organisation.accounts.operations.last_administrators import has_right_over
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.empowering import fillable


@dataclass(frozen=True)
class PersonRights:
    """The acts that a page about a person offers.

    Attributes:
        administer: what only administrators do, even with their own account.
        ask: changes to how somebody else signs in.
        account: inviting, opening, closing and renewing an account.
        close: the same, but never one's own.
        end: the appointments, by post and person, that may be changed or ended.
        appoint: appointing this person to any post.
    """

    administer: bool
    ask: bool
    account: bool
    close: bool
    end: set[tuple[UUID, UUID]]
    appoint: bool


def rights_over(
    actor: Person, agency: Agency, person: Person, held: Sequence[Appointment]
) -> PersonRights:
    """Return what the actor may do about a person of an agency with these appointments there."""
    is_own = actor.id == person.id
    administers = actor.administers(agency.id)
    has_account = has_right_over(actor, agency.id, person)
    return PersonRights(
        administer=administers,
        ask=administers and not is_own,
        account=has_account,
        close=has_account and not is_own,
        end=fillable(actor, agency, [(row.post_id, row.person_id) for row in held]),
        appoint=administers or not is_own,
    )
