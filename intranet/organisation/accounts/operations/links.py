"""One-time links: the invitation, the forgotten password, the first agency.

A link's secret exists only in the e-mail or on the screen. The job that sends it creates it
(`link_letters`, and `invitation_letters` for invitations).
"""

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from intranet.extensions import db
from intranet.organisation.accounts import letters
from intranet.organisation.accounts.events import SecretsEnded, SignInsEnded
from intranet.organisation.accounts.models import (
    Account,
    AccountState,
    LinkPurpose,
    OneTimeLink,
    Token,
)
from intranet.organisation.accounts.operations.signing_in import end_sign_ins
from intranet.organisation.accounts.password_rules import check_password
from intranet.organisation.accounts.passwords import hash_password
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

# The letter (`accounts/letters.py:invitation`) and `cli/accounts.py` name the 14 days too.
LINK_LIFETIMES = {
    LinkPurpose.INVITATION: timedelta(days=14),
    LinkPurpose.PASSWORD: timedelta(hours=1),
    LinkPurpose.FIRST_AGENCY: timedelta(days=1),
    LinkPurpose.CHANGES: timedelta(days=9),
    LinkPurpose.CODE: timedelta(days=14),
}
SECURITY_DELAY = timedelta(days=1)
"""How long an approved change waits, unless the account holder agrees."""
PAPER_LINK_LIFETIME = timedelta(days=3)
SEND_LINK = "account_link"
RESET_ASKED = "reset_asked"


def request_reset(name: str) -> None:
    """Enqueue a link for a new password to the account with this name, if there is one.

    The job looks the name up, so that the response takes equally long for any name.
    """
    with unit_of_work() as work:
        enqueue(work, RESET_ASKED, {"name": name})


def enqueue_link(work: Work, account: Account, purpose: LinkPurpose) -> None:
    """Within an operation: enqueue a link to the account's address."""
    enqueue(work, SEND_LINK, {"account_id": str(account.id), "purpose": purpose.value})


def new_link(
    purpose: LinkPurpose, account_id: UUID | None, *, lifetime: timedelta | None = None
) -> str:
    """Create a link and return its secret; earlier links of its purpose are withdrawn.

    Those about sensitive changes stay: each mail about one can refuse it.
    """
    secret = new_secret()
    with unit_of_work() as work:
        if purpose != LinkPurpose.CHANGES:
            withdraw_links(account_id, purpose)
        work.add(
            OneTimeLink(
                purpose=purpose,
                account_id=account_id,
                token_hash=hash_of(secret),
                expires_at=clock.now() + (lifetime or LINK_LIFETIMES[purpose]),
            )
        )
    return secret


def withdraw_links(account_id: UUID | None, *purposes: LinkPurpose) -> None:
    """Within an operation: withdraw links that have not been followed yet."""
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.account_id == account_id
            if account_id
            else OneTimeLink.account_id.is_(None),
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )


def open_link(purpose: LinkPurpose, secret: str) -> OneTimeLink:
    """Return the link with this secret, if it is valid.

    Raises:
        NotFound: there is none, it was used or withdrawn, or it has expired.
    """
    link = db.session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == hash_of(secret),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        )
    )
    if link is None:
        raise NotFound
    is_closed = link.account is not None and link.account.state == AccountState.DISABLED
    if is_closed and purpose != LinkPurpose.CHANGES:  # a locked-out account holder may still refuse
        raise NotFound
    return link


def use_link(work: Work, link: OneTimeLink) -> None:
    """Within an operation: mark a link as used.

    Raises:
        NotFound: it was used in the meantime, or has expired.
    """
    work.lock(link)
    if link.used_at or link.expires_at <= clock.now():
        raise NotFound
    link.used_at = clock.now()


def accept_invitation(secret: str, password: str) -> Account:
    """Set the first password through an invitation, which activates the account.

    Raises:
        NotFound: the link is no longer valid.
        Invalid: the password is easy to guess.
    """
    return _set_password(LinkPurpose.INVITATION, secret, password)


def reset_password(secret: str, password: str) -> Account:
    """Set a new password through a link; all sign-ins and tokens end.

    Raises:
        NotFound: the link is no longer valid.
        Invalid: the password is easy to guess.
    """
    return _set_password(LinkPurpose.PASSWORD, secret, password)


def _set_password(purpose: LinkPurpose, secret: str, password: str) -> Account:
    account = open_link(purpose, secret).account
    if account is None:
        raise NotFound
    check_password(password, about=guessable_words(account))
    hashed = hash_password(password)
    with unit_of_work() as work:
        use_link(work, open_link(purpose, secret))
        work.lock(account)
        if account.state == AccountState.DISABLED:
            raise NotFound
        account.password_hash = hashed
        account.state = AccountState.ACTIVE
        end_access(work, account)
        if purpose == LinkPurpose.PASSWORD:
            letters.post_notice(work, account, letters.PASSWORD_CHANGED)
    log.info("password set by link account=%s purpose=%s", account.id, purpose.value)
    return account


def end_access(work: Work, account: Account) -> None:
    """Within an operation: end every sign-in, token, link and secret address of an account."""
    end_sign_ins(work, account.id)
    withdraw_links(account.id, *(set(LinkPurpose) - {LinkPurpose.CHANGES}))
    end_tokens(work, account)


def end_tokens(work: Work, account: Account) -> None:
    """Within an operation: revoke all tokens and secret addresses of an account."""
    alive = select(Token.id).where(Token.account_id == account.id, Token.revoked_at.is_(None))
    if ids := tuple(db.session.scalars(alive)):
        db.session.execute(update(Token).where(Token.id.in_(ids)).values(revoked_at=clock.now()))
        work.publish(SignInsEnded(ids))
    work.publish(SecretsEnded(account.person_id))


def guessable_words(account: Account) -> tuple[str, ...]:
    """Return what others know about a person and would try first as a password."""
    email, _, domain = (account.email or "").partition("@")
    given = (account.person.name, email, domain, account.staff_number or "")
    return tuple(text for text in (*given, account.home_agency.handle) if text)
