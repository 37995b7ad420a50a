"""Sign-in names, and the delayed change of an e-mail address by an administrator.

A mailbox is a key: anyone who reads it can set a new password. So a new address takes effect
after a day, or once the account holder agrees: by a link in the old mailbox, or on a signed-in
device. Until then all mail goes to the old address.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.organisation.accounts import letters
from intranet.organisation.accounts.events import AccountConcerned, MailboxChanged
from intranet.organisation.accounts.models import Account, AccountState, AddressChange, LinkPurpose
from intranet.organisation.accounts.operations.links import (
    SECURITY_DELAY,
    enqueue_link,
    open_link,
    use_link,
    withdraw_links,
)
from intranet.organisation.accounts.queries import (
    address_change_of,
    plain_email,
    plain_staff_number,
)
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9-]+\.)+[a-z0-9-]{2,}")
EMAIL_LIMIT = 254
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,39}")
BATCH_SIZE = 100


def change_sign_in_names(
    actor: Person | None, account: Account, *, email: str | None, staff_number: str | None
) -> Account:
    """Change an account's e-mail and staff number, as its agency's administrator.

    A new address of an account with a password waits; a change by the operator applies at once.

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
        _forget_change(account)
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

    Both are free. A new address of an account in use waits, as an administrator's does: whoever
    writes it into the directory could otherwise have a new password sent there.

    Args:
        by_id: the administrator who lets the directory do this.
    """
    if staff_number and account.staff_number != staff_number:
        account.staff_number = staff_number
        letters.post_notice(work, account, letters.NUMBER_CHANGED)
        work.publish(AccountConcerned(account.person_id, "account_number", "/me/sign-ins", by_id))
    if not email or account.email == email:
        return
    _forget_change(account)
    if account.state == AccountState.ACTIVE:
        _let_wait(work, account, email, by_id)
    else:
        before = account.email
        _set_email(work, account, email)
        letters.post_address_changed(work, account, before)


def agree_to_address(account: Account) -> None:
    """Apply the new address now, as the account holder asks on a signed-in device.

    Raises:
        NotFound: no change is waiting.
    """
    with unit_of_work() as work:
        work.lock(account)
        _hold(work, _change_of(account), account.person_id)


def refuse_address(account: Account) -> None:
    """Drop the new address, as the account holder asks on a signed-in device.

    Raises:
        NotFound: no change is waiting.
    """
    with unit_of_work() as work:
        work.lock(account)
        _refuse(_change_of(account))


def answer_by_link(secret: str, *, agrees: bool) -> None:
    """Agree to the new address or refuse it, by the link in the old mailbox.

    Raises:
        NotFound: the link is no longer valid.
    """
    with unit_of_work() as work:
        link = open_link(LinkPurpose.ADDRESS, secret)
        if link.account is None:
            raise NotFound
        work.lock(link.account)
        use_link(work, link)
        change = _change_of(link.account)
        if agrees:
            _hold(work, change, link.account.person_id)
        else:
            _refuse(change)


def apply_due_addresses() -> None:
    """Apply the addresses whose waiting time is over, each in a transaction of its own."""
    due = select(AddressChange.account_id).where(AddressChange.holds_at <= clock.now())
    for account_id in db.session.scalars(due.limit(BATCH_SIZE)).all():
        with unit_of_work() as work:
            account = db.session.get_one(Account, account_id)
            work.lock(account)
            change = address_change_of(account_id)
            if change and change.holds_at <= clock.now():
                _hold(work, change, change.asked_by_id)


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
    if actor is None or account.password_hash is None:
        before = account.email
        _set_email(work, account, email)
        _record("account.rename", actor.id if actor else None, account)
        letters.post_address_changed(work, account, before)
        return
    _let_wait(work, account, email, actor.id)


def _let_wait(work: Work, account: Account, email: str | None, by_id: UUID) -> None:
    change = AddressChange(
        account_id=account.id,
        account=account,
        email=email,
        asked_by_id=by_id,
        holds_at=clock.now() + SECURITY_DELAY,
    )
    work.add(change)
    _record("account.ask_address", by_id, account)
    enqueue_link(work, account, LinkPurpose.ADDRESS)
    letters.post_address_to_be(work, account, change)
    work.publish(AccountConcerned(account.person_id, "account_address", "/me/waiting", by_id))


def _set_email(work: Work, account: Account, email: str | None) -> None:
    work.publish(MailboxChanged(account.person_id))
    account.email = email
    # A link that went to the earlier mailbox must not open the account any more.
    withdraw_links(account.id, LinkPurpose.INVITATION, LinkPurpose.PASSWORD, LinkPurpose.ADDRESS)
    work.add(account)


def _hold(work: Work, change: AddressChange, by_id: UUID) -> None:
    """Apply a new address; drop it if it is taken, or if the account would have no sign-in name."""
    account, email, before = change.account, change.email, change.account.email
    work.delete(change)
    work.flush()
    others = select(Account.id).where(Account.id != account.id).limit(1)
    if not (email or account.staff_number) or (
        email and _is_one_taken(others, Account.email, [email])
    ):
        _record("account.drop_address", by_id, account)
        return
    _set_email(work, account, email)
    _record("account.rename", by_id, account)
    letters.post_address_changed(work, account, before)
    work.publish(AccountConcerned(account.person_id, "account_address_holds", "/me/sign-ins"))


def _refuse(change: AddressChange) -> None:
    account = change.account
    _forget_change(account)
    _record("account.refuse_address", account.person_id, account)


def _change_of(account: Account) -> AddressChange:
    if (change := address_change_of(account.id)) is None:
        raise NotFound
    return change


def _forget_change(account: Account) -> None:
    if change := address_change_of(account.id):
        db.session.delete(change)
        db.session.flush()
    withdraw_links(account.id, LinkPurpose.ADDRESS)


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
