"""Confirmations of an announcement: counts by unit and day, and lists by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    column,
    exists,
    func,
    select,
    tuple_,
    values,
)
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Absence, Appointment, Person
from intranet.organisation.people.queries import is_named
from intranet.organisation.people.speakers import runs
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.announcements.access import AnnouncementScope
from intranet.publishing.announcements.models import Reminder
from intranet.publishing.publications.announcement_models import Acknowledgement, Recipient, Way
from intranet.publishing.publications.reach import audience_of, reached

# Up to so many unconfirmed people are sorted; beyond that, walking the names costs less.
MAX_PEOPLE_SORTED = 5_000
MAX_CHART_DAYS = 31
MAX_RECORDED = 50
UNDONE_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Count:
    """The numbers of a unit: recipients, and those who confirmed."""

    unit: Unit
    confirmed: int
    addressed: int

    @property
    def missing(self) -> int:
        """The number of recipients who have not confirmed."""
        return self.addressed - self.confirmed


@dataclass(frozen=True)
class UnconfirmedFilter:
    """A filter of the people who have not confirmed; `after` is the last one shown, by name."""

    unit_id: UUID | None = None
    only_absent: bool = False
    words: str = ""
    after: tuple[str, UUID] | None = None

    @property
    def is_everybody(self) -> bool:
        """Whether the filter is empty, and so selects everyone who has not confirmed."""
        return not (self.unit_id or self.only_absent or self.words)

    @property
    def address(self) -> dict[str, str]:
        """The filter as query parameters, without the page."""
        parts = {
            "unit": str(self.unit_id or ""),
            "show": "absent" if self.only_absent else "",
            "q": self.words,
        }
        return {name: value for name, value in parts.items() if value}


def counts(scope: AnnouncementScope) -> list[Count]:
    """List the numbers of each unit, the most unconfirmed first."""
    rows = db.session.execute(
        select(Recipient.unit_id, func.count(case((~_is_open(scope), 1))), func.count())
        .where(scope.rows())
        .group_by(Recipient.unit_id)
    ).all()
    there = units([unit_id for unit_id, *_numbers in rows])
    found = [Count(there[unit_id], confirmed, total) for unit_id, confirmed, total in rows]
    return sorted(found, key=lambda row: (-row.missing, row.unit.sort_key))


def newcomers(scope: AnnouncementScope, now: datetime) -> Select[UUID, UUID, UUID]:
    """Select the people who joined the audience after sending: person, post and unit ids."""
    audience = audience_of(scope.publication)
    if audience is None:
        return select(Recipient.person_id, Recipient.post_id, Recipient.unit_id).limit(0)
    was_sent = (
        exists()
        .where(
            Recipient.publication_id == scope.publication.id,
            Recipient.person_id == Appointment.person_id,
        )
        .correlate(Appointment)
    )
    rows = reached(audience, scope.publication.space, now, ~was_sent).subquery()
    found = select(rows.c.person_id, rows.c.post_id, rows.c.unit_id)
    if not scope.is_whole:
        found = found.where(rows.c.unit_id.in_(select(Unit.id).where(scope.units())))
    return found


def newcomers_confirmed(scope: AnnouncementScope) -> dict[UUID, Acknowledgement]:
    """Return the valid confirmations of people who joined the audience later, by person."""
    rows = db.session.scalars(
        select(Acknowledgement).where(
            Acknowledgement.publication_id == scope.publication.id,
            Acknowledgement.is_counted.is_(False),
            Acknowledgement.version >= scope.publication.announcement.confirmed_version,
        )
    )
    return {row.person_id: row for row in rows}


def missing(
    scope: AnnouncementScope, wanted: UnconfirmedFilter, count: int, limit: int
) -> Sequence[Person]:
    """List the people who have not confirmed, by name.

    Args:
        count: how many have not confirmed. It decides the query: for many people, walking all
        names is faster; for few, sorting them is.
    """
    asked = select(Person).order_by(Person.sort_key, Person.id).limit(limit)
    if wanted.words:
        asked = asked.where(is_named(wanted.words))
    if wanted.only_absent:
        asked = asked.where(Person.id.in_(_absent()))
    if wanted.after:
        asked = asked.where(tuple_(Person.sort_key, Person.id) > wanted.after)
    is_narrow = wanted.unit_id or wanted.only_absent or wanted.words
    if count > MAX_PEOPLE_SORTED and not is_narrow:
        theirs = _unconfirmed(scope, wanted).where(Recipient.person_id == Person.id)
        return db.session.scalars(asked.where(theirs.correlate(Person).exists())).all()
    gathered = _gathered(_unconfirmed(scope, wanted))
    return db.session.scalars(asked.join(gathered, gathered.c.person_id == Person.id)).all()


def missing_rows(
    scope: AnnouncementScope, person_ids: Collection[UUID]
) -> dict[UUID, list[Recipient]]:
    """Return the unconfirmed rows of each of these people, one for each post."""
    found: dict[UUID, list[Recipient]] = {}
    # "+ 0" hides the column from its index, so that these few people are looked up instead.
    is_open = Recipient.confirmed_version + 0 < scope.publication.announcement.confirmed_version
    rows = db.session.scalars(
        select(Recipient)
        .where(scope.rows(), is_open, Recipient.person_id.in_(person_ids))
        .options(joinedload(Recipient.post, innerjoin=True))
        .order_by(Recipient.person_id, Recipient.post_id)
    )
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def missing_ids(scope: AnnouncementScope, unit_id: UUID | None = None) -> Select[UUID]:
    """Select the ids of the people who have not confirmed, in a unit or in all, each once."""
    return _unconfirmed(scope, UnconfirmedFilter(unit_id=unit_id)).distinct()


def remindable(
    scope: AnnouncementScope, wanted: UnconfirmedFilter, since: datetime
) -> Select[UUID]:
    """Select the ids of people in the filtered list who can be reminded now, each once.

    Absent people are left out unless the filter asks for them; so are people who were reminded
    after `since`.
    """
    asked = _unconfirmed(scope, wanted)
    if wanted.words:
        named = select(Person.id).where(is_named(wanted.words))
        asked = asked.where(Recipient.person_id.in_(named))
    is_away = Recipient.person_id.in_(_absent())
    told = select(Reminder.person_id).where(
        Reminder.publication_id == scope.publication.id, Reminder.reminded_at > since
    )
    return asked.where(
        is_away if wanted.only_absent else ~is_away, Recipient.person_id.not_in(told)
    ).distinct()


def missing_among(scope: AnnouncementScope, person_ids: Collection[UUID]) -> list[UUID]:
    """List which of these people have not confirmed.

    People who joined later are included if the announcement counts them.
    """
    asked = (
        _unconfirmed(scope, UnconfirmedFilter())
        .where(Recipient.person_id.in_(person_ids))
        .distinct()
    )
    found = list(db.session.scalars(asked))
    if not scope.publication.announcement.counts_newcomers or len(found) == len(set(person_ids)):
        return found
    later = set(db.session.scalars(newcomers(scope, clock.now()))) & set(person_ids)
    return [*found, *(later - newcomers_confirmed(scope).keys())]


def absent_count(scope: AnnouncementScope) -> int:
    """Count the absent among the people who have not confirmed."""
    away = _unconfirmed(scope, UnconfirmedFilter()).where(Recipient.person_id.in_(_absent()))
    people = away.distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def by_day(scope: AnnouncementScope, now: datetime) -> list[tuple[date, int]]:
    """Count the confirmations of each day since publication, for a month at most."""
    publication = scope.publication
    zone = publication.agency.time_zone
    there = ZoneInfo(zone)
    first = (publication.published_at or now).astimezone(there).date()
    last = min(now.astimezone(there).date(), first + timedelta(days=MAX_CHART_DAYS - 1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    columns = (column("day", Date), column("start", UTCDateTime), column("end", UTCDateTime))
    calendar = (
        values(*columns, name="days")
        .data([(day, clock.start_of(day, zone), clock.end_of(day, zone)) for day in days])
        .cte()
    )
    confirmed = and_(
        Acknowledgement.publication_id == publication.id,
        Acknowledgement.acknowledged_at >= calendar.c.start,
        Acknowledgement.acknowledged_at < calendar.c.end,
        Acknowledgement.is_counted.is_(True),
        Acknowledgement.version >= publication.announcement.confirmed_version,
    )
    if not scope.is_whole:
        confirmed = and_(confirmed, _is_theirs(scope))
    rows = db.session.execute(
        select(calendar.c.day, func.count(Acknowledgement.version))
        .select_from(calendar)
        .outerjoin(Acknowledgement, confirmed)
        .group_by(calendar.c.day)
        .order_by(calendar.c.day)
    )
    return [(day, number) for day, number in rows]


def people(person_ids: Collection[UUID]) -> Sequence[Person]:
    """List these people by name."""
    asked = select(Person).where(Person.id.in_(person_ids))
    return db.session.scalars(asked.order_by(Person.sort_key, Person.id)).all()


def units(unit_ids: Collection[UUID]) -> dict[UUID, Unit]:
    """Return these units by id."""
    return {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))}


def recorded_by(
    scope: AnnouncementScope, person: Person, now: datetime
) -> Sequence[Acknowledgement]:
    """List the confirmations on paper that the person recorded in the last day."""
    return db.session.scalars(
        select(Acknowledgement)
        .where(
            Acknowledgement.publication_id == scope.publication.id,
            Acknowledgement.recorded_by_id == person.id,
            Acknowledgement.way == Way.PAPER,
            Acknowledgement.acknowledged_at > now - UNDONE_WITHIN,
        )
        .options(joinedload(Acknowledgement.person))
        .order_by(Acknowledgement.acknowledged_at.desc(), Acknowledgement.person_id)
        .limit(MAX_RECORDED)
    ).all()


def last_reminder(scope: AnnouncementScope) -> datetime | None:
    """Return the time of the last reminder, if any."""
    return db.session.scalar(
        select(func.max(Reminder.reminded_at)).where(
            Reminder.publication_id == scope.publication.id
        )
    )


def reminders_of(scope: AnnouncementScope, person_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each of these people was last reminded."""
    rows = db.session.execute(
        select(Reminder.person_id, func.max(Reminder.reminded_at))
        .where(Reminder.publication_id == scope.publication.id, Reminder.person_id.in_(person_ids))
        .group_by(Reminder.person_id)
    )
    return dict(rows.all())


def away_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people are absent now, as ids."""
    return set(db.session.scalars(_absent().where(Absence.person_id.in_(person_ids))))


def _unconfirmed(scope: AnnouncementScope, wanted: UnconfirmedFilter) -> Select[UUID]:
    rows = select(Recipient.person_id).where(scope.rows(), _is_open(scope))
    return rows.where(Recipient.unit_id == wanted.unit_id) if wanted.unit_id else rows


def _is_open(scope: AnnouncementScope) -> ColumnElement[bool]:
    return Recipient.confirmed_version < scope.publication.announcement.confirmed_version


def _gathered(asked: Select[UUID]) -> CTE:
    """Materialise a query of ids, so that the database does not run it again for each name."""
    return asked.distinct().cte("gathered").prefix_with("MATERIALIZED")


def _absent() -> Select[UUID]:
    return select(Absence.person_id).where(runs(clock.now()))


def _is_theirs(scope: AnnouncementScope) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            scope.rows(),
            Recipient.person_id == Acknowledgement.person_id,
            Recipient.post_id == Acknowledgement.post_id,
        )
        .correlate(Acknowledgement)
    )
