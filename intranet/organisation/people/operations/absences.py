"""Set and end absences with their stand-ins. The reason is never stored."""

from datetime import date

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.access import holds_any_post, may_set_absence, own_agency_ids
from intranet.organisation.people.events import AbsenceChanged, ProfileChanged
from intranet.organisation.people.models import Absence, Person
from intranet.organisation.people.queries import time_zone_of, today_of
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import require_days
from intranet.platform.core.unit_of_work import unit_of_work

DAYS_LIMIT = 3660


def set_absence(
    actor: Person | None,
    person: Person,
    *,
    starts_on: date,
    ends_on: date,
    stand_in: Person | None = None,
) -> Absence:
    """Set a person's absence, both days included, and their stand-in.

    Raises:
        Forbidden: the actor is neither the person nor their head nor their administrator.
        Invalid: the days are invalid, or the stand-in is the person or holds no post.
        Conflict: another absence overlaps these days.
    """
    with unit_of_work() as work:
        work.lock(person)
        _require(actor, person)
        _check(person, starts_on, ends_on, stand_in)
        absence = Absence(
            person=person,
            person_id=person.id,
            stand_in=stand_in,
            set_by_id=actor.id if actor else None,
        )
        absence.set_days(time_zone_of(person.id), starts_on, ends_on)
        work.add(absence)
        db.session.flush()
        _record("absence.set", actor, person)
        work.publish(ProfileChanged(person.id))
        work.publish(AbsenceChanged(person.id))
    return absence


def end_absence(actor: Person | None, absence: Absence) -> None:
    """End an absence with yesterday as its last day; delete one that begins today or later.

    Raises:
        Forbidden: the actor is neither the person nor their head nor their administrator.
    """
    with unit_of_work() as work:
        person = absence.person
        work.lock(absence)
        _require(actor, person)
        today = today_of(person.id)
        if absence.starts_on >= today:
            work.delete(absence)
        elif absence.ends_on >= today:
            yesterday = date.fromordinal(today.toordinal() - 1)
            zone = time_zone_of(person.id)
            absence.set_days(zone, absence.starts_on, yesterday)
        _record("absence.end", actor, person)
        work.publish(ProfileChanged(person.id))
        work.publish(AbsenceChanged(person.id))


def _require(actor: Person | None, person: Person) -> None:
    if actor is not None and not may_set_absence(actor, person):
        raise Forbidden(
            _l("Only the person concerned, their head or an administrator can record the absence.")
        )


def _check(person: Person, starts_on: date, ends_on: date, stand_in: Person | None) -> None:
    require_days(starts_on=starts_on, ends_on=ends_on)
    if ends_on < starts_on:
        raise Invalid({"ends_on": _l("The last day is before the first day.")})
    if (ends_on - starts_on).days > DAYS_LIMIT:
        raise Invalid({"ends_on": _l("The absence is too long.")})
    if stand_in and stand_in.id == person.id:
        raise Invalid({"stand_in_id": _l("Choose someone else.")})
    if stand_in and not holds_any_post(stand_in):
        raise Invalid({"stand_in_id": _l("This person holds no post today.")})
    there = select(Absence.id).where(
        Absence.person_id == person.id,
        Absence.starts_on <= ends_on,
        Absence.ends_on >= starts_on,
    )
    if db.session.scalar(there.limit(1)):
        raise Conflict(_l("Another absence covers some of these days. End it first."))


def _record(act: str, actor: Person | None, person: Person) -> None:
    """Write an audit entry in each agency of the person, if another person set the absence."""
    if actor and actor.id == person.id:
        return
    for agency_id in own_agency_ids(person):
        record(
            act,
            agency_id=agency_id,
            actor_id=actor.id if actor else None,
            subject=("person", person.id),
            detail={"at": clock.now().isoformat()},
        )
