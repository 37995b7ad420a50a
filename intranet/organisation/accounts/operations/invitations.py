"""Invite many people in one act, at the pace that the agency's mail server takes.

A run holds the letters until they are due. `release_due` gives them to the outbox, a few at a time;
`invitation_letters` sends each of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import (
    AccountInvitation,
    InvitationRules,
    InvitationRun,
    InvitationState,
)
from intranet.organisation.accounts.invitation_status import BUSY_STATES, Invitees
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.invitation_letters import enqueue_letter
from intranet.organisation.accounts.refusals import domain_of
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.database import insert_into, write
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work, unit_of_work

BATCH_SIZE = 500
MAX_AHEAD = timedelta(days=90)
PACE_LIMITS = (1, 600)
"""Letters a minute."""
CATCH_UP = timedelta(minutes=1)
"""After a longer break nothing is caught up: the server would get a burst of letters."""
SENTENCE_LIMIT = 500


def queue_invitations(
    actor: Person | None, agency: Agency, whom: Invitees, *, starts_at: datetime | None = None
) -> InvitationRun:
    """Queue letters to those of these people who have a mailbox; they leave from `starts_at` on.

    A letter that is on its way already is left as it is.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Invalid: the time is past or too far ahead.
        Conflict: there is nobody left to invite.
    """
    now = clock.now()
    if starts_at and not now - timedelta(minutes=1) <= starts_at <= now + MAX_AHEAD:
        raise Invalid({"day": _l("Choose a time within the next 90 days.")})
    with unit_of_work() as work:
        require_right(actor, Act.PEOPLE, agency.id)
        require_confirmed(actor)
        run = InvitationRun(
            agency_id=agency.id,
            created_by_id=actor.id if actor else None,
            starts_at=starts_at or now,
        )
        work.add(run)
        work.flush()
        found = db.session.execute(
            select(Account.id, Account.email)
            .where(*whom.conditions(agency), Account.email.is_not(None))
            .order_by(Account.created_at, Account.id)
        ).all()
        for some in batches(found, BATCH_SIZE):
            _queue(run, [(account_id, domain_of(email)) for account_id, email in some], now)
        run.count = _count(AccountInvitation.run_id == run.id)
        if not run.count:
            raise Conflict(_l("There is no one left to invite here."))
        _record("invitations.queue", actor, agency, count=run.count)
    return run


def pause_run(actor: Person | None, agency: Agency, run: InvitationRun) -> None:
    """Send no more letters of a run until it goes on.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
    """
    with unit_of_work() as work:
        work.lock(run)
        require_right(actor, Act.PEOPLE, agency.id)
        run.paused_at = run.paused_at or clock.now()
        _record("invitations.pause", actor, agency)


def resume_run(actor: Person | None, agency: Agency, run: InvitationRun) -> None:
    """Go on with a run that was paused.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
    """
    with unit_of_work() as work:
        work.lock(run)
        require_right(actor, Act.PEOPLE, agency.id)
        require_confirmed(actor)
        run.paused_at = None
        _record("invitations.resume", actor, agency)


def cancel_run(actor: Person | None, agency: Agency, run: InvitationRun) -> int:
    """Cancel the letters of a run that have not left; return how many they were.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
    """
    with unit_of_work() as work:
        work.lock(run)
        require_right(actor, Act.PEOPLE, agency.id)
        count = _take_back(AccountInvitation.run_id == run.id)
        _record("invitations.cancel", actor, agency, count=count)
    return count


def send_held(actor: Person | None, agency: Agency, run: InvitationRun, domain: str) -> int:
    """Send the letters to a domain that were held after its first refusals; return how many.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
    """
    with unit_of_work() as work:
        work.lock(run)
        require_right(actor, Act.PEOPLE, agency.id)
        require_confirmed(actor)
        run.passed_domains = sorted({*run.passed_domains, domain})
        held = _is_held(run, domain)
        count = _count(held)
        db.session.execute(
            update(AccountInvitation).where(held).values(state=InvitationState.WAITING, reason="")
        )
        _record("invitations.resume", actor, agency, count=count)
    return count


def cancel_held(actor: Person | None, agency: Agency, run: InvitationRun, domain: str) -> int:
    """Cancel the letters to a domain that were held; return how many they were.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
    """
    with unit_of_work() as work:
        work.lock(run)
        require_right(actor, Act.PEOPLE, agency.id)
        count = _take_back(_is_held(run, domain))
        _record("invitations.cancel", actor, agency, count=count)
    return count


def pause_all() -> None:
    """Pause every run: a restored site does not know which letters left after its backup."""
    with unit_of_work():
        db.session.execute(
            update(InvitationRun)
            .where(InvitationRun.paused_at.is_(None))
            .values(paused_at=clock.now())
        )


def change_rules(
    actor: Person | None,
    agency: Agency,
    *,
    letters_per_minute: int | None = None,
    sentence: Localized | None = None,
) -> InvitationRules:
    """Set the pace of an agency's letters, or its own sentence in them.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Invalid: the pace is not one of those allowed, or a sentence is too long.
    """
    least, most = PACE_LIMITS
    if letters_per_minute is not None and not least <= letters_per_minute <= most:
        words = _l("Choose a number from %(least)s to %(most)s.", least=least, most=most)
        raise Invalid({"letters_per_minute": words})
    long = [tag for tag, text in (sentence or {}).items() if len(text) > SENTENCE_LIMIT]
    if long:
        raise Invalid({f"sentence_{tag}": _l("Use 500 characters at most.") for tag in long})
    with unit_of_work():
        require_right(actor, Act.PEOPLE, agency.id)
        rules = _rules(agency.id)
        if letters_per_minute is not None:
            rules.letters_per_minute = letters_per_minute
        if sentence is not None and sentence != rules.sentence:
            rules.sentence = sentence
            _record("invitations.letter", actor, agency)
    return rules


def rules_of(agency: Agency) -> InvitationRules:
    """Return an agency's rules, or the usual ones."""
    return db.session.get(InvitationRules, agency.id) or InvitationRules(
        agency_id=agency.id, letters_per_minute=30, sentence=Localized()
    )


def release_due() -> None:
    """Give the letters that are due to the outbox, at the pace of each agency."""
    due = (
        select(AccountInvitation.agency_id)
        .join(InvitationRun, InvitationRun.id == AccountInvitation.run_id)
        .where(AccountInvitation.state == InvitationState.WAITING, _is_due())
        .distinct()
    )
    for agency_id in db.session.scalars(due).all():
        with unit_of_work() as work:
            _release(work, agency_id)


def _release(work: Work, agency_id: UUID) -> None:
    now = clock.now()
    rules = _rules(agency_id)
    interval = timedelta(minutes=1) / rules.letters_per_minute
    since = rules.released_at
    if since is None or since < now - CATCH_UP:
        since = now - interval
    leaving = AccountInvitation.state.in_((InvitationState.LEAVING, InvitationState.SENDING))
    # While the mail server does not answer, letters that left are tried again before others leave.
    room = rules.letters_per_minute - _count(leaving & (AccountInvitation.agency_id == agency_id))
    number = min((now - since) // interval, room)
    if number <= 0:
        return
    rows = db.session.scalars(
        select(AccountInvitation)
        .join(InvitationRun, InvitationRun.id == AccountInvitation.run_id)
        .where(
            AccountInvitation.agency_id == agency_id,
            AccountInvitation.state == InvitationState.WAITING,
            _is_due(),
        )
        .order_by(AccountInvitation.queued_at, AccountInvitation.account_id)
        .limit(number)
        .with_for_update(of=AccountInvitation)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.state, row.queued_at = InvitationState.LEAVING, now
        enqueue_letter(work, row.account_id, row.round)
    rules.released_at = since + interval * number


def _is_due() -> ColumnElement[bool]:
    return and_(InvitationRun.paused_at.is_(None), InvitationRun.starts_at <= clock.now())


def _rules(agency_id: UUID) -> InvitationRules:
    """Within an operation: return an agency's rules, created if missing, and locked."""
    usual = {"agency_id": agency_id, "letters_per_minute": 30, "sentence": Localized()}
    db.session.execute(insert_into(InvitationRules).values(usual).on_conflict_do_nothing())
    return db.session.scalars(
        select(InvitationRules)
        .where(InvitationRules.agency_id == agency_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _queue(run: InvitationRun, some: Sequence[tuple[UUID, str]], now: datetime) -> None:
    rows = [
        {
            "account_id": account_id,
            "agency_id": run.agency_id,
            "run_id": run.id,
            "state": InvitationState.WAITING,
            "round": 1,
            "domain": domain,
            "queued_at": now,
            "is_filed": False,
            "reason": "",
            "words": "",
        }
        for account_id, domain in some
    ]
    given = insert_into(AccountInvitation)
    renewed = ("run_id", "state", "domain", "queued_at", "reason", "words")
    kept = {name: given.excluded[name] for name in renewed}
    write(
        given.on_conflict_do_update(
            index_elements=[AccountInvitation.account_id],
            set_={**kept, "round": AccountInvitation.round + 1},
            where=and_(*(AccountInvitation.state != state for state in BUSY_STATES)),
        ),
        rows,
    )


def _take_back(condition: ColumnElement[bool]) -> int:
    """Take letters back that have not left: earlier ones stay as they were, others never were."""
    waiting = AccountInvitation.state.in_((InvitationState.WAITING, InvitationState.HELD))
    count = _count(condition & waiting)
    db.session.execute(
        update(AccountInvitation)
        .where(condition, waiting, AccountInvitation.sent_at.is_not(None))
        .values(state=InvitationState.SENT)
    )
    db.session.execute(delete(AccountInvitation).where(condition, waiting))
    return count


def _is_held(run: InvitationRun, domain: str) -> ColumnElement[bool]:
    return and_(
        AccountInvitation.run_id == run.id,
        AccountInvitation.domain == domain,
        AccountInvitation.state == InvitationState.HELD,
    )


def _count(condition: ColumnElement[bool]) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(AccountInvitation).where(condition)) or 0
    )


def _record(act: str, actor: Person | None, agency: Agency, **detail: int) -> None:
    record(
        act,
        agency_id=agency.id,
        actor_id=actor.id if actor else None,
        subject=("agency", agency.id),
        detail=detail,
    )
