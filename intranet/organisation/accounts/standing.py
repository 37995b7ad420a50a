"""Whether people have been invited and have signed in, as it is and not as it is planned."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Case, case, exists, func, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose, OneTimeLink
from intranet.platform.core import clock


class AccountStanding(StrEnum):
    """Where an account stands on its way in.

    An account is made by an import or by hand; somebody is invited only once a link was made, in
    the mail or to be handed over.
    """

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    EXPIRED = "expired"
    ACTIVE = "active"
    DISABLED = "disabled"


def standing() -> Case[str]:
    """The standing of an account, as an expression on `Account`."""
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


def standings_of(account_ids: set[UUID]) -> Mapping[UUID, AccountStanding]:
    """The standing of each of these accounts, in one query."""
    rows = db.session.execute(select(Account.id, standing()).where(Account.id.in_(account_ids)))
    return {account_id: AccountStanding(text) for account_id, text in rows}


def standing_counts(agency_id: UUID) -> Mapping[AccountStanding, int]:
    """How many accounts of an agency have each standing."""
    found = (
        select(standing().label("standing")).where(Account.home_agency_id == agency_id).subquery()
    )
    rows = db.session.execute(
        select(found.c.standing, func.count()).group_by(found.c.standing)
    ).all()
    counted = {AccountStanding(text): number for text, number in rows}
    return {one: counted.get(one, 0) for one in AccountStanding}
