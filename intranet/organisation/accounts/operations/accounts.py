"""Create, invite, close and reopen accounts, as the administrators of an agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intranet.organisation.accounts import letters
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import (
    Account,
    AccountState,
    LinkPurpose,
    SensitiveChange,
)
from intranet.organisation.accounts.operations import invitation_letters
from intranet.organisation.accounts.operations.invitation_codes import note_printed
from intranet.organisation.accounts.operations.last_administrators import (
    require_right_over,
    require_successors,
)
from intranet.organisation.accounts.operations.links import (
    PAPER_LINK_LIFETIME,
    end_access,
    end_tokens,
    enqueue_link,
    new_link,
    withdraw_links,
)
from intranet.organisation.accounts.operations.sensitive_changes import ask_for, take
from intranet.organisation.accounts.operations.sign_in_names import (
    account_of_email,
    check_unused,
    sign_in_names,
)
from intranet.organisation.accounts.operations.storing import AccountRow, store_accounts
from intranet.organisation.accounts.outside import outside_ways
from intranet.organisation.accounts.sensitive_kinds import Lacks, SensitiveKind, register
from intranet.organisation.agencies.access import require_administrator, require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.home_agencies import strangers_among
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.people import create_person
from intranet.platform.audit.operations import record
from intranet.platform.core.database import rows_of
from intranet.platform.core.errors import Conflict
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.platform.core.web import site_address

PASSWORD_LINK: Final = "password_link"  # noqa: S105 - a kind, not a secret


@dataclass(frozen=True)
class Invited:
    """A person who was invited. `address` is the link to hand over if they have no mailbox."""

    person: Person
    address: str | None


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
        require_right(actor, Act.PEOPLE, agency.id)
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
        require_right(actor, Act.PEOPLE, agency.id)
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
        require_right_over(actor, account)
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
        require_right_over(actor, account)
        withdraw_links(account.id, LinkPurpose.INVITATION, LinkPurpose.CODE)
        invitation_letters.withdraw(account.id)
        _record("account.withdraw_invitation", actor, account)


def send_password_link(actor: Person | None, account: Account) -> SensitiveChange | None:
    """Help a person who forgot the password: send the link by e-mail, as they could themselves.

    Administrators never learn a password, nor the link if there is a mailbox. Without one, a link
    to hand over is a sensitive change, which is returned: `take_password_link` makes it.

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
        if not account.email:
            return ask_for(PASSWORD_LINK, account, {}, actor)
        require_confirmed(actor)
        _record("account.send_password_link", actor, account)
        enqueue_link(work, account, LinkPurpose.PASSWORD)
        by = actor.id if actor else None
        work.publish(AccountConcerned(account.person_id, "account_link", "/me/sign-ins", by))
    return None


def take_password_link(actor: Person | None, change: SensitiveChange) -> Invited:
    """Return a link to hand over, once its change is approved and its day is over.

    Raises:
        NotFound: it waits no longer.
        Forbidden: the actor does not administer the account's agency.
        Conflict: it is not approved, or its day is not over.
    """
    with unit_of_work():
        account = take(actor, change).account
        secret = new_link(LinkPurpose.PASSWORD, account.id, lifetime=PAPER_LINK_LIFETIME)
    return Invited(account.person, site_address(letters.RESET + secret))


register(
    PASSWORD_LINK,
    SensitiveKind(
        title=_l("A link to set a new password"),
        why="account_link",
        apply=lambda _work, change: change.account.state == AccountState.ACTIVE,
        lacks=Lacks.PASSWORD,
        is_taken=True,
    ),
)


def disable_account(actor: Person | None, account: Account) -> Account:
    """Close an account: all its sign-ins, tokens and links end at once.

    Raises:
        Forbidden: the actor does not administer the account's agency, or it is their own.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_right_over(actor, account)
        if actor and actor.id == account.person_id:
            raise Conflict(_l("You cannot close your own account. Ask another administrator."))
        require_confirmed(actor)
        require_successors(work, account.person_id)
        close_account(work, account)
        _record("account.disable", actor, account)
    return account


def end_tokens_of(actor: Person | None, account: Account) -> None:
    """End all tokens of an account, as an administrator who sees that they exist.

    Raises:
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        require_confirmed(actor)
        end_tokens(work, account)
        _record("account.end_tokens", actor, account)
        letters.post_notice(work, account, letters.TOKENS_ENDED)
        by = actor.id if actor else None
        work.publish(AccountConcerned(account.person_id, "account_tokens_ended", "/me/tokens", by))


def close_account(work: Work, account: Account) -> None:
    """Within an operation: close a locked account. The caller writes the audit log."""
    account.state = AccountState.DISABLED
    end_access(work, account)
    invitation_letters.withdraw(account.id)
    letters.post_notice(work, account, letters.CLOSED)


def enable_account(actor: Person | None, account: Account) -> Account:
    """Reopen an account, with its password or awaiting a new invitation.

    Raises:
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_right_over(actor, account)
        require_confirmed(actor)
        reopen_account(work, account, actor.id if actor else None)
        _record("account.enable", actor, account)
    return account


def reopen_account(work: Work, account: Account, by_id: UUID | None) -> None:
    """Within an operation: reopen a locked account. The caller writes the audit log."""
    has_own = account.password_hash is not None or account.has_passkey
    is_in_use = has_own or outside_ways().has_entered(account)  # then a new address waits
    account.state = AccountState.ACTIVE if is_in_use else AccountState.INVITED
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
    with unit_of_work() as work:
        if account.email:
            invitation_letters.invite_now(work, account)
            return None
        note_printed([account.id], account.home_agency_id)
        return site_address(letters.INVITATION + new_link(LinkPurpose.INVITATION, account.id))


def _record(act: str, actor: Person | None, account: Account) -> None:
    _record_in(account.home_agency, act, actor, ("account", account.id))


def _record_in(
    agency: Agency, act: str, actor: Person | None, subject: tuple[str, UUID | None]
) -> None:
    record(act, agency_id=agency.id, actor_id=actor.id if actor else None, subject=subject)
