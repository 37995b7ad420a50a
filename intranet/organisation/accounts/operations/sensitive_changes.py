"""Changes by which somebody could sign in as another person: asked for, approved, applied.

An administrator never makes one alone. It takes effect at once if the account holder agrees
(`owner_answers`), or a day after a second person has approved it: another administrator, or the
operator where there is none. The account holder hears of it in the old mailbox, in the new one and
on every device, and can refuse it until then. What took effect without them closes their earlier
direct messages (`talks_cuts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts import letters, queries
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import (
    Account,
    ApprovedBy,
    ChangeState,
    LinkPurpose,
    SensitiveChange,
)
from intranet.organisation.accounts.operations.approvers import (
    approvers_of,
    settled_administrators,
)
from intranet.organisation.accounts.operations.links import (
    SECURITY_DELAY,
    enqueue_link,
    withdraw_links,
)
from intranet.organisation.accounts.operations.talks_cuts import cut_talks, proofs_of
from intranet.organisation.accounts.sensitive_kinds import KINDS, Lacks
from intranet.organisation.agencies.access import require_administrator
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound, TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

ENDS_AFTER = timedelta(days=7)
MAX_PER_DAY = 10
DAY_SECONDS = 24 * 3600
BATCH_SIZE = 100
OWN = {ApprovedBy.OWNER, ApprovedBy.CODE}
BY_PROVIDER = _l(
    "A directory or program asked for this, so only the person can agree. Or ask for it by hand, "
    "and another administrator approves it."
)


@dataclass(frozen=True)
class Approval:
    """A change that waits, and what an administrator may do about it."""

    change: SensitiveChange
    may_approve: bool
    may_take: bool
    may_print: bool


def ask_for(
    kind: str,
    account: Account,
    detail: dict[str, Any],
    actor: Person | None,
    *,
    by_provider: bool = False,
) -> SensitiveChange:
    """Ask for a sensitive change; an earlier one of its kind that waits is withdrawn.

    What the operator asks for (`actor` is None) takes effect at once, and is told like any other.

    Args:
        kind: a key of `sensitive_kinds.KINDS`.
        detail: what the kind needs to apply it, and what the account holder is shown.
        by_provider: whether the agency's directory or program asks, and not the operator. No
            administrator approves it: one of them may run it.

    Raises:
        Forbidden: the actor does not administer the account's agency.
        TooMany: there were ten for this account within a day.
    """
    with unit_of_work() as work:
        work.lock(account)
        if not by_provider:
            require_administrator(actor, account.home_agency_id)
            require_confirmed(actor)
        _require_room(account)
        end_waiting(account, kind)
        change = SensitiveChange(
            account_id=account.id,
            account=account,
            kind=kind,
            detail=detail,
            asked_by_id=actor.id if actor else None,
        )
        work.add(change)
        work.flush()
        note_change("account.ask_change", change, actor)
        if actor is None and not by_provider:
            change.approved, change.holds_at = ApprovedBy.OPERATOR, clock.now()
            if not KINDS[kind].is_taken:
                apply_change(work, change)
                return change
        _tell_asked(work, change)
    return change


def approve(actor: Person | None, change: SensitiveChange) -> SensitiveChange:
    """Approve a change as the second person; it takes effect a day later.

    The operator approves with `actor` None, for agencies with a single administrator.

    Raises:
        NotFound: it waits no longer.
        Forbidden: the actor asked for it, is concerned by it, or is not an administrator yet; or
            nobody asked but a directory or program.
        Conflict: it has been approved.
    """
    with unit_of_work() as work:
        _lock(work, change)
        require_administrator(actor, change.account.home_agency_id)
        if actor and change.is_by_provider:
            raise Forbidden(BY_PROVIDER)
        if actor is not None and actor.id not in approvers_of(change):
            raise Forbidden(
                _l(
                    "Another administrator must approve this: not the one who asked, not the "
                    "account holder, and nobody who became an administrator this week."
                )
            )
        if change.approved:
            raise Conflict(_l("This has already been approved."))
        require_confirmed(actor)
        change.approved = ApprovedBy.ADMINISTRATOR if actor else ApprovedBy.OPERATOR
        change.approved_by_id = actor.id if actor else None
        change.holds_at = clock.now() + SECURITY_DELAY
        note_change("account.approve_change", change, actor)
        enqueue_link(work, change.account, LinkPurpose.CHANGES)
        person_id, by = change.account.person_id, change.approved_by_id
        work.publish(AccountConcerned(person_id, "account_approved", "/me/waiting", by))
    return change


def withdraw(actor: Person, change: SensitiveChange) -> None:
    """Withdraw a change, or refuse it, as any administrator of the agency.

    Raises:
        NotFound: it waits no longer.
        Forbidden: the actor does not administer the account's agency.
    """
    with unit_of_work() as work:
        _lock(work, change)
        require_administrator(actor, change.account.home_agency_id)
        _end(change, ChangeState.ENDED)
        note_change("account.withdraw_change", change, actor)


def refuse(account: Account) -> None:
    """Refuse all that waits for an account, as its holder: “It was not me”.

    Raises:
        NotFound: nothing waits.
    """
    with unit_of_work() as work:
        work.lock(account)
        waiting = queries.waiting_changes(account.id)
        if not waiting:
            raise NotFound
        for change in waiting:
            _end(change, ChangeState.REFUSED)
            note_change("account.refuse_change", change, account.person)
            told = settled_administrators(account.home_agency_id) - {account.person_id}
            told |= {change.asked_by_id} if change.asked_by_id else set()
            for person_id in sorted(told):
                where = f"/admin/{account.home_agency.code}/approvals"
                work.publish(AccountConcerned(person_id, "account_refused", where))
        withdraw_links(account.id, LinkPurpose.CHANGES)


def take(actor: Person | None, change: SensitiveChange) -> SensitiveChange:
    """Apply a change whose result an administrator hands over, such as a link on paper.

    Raises:
        NotFound: it waits no longer.
        Forbidden: the actor does not administer the account's agency.
        Conflict: it is not approved, or its day is not over.
    """
    with unit_of_work() as work:
        _lock(work, change)
        require_administrator(actor, change.account.home_agency_id)
        if not (KINDS[change.kind].is_taken and change.is_due):
            raise Conflict(_l("This does not take effect yet."))
        require_confirmed(actor)
        apply_change(work, change)
    return change


def apply_due() -> None:
    """Apply approved changes whose day is over, and end those that nobody approved for a week."""
    now = clock.now()
    waiting = select(SensitiveChange.id).where(SensitiveChange.state == ChangeState.WAITING)
    by_day = [name for name, kind in KINDS.items() if kind.takes_effect_by_day]
    due = waiting.where(SensitiveChange.holds_at <= now, SensitiveChange.kind.in_(by_day))
    old = waiting.where(SensitiveChange.asked_at <= now - ENDS_AFTER)
    for change_id in db.session.scalars(due.limit(BATCH_SIZE)).all():
        with unit_of_work() as work:
            change = db.session.get_one(SensitiveChange, change_id)
            work.lock(change.account)
            db.session.refresh(change)
            if change.state == ChangeState.WAITING and change.is_due:
                apply_change(work, change)
    for change_id in db.session.scalars(old.limit(BATCH_SIZE)).all():
        with unit_of_work() as work:
            change = db.session.get_one(SensitiveChange, change_id)
            work.lock(change.account)
            db.session.refresh(change)
            if change.state == ChangeState.WAITING:
                _end(change, ChangeState.ENDED)
                note_change("account.end_change", change, None)


def apply_change(work: Work, change: SensitiveChange) -> None:
    """Within an operation: carry a change out; close earlier direct messages if need be."""
    account, kind = change.account, KINDS[change.kind]
    proofs = proofs_of(account)
    _end(change, ChangeState.APPLIED)
    if not kind.apply(work, change):
        change.state = ChangeState.ENDED
        note_change("account.end_change", change, None)
        return
    note_change("account.apply_change", change, None)
    if kind.lets_in and change.approved not in OWN:
        cut_talks(work, account, proofs)


def end_waiting(account: Account, kind: str) -> None:
    """Within an operation: withdraw what waits of a kind."""
    for change in queries.waiting_changes(account.id):
        if change.kind == kind:
            _end(change, ChangeState.ENDED)
    db.session.flush()


def get_waiting(account_id: UUID, change_id: UUID) -> SensitiveChange:
    """Return a change of an account that waits.

    Raises:
        NotFound: there is none, or it waits no longer.
    """
    change = db.session.get(SensitiveChange, change_id)
    if change is None or change.account_id != account_id or change.state != ChangeState.WAITING:
        raise NotFound
    return change


def approvals(actor: Person, changes: Sequence[SensitiveChange]) -> list[Approval]:
    """Return what an administrator may do about each of these changes."""
    return [
        Approval(
            change,
            may_approve=change.approved is None and actor.id in approvers_of(change),
            may_take=KINDS[change.kind].is_taken and change.is_due,
            may_print=may_print(actor, change),
        )
        for change in changes
    ]


def may_print(actor: Person, change: SensitiveChange) -> bool:
    """Return whether an administrator may hand over a code for a change.

    If the account holder has nothing left to prove who they are, only the person who approved it
    may, since the code is then all that is asked for. The operator, who is elsewhere, leaves it to
    the administrator who asked.
    """
    if actor.id == change.account.person_id:
        return False
    if KINDS[change.kind].lacks == Lacks.EVERYTHING:
        by_operator = change.approved == ApprovedBy.OPERATOR
        return change.is_due and (by_operator or actor.id == change.approved_by_id)
    return KINDS[change.kind].lacks != Lacks.PASSWORD or change.account.has_second_factor


def note_change(act: str, change: SensitiveChange, actor: Person | None) -> None:
    """Within an operation: write the audit entry of a step."""
    record(
        act,
        agency_id=change.account.home_agency_id,
        actor_id=actor.id if actor else None,
        subject=("account", change.account_id),
        detail={"change": change.kind, "by": change.approved.value if change.approved else None},
    )


def _lock(work: Work, change: SensitiveChange) -> None:
    work.lock(change.account)
    db.session.refresh(change)
    if change.state != ChangeState.WAITING:
        raise NotFound


def _end(change: SensitiveChange, state: ChangeState) -> None:
    change.state, change.decided_at = state, clock.now()
    change.code_hash = None
    db.session.add(change)


def _tell_asked(work: Work, change: SensitiveChange) -> None:
    account, by = change.account, change.asked_by_id
    enqueue_link(work, account, LinkPurpose.CHANGES)
    letters.post_address_to_be(work, account, change)
    work.publish(AccountConcerned(account.person_id, KINDS[change.kind].why, "/me/waiting", by))
    where = f"/admin/{account.home_agency.code}/approvals"
    for person_id in sorted(approvers_of(change)):
        work.publish(AccountConcerned(person_id, "account_approval", where, by))


def _require_room(account: Account) -> None:
    """Refuse an eleventh change within a day, so that nobody is worn out by asking."""
    since = clock.now() - timedelta(days=1)
    asked = select(func.count(SensitiveChange.id)).where(
        SensitiveChange.account_id == account.id, SensitiveChange.asked_at > since
    )
    if (db.session.scalar(asked) or 0) >= MAX_PER_DAY:
        raise TooMany(DAY_SECONDS, _l("Too many changes were requested for this account today."))
