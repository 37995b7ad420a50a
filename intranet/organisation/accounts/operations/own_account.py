"""Operations of people on their own account: password, settings, tokens."""

import logging
from collections.abc import Container
from datetime import timedelta
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import func, select

from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.organisation.accounts import letters, sign_in_throttle
from intranet.organisation.accounts.events import AccountConcerned, SignInsEnded
from intranet.organisation.accounts.models import Account, LinkPurpose, Token
from intranet.organisation.accounts.operations.links import (
    end_tokens,
    guessable_words,
    withdraw_links,
)
from intranet.organisation.accounts.operations.signing_in import check_elsewhere, end_sign_ins
from intranet.organisation.accounts.password_rules import check_password
from intranet.organisation.accounts.passwords import hash_password, is_password
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

THEMES = ("system", "light", "dark")
SCOPES = ("read", "write", "admin")
TOKEN_PREFIX = "intranet_"  # noqa: S105 - the prefix by which a leaked token is recognised
MAX_TOKENS = 20
TOKEN_DAYS = (30, 90, 365)


def change_password(
    account: Account, old: str, new: str, *, but: UUID | None, address: str
) -> None:
    """Change the password; sign out other devices, and end tokens and secret addresses.

    Args:
        old: the current password, so that an open screen is not enough; nothing if there is none,
            and then the person must have confirmed lately.
        but: the sign-in of this request, which stays.

    Raises:
        Invalid: the current password is wrong, or the new one is easy to guess.
        TooMany: there were too many wrong passwords.
    """
    if account.password_hash is None:
        require_confirmed(account.person)
    else:
        confirm_password(account, old, address=address, field="old_password")
    check_password(new, about=guessable_words(account), field="new_password")
    hashed = hash_password(new)
    with unit_of_work() as work:
        work.lock(account)
        account.password_hash = hashed
        end_sign_ins(work, account.id, but=but)
        withdraw_links(account.id, LinkPurpose.PASSWORD, LinkPurpose.SECOND_STEP)
        end_tokens(work, account)
        letters.post_notice(work, account, letters.PASSWORD_CHANGED)
    log.info("password changed account=%s", account.id)


def confirm_password(
    account: Account, password: str, *, address: str, field: str = "password"
) -> None:
    """Check the password again before a sensitive operation.

    Raises:
        Invalid: it is wrong.
        TooMany: there were too many wrong passwords.
    """
    stored = account.password_hash
    tried = sign_in_throttle.attempt(f"confirm {account.id}", address, account.id.hex)
    sign_in_throttle.begin(tried, known_device=True)
    name = account.email or f"{account.staff_number}@{account.home_agency.handle}"
    fits = is_password(stored, password)
    if not fits and check_elsewhere(name, account.id, password) != account.id:
        sign_in_throttle.fail(tried)
        raise Invalid({field: _l("The password is not correct.")})
    sign_in_throttle.succeed(tried)


def change_settings(
    account: Account,
    *,
    locale: str,
    time_zone: str,
    theme: str,
    enter_sends: bool,
    single_keys: bool,
) -> None:
    """Change language, time zone, theme and keyboard shortcuts.

    Raises:
        Invalid: a value is not supported.
    """
    _check_one_of("language", locale, LANGUAGES)
    _check_one_of("time_zone", time_zone, available_timezones())
    _check_one_of("theme", theme, THEMES)
    with unit_of_work() as work:
        work.lock(account)
        account.locale, account.time_zone, account.theme = locale, time_zone, theme
        account.enter_sends, account.single_keys = enter_sends, single_keys


def set_language(account: Account, locale: str) -> None:
    """Change the language.

    Raises:
        Invalid: the language is not supported.
    """
    _check_one_of("language", locale, LANGUAGES)
    with unit_of_work() as work:
        work.lock(account)
        account.locale = locale


def create_token(account: Account, name: str, *, scopes: list[str], days: int) -> tuple[Token, str]:
    """Create a personal token for a program; its secret is shown once, now.

    Args:
        scopes: some of `read`, `write`, `admin`.
        days: its lifetime: 30, 90 or 365.

    Raises:
        Invalid: the name is empty, or a scope or the lifetime is not supported.
        Conflict: there are 20 already.
    """
    if not scopes:
        raise Invalid({"scopes": _l("Choose what the token allows.")})
    for scope in scopes:
        _check_one_of("scopes", scope, SCOPES)
    _check_one_of("days", days, TOKEN_DAYS)
    secret = TOKEN_PREFIX + new_secret()
    now = clock.now()
    with unit_of_work() as work:
        work.lock(account)
        require_confirmed(account)
        alive = select(func.count(Token.id)).where(
            Token.account_id == account.id, Token.revoked_at.is_(None), Token.expires_at > now
        )
        if (db.session.scalar(alive) or 0) >= MAX_TOKENS:
            raise Conflict(_l("You have reached the maximum number of tokens. Revoke one first."))
        token = Token(
            account_id=account.id,
            account=account,
            name=name,
            token_hash=hash_of(secret),
            scopes=[scope for scope in SCOPES if scope in scopes],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        work.add(token)
        letters.post_token_made(work, account, name)
        work.publish(AccountConcerned(account.person_id, "account_token", "/me/tokens"))
    log.info("token made account=%s token=%s", account.id, token.id)
    return token, secret


def notify_of_secret_address(work: Work, person: Person, path: str) -> None:
    """Within an operation: tell a person that an address for programs to read their data was made.

    Args:
        path: the page on which the person can revoke it.

    Raises:
        ConfirmationNeeded: the person has not confirmed their password lately.
    """
    require_confirmed(person)
    account = db.session.scalars(select(Account).where(Account.person_id == person.id)).one()
    letters.post_secret_address_made(work, account, path)
    work.publish(AccountConcerned(person.id, "account_secret", path))
    log.info("secret address made account=%s path=%s", account.id, path)


def revoke_token(account: Account, token_id: UUID) -> None:
    """Revoke a token.

    Raises:
        NotFound: it does not belong to this account.
    """
    with unit_of_work() as work:
        token = db.session.scalar(
            select(Token).where(
                Token.id == token_id,
                Token.account_id == account.id,
                Token.revoked_at.is_(None),
            )
        )
        if token is None:
            raise NotFound
        token.revoked_at = clock.now()
        work.add(token)
        work.publish(SignInsEnded((token.id,)))
    log.info("token revoked account=%s token=%s", account.id, token_id)


def _check_one_of(field: str, value: object, allowed: Container[object]) -> None:
    if value not in allowed:
        raise Invalid({field: _l("This value is not allowed here.")})
