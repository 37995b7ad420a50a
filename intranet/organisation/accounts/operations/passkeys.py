"""Add, use and remove passkeys; do without a password where the agency allows that."""

import logging
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import letters, passkeys, queries, sign_in_throttle
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, LinkPurpose, Passkey, RecoveryCode
from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.accounts.operations.links import withdraw_links
from intranet.organisation.accounts.operations.second_factor_holds import hold_posts_of
from intranet.organisation.accounts.operations.second_factors import (
    new_recovery_codes,
    remove_recovery_codes,
)
from intranet.organisation.accounts.operations.signing_in import note_refusal
from intranet.organisation.accounts.passkeys import (
    PasskeyAnswer,
    PasskeyPurpose,
    PasskeyRefused,
    PasskeySite,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

MAX_PASSKEYS = 10
NAME_LIMIT = 80


def add_passkey(account: Account, answer_text: str, name: str, site: PasskeySite) -> list[str]:
    """Add a passkey that the person has just made; return recovery codes if there were none.

    Raises:
        ConfirmationNeeded: the person has not confirmed lately.
        Invalid: the answer of the browser proves nothing, or the name is missing.
        Conflict: there are ten already, or this one is known.
    """
    require_confirmed(account.person)
    name = required_line(name, "name", NAME_LIMIT)
    try:
        answer = passkeys.read_answer(answer_text, PasskeyPurpose.ADD, account.id)
        made = passkeys.verify_new(answer, site)
    except PasskeyRefused as error:
        raise Invalid({"passkey": _l("This passkey could not be checked. Try again.")}) from error
    with unit_of_work() as work:
        work.lock(account)
        if not _is_first(answer):
            raise Invalid({"passkey": _l("This passkey could not be checked. Try again.")})
        known = queries.passkeys_of(account.id)
        if len(known) >= MAX_PASSKEYS:
            raise Conflict(_l("You have ten passkeys. Remove one that you no longer use first."))
        if _passkey(made.credential_id):
            raise Conflict(_l("This passkey has been added already."))
        work.add(
            Passkey(
                account=account,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                is_synchronised=made.is_synchronised,
                name=name,
            )
        )
        account.has_passkey = True
        codes = [] if _has_recovery_codes(account) else new_recovery_codes(account)
        tell_of_passkeys(work, account, letters.PASSKEY_ADDED)
    log.info("passkey added account=%s", account.id)
    return codes


def remove_passkey(account: Account, passkey_id: UUID) -> None:
    """Remove a passkey, as its owner asks.

    Raises:
        ConfirmationNeeded: the person has not confirmed lately.
        NotFound: it is not of this account.
        Conflict: it is the only way in.
    """
    require_confirmed(account.person)
    with unit_of_work() as work:
        work.lock(account)
        known = queries.passkeys_of(account.id)
        found = next((passkey for passkey in known if passkey.id == passkey_id), None)
        if found is None:
            raise NotFound
        if len(known) == 1 and account.password_hash is None:
            raise Conflict(_l("This passkey is your only way in. Set a password first."))
        work.delete(found)
        account.has_passkey = len(known) > 1
        if not account.has_second_factor:
            remove_recovery_codes(account)
        tell_of_passkeys(work, account, letters.PASSKEY_REMOVED)
    log.info("passkey removed account=%s", account.id)


def remove_password(account: Account) -> None:
    """Remove the password, so that only a passkey lets the person in.

    A new password can be set by the link in their mailbox and then a passkey or recovery code.

    Raises:
        ConfirmationNeeded: the person has not confirmed lately.
        Conflict: the agency does not allow it, or there is no passkey or no password.
    """
    require_confirmed(account.person)
    with unit_of_work() as work:
        work.lock(account)
        if not account.home_agency.passkeys_alone:
            raise Conflict(_l("Your agency requires a password."))
        if not account.has_passkey or account.password_hash is None:
            raise Conflict(_l("Add a passkey first."))
        account.password_hash = None
        withdraw_links(account.id, LinkPurpose.PASSWORD, LinkPurpose.SECOND_STEP)
        tell_of_passkeys(work, account, letters.PASSWORD_REMOVED)
    log.info("password removed account=%s", account.id)


def use_passkey(
    answer_text: str,
    purpose: PasskeyPurpose,
    site: PasskeySite,
    *,
    address: str,
    account: Account | None = None,
) -> Account | None:
    """Return the account whose passkey answered the challenge; None for every kind of failure.

    Args:
        address: where the request comes from.
        account: whose passkey it has to be; at sign-in the passkey itself says so.

    Raises:
        TooMany: there were too many wrong answers.
    """
    name = account.id.hex if account else passkeys.named_key(answer_text)
    device = account.id.hex if account else None
    tried = sign_in_throttle.attempt(f"passkey {name}", address, device)
    sign_in_throttle.begin(tried, known_device=account is not None)
    owner = _owner(answer_text, purpose, site, account)
    if owner is None:
        count = sign_in_throttle.fail(tried)
        note_refusal(account.id if account else None, "passkey", count)
        return None
    sign_in_throttle.succeed(tried)
    return owner


def _owner(
    answer_text: str, purpose: PasskeyPurpose, site: PasskeySite, account: Account | None
) -> Account | None:
    try:
        answer = passkeys.read_answer(answer_text, purpose, account.id if account else None)
        with unit_of_work() as work:
            passkey = _passkey(answer.credential_id)
            if passkey is None or (account and passkey.account_id != account.id):
                return None
            work.lock(passkey)
            passkey.sign_count = passkeys.verify_use(answer, site, passkey)
            if not _is_first(answer) or not _may_sign_in(passkey.account_id):
                return None
            passkey.last_used_at = clock.now()
            return passkey.account
    except PasskeyRefused:
        return None


def _passkey(credential_id: str) -> Passkey | None:
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _is_first(answer: PasskeyAnswer) -> bool:
    return one_uses.is_first("passkey", answer.challenge.hex(), answer.expires_at)


def _may_sign_in(account_id: UUID) -> bool:
    asked = select(Account.id).where(Account.id == account_id, queries.may_sign_in())
    return db.session.scalar(asked) is not None


def _has_recovery_codes(account: Account) -> bool:
    unused = select(RecoveryCode.id).where(
        RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused.limit(1)) is not None


def tell_of_passkeys(work: Work, account: Account, words: letters.Notice) -> None:
    """Within an operation: tell the account holder, and look anew at what needs a factor."""
    work.flush()
    hold_posts_of([account.person_id])
    letters.post_notice(work, account, words)
    work.publish(AccountConcerned(account.person_id, "account_ways", "/me/passkeys"))
