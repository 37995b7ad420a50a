"""Find the account that an identity is tied to; the only ways to tie one.

A provider vouches for its own agency's people alone. The e-mail ties once: it must be verified by
the provider and of a domain that the agency has proven. The account of an administrator of
any agency is never tied by e-mail, because a provider that invents one would then administer it.

A provider is what administrators set. Where it speaks for somebody who was here before, without
anything that they had, their earlier direct messages close until they confirm.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, AccountState, LinkPurpose
from intranet.organisation.accounts.operations.links import withdraw_links
from intranet.organisation.accounts.operations.signing_in import end_sign_ins
from intranet.organisation.accounts.operations.talks_cuts import cut_talks, proofs_of
from intranet.organisation.accounts.queries import has_password, may_sign_in, plain_email
from intranet.organisation.identity import letters, queries
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProviderKind,
    ProviderSession,
    ProviderState,
)
from intranet.organisation.identity.operations import refused_arrivals
from intranet.organisation.people.queries import administrators_among
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound, Refusal
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

SUBJECT_LIMIT: Final = 255
BY_EMAIL: Final = "email"
BY_OTHERS: Final = "administrator"


class NotLetIn(Refusal):
    """A provider vouched for somebody who may not sign in here; the detail says why."""

    status = 403
    title = _l("You cannot sign in")


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Statements of a provider about a person, after everything about the answer was checked.

    `email` is None unless the provider says that it has verified it.
    """

    subject: str
    email: str | None = None
    name: str = ""
    session: str = ""


def identity_to_enter(provider: Provider, claims: Claims) -> ExternalIdentity:
    """Return the identity to sign in by, tied now if its e-mail allows that.

    Raises:
        NotLetIn: nobody is tied to it and its e-mail does not allow that, or its account is closed.
    """
    if provider.state != ProviderState.ON:
        raise NotLetIn(_l("This way to sign in is not in use."))
    if not 0 < len(claims.subject) <= SUBJECT_LIMIT:
        raise NotLetIn(_l("The provider did not say who you are."))
    try:
        return _enter(provider, claims)
    except NotLetIn:
        refused_arrivals.note(provider, claims.subject, claims.email or "", claims.name)
        raise


def _enter(provider: Provider, claims: Claims) -> ExternalIdentity:
    with unit_of_work() as work:
        found = known = queries.identity_of(provider.id, claims.subject)
        if found is None:
            account = _account_by_email(provider, claims)
            work.lock(account)
            found = tie(provider, account, claims.subject, by=BY_EMAIL)
        _take_note(work, provider, found, is_told=known is None)
        _activate(found.account)
        work.flush()
        if not _may_enter(found.account.id):
            raise NotLetIn(_l("Your account is closed. Ask an administrator of your agency."))
        found.last_used_at = clock.now()
    return found


def tie_own(account: Account, provider: Provider, claims: Claims) -> ExternalIdentity:
    """Tie an identity to the account that its holder is signed in with and has just confirmed.

    Raises:
        ConfirmationNeeded: they have not confirmed lately.
        NotFound: it is a provider of another agency, or is not in use.
        Conflict: the identity is another account's, or the account has another one.
    """
    if provider.agency_id != account.home_agency_id or provider.state != ProviderState.ON:
        raise NotFound
    require_confirmed(account.person)
    with unit_of_work() as work:
        work.lock(account)
        found = queries.identity_of(provider.id, claims.subject)
        if found and found.account_id == account.id:
            return found
        if found or queries.tied_to(provider.id, account.id):
            raise Conflict(_l("This account is already connected in another way."))
        return tie(provider, account, claims.subject, by="holder")


def untie(account: Account, identity: ExternalIdentity, *, but: UUID | None = None) -> None:
    """Untie an identity, as the account's holder asks; end the sign-ins that it is behind.

    Args:
        but: the sign-in of this request, which stays.

    Raises:
        ConfirmationNeeded: they have not confirmed lately.
        NotFound: it is another account's, or nobody signs in by it.
        Conflict: they could not sign in any more.
    """
    if identity.account_id != account.id or identity.provider.kind == ProviderKind.SCIM:
        raise NotFound
    require_confirmed(account.person)
    with unit_of_work() as work:
        work.lock(account)
        if not has_password(account) and len(queries.identities_of(account)) == 1:
            raise Conflict(_l("This is your only way to sign in."))
        remove_identity(work, identity, by="holder", but=but)


def remove_identity(
    work: Work, identity: ExternalIdentity, *, by: str, but: UUID | None = None
) -> None:
    """Within an operation: untie an identity, and end all sign-ins that it is behind `but` one."""
    account, provider = identity.account, identity.provider
    behind = select(ProviderSession.sign_in_id).where(ProviderSession.identity_id == identity.id)
    for sign_in_id in db.session.scalars(behind).all():
        if sign_in_id != but:
            end_sign_ins(work, account.id, only=sign_in_id)
    db.session.execute(delete(ProviderSession).where(ProviderSession.identity_id == identity.id))
    db.session.delete(identity)
    was_used = {"used": True} if identity.last_used_at else {}
    _note(work, account, provider, "account.untie", {"by": by, **was_used})
    work.flush()


def _account_by_email(provider: Provider, claims: Claims) -> Account:
    email = plain_email(claims.email or "")
    if not email or not queries.has_proven(provider.agency_id, email):
        raise NotLetIn(
            _l(
                "Your organisation knows you, but this site cannot tell who you are here. "
                "Ask an administrator of your agency."
            )
        )
    account = db.session.scalar(
        select(Account).where(Account.email == email, Account.home_agency_id == provider.agency_id)
    )
    if account is None:
        raise NotLetIn(
            _l("You have no account here yet. An administrator of your agency can bring you in.")
        )
    if administrators_among([account.person_id]):
        raise NotLetIn(
            _l(
                "You administer your agency: sign in with your password, then connect this way "
                "to sign in under “Connected ways”."
            )
        )
    if queries.tied_to(provider.id, account.id):
        raise NotLetIn(
            _l(
                "Your organisation's directory names another person for the account with this "
                "address. Ask an administrator of your agency."
            )
        )
    return account


def tie(provider: Provider, account: Account, subject: str, *, by: str) -> ExternalIdentity:
    """Within an operation that has checked it: tie an identity to an account, and tell of it."""
    refused_arrivals.forget(provider, subject)
    row = ExternalIdentity(provider=provider, account=account, subject=subject)
    if by != BY_EMAIL:  # what its first use would do was done when it was agreed to
        row.last_used_at = clock.now()
    with unit_of_work() as work:
        work.add(row)
        _note(work, account, provider, "account.tie", {"by": by})
    return row


def _note(
    work: Work, account: Account, provider: Provider, act: str, detail: dict[str, Any]
) -> None:
    """Write it in the log, and tell the account's holder by mail and on every device."""
    record(
        act,
        agency_id=account.home_agency_id,
        actor_id=None if detail["by"] == BY_OTHERS else account.person_id,
        subject=("account", account.id),
        detail={"way": provider.kind.value, **detail},
    )
    _tell(work, account, provider)


def _tell(work: Work, account: Account, provider: Provider) -> None:
    letters.post_ways_changed(work, account, provider.name)
    work.publish(AccountConcerned(account.person_id, "account_ways", "/me/ways"))


def _take_note(
    work: Work, provider: Provider, identity: ExternalIdentity, *, is_told: bool
) -> None:
    """Within an operation: protect somebody who was here before this identity was first used.

    Args:
        is_told: whether they have been told of it just now.
    """
    account, used_at = identity.account, identity.last_used_at
    if account.state != AccountState.ACTIVE:
        return
    if used_at is None and (provider.asks_second_factor or not account.has_second_factor):
        cut_talks(work, account, proofs_of(account))
    if used_at is None:
        is_new = not is_told  # a directory tied it, unseen
    else:
        is_new = provider.set_at is not None and used_at < provider.set_at
    if is_new:
        _tell(work, account, provider)


def _activate(account: Account) -> None:
    """Within an operation: a first sign-in by a provider accepts the invitation."""
    if account.state == AccountState.INVITED:
        account.state = AccountState.ACTIVE
        withdraw_links(account.id, LinkPurpose.INVITATION)
        db.session.add(account)


def _may_enter(account_id: UUID) -> bool:
    asked = select(Account.id).where(Account.id == account_id, may_sign_in())
    return db.session.scalar(asked) is not None
