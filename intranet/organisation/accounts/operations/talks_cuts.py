"""Close the earlier direct messages of an account that others changed, until its owner confirms.

The owner confirms with what they had before, or two administrators vouch for them: one asks, the
other one approves and hands over a printed code.
"""

import logging
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import letters, second_factor, sign_in_throttle
from intranet.organisation.accounts.events import (
    AccountConcerned,
    EarlierTalksClosed,
    EarlierTalksOpened,
)
from intranet.organisation.accounts.models import (
    Account,
    RecoveryCode,
    SensitiveChange,
    TalksCut,
)
from intranet.organisation.accounts.operations.last_administrators import has_any_role
from intranet.organisation.accounts.passwords import is_password
from intranet.organisation.accounts.random_secrets import keyed_hash
from intranet.organisation.accounts.sensitive_kinds import Lacks, SensitiveKind, register
from intranet.platform.audit.operations import record
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

TALKS: Final = "talks"
NOTHING_LEFT: Final = {"password": None}
_lookups: list[Callable[[UUID], bool]] = []


def proofs_of(account: Account) -> dict[str, Any]:
    """Return what only the owner of an account can give now, as hashes.

    With a second factor it is that, or a recovery code; without one it is the password.
    """
    if not account.has_second_factor:
        return {"password": account.password_hash}
    unused = select(RecoveryCode.code_hash).where(
        RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
    )
    return {
        "totp": account.totp_secret,
        "step": account.totp_last_step,
        "codes": list(db.session.scalars(unused)),
    }


def finds_talks(lookup: Callable[[UUID], bool]) -> Callable[[UUID], bool]:
    """Mark the function that tells whether a person is in any direct message."""
    _lookups.append(lookup)
    return lookup


def cut_talks(work: Work, account: Account, proofs: dict[str, Any]) -> None:
    """Within an operation: close the earlier direct messages of an account, if it has any.

    That of somebody with a role is to be confirmed even without any: until then it is no second
    pair of eyes (`approvers`). The first proofs stay: only those are its owner's, and there are
    none if the account was not in use.
    """
    has_talks = any(lookup(account.person_id) for lookup in _lookups)
    if not has_talks and not has_any_role(account.person):
        return
    if (cut := cut_of(account.id)) is None:
        work.add(TalksCut(account_id=account.id, proofs=proofs))
    elif proofs and not cut.proofs:
        cut.proofs = NOTHING_LEFT
    work.flush()
    work.publish(EarlierTalksClosed(account.person_id))
    letters.post_notice(work, account, letters.TALKS_CLOSED)
    work.publish(AccountConcerned(account.person_id, "account_talks_closed", "/me/waiting"))


def cut_of(account_id: UUID) -> TalksCut | None:
    """Return why the earlier direct messages of an account are closed, if they are."""
    return db.session.get(TalksCut, account_id)


def confirm_owner(account: Account, proof: str, *, address: str) -> None:
    """Open the earlier direct messages again, by the password, app or codes of before.

    Raises:
        Invalid: the proof is wrong.
        TooMany: there were too many wrong ones.
    """
    tried = sign_in_throttle.attempt(f"owner {account.id}", address, account.id.hex)
    sign_in_throttle.begin(tried, known_device=True)
    with unit_of_work() as work:
        work.lock(account)
        if (cut := cut_of(account.id)) is None:
            return
        fits = _fits(account, cut.proofs, proof)
        if fits:
            _open_talks(work, account, "owner")
    if not fits:
        sign_in_throttle.fail(tried)
        log.info("owner not confirmed account=%s", account.id)
        raise Invalid({"proof": _l("This is not what you signed in with before the change.")})
    sign_in_throttle.succeed(tried)


def _fits(account: Account, proofs: dict[str, Any], proof: str) -> bool:
    if stored := proofs.get("password"):
        return is_password(stored, proof)
    if not proofs.get("totp"):
        return False
    last_step = proofs["step"]
    if account.totp_secret == proofs["totp"]:
        last_step = max(last_step, account.totp_last_step)
    if second_factor.matching_step(proofs["totp"], proof, last_step):
        return True
    plain = second_factor.plain_recovery_code(proof)
    return keyed_hash(plain, f"recovery code {account.id}") in proofs["codes"]


def _open_talks(work: Work, account: Account, by: str) -> None:
    if cut := cut_of(account.id):
        work.delete(cut)
    record(
        "account.open_talks",
        agency_id=account.home_agency_id,
        actor_id=account.person_id,
        subject=("account", account.id),
        detail={"by": by},
    )
    work.publish(EarlierTalksOpened(account.person_id))
    work.publish(AccountConcerned(account.person_id, "account_talks_open", "/messages"))


def _apply(work: Work, change: SensitiveChange) -> bool:
    if cut_of(change.account_id) is None:
        return False
    _open_talks(work, change.account, "code")
    return True


register(
    TALKS,
    SensitiveKind(
        title=_l("Access to earlier direct messages"),
        why="account_talks",
        apply=_apply,
        lacks=Lacks.EVERYTHING,
        lets_in=False,
    ),
)
