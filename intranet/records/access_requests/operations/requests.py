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
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.access import (
    get_asked_request,
    get_request,
    may_agree,
    require_keeper,
    require_officer,
)
from intranet.records.access_requests.models import AccessKind, AccessNotice, AccessRequest

ASKER_CHARACTERS, MATTER_CHARACTERS, REASON_CHARACTERS = 200, 300, 300
MAX_DELAY, LAST_DELAY = timedelta(days=180), timedelta(days=730)
"""A delay of telling ends within half a year. Renewed, it ends two years after the request."""
PRIVATE_FOR = timedelta(days=30)
"""How long a second person's agreement lets direct messages be read."""
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

    Whose own data are asked for is told at once, so that nobody is read in their name.

    Raises:
        NotFound: the person keeps no records of the agency.
        Invalid: a field is empty or too long, the date is not a possible one, or the officer asks
            for their own data.
    """
    asker = required_line(asker, "asker", ASKER_CHARACTERS)
    matter = required_line(matter, "matter", MATTER_CHARACTERS)
    require_days(due_on=due_on)
    if kind == AccessKind.OWN and subject is None:
        raise Invalid({"subject": _l("Name the person of the agency who asks.")})
    if kind == AccessKind.OWN and subject == person:
        raise Invalid({"subject": _l("Someone else has to answer a request for your own data.")})
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
        if request.subject_id:
            work.add(
                AccessNotice(
                    request_id=request.id, person_id=request.subject_id, told_at=clock.now()
                )
            )
            tell_of_page(
                Kind.RECORDS,
                [request.subject_id],
                "records_yours",
                path=f"/access-requests/{request.id}",
                key=request.id.hex,
            )
    return request


def take_request(person: Person, request: AccessRequest) -> None:
    """Become the officer in charge, as another keeper of the agency's records.

    What a second person agreed to for the officer before ends with it.

    Raises:
        Conflict: the request is closed, or the person agreed to the reading or asks for their data.
    """
    with unit_of_work() as work:
        work.lock(request)
        get_request(person, request.agency, request.id)
        if request.closed_at:
            raise Conflict(_l("This request is closed."))
        if request.reads_private and request.private_agreed_by_id == person.id:
            raise Conflict(_l("You agreed to the reading, so someone else has to read."))
        if request.subject_id == person.id:
            raise Conflict(_l("Someone else has to answer a request for your own data."))
        if request.officer_id != person.id:
            request.officer_id = person.id
            _end_private(request)
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
    """Tell the people who were read later, for a reason; each renewal has its own in the log.

    Raises:
        Invalid: the reason is empty, or the day is past, too far away, or beyond the last one.
        Conflict: they were told already.
    """
    reason = required_line(reason, "delay_reason", REASON_CHARACTERS)
    today = clock.today(request.agency.time_zone)
    if not today < until <= today + MAX_DELAY:
        raise Invalid({"delay_until": _l("Choose a day within the next 180 days.")})
    if until > last_delay(request):
        raise Invalid({"delay_until": _l("People are told within two years of the request.")})
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        if request.told_at:
            raise Conflict(_l("The people who were read have been told already."))
        verb = "renew_delay" if request.delay_until else "delay"
        request.delay_until, request.delay_reason = until, reason
        log_act(person, request, verb, until=until.isoformat())


def last_delay(request: AccessRequest) -> date:
    """Return the last day until which people may be told nothing, however often it is renewed."""
    return request.created_at.date() + LAST_DELAY


def ask_for_private(person: Person, request: AccessRequest, reason: str) -> None:
    """Ask a second person to agree that direct messages and closed rooms are searched.

    Raises:
        ConfirmationNeeded: the person has to confirm first that it is them.
        Invalid: the reason is empty or too long.
        Conflict: it was agreed already, or is asked.
    """
    reason = required_line(reason, "private_reason", REASON_CHARACTERS)
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        if request.reads_private:
            raise Conflict(_l("The reading of direct messages was agreed already."))
        require_confirmed(person)
        _end_private(request)
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

    It holds for 30 days, and for the officer who asked.

    Raises:
        NotFound: nothing is asked, or the person may not agree.
        ConfirmationNeeded: the person has to confirm first that it is them.
    """
    with unit_of_work() as work:
        request = get_asked_request(person, agency, request_id)
        work.lock(request)
        get_asked_request(person, agency, request_id)
        if agrees:
            require_confirmed(person)
            now = clock.now()
            request.private_agreed_by_id, request.private_agreed_at = person.id, now
            request.private_until = now + PRIVATE_FOR
        else:
            _end_private(request)
        log_act(person, request, "agree_private" if agrees else "refuse_private")
    return request


def _end_private(request: AccessRequest) -> None:
    """Take back what was asked of a second person, and what they agreed to."""
    request.private_reason = ""
    request.private_asked_by_id = request.private_agreed_by_id = None
    request.private_agreed_at = request.private_until = None


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
