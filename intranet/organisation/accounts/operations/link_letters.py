"""Send the links that were asked for, and lead on where no password can be set yet."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intranet.extensions import db
from intranet.organisation.accounts import invitation_mails, letters, queries
from intranet.organisation.accounts.invitation_status import (
    INVITED,
    RETURNED,
    AccountStanding,
    statuses_of,
)
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose
from intranet.organisation.accounts.operations.invitation_letters import invite_now
from intranet.organisation.accounts.operations.links import RESET_ASKED, SEND_LINK, new_link
from intranet.organisation.people.queries import administrator_names
from intranet.platform.core import mail
from intranet.platform.core.outbox import handler
from intranet.platform.core.unit_of_work import unit_of_work

ONCE_INVITED = INVITED | RETURNED | {AccountStanding.EXPIRED}


@handler(RESET_ASKED, reaches_out=True)
def answer_reset(payload: Mapping[str, Any]) -> None:
    """Send what helps the owner of a sign-in name, if there is one and they have a mailbox.

    That is a link for a new password; a new invitation, if they never signed in with an earlier
    one; or else whom to ask, if they were not invited yet or their account has ended.
    """
    account, may_sign_in = queries.account_of_sign_in_name(payload["name"])
    if account is None or not account.email:
        return
    if may_sign_in:
        _send(account, LinkPurpose.PASSWORD)
    elif account.state == AccountState.INVITED:
        if statuses_of({account.id})[account.id] in ONCE_INVITED:
            with unit_of_work() as work:
                invite_now(work, account)
        else:
            mail.send(
                invitation_mails.not_invited(account, administrator_names(account.home_agency_id))
            )
    elif account.has_ended:
        mail.send(
            invitation_mails.account_ended(account, administrator_names(account.home_agency_id))
        )


@handler(SEND_LINK, reaches_out=True)
def send_link(payload: Mapping[str, Any]) -> None:
    """Create and send a link. A repeated run sends another one and withdraws the first."""
    account = db.session.get(Account, UUID(payload["account_id"]))
    purpose = LinkPurpose(payload["purpose"])
    is_closed = account is not None and account.state == AccountState.DISABLED
    if account and account.email and (purpose == LinkPurpose.CHANGES or not is_closed):
        _send(account, purpose)


def _send(account: Account, purpose: LinkPurpose) -> None:
    if purpose == LinkPurpose.CHANGES:
        if changes := queries.waiting_changes(account.id):
            secret = new_link(purpose, account.id)
            mail.send(letters.changes_mail(account, changes, secret))
    elif purpose == LinkPurpose.INVITATION:  # enqueued by a release before runs existed
        with unit_of_work() as work:
            invite_now(work, account)
    else:
        mail.send(letters.new_password(account, new_link(purpose, account.id)))
