"""Reminding people who have not confirmed: by hand, and once before and after the due day."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.announcements import queries, workdays
from intranet.publishing.announcements.access import AnnouncementScope, get_scope
from intranet.publishing.announcements.events import Reminded
from intranet.publishing.announcements.models import Reminder, ReminderKind, ReminderRound
from intranet.publishing.publications.announcement_models import Announcement
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import require_confirmation_pending
from intranet.publishing.publications.required_reading import in_force

AGAIN_AFTER = timedelta(hours=20)
MAX_BATCH_SIZE = 500
CATCH_UP_FOR = timedelta(days=30)
LOOK_AHEAD = timedelta(days=5)
EVERYBODY = queries.UnconfirmedFilter()


def remind(person: Person, publication: Publication, person_ids: Collection[UUID]) -> int:
    """Remind chosen people who have not confirmed; return how many were reminded.

    People reminded in the last twenty hours are left out, and people who have confirmed since.

    Raises:
        NotFound: the person may not see the report.
        Forbidden: there is nothing to confirm any more.
        Invalid: nobody is chosen, or too many are.
    """
    if not person_ids:
        raise Invalid({"person": _l("Choose whom to remind.")})
    if len(set(person_ids)) > MAX_BATCH_SIZE:
        raise Invalid(
            {"person": _l("You can remind at most %(limit)s people at once.", limit=MAX_BATCH_SIZE)}
        )
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        require_confirmation_pending(publication)
        now = clock.now()
        told = queries.reminders_of(scope, person_ids)
        chosen = [
            person_id
            for person_id in queries.missing_among(scope, person_ids)
            if person_id not in told or told[person_id] <= now - AGAIN_AFTER
        ]
        _write(work, publication, chosen, person, now)
        _tell(work, publication, chosen, ReminderKind.BY_HAND)
    return len(chosen)


def remind_all(
    person: Person, publication: Publication, wanted: queries.UnconfirmedFilter = EVERYBODY
) -> int:
    """Remind everyone in the filtered list, on all its pages; return how many were reminded.

    It works in batches, so that others can confirm in between.

    Args:
        wanted: the filter of the list. Absent people are reminded only if it asks for them.

    Raises:
        NotFound, Forbidden: as in `remind`.
    """
    people = to_remind(get_scope(person, publication.id), wanted, clock.now())
    return sum(
        remind(person, publication, people[start : start + MAX_BATCH_SIZE])
        for start in range(0, len(people), MAX_BATCH_SIZE)
    )


def to_remind(
    scope: AnnouncementScope, wanted: queries.UnconfirmedFilter, now: datetime
) -> list[UUID]:
    """List the people whom `remind_all` reminds now.

    People who joined later are included if the announcement counts them and the filter is empty.
    """
    people = list(db.session.scalars(queries.remindable(scope, wanted, now - AGAIN_AFTER)))
    if not (scope.publication.announcement.counts_newcomers and wanted.is_everybody):
        return people
    later = _later_missing(scope, now)
    told = queries.reminders_of(scope, later)
    out = queries.away_among(later) | {one for one, at in told.items() if at > now - AGAIN_AFTER}
    return [*people, *(one for one in later if one not in out)]


def count_to_remind(
    scope: AnnouncementScope, wanted: queries.UnconfirmedFilter, now: datetime
) -> int:
    """Count the people whom `remind_all` reminds now."""
    if scope.publication.announcement.counts_newcomers and wanted.is_everybody:
        return len(to_remind(scope, wanted, now))
    people = queries.remindable(scope, wanted, now - AGAIN_AFTER).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def due_rounds(now: datetime) -> list[tuple[UUID, ReminderKind]]:
    """List the publications for which a round of reminders is due, each with its kind.

    The round before the due day is due until that day ends, if the publication came out before
    the round. The round after the due day can still be sent for a month.
    """
    day = now.date()
    asked = (
        select(Publication)
        .join(Announcement, Announcement.publication_id == Publication.id)
        .where(
            in_force(now),
            Announcement.due_on >= day - CATCH_UP_FOR,
            Announcement.due_on <= day + LOOK_AHEAD,
        )
    )
    done = {
        (row.publication_id, row.kind)
        for row in db.session.scalars(
            select(ReminderRound).where(
                ReminderRound.publication_id.in_(asked.with_only_columns(Publication.id))
            )
        )
    }
    due = [
        (publication.id, kind)
        for publication in db.session.scalars(asked.order_by(Announcement.due_on, Publication.id))
        for kind in _kinds_due(publication, now)
    ]
    return [key for key in due if key not in done]


def remind_round(publication: Publication, kind: ReminderKind) -> int:
    """Send a round of reminders; return how many people were reminded.

    A round of a kind that was sent before is not sent again.
    """
    with unit_of_work() as work:
        work.lock(publication)
        now = clock.now()
        row = {"publication_id": publication.id, "kind": kind, "done_at": now}
        if kind not in _kinds_due(publication, now) or not work.add_unless_there(
            ReminderRound, row
        ):
            return 0
        chosen = _all_missing(AnnouncementScope(publication), now)
        kept = select(Reminder.person_id).where(
            Reminder.publication_id == publication.id, Reminder.kind == kind
        )
        told = set(db.session.scalars(kept))
        chosen = [person_id for person_id in chosen if person_id not in told]
        work.add(
            *(
                Reminder(publication_id=publication.id, person_id=one, kind=kind, reminded_at=now)
                for one in chosen
            )
        )
        _tell(work, publication, chosen, kind)
    return len(chosen)


def _kinds_due(publication: Publication, now: datetime) -> list[ReminderKind]:
    due_on, agency = publication.announcement.due_on, publication.agency
    if due_on is None or publication.published_at is None or publication.withdrawn_at:
        return []
    before = workdays.before(due_on, agency)
    is_before = before <= now < clock.end_of(due_on, agency.time_zone)
    found = [ReminderKind.BEFORE] if is_before and publication.published_at < before else []
    return [*found, ReminderKind.AFTER] if now >= workdays.after(due_on, agency) else found


def _all_missing(scope: AnnouncementScope, now: datetime) -> list[UUID]:
    missing = list(db.session.scalars(queries.missing_ids(scope)))
    if not scope.publication.announcement.counts_newcomers:
        return missing
    return [*missing, *_later_missing(scope, now)]


def _later_missing(scope: AnnouncementScope, now: datetime) -> list[UUID]:
    confirmed = queries.newcomers_confirmed(scope)
    later = db.session.scalars(queries.newcomers(scope, now)).all()
    return [one for one in dict.fromkeys(later) if one not in confirmed]


def _write(
    work: Work, publication: Publication, person_ids: Sequence[UUID], by: Person, now: datetime
) -> None:
    """Record reminders sent by hand; a person's earlier row gets the new time."""
    mine = (
        Reminder.publication_id == publication.id,
        Reminder.kind == ReminderKind.BY_HAND,
        Reminder.person_id.in_(person_ids),
    )
    again = set(
        db.session.scalars(
            update(Reminder)
            .where(*mine)
            .values(reminded_at=now, reminded_by_id=by.id)
            .returning(Reminder.person_id)
        )
    )
    work.add(
        *(
            Reminder(
                publication_id=publication.id,
                person_id=one,
                kind=ReminderKind.BY_HAND,
                reminded_at=now,
                reminded_by_id=by.id,
            )
            for one in person_ids
            if one not in again
        )
    )


def _tell(
    work: Work, publication: Publication, person_ids: Sequence[UUID], kind: ReminderKind
) -> None:
    if person_ids:
        work.publish(Reminded(publication.id, tuple(person_ids), kind.value))
