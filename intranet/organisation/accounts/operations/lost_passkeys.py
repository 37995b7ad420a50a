"""Remove passkeys that somebody else has lost, as a sensitive change."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import delete

from intranet.extensions import db
from intranet.organisation.accounts import letters, queries
from intranet.organisation.accounts.models import (
    Account,
    LinkPurpose,
    Passkey,
    SensitiveChange,
)
from intranet.organisation.accounts.operations.links import end_access, enqueue_link
from intranet.organisation.accounts.operations.passkeys import tell_of_passkeys
from intranet.organisation.accounts.operations.second_factors import remove_recovery_codes
from intranet.organisation.accounts.operations.sensitive_changes import ask_for
from intranet.organisation.accounts.sensitive_kinds import Lacks, SensitiveKind, register
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work

PASSKEYS: Final = "passkeys"


def ask_to_remove(
    actor: Person | None, account: Account, passkey_ids: Collection[UUID]
) -> SensitiveChange:
    """Ask to remove a person's lost passkeys, as their agency's administrator.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        NotFound: none of them is a passkey of this account.
        Conflict: it is their own account.
    """
    if actor and actor.id == account.person_id:
        raise Conflict(_l("Remove your own passkeys in your settings."))
    lost = [each for each in queries.passkeys_of(account.id) if each.id in passkey_ids]
    if not lost:
        raise NotFound
    detail = {
        "passkeys": [str(each.id) for each in lost],
        "names": ", ".join(each.name for each in lost),
    }
    return ask_for(PASSKEYS, account, detail, actor)


def _remove(work: Work, change: SensitiveChange) -> bool:
    """Remove them; with the last way in, the mailbox gets a link to set a password."""
    account = change.account
    lost = {UUID(each) for each in change.detail["passkeys"]}
    left = [each for each in queries.passkeys_of(account.id) if each.id not in lost]
    removed = db.session.execute(
        delete(Passkey)
        .where(Passkey.account_id == account.id, Passkey.id.in_(lost))
        .returning(Passkey.id)
    ).all()
    if not removed:
        return False
    account.has_passkey = bool(left)
    work.flush()
    if not account.has_second_factor:
        remove_recovery_codes(account)
    end_access(work, account)
    tell_of_passkeys(work, account, letters.PASSKEYS_LOST)
    if not left and account.password_hash is None and account.email:
        enqueue_link(work, account, LinkPurpose.PASSWORD)
    return True


register(
    PASSKEYS,
    SensitiveKind(
        title=_l("Removal of passkeys"),
        why="account_passkeys_asked",
        apply=_remove,
        lacks=Lacks.FACTOR,
        shows="names",
    ),
)
