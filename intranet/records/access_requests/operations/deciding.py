"""Read findings one by one, choose what goes out of each, and decide."""

from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.access import require_officer
from intranet.records.access_requests.checking import reach_of
from intranet.records.access_requests.found_files import file_of
from intranet.records.access_requests.hiding import HiddenParts
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessFinding,
    AccessNotice,
    AccessReading,
    FoundKind,
)
from intranet.records.access_requests.operations.requests import REASON_CHARACTERS, log_act
from intranet.records.access_requests.reading import read_thing
from intranet.records.access_requests.texts import AccessThing


def open_finding(person: Person, finding: AccessFinding) -> AccessThing:
    """Return a finding with its context; each officer's reading of a day is logged, and of whom.

    Whose forwarded words are in it was read as well as who forwarded them.
    """
    request = finding.request
    require_officer(person, request)
    thing = read_thing(finding)
    today = clock.today(request.agency.time_zone)
    reading = {"finding_id": finding.id, "person_id": person.id, "read_on": today}
    authors = thing.authors - {person.id}
    new = authors - set(
        db.session.scalars(
            select(AccessNotice.person_id).where(
                AccessNotice.request_id == request.id, AccessNotice.person_id.in_(authors)
            )
        )
    )
    file = file_of(finding) if finding.kind == FoundKind.FILE and not finding.reach else None
    known = db.session.get(AccessReading, tuple(reading.values()))
    if known and not new and not file:
        return thing
    reach = reach_of(file) if file else finding.reach
    with unit_of_work() as work:
        work.lock(finding)
        for author_id in new:
            row = {"request_id": request.id, "person_id": author_id}
            work.add_unless_there(AccessNotice, row)
        finding.read_at, finding.reach = finding.read_at or clock.now(), reach
        if work.add_unless_there(AccessReading, reading):
            log_act(person, request, "read", item=finding.number)
    return read_thing(finding)


def decide(
    person: Person, finding: AccessFinding, decision: AccessDecision, reason: str, seen: str
) -> None:
    """Include a finding or leave it out, with a reason; or take the decision back.

    Args:
        seen: the digest of what the person read, so that a later change is not decided unread.

    Raises:
        Invalid: there is no reason for leaving it out, or it repeats hidden words.
        Conflict: its texts changed since the person opened it.
    """
    if decision == AccessDecision.LEFT_OUT:
        reason = required_line(reason, "reason", REASON_CHARACTERS)
    with unit_of_work() as work:
        work.lock(finding)
        request = finding.request
        require_officer(person, request)
        if decision == AccessDecision.UNREAD:
            finding.decision, finding.reason = decision, ""
            log_act(person, request, "undecide", item=finding.number)
            return
        thing = read_thing(finding)
        digest = thing.digest
        if digest != seen:
            raise Conflict(_l("This has changed since you opened it. Read it again."))
        hidden = HiddenParts.of(request).passages([thing]).values()
        if any(words.is_in(reason) for words in hidden):
            raise Invalid({"reason": _l("The reason repeats hidden words. Write it without them.")})
        finding.decision = decision
        finding.reason = reason if decision == AccessDecision.LEFT_OUT else ""
        finding.read_digest = digest
        log_act(person, request, "decide", item=finding.number, decision=decision.value)


def choose_message(
    person: Person, finding: AccessFinding, message_id: UUID, *, goes_out: bool
) -> None:
    """Let a message of the day go out, or keep it back; the decision is made anew.

    Raises:
        NotFound: the message is not shown there.
        Invalid: it is the last one; then the whole finding is to be left out.
    """
    with unit_of_work() as work:
        work.lock(finding)
        require_officer(person, finding.request)
        shown = {section.id for section in read_thing(finding).sections}
        if finding.kind != FoundKind.DAY or str(message_id) not in shown:
            raise NotFound
        chosen = set(finding.chosen) - {str(message_id)}
        if goes_out:
            chosen.add(str(message_id))
        if not chosen:
            raise Invalid({"message": _l("Leave out the whole item instead, with a reason.")})
        finding.chosen = sorted(chosen)
        finding.decision = AccessDecision.UNREAD
        log_act(person, finding.request, "choose", item=finding.number)


def set_file(person: Person, finding: AccessFinding, *, as_text: bool, has_looked: bool) -> None:
    """Choose how a file goes out, and confirm that one without readable text was looked at."""
    with unit_of_work() as work:
        work.lock(finding)
        require_officer(person, finding.request)
        if finding.kind != FoundKind.FILE:
            raise NotFound
        finding.as_text = as_text
        if not has_looked:
            finding.looked_at = None
        elif finding.looked_at is None:
            finding.looked_at = clock.now()
        log_act(person, finding.request, "file", item=finding.number)
