"""Sign-in names, and the change of an e-mail address by an administrator.

A mailbox is a key: anyone who reads it can set a new password. So a new address is a sensitive
change (`sensitive_changes`). Until it takes effect, all mail goes to the old address.
"""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.organisation.accounts import letters
from intranet.organisation.accounts.events import AccountConcerned, MailboxChanged
from intranet.organisation.accounts.models import (
    Account,
    AccountState,
    LinkPurpose,
    SensitiveChange,
)
from intranet.organisation.accounts.operations import invitation_letters
from intranet.organisation.accounts.operations.links import withdraw_links
from intranet.organisation.accounts.operations.sensitive_changes import ask_for, end_waiting
from intranet.organisation.accounts.operations.talks_cuts import cut_talks
from intranet.organisation.accounts.outside import outside_ways
from intranet.organisation.accounts.queries import (
    plain_email,
    plain_staff_number,
    waiting_changes,
)
from intranet.organisation.accounts.sensitive_kinds import SensitiveKind, register
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9-]+\.)+[a-z0-9-]{2,}")
EMAIL_LIMIT = 254
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,39}")
ADDRESS: Final = "address"


def change_sign_in_names(
    actor: Person | None, account: Account, *, email: str | None, staff_number: str | None
) -> Account:
    """Change an account's e-mail and staff number, as its agency's administrator.

    A new address of an account with a password is a sensitive change, which waits; one of an
    account that nobody uses yet applies at once.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        Invalid: neither name is given, or one is invalid or taken.
    """
    email, staff_number = sign_in_names(email, staff_number)
    with unit_of_work() as work:
        work.lock(account)
        require_administrator(actor, account.home_agency_id)
        require_confirmed(actor)
        check_unused(account.home_agency, [(email, staff_number)], but=account)
        end_waiting(account, ADDRESS)
        if account.staff_number != staff_number:
            account.staff_number = staff_number
            _record("account.rename", actor.id if actor else None, account)
            letters.post_notice(work, account, letters.NUMBER_CHANGED)
            by = actor.id if actor else None
            work.publish(AccountConcerned(account.person_id, "account_number", "/me/sign-ins", by))
        if account.email != email:
            _change_email(work, actor, account, email)
    return account


def follow_provider(
    work: Work, account: Account, *, email: str, staff_number: str, by_id: UUID
) -> None:
    """Within an operation: give an account the names that its agency's directory has; "" keeps one.

    Both are free. A new address of an account in use is a sensitive change, which no administrator
    approves: whoever writes it into the directory could otherwise have a new password sent there.

    Args:
        by_id: the administrator who set the directory up.
    """
    if staff_number and account.staff_number != staff_number:
        account.staff_number = staff_number
        letters.post_notice(work, account, letters.NUMBER_CHANGED)
        work.publish(AccountConcerned(account.person_id, "account_number", "/me/sign-ins", by_id))
    if not email or account.email == email:
        return
    if _is_in_use(account):
        if not _waits(account, email):
            ask_for(ADDRESS, account, {"email": email}, None, by_provider=True)
        return
    _give_email(work, account, email)


def _waits(account: Account, email: str) -> bool:
    """Return whether an address waits that a provider must not withdraw, or already this one."""
    return any(
        change.kind == ADDRESS and (not change.is_by_provider or change.detail["email"] == email)
        for change in waiting_changes(account.id)
    )


def sign_in_names(email: str | None, staff_number: str | None) -> tuple[str | None, str | None]:
    """Return both names in their stored form.

    Raises:
        Invalid: neither is given, or one is invalid.
    """
    email = plain_email(email or "") or None
    staff_number = plain_staff_number(staff_number or "") or None
    if not (email or staff_number):
        raise Invalid({"email": _l("Enter an e-mail address or a staff number.")})
    if email and (len(email) > EMAIL_LIMIT or not EMAIL.fullmatch(email)):
        raise Invalid({"email": _l("Enter an e-mail address such as ana@town.example.")})
    if staff_number and not NUMBER.fullmatch(staff_number):
        words = _l("A staff number can contain only letters, digits and the characters . / _ -")
        raise Invalid({"staff_number": words})
    return email, staff_number


def account_of_email(email: str) -> Account | None:
    """Return the account with an e-mail, of whichever agency."""
    return db.session.scalar(select(Account).where(Account.email == plain_email(email)))


def check_unused(
    agency: Agency,
    names: Sequence[tuple[str | None, str | None]],
    but: Account | None = None,
) -> None:
    """Refuse e-mails that any account has, and staff numbers that are taken in the agency.

    Raises:
        Invalid: one is taken.
    """
    emails = [email for email, _ in names if email]
    numbers = [number for _, number in names if number]
    others = select(Account.id).limit(1)
    if but:
        others = others.where(Account.id != but.id)
    if _is_one_taken(others, Account.email, emails):
        raise Invalid({"email": _l("This e-mail address cannot be used.")})
    here = others.where(Account.home_agency_id == agency.id)
    if _is_one_taken(here, Account.staff_number, numbers):
        raise Invalid({"staff_number": _l("This staff number is already in use in your agency.")})


def _change_email(work: Work, actor: Person | None, account: Account, email: str | None) -> None:
    if _is_in_use(account):
        ask_for(ADDRESS, account, {"email": email}, actor)
        return
    _record("account.rename", actor.id if actor else None, account)
    _give_email(work, account, email, by_operator=actor is None)


def _is_in_use(account: Account) -> bool:
    """Return whether somebody signs in to an account, or did, or may have before it was closed."""
    if account.state != AccountState.INVITED or account.password_hash is not None:
        return True
    return outside_ways().has_entered(account)


def _give_email(
    work: Work, account: Account, email: str | None, *, by_operator: bool = False
) -> None:
    before = account.email
    replace_unused_email(work, account, email, by_operator=by_operator)
    letters.post_address_changed(work, account, before)


def replace_unused_email(
    work: Work, account: Account, email: str | None, *, by_operator: bool = False
) -> None:
    """Within an operation: give another address to an account that was never used; tell nobody.

    Guests are mailed the messages written to them, so another mailbox may be another person's: to
    it their talks are closed. The operator only corrects a mailbox, and could read them anyway.
    """
    had_mailbox = account.email is not None
    _set_email(work, account, email)
    if had_mailbox and not by_operator:
        cut_talks(work, account, {})


def _set_email(work: Work, account: Account, email: str | None) -> None:
    work.publish(MailboxChanged(account.person_id))
    account.email = email
    # A link that went to the earlier mailbox must not open the account any more.
    withdraw_links(account.id, LinkPurpose.INVITATION, LinkPurpose.PASSWORD)
    invitation_letters.withdraw(account.id)
    work.add(account)


def _apply(work: Work, change: SensitiveChange) -> bool:
    """Set a new address, unless it is taken or the account would have no sign-in name."""
    account, email, before = change.account, change.detail["email"], change.account.email
    others = select(Account.id).where(Account.id != account.id).limit(1)
    if not (email or account.staff_number) or (
        email and _is_one_taken(others, Account.email, [email])
    ):
        return False
    _set_email(work, account, email)
    letters.post_address_changed(work, account, before)
    work.publish(AccountConcerned(account.person_id, "account_address_holds", "/me/sign-ins"))
    return True


register(
    ADDRESS,
    SensitiveKind(
        title=_l("New e-mail address"),
        why="account_address",
        apply=_apply,
        mailbox_agrees=True,
        shows="email",
    ),
)


def _is_one_taken(
    others: Select[UUID], column: InstrumentedAttribute[str | None], wanted: Sequence[str]
) -> bool:
    """Return whether a wanted name occurs twice, or another account has one of the names."""
    return len(set(wanted)) < len(wanted) or any(
        db.session.scalar(others.where(column.in_(some))) for some in in_parts(wanted)
    )


def _record(act: str, actor_id: UUID | None, account: Account) -> None:
    record(
        act, agency_id=account.home_agency_id, actor_id=actor_id, subject=("account", account.id)
    )
