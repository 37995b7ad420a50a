"""Appoint people to posts, and end appointments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_version
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.queries import posts_with_roles
from intranet.organisation.people.events import AppointmentsChanged, AppointmentsEnded
from intranet.organisation.people.home_agencies import strangers_among
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.operations.empowering import (
    ANEW,
    must_be_new,
    require_right_to_fill,
)
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import require_days
from intranet.platform.core.unit_of_work import Work, unit_of_work

BASIS_LIMIT = 80


@dataclass(frozen=True, kw_only=True)
class AppointmentSpec:
    """A person to appoint to a post; the last day is included."""

    post: Post
    person: Person
    starts_on: date
    ends_on: date | None = None
    kind: AppointmentKind = AppointmentKind.HOLDER
    basis: str = ""


def appoint(
    actor: Person | None,
    post: Post,
    person: Person,
    *,
    starts_on: date,
    ends_on: date | None = None,
    kind: AppointmentKind = AppointmentKind.HOLDER,
    basis: str = "",
) -> Appointment:
    """Appoint a person to a post, as holder, acting or as substitute.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the dates are invalid, or all places of the post are held then.
        Conflict: the person is in the post already, or belongs to another agency: then it is
            offered to them (`offers.appoint_or_offer`).
    """
    new = AppointmentSpec(
        post=post, person=person, starts_on=starts_on, ends_on=ends_on, kind=kind, basis=basis
    )
    return appoint_all(actor, post.unit.agency, [new])[0]


def appoint_all(
    actor: Person | None, agency: Agency, appointments: Sequence[AppointmentSpec]
) -> list[Appointment]:
    """Make many appointments to posts of one agency at once, in the order given.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: dates are invalid, or all places of a post are held then.
        Conflict: a person is in the post already, or belongs to another agency.
    """
    with unit_of_work() as work:
        lock_organisation(work, agency)
        posts, people = (
            [new.post.id for new in appointments],
            [new.person.id for new in appointments],
        )
        require_right_to_fill(actor, agency, posts, people)
        if actor:
            require_no_strangers(agency, people)
        return make_appointments(work, actor, agency, appointments)


def make_appointments(
    work: Work, actor: Person | None, agency: Agency, appointments: Sequence[AppointmentSpec]
) -> list[Appointment]:
    """Make appointments within an operation that has checked the actor's right.

    Raises:
        Invalid: dates are invalid, or all places of a post are held then.
        Conflict: a person is in the post already, or was erased.
    """
    with unit_of_work():
        _read_anew([new.post for new in appointments])
        there = _not_over([new.post.id for new in appointments])
        made = []
        for new in appointments:
            if new.person.erased_at:
                raise Conflict(_l("This person has been erased."))
            row = _made(new, agency)
            _check_place(row, new.post, there.setdefault(new.post.id, []))
            there[new.post.id].append(row)
            made.append(row)
        work.add(*made)
        db.session.flush()
        if len(made) == 1:
            _record("appointment.create", actor, made[0], **_facts(made[0]))
        else:
            record(
                "appointments.create",
                agency_id=agency.id,
                actor_id=actor.id if actor else None,
                subject=("agency", agency.id),
                detail={"count": len(made)},
            )
        if made:
            work.publish(AppointmentsChanged.of(made))
    return made


def change_appointment(
    actor: Person | None,
    appointment: Appointment,
    *,
    version: int | None,
    starts_on: date,
    ends_on: date | None,
    kind: AppointmentKind,
    basis: str,
) -> Appointment:
    """Correct the dates, the kind or the basis of an appointment.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the dates are invalid, or all places of the post are held then.
        Conflict: another person changed it since `version`, or it takes a new appointment.
    """
    with unit_of_work() as work:
        post, agency = appointment.post, appointment.post.unit.agency
        lock_organisation(work, agency, post, appointment)
        require_right_to_fill(actor, agency, [post.id], [appointment.person_id])
        require_version(appointment.version, version)
        was_over = _is_over(appointment)
        if actor and was_over:
            require_no_strangers(agency, [appointment.person_id])
        is_new = must_be_new(appointment.starts_on, starts_on, clock.today(agency.time_zone))
        _check_dates(post, starts_on, ends_on, basis)
        before, was_current = _facts(appointment), appointment.is_current(clock.now())
        appointment.kind, appointment.basis = kind, basis.strip()
        appointment.set_dates(agency, starts_on, ends_on)
        is_new = is_new or (was_over and not _is_over(appointment))
        if actor and is_new and posts_with_roles([post.id]):
            raise Conflict(ANEW)
        others = [row for row in _not_over([post.id]).get(post.id, []) if row is not appointment]
        _check_place(appointment, post, others)
        appointment.version += 1
        _record("appointment.change", actor, appointment, before=before, after=_facts(appointment))
        work.publish(AppointmentsChanged.of([appointment]))
        if was_current and not appointment.is_current(clock.now()):
            work.publish(AppointmentsEnded.of([appointment]))
    return appointment


def end_appointment(
    actor: Person | None,
    appointment: Appointment,
    *,
    last_day: date | None = None,
    version: int | None = None,
) -> Appointment:
    """End an appointment at the end of a day, or at this instant if no day is given.

    A future appointment is withdrawn.

    Raises:
        Forbidden: the actor does not administer the agency of the post.
        Conflict: it has ended, or another person changed it since `version`.
        Invalid: the day is before its beginning or after its end.
    """
    with unit_of_work() as work:
        agency = appointment.post.unit.agency
        lock_organisation(work, agency, appointment)
        people = [appointment.person_id]
        require_right_to_fill(actor, agency, [appointment.post_id], people, is_end=True)
        require_version(appointment.version, version)
        now = clock.now()
        if _is_over(appointment):
            raise Conflict(_l("This appointment has already ended."))
        require_days(last_day=last_day)
        was_current = appointment.is_current(now)
        if last_day is None:
            end_now(appointment)
        else:
            if last_day < appointment.starts_on:
                raise Invalid({"last_day": _l("This date is before the appointment began.")})
            if appointment.ends_on and last_day > appointment.ends_on:
                raise Invalid({"last_day": _l("The appointment already ends before that date.")})
            appointment.set_dates(agency, appointment.starts_on, last_day)
        appointment.version += 1
        _record("appointment.end", actor, appointment, **_facts(appointment))
        work.publish(AppointmentsChanged.of([appointment]))
        if was_current and not appointment.is_current(clock.now()):
            work.publish(AppointmentsEnded.of([appointment]))
    return appointment


def require_no_strangers(agency: Agency, person_ids: Sequence[UUID]) -> None:
    """Refuse to appoint people of another agency without asking them.

    Raises:
        Conflict: one of them belongs to another agency.
    """
    if strangers_among(agency.id, person_ids):
        raise Conflict(_l("This person belongs to another agency and must accept the offer first."))


def check_new(new: AppointmentSpec, agency: Agency) -> None:
    """Check whether an appointment could be made, without storing anything.

    Raises:
        Invalid: the dates are invalid, or all places of the post are held then.
        Conflict: the person is in the post already.
    """
    _check_place(_made(new, agency), new.post, _not_over([new.post.id]).get(new.post.id, []))


def end_now(appointment: Appointment) -> None:
    """End an appointment at this instant; a future one never begins."""
    now = clock.now()
    if appointment.since > now:
        appointment.ends_on = appointment.starts_on
        appointment.until = appointment.since
        return
    appointment.ends_on = clock.today(appointment.post.unit.agency.time_zone)
    appointment.until = now


def _made(new: AppointmentSpec, agency: Agency) -> Appointment:
    if new.post.agency_id != agency.id:
        raise Invalid({"post_id": _l("Choose a post in the same agency.")})
    _check_dates(new.post, new.starts_on, new.ends_on, new.basis)
    row = Appointment(
        id=uuid7(),
        post_id=new.post.id,
        post=new.post,
        person_id=new.person.id,
        person=new.person,
        kind=new.kind,
        basis=new.basis.strip(),
    )
    row.set_dates(agency, new.starts_on, new.ends_on)
    return row


def _check_dates(post: Post, starts_on: date, ends_on: date | None, basis: str) -> None:
    require_days(starts_on=starts_on, ends_on=ends_on)
    if len(basis) > BASIS_LIMIT:
        raise Invalid({"basis": _l("Use at most %(limit)s characters.", limit=BASIS_LIMIT)})
    if ends_on and ends_on < starts_on:
        raise Invalid({"ends_on": _l("The last day is before the first day.")})
    if post.valid_from and starts_on < post.valid_from:
        raise Invalid({"starts_on": _l("The post does not exist yet on that day.")})
    if post.valid_to and (ends_on is None or ends_on > post.valid_to):
        raise Invalid({"ends_on": _l("The post ends before that day.")})


def _check_place(row: Appointment, post: Post, others: Collection[Appointment]) -> None:
    """Refuse a second appointment of the same person, and more holders than places."""
    at_once = [other for other in others if _overlap(row, other)]
    if any(other.person_id == row.person_id for other in at_once):
        raise Conflict(_l("This person already holds this post."))
    if row.kind != AppointmentKind.HOLDER:
        return
    holding = [other for other in at_once if other.kind == AppointmentKind.HOLDER]
    if _most_at_once(row, holding) > post.places:
        raise Invalid(
            {"post_id": _l("This post already has the maximum number of holders on that day.")}
        )


def _overlap(one: Appointment, other: Appointment) -> bool:
    one_first = other.until is None or one.since < other.until
    other_first = one.until is None or other.since < one.until
    return one_first and other_first


def _most_at_once(row: Appointment, others: Collection[Appointment]) -> int:
    """Return the largest number of holders on any day of an appointment, itself included."""
    begins = [row.since, *(other.since for other in others if other.since > row.since)]
    return 1 + max(
        sum(
            other.since <= begin and (other.until is None or begin < other.until)
            for other in others
        )
        for begin in begins
    )


def _read_anew(posts: Sequence[Post]) -> None:
    """Reload posts after locking them, so that their values are current."""
    for some in in_parts([post.id for post in posts]):
        anew = select(Post).where(Post.id.in_(some)).execution_options(populate_existing=True)
        db.session.scalars(anew).all()


def _not_over(post_ids: Sequence[UUID]) -> dict[UUID, list[Appointment]]:
    found: dict[UUID, list[Appointment]] = {}
    for some in in_parts(post_ids):
        rows = select(Appointment).where(Appointment.post_id.in_(some), is_not_over(clock.now()))
        for row in db.session.scalars(rows):
            found.setdefault(row.post_id, []).append(row)
    return found


def _is_over(row: Appointment) -> bool:
    return row.until is not None and row.until <= clock.now()


def _facts(row: Appointment) -> dict[str, object]:
    return {
        "post": str(row.post_id),
        "person": str(row.person_id),
        "kind": row.kind,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
    }


def _record(act: str, actor: Person | None, row: Appointment, **detail: object) -> None:
    record(
        act,
        agency_id=row.post.agency_id,
        actor_id=actor.id if actor else None,
        subject=("appointment", row.id),
        detail=detail,
    )
