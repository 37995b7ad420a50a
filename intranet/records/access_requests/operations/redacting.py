"""Hide passages with a reason, everywhere in the request if wanted, and show them again."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.mail import in_language
from intranet.platform.core.parsing import required_line
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.records.access_requests.access import require_keeper, require_officer
from intranet.records.access_requests.hiding import HiddenParts
from intranet.records.access_requests.models import (
    AccessFinding,
    AccessReason,
    AccessRedaction,
    AccessRequest,
)
from intranet.records.access_requests.operations.requests import log_act
from intranet.records.access_requests.passages import HiddenWords
from intranet.records.access_requests.queries import findings_of, reasons_of
from intranet.records.access_requests.reading import read_thing, things
from intranet.records.access_requests.texts import AccessText

MAX_REDACTIONS = 20_000
MAX_REASONS = 30
USUAL_REASONS = (
    (_l("Health"), "RGPD, art. 9"),
    (_l("Another person"), "Ley 19/2013, art. 15"),
    (_l("Contact details"), "Ley 19/2013, art. 15"),
    (_l("Professional secrecy"), "Ley 19/2013, art. 14"),
)
"""The reasons with which an agency begins; it changes them as its own rules say."""


def hide(
    person: Person,
    finding: AccessFinding,
    sha256: str,
    place: tuple[int, int],
    reason_id: UUID,
    *,
    everywhere: bool = False,
) -> int:
    """Hide a range of a text, or the same words wherever they are; return how many ranges.

    Args:
        sha256: the digest of the text as the person saw it.
        place: where the words begin and end in it.

    Raises:
        Conflict: the finding no longer has that text.
        Invalid: the range has no words, or there is no such reason.
    """
    with unit_of_work() as work:
        request = finding.request
        work.lock(request)
        require_officer(person, request)
        text = _text_of(finding, sha256)
        start, end = max(place[0], 0), min(place[1], len(text.text))
        if not text.text[start:end].strip():
            raise Invalid({"words": _l("Select the words to hide.")})
        adding = _Hiding(work, person, finding, _reason(request, reason_id))
        adding.add(text.sha256, start, end)
        if everywhere:
            adding.add_everywhere(HiddenWords(text.text[start:end]))
        log_act(
            person,
            request,
            "hide",
            item=finding.number,
            places=adding.count,
            hidden_for=adding.reason.name,
        )
    return adding.count


def hide_words(
    person: Person,
    finding: AccessFinding,
    sha256: str,
    words: str,
    reason_id: UUID,
    *,
    everywhere: bool = False,
) -> int:
    """Hide words that were typed, wherever a text has them; the way without a pointer or scripts.

    Raises:
        Invalid: the text does not have these words.
    """
    wanted = words.strip()
    text = _text_of(finding, sha256)
    ranges = list(text.squeezed.ranges(HiddenWords(wanted)))
    if not ranges and wanted:  # they may be too short, or signs
        ranges = [found.span() for found in re.finditer(re.escape(wanted), text.text)]
    if not ranges:
        raise Invalid({"words": _l("The text does not have these words.")})
    count = 0
    for place in ranges:
        count += hide(person, finding, sha256, place, reason_id, everywhere=everywhere)
    return count


def hide_everywhere(person: Person, redaction: AccessRedaction) -> int:
    """Hide the words of a redaction wherever they are in the request; return how many ranges."""
    with unit_of_work() as work:
        finding = db.session.get_one(AccessFinding, redaction.finding_id)
        request = finding.request
        work.lock(request)
        require_officer(person, request)
        text = _text_of(finding, redaction.sha256)
        adding = _Hiding(work, person, finding, redaction.reason)
        adding.add_everywhere(HiddenWords(text.text[redaction.start : redaction.end]))
        log_act(person, request, "hide", item=finding.number, places=adding.count)
    return adding.count


def show(person: Person, request: AccessRequest, redaction_id: UUID) -> None:
    """Show again what a redaction hid.

    Raises:
        NotFound: the request has no such redaction.
    """
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        redaction = get_redaction(request, redaction_id)
        number = db.session.get_one(AccessFinding, redaction.finding_id).number
        work.delete(redaction)
        log_act(person, request, "show", item=number)


def get_redaction(request: AccessRequest, redaction_id: UUID) -> AccessRedaction:
    """Return a redaction of a request.

    Raises:
        NotFound: there is none.
    """
    redaction = db.session.get(AccessRedaction, redaction_id)
    if redaction is None or redaction.request_id != request.id:
        raise NotFound
    return redaction


def begin_reasons(person: Person, agency: Agency) -> Sequence[AccessReason]:
    """Return the reasons of an agency; it begins with the usual ones."""
    require_keeper(person, agency)
    if not (known := reasons_of(agency.id, with_ended=True)):
        with unit_of_work() as work, in_language(agency.language):
            for position, (name, article) in enumerate(USUAL_REASONS):
                work.add(
                    AccessReason(
                        agency_id=agency.id, name=str(name), article=article, position=position
                    )
                )
        return reasons_of(agency.id)
    return [row for row in known if row.ended_at is None]


def add_reason(person: Person, agency: Agency, name: str, article: str) -> None:
    """Add a reason for hiding words.

    Raises:
        Invalid: a field is empty or too long, or there are enough reasons.
    """
    name, article = required_line(name, "name", 80), required_line(article, "article", 80)
    with unit_of_work() as work:
        require_keeper(person, agency)
        work.lock(agency)
        known = reasons_of(agency.id, with_ended=True)
        if len([row for row in known if row.ended_at is None]) >= MAX_REASONS:
            raise Invalid({"name": _l("There are enough reasons. End one first.")})
        work.add(AccessReason(agency_id=agency.id, name=name, article=article, position=len(known)))


def end_reason(person: Person, agency: Agency, reason_id: UUID) -> None:
    """Offer a reason no longer; what was hidden for it stays hidden.

    Raises:
        NotFound: the agency has no such reason.
        Invalid: it is the last one.
    """
    with unit_of_work() as work:
        require_keeper(person, agency)
        work.lock(agency)
        offered = reasons_of(agency.id)
        reason = next((row for row in offered if row.id == reason_id), None)
        if reason is None:
            raise NotFound
        if len(offered) == 1:
            raise Invalid({"reason": _l("Keep at least one reason.")})
        reason.ended_at = clock.now()


def _text_of(finding: AccessFinding, sha256: str) -> AccessText:
    for text in read_thing(finding).everything():
        if text.sha256 == sha256:
            return text
    raise Conflict(_l("This has changed since you opened it. Read it again."))


def _reason(request: AccessRequest, reason_id: UUID) -> AccessReason:
    reason = db.session.get(AccessReason, reason_id)
    if reason is None or reason.agency_id != request.agency_id or reason.ended_at:
        raise Invalid({"reason": _l("Choose one of the reasons.")})
    return reason


class _Hiding:
    """Redactions that are added to a request, each range once."""

    def __init__(
        self, work: Work, person: Person, finding: AccessFinding, reason: AccessReason
    ) -> None:
        self._work, self._person, self._finding = work, person, finding
        self.reason, self.count = reason, 0
        request_id = finding.request_id
        rows = select(AccessRedaction.sha256, AccessRedaction.start, AccessRedaction.end)
        known = db.session.execute(rows.where(AccessRedaction.request_id == request_id))
        self._known = {tuple(row) for row in known}

    def add(self, sha256: str, start: int, end: int, finding: AccessFinding | None = None) -> None:
        """Hide a range, unless it is hidden."""
        if (sha256, start, end) in self._known:
            return
        if len(self._known) >= MAX_REDACTIONS:
            raise Invalid({"words": _l("This request hides too much. Open another one.")})
        self._known.add((sha256, start, end))
        self.count += 1
        self._work.add(
            AccessRedaction(
                request_id=self._finding.request_id,
                finding_id=(finding or self._finding).id,
                sha256=sha256,
                start=start,
                end=end,
                reason_id=self.reason.id,
                made_by_id=self._person.id,
            )
        )

    def add_everywhere(self, passage: HiddenWords) -> None:
        """Hide the same words in every text of the request, read or not."""
        if not passage.letters:
            raise Invalid({"words": _l("These words are too short to be hidden everywhere.")})
        self._work.flush()
        request = self._finding.request
        parts = HiddenParts.of(request)
        for thing in things(findings_of(request)):
            for text in thing.everything():
                hidden = [(row.start, row.end) for row in parts.by_text.get(text.sha256, ())]
                for start, end in text.squeezed.ranges(passage):
                    if (start, end) not in hidden:
                        self.add(text.sha256, start, end, thing.finding)
