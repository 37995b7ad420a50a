"""Tie another person's account to a provider, or untie it: sensitive changes.

For what the rule of e-mails (`tying`) refuses: an administrator's account, an address of another
domain, a person whom the provider names anew; and to end a tie that was wrong.
"""

from typing import Final
from uuid import UUID

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, LinkPurpose, SensitiveChange
from intranet.organisation.accounts.operations.links import enqueue_link
from intranet.organisation.accounts.operations.sensitive_changes import ask_for
from intranet.organisation.accounts.queries import has_password
from intranet.organisation.accounts.sensitive_kinds import SensitiveKind, register
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import (
    ExternalIdentity,
    Provider,
    ProviderState,
    RefusedArrival,
)
from intranet.organisation.identity.operations.tying import (
    BY_OTHERS,
    SUBJECT_LIMIT,
    remove_identity,
    tie,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text
from intranet.platform.core.unit_of_work import Work

TIE: Final = "tie"
UNTIE: Final = "untie"


def ask_to_tie(
    actor: Person | None, account: Account, provider: Provider, subject: str
) -> SensitiveChange:
    """Ask to tie an account to a provider's name for its holder, as an administrator.

    An earlier tie with this provider ends then.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        NotFound: it is a provider of another agency, or not in use.
        Invalid: there is no subject, or it is too long.
        Conflict: it is another account's, or the actor's own account.
    """
    _require_other(actor, account)
    if provider not in queries.providers_in_use(account.home_agency_id):
        raise NotFound
    subject = optional_text(subject, "subject", SUBJECT_LIMIT)
    if not subject:
        raise Invalid({"subject": _l("Choose a person, or enter the identifier of the provider.")})
    if queries.identity_of(provider.id, subject):
        raise Conflict(_l("The provider’s person is connected with an account already."))
    arrival = db.session.get(RefusedArrival, (provider.id, subject))
    called = (arrival.email or arrival.name) if arrival else ""
    whom = f"{called} ({subject})" if called not in {"", subject} else subject
    detail = {
        "provider": str(provider.id),
        "subject": subject,
        "shown": f"{provider.name}, {whom}",
    }
    return ask_for(TIE, account, detail, actor)


def ask_to_untie(
    actor: Person | None, account: Account, identity: ExternalIdentity
) -> SensitiveChange:
    """Ask to untie an account from a provider, as an administrator.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        NotFound: the identity is another account's.
        Conflict: it is the actor's own account.
    """
    _require_other(actor, account)
    if identity.account_id != account.id:
        raise NotFound
    detail = {"identity": str(identity.id), "shown": identity.provider.name}
    return ask_for(UNTIE, account, detail, actor)


def _require_other(actor: Person | None, account: Account) -> None:
    if actor and actor.id == account.person_id:
        raise Conflict(_l("Connect or separate your own account in your settings."))


def _tie(work: Work, change: SensitiveChange) -> bool:
    account = change.account
    provider = db.session.get(Provider, UUID(change.detail["provider"]))
    subject = change.detail["subject"]
    if provider is None or provider.state != ProviderState.ON:
        return False
    if queries.identity_of(provider.id, subject):
        return False
    if before := queries.tied_to(provider.id, account.id):
        remove_identity(work, before, by=BY_OTHERS)
    tie(provider, account, subject, by=BY_OTHERS)
    return True


def _untie(work: Work, change: SensitiveChange) -> bool:
    """Untie it; with the last way in, the mailbox gets a link to set a password."""
    account = change.account
    identity = db.session.get(ExternalIdentity, UUID(change.detail["identity"]))
    if identity is None or identity.account_id != account.id:
        return False
    remove_identity(work, identity, by=BY_OTHERS)
    has_way_in = has_password(account) or account.has_passkey or queries.identities_of(account)
    if not has_way_in and account.email:
        enqueue_link(work, account, LinkPurpose.PASSWORD)
    return True


register(
    TIE,
    SensitiveKind(
        title=_l("Connection with a way to sign in"),
        why="account_tie_asked",
        apply=_tie,
        shows="shown",
    ),
)
register(
    UNTIE,
    SensitiveKind(
        title=_l("Separation from a way to sign in"),
        why="account_untie_asked",
        apply=_untie,
        shows="shown",
        lets_in=False,
    ),
)
