"""Search for a request, and add what was found to it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, require_days
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.records.access_requests.access import require_officer
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessFinding,
    AccessRequest,
    AccessSearch,
    FoundKind,
)
from intranet.records.access_requests.operations.requests import log_act
from intranet.records.access_requests.reading import day_of
from intranet.records.access_requests.searching import find

WORDS_CHARACTERS = 300
MAX_FINDINGS = 5_000
"""A request holds at most so many findings; more are several requests."""
MAX_SEARCHES = 200


def search(
    person: Person,
    request: AccessRequest,
    words: str,
    *,
    since: date | None = None,
    until: date | None = None,
    space_id: UUID | None = None,
    kind: FoundKind | None = None,
) -> AccessSearch:
    """Search everything of the agency, and add what is new to the request as unread.

    Raises:
        Invalid: nothing is asked for, or the request would hold too much.
    """
    words = optional_line(words, "words", WORDS_CHARACTERS)
    require_days(since=since, until=until)
    if not words and request.subject_id is None:
        raise Invalid({"words": _l("Enter the words to search for.")})
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        space = db.session.get(Space, space_id) if space_id else None
        if space_id and (space is None or space.agency_id != request.agency_id):
            raise Invalid({"space": _l("Choose one of the places in the list.")})
        made = AccessSearch(
            request_id=request.id,
            words=words,
            since=since,
            until=until,
            space_id=space_id,
            kind=kind,
            made_by_id=person.id,
        )
        _require_room(request)
        found = find(person, request, made)
        made.is_cut = found.is_cut
        days: dict[tuple[UUID, date], set[str]] = defaultdict(set)
        for message in found.messages:
            key = (message.conversation_id, day_of(request, message.created_at))
            days[key].add(str(message.id))
        made.added = _Adding(work, request).add_all(
            days, found.publication_ids, dict.fromkeys(found.file_ids), found.kept_ids
        )
        work.add(made)
        log_act(person, request, "search", found=made.added)
    return made


def _require_room(request: AccessRequest) -> None:
    asked = select(func.count()).where(AccessSearch.request_id == request.id)
    if (db.session.scalar(asked) or 0) >= MAX_SEARCHES:
        raise Invalid({"words": _l("This request has too many searches. Open another one.")})


class _Adding:
    """Findings that are added to a request: each thing once, numbered in order."""

    def __init__(self, work: Work, request: AccessRequest) -> None:
        self._work = work
        self._request = request
        rows = db.session.scalars(
            select(AccessFinding).where(AccessFinding.request_id == request.id)
        ).all()
        self._known = {(row.kind, row.subject_id, row.day): row for row in rows}
        self._last = max((row.number for row in rows), default=0)

    def add_all(
        self,
        days: dict[tuple[UUID, date], set[str]],
        publication_ids: Sequence[UUID],
        file_ids: dict[UUID, None],
        kept_ids: Sequence[UUID],
    ) -> int:
        """Add what is new; return how many findings are new or have new messages."""
        added = 0
        for (conversation_id, day), chosen in sorted(days.items(), key=lambda one: one[0][1]):
            added += self._add(FoundKind.DAY, conversation_id, day, chosen)
        for publication_id in publication_ids:
            added += self._add(FoundKind.PUBLICATION, publication_id, None, set())
        for item_id in kept_ids:
            added += self._add(FoundKind.HELD, item_id, None, set())
        for file_id in file_ids:
            added += self._add(FoundKind.FILE, file_id, None, set())
        return added

    def _add(self, kind: FoundKind, subject_id: UUID, day: date | None, chosen: set[str]) -> bool:
        known = self._known.get((kind, subject_id, day))
        if known is None:
            self._last += 1
            if self._last > MAX_FINDINGS:
                raise Invalid({"words": _l("This request has found too much. Open another one.")})
            row = AccessFinding(
                request_id=self._request.id,
                number=self._last,
                kind=kind,
                subject_id=subject_id,
                day=day,
                chosen=sorted(chosen),
            )
            self._known[kind, subject_id, day] = row
            self._work.add(row)
            return True
        if chosen <= set(known.chosen):
            return False
        # A finding that was read is read again if new messages are in it.
        known.chosen = sorted(chosen | set(known.chosen))
        known.decision = AccessDecision.UNREAD
        return True
