"""Sign in and out: the password, then perhaps a code, then a row that the cookie refers to."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from intranet.extensions import db
from intranet.organisation.accounts import devices, queries, sign_in_throttle
from intranet.organisation.accounts.events import SignInBegan, SignInsEnded
from intranet.organisation.accounts.models import Account, LinkPurpose, OneTimeLink, SignIn
from intranet.organisation.accounts.operations import one_uses
from intranet.organisation.accounts.passwords import hash_password, is_outdated, is_password
from intranet.organisation.accounts.random_secrets import hash_of, keyed_hash, new_secret
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.errors import NotFound, Refusal
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import Work, unit_of_work

log = logging.getLogger("intranet.security")

LIFETIME = timedelta(days=7)
KEPT_LIFETIME = timedelta(days=90)
SECOND_STEP_LIFETIME = timedelta(minutes=10)
BATCH_SIZE = 1_000
MAX_SIGN_INS = 20
MAX_ENTRIES_PER_HOUR = 20
NOTED_REFUSALS = frozenset(5**power for power in range(12))
REFUSED = "sign_in.refused"
SECOND_STEP = "second_step"


Elsewhere = Callable[[str, UUID | None, str], UUID | None]
_elsewhere: list[Elsewhere] = []
BY_DIRECTORY = "ldap"


@dataclass(frozen=True)
class PasswordEntry:
    """An account whose password was right, and how it was checked, as in `SignIn.by`."""

    account: Account
    by: str | None = None


def checks_passwords(check: Elsewhere) -> Elsewhere:
    """Register a check of passwords that are kept elsewhere, in the directory of an agency.

    The function takes the typed name, the id of the account with this name if there is one, and
    the password. It returns the id of the account to let in, or None for every kind of failure.
    """
    _elsewhere[:] = [check]
    return check


def check_elsewhere(name: str, account_id: UUID | None, password: str) -> UUID | None:
    """Return the account of a name and a password that is kept elsewhere.

    Raises:
        Refusal: the password was not checked, or was right and does not let in.
    """
    found = (check(name, account_id, password) for check in _elsewhere)
    return next(filter(None, found), None)


def check_password_of(
    name: str, password: str, *, address: str, device: str | None
) -> PasswordEntry | None:
    """Return the account of a name and its password; None for every kind of failure.

    An unknown name, a wrong password, a closed account and one that has to sign in by its
    agency's provider are counted, compared and answered alike, and take equally long. The password
    is that of the account or, if that does not fit, the one of a directory.

    Args:
        name: an e-mail, or `NUMBER@handle`.
        address: where the request comes from.
        device: the cookie of devices that have signed in before.

    Raises:
        TooMany: there were too many wrong attempts.
        Refusal: the directory does not answer, or its person may not sign in.
    """
    account_id, stored, may_sign_in = queries.credentials(name)
    known = devices.known_device(device, account_id)
    tried = sign_in_throttle.attempt(name, address, known)
    sign_in_throttle.begin(tried, known_device=known is not None)
    if is_password(stored, password) and account_id and may_sign_in:
        return _entered(tried, account_id, stored, password)
    try:
        elsewhere_id = check_elsewhere(name, account_id, password)
    except Refusal:
        sign_in_throttle.take_back(tried)
        raise
    if elsewhere_id is None:
        note_refusal(account_id, "password", sign_in_throttle.fail(tried))
        whence = keyed_hash(address, "addresses in the log")[:12]
        log.info("sign-in refused account=%s from=%s", account_id, whence)
        return None
    sign_in_throttle.succeed(tried)
    return PasswordEntry(db.session.get_one(Account, elsewhere_id), BY_DIRECTORY)


def _entered(
    tried: sign_in_throttle.Attempt, account_id: UUID, stored: str | None, password: str
) -> PasswordEntry:
    sign_in_throttle.succeed(tried)
    if stored and is_outdated(stored):
        _renew_hash(account_id, password)
    return PasswordEntry(db.session.get_one(Account, account_id))


def begin_second_step(
    account: Account, *, by: str | None = None, behind: Mapping[str, str] | None = None
) -> str:
    """Store that the first step was right while the code is asked for; return the secret.

    Args:
        by: as of `sign_in`, which comes after the code.
        behind: likewise.
    """
    secret = new_secret()
    with unit_of_work() as work:
        one_uses.begin(SECOND_STEP, {"by": by, "behind": dict(behind or {})}, secret)
        work.add(
            OneTimeLink(
                purpose=LinkPurpose.SECOND_STEP,
                account_id=account.id,
                token_hash=hash_of(secret),
                expires_at=clock.now() + SECOND_STEP_LIFETIME,
            )
        )
    return secret


def end_second_step(secret: str) -> dict[str, Any]:
    """Invalidate the secret of the second step, since the code was right.

    Returns:
        `by` and `behind` for `sign_in`, if the first step had any.
    """
    with unit_of_work():
        db.session.execute(
            update(OneTimeLink)
            .where(OneTimeLink.token_hash == hash_of(secret))
            .values(used_at=clock.now())
        )
    return one_uses.take(SECOND_STEP, secret) or {}


def sign_in(
    account: Account,
    *,
    device: str,
    is_kept: bool,
    by: str | None = None,
    behind: Mapping[str, str] | None = None,
) -> tuple[SignIn, str]:
    """Sign a device in; return the row, and the secret for its cookie.

    Beyond 20 devices, the least recently used one is signed out.

    Args:
        device: the device's name, for the list of sign-ins.
        is_kept: whether it stays signed in when the browser is closed.
        by: how, as in `SignIn.by`; by default the password, and the code if the account has one.
        behind: what the package that vouches for the person keeps of it (`SignInBegan`).
    """
    secret = new_secret()
    now = clock.now()
    with unit_of_work() as work:
        work.lock(account)
        row = SignIn(
            account_id=account.id,
            account=account,
            token_hash=hash_of(secret),
            device=device,
            is_kept=is_kept,
            by=by or ("password_and_code" if account.has_second_factor else "password"),
            created_at=now,
            last_used_at=now,
            expires_at=now + (KEPT_LIFETIME if is_kept else LIFETIME),
        )
        _make_room(work, account, now)
        work.add(row)
        _note_sign_in(account, row, now)
        if behind:
            work.publish(SignInBegan(row.id, behind))
    log.info("signed in account=%s sign_in=%s", account.id, row.id)
    return row, secret


def end_sign_in(account: Account, sign_in_id: UUID) -> None:
    """Sign a device out at once, including its sockets.

    Raises:
        NotFound: it does not belong to this account, or has ended.
    """
    with unit_of_work() as work:
        if not end_sign_ins(work, account.id, only=sign_in_id):
            raise NotFound
    log.info("signed out account=%s sign_in=%s", account.id, sign_in_id)


def end_other_sign_ins(account: Account, but: UUID) -> int:
    """Sign all other devices out; return how many there were."""
    with unit_of_work() as work:
        return end_sign_ins(work, account.id, but=but)


def end_sign_ins(
    work: Work, account_id: UUID, *, only: UUID | None = None, but: UUID | None = None
) -> int:
    """Within an operation: end all sign-ins of an account, or `only` one, or all `but` one."""
    alive = select(SignIn.id).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if only:
        alive = alive.where(SignIn.id == only)
    if but:
        alive = alive.where(SignIn.id != but)
    ids = tuple(db.session.scalars(alive))
    if ids:
        db.session.execute(update(SignIn).where(SignIn.id.in_(ids)).values(ended_at=clock.now()))
        work.publish(SignInsEnded(ids))
    return len(ids)


def end_all_sign_ins() -> int:
    """Sign everybody out; return how many devices there were."""
    with unit_of_work() as work:
        ids = db.session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None))).all()
        for some in batches(ids, BATCH_SIZE):
            ended = update(SignIn).where(SignIn.id.in_(some)).values(ended_at=clock.now())
            db.session.execute(ended)
            work.publish(SignInsEnded(tuple(some)))
    return len(ids)


def note_refusal(account_id: UUID | None, by: str, count: int) -> None:
    """Enqueue an audit entry about a refused sign-in, so that unknown names take equally long.

    Of the refusals of a name, only the first, the 5th, the 25th and so on are recorded.

    Args:
        by: the wrong factor, `password` or `code`.
        count: how many of this name were refused within two hours, this one included.
    """
    if count in NOTED_REFUSALS:
        account = str(account_id) if account_id else None
        at = clock.now().isoformat()
        with unit_of_work() as work:
            enqueue(work, REFUSED, {"account_id": account, "by": by, "count": count, "at": at})


@handler(REFUSED)
def write_refusal(payload: Mapping[str, Any]) -> None:
    """Write the audit entry if the account exists. The actor is unknown."""
    found = payload["account_id"]
    account = db.session.get(Account, UUID(found)) if found else None
    if account:
        record(
            "sign_in.refuse",
            agency_id=account.home_agency_id,
            actor_id=None,
            subject=("account", account.id),
            detail={name: payload[name] for name in ("by", "count", "at")},
        )


def _note_sign_in(account: Account, row: SignIn, now: datetime) -> None:
    """Write an audit entry, unless the account has had too many sign-ins within the hour."""
    since = now - timedelta(hours=1)
    just_now = db.session.scalar(
        select(func.count(SignIn.id)).where(
            SignIn.account_id == account.id, SignIn.created_at > since
        )
    )
    if (just_now or 0) > MAX_ENTRIES_PER_HOUR:
        return
    record(
        "sign_in.begin",
        agency_id=account.home_agency_id,
        actor_id=account.person_id,
        subject=("sign_in", row.id),
        detail={"by": row.by},
    )


def _make_room(work: Work, account: Account, now: datetime) -> None:
    """End the least recently used sign-ins to make room for one, with an audit entry for each."""
    alive = db.session.scalars(
        select(SignIn.id)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.last_used_at.desc(), SignIn.id.desc())
        .offset(MAX_SIGN_INS - 1)
    )
    for sign_in_id in alive.all():
        end_sign_ins(work, account.id, only=sign_in_id)
        record(
            "sign_in.displace",
            agency_id=account.home_agency_id,
            actor_id=account.person_id,
            subject=("sign_in", sign_in_id),
            detail={"most": MAX_SIGN_INS},
        )


def _renew_hash(account_id: UUID, password: str) -> None:
    stronger = hash_password(password)
    with unit_of_work():
        db.session.execute(
            update(Account).where(Account.id == account_id).values(password_hash=stronger)
        )
