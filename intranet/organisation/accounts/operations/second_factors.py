"""Set up, check and remove the second factor."""

import logging
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update

from intranet.extensions import db
from intranet.organisation.accounts import letters, second_factor, sign_in_throttle
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import (
    Account,
    LinkPurpose,
    OneTimeLink,
    Passkey,
    RecoveryCode,
    SensitiveChange,
)
from intranet.organisation.accounts.operations.links import end_access, end_tokens, open_link
from intranet.organisation.accounts.operations.second_factor_holds import hold_posts_of
from intranet.organisation.accounts.operations.sensitive_changes import ask_for
from intranet.organisation.accounts.operations.signing_in import end_sign_ins, note_refusal
from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.organisation.accounts.sensitive_kinds import Lacks, SensitiveKind, register
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

SECOND_FACTOR: Final = "second_factor"


def begin_second_factor(account: Account) -> str:
    """Return the seed of an unconfirmed second factor, the same one until it is confirmed.

    Raises:
        Conflict: there is one already.
    """
    with unit_of_work() as work:
        work.lock(account)
        if account.totp_confirmed_at:
            raise Conflict(_l("You already have a second factor."))
        if account.totp_secret is None:
            account.totp_secret = second_factor.new_seed()
        return account.totp_secret


def confirm_second_factor(account: Account, code: str) -> list[str]:
    """Enable the second factor after a first correct code; return recovery codes.

    Raises:
        Conflict: there is one already.
        Invalid: the code is not the one that the app shows.
    """
    with unit_of_work() as work:
        work.lock(account)
        if account.totp_confirmed_at or account.totp_secret is None:
            raise Conflict(_l("You already have a second factor."))
        step = second_factor.matching_step(account.totp_secret, code, account.totp_last_step)
        if step is None:
            raise Invalid({"code": _l("This code does not match the one shown in your app.")})
        account.totp_last_step = step
        account.totp_confirmed_at = clock.now()
        letters.post_notice(work, account, letters.SECOND_FACTOR_CHANGED)
        codes = new_recovery_codes(account)
        work.flush()
        hold_posts_of([account.person_id])
    log.info("second factor set up account=%s", account.id)
    return codes


def renew_recovery_codes(account: Account) -> list[str]:
    """Return ten new recovery codes; the previous ones become invalid.

    Raises:
        Conflict: there is no second factor.
    """
    with unit_of_work() as work:
        work.lock(account)
        if not account.has_second_factor:
            raise Conflict(_l("Set up a second factor first."))
        return new_recovery_codes(account)


def account_in_second_step(secret: str) -> Account | None:
    """Return the account whose password was checked lately and that may enter the code now."""
    try:
        return open_link(LinkPurpose.SECOND_STEP, secret).account
    except NotFound:
        return None


def check_code(account: Account, code: str, *, address: str) -> bool:
    """Use up the app's current code or a recovery code; return whether `code` was valid.

    Raises:
        TooMany: there were too many wrong ones.
    """
    tried = sign_in_throttle.attempt(f"code {account.id}", address, account.id.hex)
    sign_in_throttle.begin(tried, known_device=True)
    with unit_of_work() as work:
        work.lock(account)
        fits = _take_step(account, code) or _take_recovery_code(account, code)
    if not fits:
        note_refusal(account.id, "code", sign_in_throttle.fail(tried))
        log.info("code refused account=%s", account.id)
        return False
    sign_in_throttle.succeed(tried)
    return True


def remove_second_factor(account: Account, *, but: UUID | None) -> None:
    """Remove the app's codes, as their owner asks after giving the password; passkeys stay.

    All else that was signed in with it ends: other devices, tokens and secret addresses. If the
    agency requires one, the person has to set it up again before anything else.

    Args:
        but: the sign-in of this request, which stays.
    """
    with unit_of_work() as work:
        work.lock(account)
        _remove_app(account)
        if not account.has_passkey:
            remove_recovery_codes(account)
        end_sign_ins(work, account.id, but=but)
        end_tokens(work, account)
        letters.post_notice(work, account, letters.SECOND_FACTOR_CHANGED)
        work.flush()
        hold_posts_of([account.person_id])
    log.info("second factor removed account=%s", account.id)


def reset_second_factor(actor: Person | None, account: Account) -> SensitiveChange:
    """Ask to remove a person's lost second factor, as their agency's administrator.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        Conflict: it is their own.
    """
    if actor and actor.id == account.person_id:
        raise Conflict(_l("Remove your own second factor in your settings."))
    return ask_for(SECOND_FACTOR, account, {}, actor)


def _reset(work: Work, change: SensitiveChange) -> bool:
    account = change.account
    if not account.has_second_factor:
        return False
    _remove_app(account)
    remove_recovery_codes(account)
    db.session.execute(delete(Passkey).where(Passkey.account_id == account.id))
    account.has_passkey = False
    end_access(work, account)
    letters.post_notice(work, account, letters.SECOND_FACTOR_RESET)
    by = change.asked_by_id
    work.publish(AccountConcerned(account.person_id, "account_factor", "/me/second-factor", by))
    work.flush()
    hold_posts_of([account.person_id])
    return True


register(
    SECOND_FACTOR,
    SensitiveKind(
        title=_l("Removal of the second factor"),
        why="account_factor_asked",
        apply=_reset,
        lacks=Lacks.FACTOR,
    ),
)


def recovery_codes_left(account: Account) -> int:
    """Return the number of unused recovery codes."""
    unused = select(RecoveryCode.id).where(
        RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
    )
    return len(db.session.scalars(unused).all())


def new_recovery_codes(account: Account) -> list[str]:
    """Within an operation: replace an account's recovery codes by ten new ones; return them."""
    codes = second_factor.new_recovery_codes()
    remove_recovery_codes(account)
    for code in codes:
        plain = second_factor.plain_recovery_code(code)
        hashed = keyed_hash(plain, f"recovery code {account.id}")
        db.session.add(RecoveryCode(account_id=account.id, code_hash=hashed))
    return codes


def remove_recovery_codes(account: Account) -> None:
    """Within an operation: remove an account's recovery codes, with its last second factor."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _take_step(account: Account, code: str) -> bool:
    if account.totp_secret is None or account.totp_confirmed_at is None:
        return False
    step = second_factor.matching_step(account.totp_secret, code, account.totp_last_step)
    if step is None:
        return False
    account.totp_last_step = step
    return True


def _take_recovery_code(account: Account, code: str) -> bool:
    plain = second_factor.plain_recovery_code(code)
    row = db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == keyed_hash(plain, f"recovery code {account.id}"),
            RecoveryCode.used_at.is_(None),
        )
    )
    if row is None:
        return False
    row.used_at = clock.now()
    return True


def _remove_app(account: Account) -> None:
    account.totp_secret = account.totp_confirmed_at = None
    account.totp_last_step = 0
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.account_id == account.id,
            OneTimeLink.purpose == LinkPurpose.SECOND_STEP,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
