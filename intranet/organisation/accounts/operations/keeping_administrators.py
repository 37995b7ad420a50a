"""Ends by their day leave no agency without an administrator: warn, then keep.

An appointment or a role that runs out is a fact and is not refused. The administrators are warned
before; if nobody else has been named by then, the last administrator keeps the role, and nothing
else, until somebody has it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select

from intranet.extensions import db
from intranet.organisation.accounts import role_letters
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.last_administrators import (
    administrators_at,
    gives_role,
)
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Appointment
from intranet.platform.audit.operations import record
from intranet.platform.audit.queries import AuditFilter, lines
from intranet.platform.core import clock
from intranet.platform.core.dates import last_day
from intranet.platform.core.unit_of_work import Work, unit_of_work

WARN_DAYS: Final = (1, 7, 30)
KEEP_BEFORE: Final = timedelta(hours=1)
"""The job runs more often, so that there is no gap between the end and what is kept."""
LOOK_BACK: Final = timedelta(days=7)
"""The server may have stood still at the end."""
WARN, KEEP, RELEASE = "administration.warn", "administration.keep", "administration.release"


def keep_administrators() -> None:
    """Warn agencies whose last administrator goes by a day, keep that one, and release again."""
    now = clock.now()
    for agency_id in _agencies_with_ends(now):
        with unit_of_work() as work:
            agency = db.session.get_one(Agency, agency_id)
            work.lock(agency)
            end = _end(agency_id, now)
            if end and end - now > KEEP_BEFORE:
                _warn(work, agency, end, now)
            elif end:
                _keep(agency_id, end)
    kept = select(Administration.agency_id).join(Appointment, gives_role())
    for agency_id in db.session.scalars(kept.where(Appointment.keeps_role).distinct()).all():
        with unit_of_work() as work:
            work.lock(db.session.get_one(Agency, agency_id))
            _release(agency_id, now)


def _agencies_with_ends(now: datetime) -> Sequence[UUID]:
    return db.session.scalars(_ends(now).with_only_columns(Administration.agency_id)).all()


def _ends(now: datetime) -> Select[UUID, datetime | None, datetime | None]:
    """Return the days by which an administrator's role, or an appointment to it, ends."""
    first, last = now - LOOK_BACK, now + timedelta(days=max(WARN_DAYS))
    return (
        select(Administration.agency_id, Administration.until, Appointment.until)
        .join(Post, Post.id == Administration.post_id)
        .join(Appointment, gives_role())
        .where(
            Administration.role == AgencyRole.ADMINISTRATOR,
            Administration.ended_at.is_(None),
            Post.agency_id == Administration.agency_id,
            ~Appointment.keeps_role,
            or_(
                Administration.until.between(first, last),
                Appointment.until.between(first, last),
            ),
        )
        .distinct()
    )


def _end(agency_id: UUID, now: datetime) -> datetime | None:
    """Return the first end after which nobody administers the agency, if there is one."""
    rows = db.session.execute(_ends(now).where(Administration.agency_id == agency_id))
    window = now - LOOK_BACK, now + timedelta(days=max(WARN_DAYS))
    ends = {end for row in rows for end in row[1:] if end and window[0] <= end <= window[1]}
    return next(
        (end for end in sorted(ends) if not _administrators(agency_id, max(end, now))), None
    )


def _administrators(agency_id: UUID, at: datetime) -> Sequence[UUID]:
    """Return the people who administer the agency then, without those who only keep the role."""
    found = administrators_at(at).where(Administration.agency_id == agency_id)
    in_office = found.where(Appointment.runs_at(at))
    return db.session.scalars(in_office.with_only_columns(Appointment.person_id)).all()


def _warn(work: Work, agency: Agency, end: datetime, now: datetime) -> None:
    """Warn the administrators 30 days, 7 days and a day before the end, each once."""
    last = last_day(end, agency.time_zone)
    days = next(days for days in WARN_DAYS if end - now <= timedelta(days=days))
    said = AuditFilter(act=WARN, since=now - timedelta(days=max(WARN_DAYS) + 1))
    detail = {"day": last.isoformat(), "days": days}
    if any(line.detail == detail for line in lines(agency.id, said, limit=100)):
        return
    record(WARN, agency_id=agency.id, actor_id=None, subject=("agency", agency.id), detail=detail)
    people = set(_administrators(agency.id, now))
    for account in db.session.scalars(select(Account).where(Account.person_id.in_(people))):
        role_letters.post_last_administrator(work, account, agency, last)
        where = f"/admin/{agency.code}/administrators"
        work.publish(AccountConcerned(account.person_id, "account_last_administrator", where))


def _keep(agency_id: UUID, end: datetime) -> None:
    """Let those who administered the agency until the end keep the role."""
    before = end - timedelta(seconds=1)
    found = administrators_at(before).where(Administration.agency_id == agency_id)
    rows = db.session.execute(found.with_only_columns(Appointment, Administration)).all()
    for appointment, administration in rows:
        if administration.until and administration.until <= end:
            administration.until = None
        if appointment.until and appointment.until <= end:
            appointment.keeps_role = True
        _record(KEEP, agency_id, appointment)


def _release(agency_id: UUID, now: datetime) -> None:
    """End what is kept once somebody in office administers the agency."""
    if not _administrators(agency_id, now):
        return
    rows = db.session.scalars(
        select(Appointment)
        .join(Administration, gives_role())
        .where(
            Administration.agency_id == agency_id,
            Appointment.keeps_role,
            Appointment.until <= now,
        )
    ).unique()
    for appointment in rows:
        appointment.keeps_role = False
        _record(RELEASE, agency_id, appointment)


def _record(act: str, agency_id: UUID, appointment: Appointment) -> None:
    detail = {"post": str(appointment.post_id), "person": str(appointment.person_id)}
    subject = ("appointment", appointment.id)
    record(act, agency_id=agency_id, actor_id=None, subject=subject, detail=detail)
