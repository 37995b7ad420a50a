"""The outcome of each invitation: not yet sent, sent, refused, opened, signed in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import AccountInvitation, InvitationState
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import subtree
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock


class AccountStanding(StrEnum):
    """The progress of an account from creation to the first sign-in.

    An import or an administrator creates the account. Nobody counts as invited before the mail
    server has accepted the letter, or a code or a link was made to be handed over.
    """

    NOT_INVITED = "not_invited"
    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    OPENED = "opened"
    PRINTED = "printed"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    EXPIRED = "expired"
    ACTIVE = "active"
    DISABLED = "disabled"


INVITED = frozenset({AccountStanding.SENT, AccountStanding.OPENED, AccountStanding.PRINTED})
ON_THE_WAY = frozenset({AccountStanding.QUEUED, AccountStanding.HELD})
RETURNED = frozenset({AccountStanding.REFUSED, AccountStanding.IN_DOUBT})
REMINDABLE = frozenset({AccountStanding.SENT, AccountStanding.OPENED, AccountStanding.EXPIRED})
BUSY_STATES = (
    *(InvitationState.WAITING, InvitationState.HELD),
    *(InvitationState.LEAVING, InvitationState.SENDING),
)


@dataclass(frozen=True)
class Invitees:
    """The people to invite, by how far they are, and perhaps by unit, import or choice."""

    standings: Collection[AccountStanding]
    unit: Unit | None = None
    import_id: UUID | None = None
    person_ids: Collection[UUID] | None = None

    def conditions(self, agency: Agency) -> list[ColumnElement[bool]]:
        """Return the conditions on `Account`."""
        found = [
            Account.home_agency_id == agency.id,
            Account.state == AccountState.INVITED,
            or_(Account.expires_at.is_(None), Account.expires_at > clock.now()),
            status_expression().in_([standing.value for standing in self.standings]),
        ]
        if self.unit:
            found.append(is_in_unit(self.unit))
        if self.import_id:
            found.append(Account.import_id == self.import_id)
        if self.person_ids is not None:
            found.append(Account.person_id.in_(self.person_ids))
        return found


def is_in_unit(unit: Unit) -> ColumnElement[bool]:
    """Return the condition on `Account` that its person holds a post in a unit or below it."""
    held = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(subtree(unit.path), is_not_over(clock.now()))
    )
    return Account.person_id.in_(held)


def status_expression() -> ColumnElement[str]:
    """Return the standing of an account, as an expression on `Account`."""
    state = AccountInvitation.state
    invitation = (
        select(
            case(
                (state == InvitationState.HELD, AccountStanding.HELD.value),
                (state.in_(BUSY_STATES), AccountStanding.QUEUED.value),
                (state == InvitationState.REFUSED, AccountStanding.REFUSED.value),
                (state == InvitationState.IN_DOUBT, AccountStanding.IN_DOUBT.value),
                (AccountInvitation.expires_at <= clock.now(), AccountStanding.EXPIRED.value),
                (state == InvitationState.PRINTED, AccountStanding.PRINTED.value),
                (AccountInvitation.opened_at.is_not(None), AccountStanding.OPENED.value),
                else_=AccountStanding.SENT.value,
            )
        )
        .where(AccountInvitation.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )
    return case(
        (Account.state == AccountState.ACTIVE, AccountStanding.ACTIVE.value),
        (Account.state == AccountState.DISABLED, AccountStanding.DISABLED.value),
        else_=func.coalesce(invitation, AccountStanding.NOT_INVITED.value),
    )


def statuses_of(account_ids: set[UUID]) -> Mapping[UUID, AccountStanding]:
    """Return the standing of each of these accounts, in one query."""
    rows = db.session.execute(
        select(Account.id, status_expression()).where(Account.id.in_(account_ids))
    )
    return {account_id: AccountStanding(text) for account_id, text in rows}


def status_counts(
    agency_id: UUID, *conditions: ColumnElement[bool]
) -> Mapping[AccountStanding, int]:
    """Count the accounts of an agency by standing, perhaps only those that fit conditions."""
    found = (
        select(status_expression().label("standing"))
        .where(Account.home_agency_id == agency_id, *conditions)
        .subquery()
    )
    rows = db.session.execute(
        select(found.c.standing, func.count()).group_by(found.c.standing)
    ).all()
    counted = {AccountStanding(text): number for text, number in rows}
    return {one: counted.get(one, 0) for one in AccountStanding}
