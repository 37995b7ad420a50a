"""Accounts with a last day: set and renewed by the agency, warned of ahead, ended on time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, update

from intranet.extensions import db
from intranet.organisation.accounts import invitation_mails
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account, AccountState, SignIn, Token
from intranet.organisation.accounts.operations.links import end_access
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.agencies.roles import Act, AgencyRole
from intranet.organisation.people.models import Appointment, Person, has_role
from intranet.organisation.people.queries import administrator_ids, in_parts
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.dates import day as day_text
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.mail import in_language
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work

WARNED_DAYS_AHEAD = (30, 7, 1)
"""If you change it, change the help and `docs/operating.md`."""
MAX_YEARS = 10
NAMES_LIMIT = 50
BATCH_SIZE = 200


def set_last_day(
    actor: Person | None, agency: Agency, person_ids: Sequence[UUID], last_day: date | None
) -> int:
    """Set or take away the last day of the accounts of these people; return how many these are.

    Raises:
        Forbidden: no role of the actor in the agency allows it.
        Invalid: the day is past, or more than ten years ahead.
        Conflict: one account is the actor's own, or of a person who administers an agency.
    """
    today = clock.today(agency.time_zone)
    if last_day and not today <= last_day <= today + timedelta(days=366 * MAX_YEARS):
        raise Invalid({"last_day": _l("Choose a day within the next ten years.")})
    count = 0
    with unit_of_work():
        require_right(actor, Act.PEOPLE, agency.id)
        require_confirmed(actor)
        if actor and actor.id in person_ids and last_day:
            raise Conflict(_l("You cannot end your own account. Ask another administrator."))
        if last_day and _administer(agency, person_ids):
            raise Conflict(_l("Accounts of administrators do not end. Give the role away first."))
        for some in in_parts(person_ids):
            result = db.session.execute(
                update(Account)
                .where(Account.home_agency_id == agency.id, Account.person_id.in_(some))
                .values(
                    expires_on=last_day,
                    expires_at=clock.end_of(last_day, agency.time_zone) if last_day else None,
                    warned_days=None,
                )
            )
            count += result.rowcount  # type: ignore[attr-defined]
        if count:
            record(
                "accounts.renew",
                agency_id=agency.id,
                actor_id=actor.id if actor else None,
                subject=("agency", agency.id),
                detail={"count": count, "last_day": last_day.isoformat() if last_day else None},
            )
    return count


def _administer(agency: Agency, person_ids: Sequence[UUID]) -> bool:
    """Return whether an account of the agency is of somebody who administers: none must be lost."""
    ours = (
        select(Account.id)
        .join(Appointment, Appointment.person_id == Account.person_id)
        .join(Administration, has_role(clock.now()))
        .where(
            Account.home_agency_id == agency.id,
            Administration.role == AgencyRole.ADMINISTRATOR,
        )
        .limit(1)
    )
    return any(
        db.session.scalar(ours.where(Account.person_id.in_(some))) for some in in_parts(person_ids)
    )


def end_due() -> None:
    """End the sign-ins, tokens and sockets of accounts whose last day is over."""
    signed_in = exists().where(SignIn.account_id == Account.id, SignIn.ended_at.is_(None))
    has_token = exists().where(Token.account_id == Account.id, Token.revoked_at.is_(None))
    due = select(Account.id).where(Account.expires_at <= clock.now(), or_(signed_in, has_token))
    for account_id in db.session.scalars(due.limit(BATCH_SIZE)).all():
        with unit_of_work() as work:
            account = db.session.get_one(Account, account_id)
            work.lock(account)
            if account.has_ended:
                end_access(work, account)


def warn_ahead() -> None:
    """Warn people and their administrators 30 days, 7 days and one day ahead, once each."""
    latest = clock.now() + timedelta(days=max(WARNED_DAYS_AHEAD) + 1)
    ending = select(Account.home_agency_id).where(*_are_ending(latest)).distinct()
    for agency_id in db.session.scalars(ending).all():
        with unit_of_work() as work:
            _warn(work, db.session.get_one(Agency, agency_id), latest)


def _are_ending(latest: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Account.expires_at > clock.now(),
        Account.expires_at <= latest,
        Account.state == AccountState.ACTIVE,
        or_(Account.warned_days.is_(None), Account.warned_days > min(WARNED_DAYS_AHEAD)),
    )


def _warn(work: Work, agency: Agency, latest: datetime) -> None:
    today = clock.today(agency.time_zone)
    rows = db.session.scalars(
        select(Account)
        .where(*_are_ending(latest), Account.home_agency_id == agency.id)
        .order_by(Account.expires_at, Account.id)
        .with_for_update(of=Account)
    ).all()
    warned = []
    for account in rows:
        step = _step_of(account, today)
        if step is None:
            continue
        account.warned_days = step
        warned.append(account)
        invitation_mails.post_end_ahead(work, account)
        work.publish(AccountConcerned(account.person_id, "account_ends", "/me/settings"))
    if warned:
        _tell_administrators(work, agency, warned)


def _step_of(account: Account, today: date) -> int | None:
    """Return the number of days that the person is to be warned of now, if they were not yet."""
    if account.expires_on is None:
        return None
    left = (account.expires_on - today).days
    step = min((days for days in WARNED_DAYS_AHEAD if left <= days), default=None)
    if step is None or (account.warned_days is not None and account.warned_days <= step):
        return None
    return step


def _tell_administrators(work: Work, agency: Agency, warned: Sequence[Account]) -> None:
    path = f"/admin/{agency.code}/people?access=ending"
    for person_id in administrator_ids(agency.id):
        theirs = db.session.scalar(select(Account).where(Account.person_id == person_id))
        if theirs is None:
            continue
        with in_language(theirs.locale or agency.language):
            names = [
                f"{account.person.name}: {day_text(account.expires_on)}"
                for account in warned[:NAMES_LIMIT]
                if account.expires_on
            ]
        invitation_mails.post_ends_ahead(work, theirs, names, path)
        work.publish(AccountConcerned(person_id, "account_ends_told", path))
