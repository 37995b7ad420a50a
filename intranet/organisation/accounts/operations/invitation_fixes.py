"""Correct wrong addresses of people who were never signed in, and send their letters again."""

from collections.abc import Sequence

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import AccountInvitation, InvitationState
from intranet.organisation.accounts.invitation_status import AccountStanding, Invitees
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations import invitation_letters
from intranet.organisation.accounts.operations.invitations import queue_invitations
from intranet.organisation.accounts.operations.last_administrators import (
    require_right_over,
    require_right_over_all,
)
from intranet.organisation.accounts.operations.sign_in_names import (
    account_of_email,
    check_unused,
    replace_unused_email,
    sign_in_names,
)
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

RETURNED = (InvitationState.REFUSED, InvitationState.HELD)


def correct_address(actor: Person | None, agency: Agency, account: Account, email: str) -> None:
    """Correct the address of a person who never signed in, and send the letter to it.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Conflict: the person has signed in, or no letter to them came back.
        Invalid: the address is invalid or taken.
    """
    new, _number = sign_in_names(email, account.staff_number)
    with unit_of_work() as work:
        require_right_over(actor, account)
        require_confirmed(actor)
        if account.home_agency_id != agency.id or not is_returned(account):
            raise Conflict(_l("No letter to this person has come back."))
        if new and new != account.email:
            check_unused(agency, [(new, None)], but=account)
            _correct(work, actor, account, new)
        else:
            invitation_letters.withdraw(account.id)
        _send_to(actor, agency, [account])


def correct_domain(actor: Person | None, agency: Agency, wrong: str, right: str) -> int:
    """Correct the domain of every address to which letters came back, and send them again.

    An address that another account has is left as it is.

    Returns:
        how many were corrected.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Conflict: there is nobody left to correct.
        Invalid: the domain is invalid.
    """
    with unit_of_work() as work:
        returned = (
            select(Account)
            .join(AccountInvitation, AccountInvitation.account_id == Account.id)
            .where(
                AccountInvitation.agency_id == agency.id,
                AccountInvitation.domain == wrong,
                AccountInvitation.state.in_(RETURNED),
                Account.state == AccountState.INVITED,
                Account.password_hash.is_(None),
            )
        )
        people = returned.with_only_columns(Account.person_id)
        require_right_over_all(actor, agency.id, people)
        require_confirmed(actor)
        found = db.session.scalars(returned.order_by(Account.id)).all()
        corrected = []
        for account in found:
            new, _number = sign_in_names(f"{(account.email or '').partition('@')[0]}@{right}", None)
            if new and account_of_email(new) is None:
                _correct(work, actor, account, new)
                corrected.append(account)
        if not corrected:
            raise Conflict(_l("There is no address left to correct."))
        _send_to(actor, agency, corrected)
    return len(corrected)


def is_returned(account: Account) -> bool:
    """Return whether a letter to a person who never signed in came back, or was held."""
    row = db.session.get(AccountInvitation, account.id, populate_existing=True)
    return (
        row is not None
        and row.state in {*RETURNED, InvitationState.IN_DOUBT}
        and account.state == AccountState.INVITED
        and account.password_hash is None
    )


def _correct(work: Work, actor: Person | None, account: Account, email: str) -> None:
    work.lock(account)
    replace_unused_email(work, account, email)
    work.flush()
    record(
        "account.rename",
        agency_id=account.home_agency_id,
        actor_id=actor.id if actor else None,
        subject=("account", account.id),
    )


def _send_to(actor: Person | None, agency: Agency, accounts: Sequence[Account]) -> None:
    chosen = {account.person_id for account in accounts}
    whom = Invitees({AccountStanding.NOT_INVITED}, person_ids=chosen)
    queue_invitations(actor, agency, whom)
