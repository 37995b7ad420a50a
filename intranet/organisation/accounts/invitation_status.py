"""Whether people have actually been invited and have signed in."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Case, case, exists, func, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose, OneTimeLink
from intranet.platform.core import clock


class AccountStanding(StrEnum):
    """The progress of an account from creation to the first sign-in.

    An import or an administrator creates the account. A person counts as invited only once a link
    was created, to be sent or handed over.
    """

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    EXPIRED = "expired"
    ACTIVE = "active"
    DISABLED = "disabled"


def status_expression() -> Case[str]:
    """Return the standing of an account, as an expression on `Account`."""
    link = exists().where(
        OneTimeLink.account_id == Account.id,
        OneTimeLink.purpose == LinkPurpose.INVITATION,
        OneTimeLink.used_at.is_(None),
    )
    return case(
        (Account.state == AccountState.ACTIVE, AccountStanding.ACTIVE.value),
        (Account.state == AccountState.DISABLED, AccountStanding.DISABLED.value),
        (link.where(OneTimeLink.expires_at > clock.now()), AccountStanding.INVITED.value),
        (link, AccountStanding.EXPIRED.value),
        else_=AccountStanding.NOT_INVITED.value,
    )


def statuses_of(account_ids: set[UUID]) -> Mapping[UUID, AccountStanding]:
    """Return the standing of each of these accounts, in one query."""
    rows = db.session.execute(
        select(Account.id, status_expression()).where(Account.id.in_(account_ids))
    )
    return {account_id: AccountStanding(text) for account_id, text in rows}


def status_counts(agency_id: UUID) -> Mapping[AccountStanding, int]:
    """Count the accounts of an agency by standing."""
    found = (
        select(status_expression().label("standing"))
        .where(Account.home_agency_id == agency_id)
        .subquery()
    )
    rows = db.session.execute(
        select(found.c.standing, func.count()).group_by(found.c.standing)
    ).all()
    counted = {AccountStanding(text): number for text, number in rows}
    return {one: counted.get(one, 0) for one in AccountStanding}
