"""Reminding those who have not confirmed: by hand, and once before and after the due day."""

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
from intranet.publishing.announcements.access import Scope, get_scope
from intranet.publishing.announcements.events import Reminded
from intranet.publishing.announcements.models import Reminder, ReminderKind, ReminderRound
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import require_asked
from intranet.publishing.publications.owing import in_force

AGAIN_AFTER = timedelta(hours=20)
AT_ONCE = 500
OWED_FOR = timedelta(days=30)
AHEAD = timedelta(days=5)
EVERYBODY = queries.Wanted()


def remind(person: Person, publication: Publication, person_ids: Collection[UUID]) -> int:
    """Remind chosen people who have not confirmed; return how many were.

    Who was reminded in the last twenty hours is left out, as is who has confirmed meanwhile.

    Raises:
        NotFound: the report is not the person's to see.
        Forbidden: there is nothing to confirm any more.
        Invalid: nobody is chosen, or too many are.
    """
    if not person_ids:
        raise Invalid({"person": _l("Choose whom to remind.")})
    if len(set(person_ids)) > AT_ONCE:
        raise Invalid(
            {"person": _l("You can remind at most %(limit)s people at once.", limit=AT_ONCE)}
        )
    with unit_of_work() as work:
        work.lock(publication)
        scope = get_scope(person, publication.id)
        require_asked(publication)
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


def remind_all(person: Person, publication: Publication, wanted: queries.Wanted = EVERYBODY) -> int:
    """Remind all who are shown, on all pages of the list; return how many were.

    Some at a time: others can confirm meanwhile.

    Args:
        wanted: how the list is narrowed. Who is away is reminded only where those are shown.

    Raises:
        NotFound, Forbidden: as for some.
    """
    people = to_remind(get_scope(person, publication.id), wanted, clock.now())
    return sum(
        remind(person, publication, people[start : start + AT_ONCE])
        for start in range(0, len(people), AT_ONCE)
    )


def to_remind(scope: Scope, wanted: queries.Wanted, now: datetime) -> list[UUID]:
    """Return whom `remind_all` reminds at this instant: where newcomers count, them as well."""
    people = list(db.session.scalars(queries.remindable(scope, wanted, now - AGAIN_AFTER)))
    if not (scope.publication.counts_newcomers and wanted.is_everybody):
        return people
    later = _later_missing(scope, now)
    told = queries.reminders_of(scope, later)
    out = queries.away_among(later) | {one for one, at in told.items() if at > now - AGAIN_AFTER}
    return [*people, *(one for one in later if one not in out)]


def count_to_remind(scope: Scope, wanted: queries.Wanted, now: datetime) -> int:
    """Return how many people `remind_all` reminds at this instant."""
    if scope.publication.counts_newcomers and wanted.is_everybody:
        return len(to_remind(scope, wanted, now))
    people = queries.remindable(scope, wanted, now - AGAIN_AFTER).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def due_rounds(now: datetime) -> list[tuple[UUID, ReminderKind]]:
    """Which publications are due to be reminded of at this instant, and why.

    The round before the due day is only due while that day is not over, and if people had it
    before; the one after it is caught up with for a month.
    """
    day = now.date()
    asked = select(Publication).where(
        in_force(now),
        Publication.due_on >= day - OWED_FOR,
        Publication.due_on <= day + AHEAD,
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
        for publication in db.session.scalars(asked.order_by(Publication.due_on, Publication.id))
        for kind in _kinds_due(publication, now)
    ]
    return [key for key in due if key not in done]


def remind_round(publication: Publication, kind: ReminderKind) -> int:
    """Remind all who have not confirmed, once of this kind; return how many were."""
    with unit_of_work() as work:
        work.lock(publication)
        now = clock.now()
        row = {"publication_id": publication.id, "kind": kind, "done_at": now}
        if kind not in _kinds_due(publication, now) or not work.add_unless_there(
            ReminderRound, row
        ):
            return 0
        chosen = _all_missing(Scope(publication), now)
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
    due_on, agency = publication.due_on, publication.agency
    if due_on is None or publication.published_at is None or publication.withdrawn_at:
        return []
    before = workdays.before(due_on, agency)
    is_before = before <= now < clock.end_of(due_on, agency.time_zone)
    found = [ReminderKind.BEFORE] if is_before and publication.published_at < before else []
    return [*found, ReminderKind.AFTER] if now >= workdays.after(due_on, agency) else found


def _all_missing(scope: Scope, now: datetime) -> list[UUID]:
    missing = list(db.session.scalars(queries.missing_ids(scope)))
    if not scope.publication.counts_newcomers:
        return missing
    return [*missing, *_later_missing(scope, now)]


def _later_missing(scope: Scope, now: datetime) -> list[UUID]:
    confirmed = queries.newcomers_confirmed(scope)
    later = db.session.scalars(queries.newcomers(scope, now)).all()
    return [one for one in dict.fromkeys(later) if one not in confirmed]


def _write(
    work: Work, publication: Publication, person_ids: Sequence[UUID], by: Person, now: datetime
) -> None:
    """Keep that they were reminded by hand; who was before has a row, which says when last."""
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
