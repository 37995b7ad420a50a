"""Open, take over, delay and close a request, and agree that direct messages are read."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.agencies.roles import ROLES_FOR, Act
from intranet.organisation.people.models import Appointment, Person, has_role
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import require_days, required_line
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.access import (
    get_asked_request,
    get_request,
    may_agree,
    require_keeper,
    require_officer,
)
from intranet.records.access_requests.models import AccessKind, AccessRequest

ASKER_CHARACTERS, MATTER_CHARACTERS, REASON_CHARACTERS = 200, 300, 300
MAX_DELAY = timedelta(days=365)
TELL_AFTER = timedelta(days=30)
"""People are told of what was read after a package was made, or after so many days."""


def open_request(
    person: Person,
    agency: Agency,
    *,
    kind: AccessKind,
    asker: str,
    matter: str,
    due_on: date,
    language: str,
    subject: Person | None = None,
) -> AccessRequest:
    """Open a request, with the next number of the year and the person as the officer in charge.

    Raises:
        NotFound: the person keeps no records of the agency.
        Invalid: a field is empty or too long, or the date is not a possible one.
    """
    asker = required_line(asker, "asker", ASKER_CHARACTERS)
    matter = required_line(matter, "matter", MATTER_CHARACTERS)
    require_days(due_on=due_on)
    if kind == AccessKind.OWN and subject is None:
        raise Invalid({"subject": _l("Name the person of the agency who asks.")})
    with unit_of_work() as work:
        require_keeper(person, agency)
        work.lock(agency)
        year = clock.today(agency.time_zone).year
        last = db.session.scalar(
            select(func.max(AccessRequest.number)).where(
                AccessRequest.agency_id == agency.id, AccessRequest.year == year
            )
        )
        request = AccessRequest(
            agency_id=agency.id,
            year=year,
            number=(last or 0) + 1,
            kind=kind,
            asker=asker,
            subject_id=subject.id if subject and kind == AccessKind.OWN else None,
            matter=matter,
            due_on=due_on,
            language=language,
            officer_id=person.id,
            created_by_id=person.id,
        )
        work.add(request)
        work.flush()
        log_act(person, request, "open", kind=kind.value)
    return request


def take_request(person: Person, request: AccessRequest) -> None:
    """Become the officer in charge, as another keeper of the agency's records."""
    with unit_of_work() as work:
        work.lock(request)
        get_request(person, request.agency, request.id)
        if request.closed_at:
            raise Conflict(_l("This request is closed."))
        if request.private_agreed_by_id == person.id:
            raise Conflict(_l("You agreed to the reading, so someone else has to read."))
        if request.officer_id != person.id:
            request.officer_id = person.id
            log_act(person, request, "take")


def close_request(person: Person, request: AccessRequest) -> None:
    """Close a request: nothing more is searched, read or exported for it."""
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        request.closed_at = clock.now()
        log_act(person, request, "close")


def hide_authors(person: Person, request: AccessRequest, *, hides: bool) -> None:
    """Choose whether the names of authors are replaced by numbers in what goes out."""
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        if request.hides_authors != hides:
            request.hides_authors = hides
            log_act(person, request, "authors", hidden=hides)


def delay_telling(person: Person, request: AccessRequest, until: date, reason: str) -> None:
    """Tell the people who were read later, for a reason that the audit log keeps.

    Raises:
        Invalid: the reason is empty, or the day is past or more than a year away.
        Conflict: they were told already.
    """
    reason = required_line(reason, "delay_reason", REASON_CHARACTERS)
    today = clock.today(request.agency.time_zone)
    if not today < until <= today + MAX_DELAY:
        raise Invalid({"delay_until": _l("Choose a day within the next year.")})
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        if request.told_at:
            raise Conflict(_l("The people who were read have been told already."))
        request.delay_until, request.delay_reason = until, reason
        log_act(person, request, "delay", until=until.isoformat())


def ask_for_private(person: Person, request: AccessRequest, reason: str) -> None:
    """Ask a second person to agree that direct messages and closed rooms are searched.

    Raises:
        Invalid: the reason is empty or too long.
        Conflict: it was agreed already.
    """
    reason = required_line(reason, "private_reason", REASON_CHARACTERS)
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        if request.reads_private:
            raise Conflict(_l("The reading of direct messages was agreed already."))
        request.private_reason, request.private_asked_by_id = reason, person.id
        log_act(person, request, "ask_private")
        tell_of_page(
            Kind.RECORDS,
            _may_agree_people(request),
            "records_agree",
            path=f"/admin/{request.agency.code}/access-approvals/{request.id}",
            key=f"{request.id.hex}:{clock.now().date().isoformat()}",
        )


def answer_private(
    person: Person, agency: Agency, request_id: UUID, *, agrees: bool
) -> AccessRequest:
    """Agree or refuse, as a second person, that direct messages and closed rooms are searched.

    Raises:
        NotFound: nothing is asked, or the person may not agree.
    """
    with unit_of_work() as work:
        request = get_asked_request(person, agency, request_id)
        work.lock(request)
        get_asked_request(person, agency, request_id)
        if agrees:
            request.private_agreed_by_id, request.private_agreed_at = person.id, clock.now()
        else:
            request.private_asked_by_id, request.private_reason = None, ""
        log_act(person, request, "agree_private" if agrees else "refuse_private")
    return request


def log_act(person: Person | None, request: AccessRequest, verb: str, **detail: object) -> None:
    """Record an act on a request in the agency's audit log; never a word of what was found."""
    record(
        f"access_request.{verb}",
        agency_id=request.agency_id,
        actor_id=person.id if person else None,
        subject=("access_request", request.id),
        detail={"request": request.called, **detail},
    )


def _may_agree_people(request: AccessRequest) -> list[UUID]:
    roles = ROLES_FOR[Act.KEEP_RECORDS] | ROLES_FOR[Act.ADMINISTER]
    holders = db.session.scalars(
        select(Person)
        .where(
            Person.id.in_(
                select(Appointment.person_id)
                .select_from(Administration)
                .join(Appointment, has_role(clock.now()))
                .where(
                    Administration.agency_id == request.agency_id, Administration.role.in_(roles)
                )
            )
        )
        .limit(100)
    ).all()
    return [person.id for person in holders if may_agree(person, request)]
