"""Making, inviting, closing and opening accounts, as the administrators of an agency do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.accounts import letters
from intranet.accounts.events import MailboxChanged
from intranet.accounts.models import Account, AccountState, LinkPurpose
from intranet.accounts.operations.links import end_access, new_link, owe_link, withdraw_links
from intranet.accounts.queries import plain_email, plain_staff_number
from intranet.agencies.access import require_administrator
from intranet.agencies.models import Agency
from intranet.audit.operations import record
from intranet.core.errors import Conflict, Invalid
from intranet.core.i18n import _l
from intranet.core.unit_of_work import unit_of_work
from intranet.core.web import site_address
from intranet.extensions import db
from intranet.people.models import Person
from intranet.people.operations.people import create_person
from intranet.people.queries import in_parts

EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9-]+\.)+[a-z0-9-]{2,}")
EMAIL_LIMIT = 254
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,39}")


@dataclass(frozen=True)
class Invited:
    """Who was invited. `address` is the link to hand over, where no mailbox is known."""

    person: Person
    address: str | None


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account to be made; at least one of the names to sign in with is given."""

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
    """Give a person an account of an agency, under an e-mail, a staff number, or both.

    With a password's hash it is active at once; without, it waits for an invitation.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: neither name is given, or one cannot be or is taken.
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
    """Give many people accounts of an agency in one go, in the order given.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: neither name is given, or one cannot be or is taken.
    """
    names = [sign_in_names(new.email, new.staff_number) for new in accounts]
    with unit_of_work() as work:
        require_administrator(actor, agency.id)
        _check_unused(agency, names)
        made = [_made(new, agency, *both) for new, both in zip(accounts, names, strict=True)]
        work.add(*made)
        db.session.flush()
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
    """Invite somebody to an agency: a person, an account, and a link that sets its password.

    Whoever has an account under this e-mail already, at any agency, is that same person: they
    are told by mail, and the answer is the same as for somebody new.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the name, the e-mail or the staff number cannot be, or the number is taken.
    """
    email, staff_number = sign_in_names(email, staff_number)
    with unit_of_work() as work:
        require_administrator(actor, agency.id)
        if email and (known := account_of_email(email)):
            letters.post_added(work, known, agency)
            subject = ("person", known.person_id)
            _record_in(agency, "account.invite", actor, subject)
            return Invited(known.person, None)
        person = create_person(actor, agency, name)
        account = create_account(actor, person, agency, email=email, staff_number=staff_number)
        address = _invite(actor, account)
    return Invited(person, address)


def invite_again(actor: Person | None, account: Account) -> Invited:
    """Send a new invitation; the earlier link is withdrawn.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        Conflict: it has been accepted, or the account is closed.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        if account.state != AccountState.INVITED:
            raise Conflict(_l("This account waits for no invitation."))
        address = _invite(actor, account)
    return Invited(account.person, address)


def withdraw_invitation(actor: Person | None, account: Account) -> None:
    """Make the link of an invitation worth nothing.

    Raises:
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        withdraw_links(account.id, LinkPurpose.INVITATION)
        _record("account.withdraw_invitation", actor, account)


def send_password_link(actor: Person | None, account: Account) -> Invited:
    """Help somebody who forgot the password: mail the link, or give it to be handed over.

    An administrator learns no password and, where there is a mailbox, no link either.

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
            raise Conflict(_l("Nobody can sign in with this account yet."))
        _record("account.send_password_link", actor, account)
        if account.email:
            owe_link(work, account, LinkPurpose.PASSWORD)
            return Invited(account.person, None)
        address = site_address(letters.RESET + new_link(LinkPurpose.PASSWORD, account.id))
    return Invited(account.person, address)


def disable_account(actor: Person | None, account: Account) -> Account:
    """Close an account: every sign-in, token and link of it ends at once.

    Raises:
        Forbidden: the actor does not administer the account's agency, or it is their own.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        if actor and actor.id == account.person_id:
            raise Conflict(_l("You cannot close your own account. Ask another administrator."))
        account.state = AccountState.DISABLED
        work.add(account)
        end_access(work, account)
        _record("account.disable", actor, account)
    return account


def enable_account(actor: Person | None, account: Account) -> Account:
    """Open an account again: with its password, or waiting for a new invitation.

    Raises:
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        account.state = AccountState.ACTIVE if account.password_hash else AccountState.INVITED
        work.add(account)
        _record("account.enable", actor, account)
    return account


def change_sign_in_names(
    actor: Person | None, account: Account, *, email: str | None, staff_number: str | None
) -> Account:
    """Correct an account's e-mail and staff number, as its agency's administrator.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        Invalid: neither name is given, or one cannot be or is taken.
    """
    email, staff_number = sign_in_names(email, staff_number)
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        _check_unused(account.home_agency, [(email, staff_number)], but=account)
        if account.email != email:
            work.publish(MailboxChanged(account.person_id))
        account.email, account.staff_number = email, staff_number
        # A link that went to the earlier mailbox must not open the account any more.
        withdraw_links(account.id, LinkPurpose.INVITATION, LinkPurpose.PASSWORD)
        work.add(account)
        _record("account.rename", actor, account)
    return account


def sign_in_names(email: str | None, staff_number: str | None) -> tuple[str | None, str | None]:
    """Both names in their stored form.

    Raises:
        Invalid: neither is given, or one cannot be.
    """
    email = plain_email(email or "") or None
    staff_number = plain_staff_number(staff_number or "") or None
    if not (email or staff_number):
        raise Invalid({"email": _l("Give an e-mail address or a staff number.")})
    if email and (len(email) > EMAIL_LIMIT or not EMAIL.fullmatch(email)):
        raise Invalid(
            {"email": _l("This is not an e-mail address: it looks like ana@town.example.")}
        )
    if staff_number and not NUMBER.fullmatch(staff_number):
        words = _l("A staff number has letters, digits and the signs . / _ - only.")
        raise Invalid({"staff_number": words})
    return email, staff_number


def account_of_email(email: str) -> Account | None:
    """The account under an e-mail, of whichever agency."""
    return db.session.scalar(select(Account).where(Account.email == plain_email(email)))


def _made(new: NewAccount, agency: Agency, email: str | None, staff_number: str | None) -> Account:
    return Account(
        person_id=new.person.id,
        person=new.person,
        home_agency_id=agency.id,
        home_agency=agency,
        email=email,
        staff_number=staff_number,
        password_hash=new.password_hash,
        state=AccountState.ACTIVE if new.password_hash else AccountState.INVITED,
        locale=new.locale,
    )


def _invite(actor: Person | None, account: Account) -> str | None:
    """Within an operation: mail the link, or give it where there is no mailbox."""
    _record("account.invite", actor, account)
    if not account.email:
        return site_address(letters.INVITATION + new_link(LinkPurpose.INVITATION, account.id))
    with unit_of_work() as work:
        owe_link(work, account, LinkPurpose.INVITATION)
    return None


def _check_unused(
    agency: Agency,
    names: Sequence[tuple[str | None, str | None]],
    but: Account | None = None,
) -> None:
    """Refuse e-mails that anybody has, and staff numbers that somebody has in the agency."""
    emails = [email for email, _ in names if email]
    numbers = [number for _, number in names if number]
    others = select(Account.id).limit(1)
    if but:
        others = others.where(Account.id != but.id)
    if _is_one_taken(others, Account.email, emails):
        raise Invalid({"email": _l("This e-mail address cannot be used.")})
    here = others.where(Account.home_agency_id == agency.id)
    if _is_one_taken(here, Account.staff_number, numbers):
        raise Invalid({"staff_number": _l("This staff number is taken in your agency.")})


def _is_one_taken(
    others: Select[UUID], column: InstrumentedAttribute[str | None], wanted: Sequence[str]
) -> bool:
    """Whether a name is wanted twice, or one of the others has it."""
    return len(set(wanted)) < len(wanted) or any(
        db.session.scalar(others.where(column.in_(some))) for some in in_parts(wanted)
    )


def _record(act: str, actor: Person | None, account: Account) -> None:
    _record_in(account.home_agency, act, actor, ("account", account.id))


def _record_in(agency: Agency, act: str, actor: Person | None, subject: tuple[str, UUID]) -> None:
    record(act, agency_id=agency.id, actor_id=actor.id if actor else None, subject=subject)
