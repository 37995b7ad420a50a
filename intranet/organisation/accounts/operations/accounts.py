"""Create, invite, close and reopen accounts, as the administrators of an agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intranet.organisation.accounts import letters
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose
from intranet.organisation.accounts.operations.links import (
    SECURITY_DELAY,
    end_access,
    enqueue_link,
    new_link,
    withdraw_links,
)
from intranet.organisation.accounts.operations.sign_in_names import (
    account_of_email,
    check_unused,
    sign_in_names,
)
from intranet.organisation.accounts.operations.storing import AccountRow, store_accounts
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.home_agencies import strangers_among
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.people import create_person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import rows_of
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.platform.core.web import site_address


@dataclass(frozen=True)
class Invited:
    """A person who was invited. `address` is the link to hand over if they have no mailbox.

    The link becomes valid at `opens_at`, or earlier if the person agrees.
    """

    person: Person
    address: str | None
    opens_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account to create; an e-mail or a staff number is required."""

    person: Person
    email: str | None = None
    staff_number: str | None = None
    password_hash: str | None = None
    locale: str | None = None


def create_account(
    actor: Person | None,
    person: Person,
    agency: Agency,
    *,
    email: str | None = None,
    staff_number: str | None = None,
    password_hash: str | None = None,
    locale: str | None = None,
) -> Account:
    """Create a person's account of an agency, with an e-mail, a staff number, or both.

    With a password's hash it is active at once; without, it awaits an invitation.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: neither name is given, or one is invalid or taken.
    """
    new = NewAccount(
        person=person,
        email=email,
        staff_number=staff_number,
        password_hash=password_hash,
        locale=locale,
    )
    return create_accounts(actor, agency, [new])[0]


def create_accounts(
    actor: Person | None, agency: Agency, accounts: Sequence[NewAccount]
) -> list[Account]:
    """Create accounts of an agency for many people at once, in the order given.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: neither name is given, or one is invalid or taken.
    """
    names = [sign_in_names(new.email, new.staff_number) for new in accounts]
    with unit_of_work():
        require_administrator(actor, agency.id)
        check_unused(agency, names)
        rows = [_row(new, agency, *both) for new, both in zip(accounts, names, strict=True)]
        store_accounts(rows)
        made = rows_of(Account, [row.id for row in rows])
        if len(made) == 1:
            _record("account.create", actor, made[0])
        else:
            record(
                "accounts.create",
                agency_id=agency.id,
                actor_id=actor.id if actor else None,
                subject=("agency", agency.id),
                detail={"count": len(made)},
            )
    return made


def invite_person(
    actor: Person | None,
    agency: Agency,
    name: str,
    *,
    email: str | None = None,
    staff_number: str | None = None,
) -> Invited:
    """Invite a person to an agency: create the person, an account, and a link to set its password.

    An existing account with this e-mail, at any agency, is that of the same person. The answer is
    the same as for a new person, and they have to accept before they hold a post here.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the name, the e-mail or the staff number is invalid, or the number is taken.
    """
    email, staff_number = sign_in_names(email, staff_number)
    with unit_of_work() as work:
        require_administrator(actor, agency.id)
        if email and (known := account_of_email(email)):
            if actor is None:  # with an actor, the appointment itself asks them (`people.offers`)
                letters.post_added(work, known, agency)
            is_stranger = bool(strangers_among(agency.id, [known.person_id]))
            subject = ("person", None if is_stranger else known.person_id)
            _record_in(agency, "account.invite", actor, subject)
            return Invited(known.person, None)
        person = create_person(actor, agency, name)
        account = create_account(actor, person, agency, email=email, staff_number=staff_number)
        address = _invite(actor, account)
    return Invited(person, address)


def invite_again(actor: Person | None, account: Account) -> Invited:
    """Send a new invitation; the previous link is withdrawn.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        Conflict: it has been accepted, or the account is closed.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        if account.state != AccountState.INVITED:
            raise Conflict(_l("This account has no pending invitation."))
        require_confirmed(actor)
        address = _invite(actor, account)
    return Invited(account.person, address)


def withdraw_invitation(actor: Person | None, account: Account) -> None:
    """Withdraw an invitation, so that its link becomes invalid.

    Raises:
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        withdraw_links(account.id, LinkPurpose.INVITATION)
        _record("account.withdraw_invitation", actor, account)


def send_password_link(actor: Person | None, account: Account) -> Invited:
    """Help a person who forgot the password: send the link by e-mail, or return it to hand over.

    Administrators never learn a password, nor the link if there is a mailbox. A link that they hand
    over becomes valid a day later: until then its person is notified, and agrees or refuses.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        Conflict: there is no password yet, the account is closed, or it is the actor's own.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        if actor and actor.id == account.person_id:
            raise Conflict(_l("Change your own password in your settings."))
        if account.state != AccountState.ACTIVE:
            raise Conflict(_l("No one can sign in with this account yet."))
        require_confirmed(actor)
        _record("account.send_password_link", actor, account)
        by = actor.id if actor else None
        work.publish(AccountConcerned(account.person_id, "account_link", "/me/waiting", by))
        if account.email:
            enqueue_link(work, account, LinkPurpose.PASSWORD)
            return Invited(account.person, None)
        opens_at = clock.now() + SECURITY_DELAY if actor else None
        secret = new_link(LinkPurpose.PASSWORD, account.id, opens_at=opens_at)
        address = site_address(letters.RESET + secret)
    return Invited(account.person, address, opens_at)


def disable_account(actor: Person | None, account: Account) -> Account:
    """Close an account: all its sign-ins, tokens and links end at once.

    Raises:
        Forbidden: the actor does not administer the account's agency, or it is their own.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        if actor and actor.id == account.person_id:
            raise Conflict(_l("You cannot close your own account. Ask another administrator."))
        require_confirmed(actor)
        close_account(work, account)
        _record("account.disable", actor, account)
    return account


def close_account(work: Work, account: Account) -> None:
    """Within an operation: close a locked account. The caller writes the audit log."""
    account.state = AccountState.DISABLED
    end_access(work, account)
    letters.post_notice(work, account, letters.CLOSED)


def enable_account(actor: Person | None, account: Account) -> Account:
    """Reopen an account, with its password or awaiting a new invitation.

    Raises:
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        require_confirmed(actor)
        reopen_account(work, account, actor.id if actor else None)
        _record("account.enable", actor, account)
    return account


def reopen_account(work: Work, account: Account, by_id: UUID | None) -> None:
    """Within an operation: reopen a locked account. The caller writes the audit log."""
    account.state = AccountState.ACTIVE if account.password_hash else AccountState.INVITED
    letters.post_notice(work, account, letters.OPENED)
    work.publish(AccountConcerned(account.person_id, "account_opened", "/me/sign-ins", by_id))


def _row(
    new: NewAccount, agency: Agency, email: str | None, staff_number: str | None
) -> AccountRow:
    return AccountRow(
        id=uuid7(),
        person_id=new.person.id,
        home_agency_id=agency.id,
        email=email,
        staff_number=staff_number,
        password_hash=new.password_hash,
        state=AccountState.ACTIVE if new.password_hash else AccountState.INVITED,
        locale=new.locale,
    )


def _invite(actor: Person | None, account: Account) -> str | None:
    """Within an operation: send the link by e-mail, or return it if there is no mailbox."""
    _record("account.invite", actor, account)
    if not account.email:
        return site_address(letters.INVITATION + new_link(LinkPurpose.INVITATION, account.id))
    with unit_of_work() as work:
        enqueue_link(work, account, LinkPurpose.INVITATION)
    return None


def _record(act: str, actor: Person | None, account: Account) -> None:
    _record_in(account.home_agency, act, actor, ("account", account.id))


def _record_in(
    agency: Agency, act: str, actor: Person | None, subject: tuple[str, UUID | None]
) -> None:
    record(act, agency_id=agency.id, actor_id=actor.id if actor else None, subject=subject)
