"""View model of the report: numbers, names, units and days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intranet.extensions import db
from intranet.organisation.people.absence_queries import AbsenceOfDay, absences_on
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments_of
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.rest import after_name
from intranet.publishing.announcements import queries
from intranet.publishing.announcements.access import AnnouncementScope
from intranet.publishing.announcements.delivery_states import delivery_words
from intranet.publishing.announcements.operations.reminding import count_to_remind
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.models import PublicationVersion
from intranet.publishing.publications.senders import senders_named, sends
from intranet.publishing.publications.view_models import text_of

PAGE_SIZE = 50
MAX_CHIPS = 4
MAX_UNITS = 12
MAX_NEWCOMERS = 50


@dataclass(frozen=True)
class MissingRow:
    """A person who has not confirmed, in the post in which they received it."""

    person: Person
    post_id: UUID
    post: str
    unit: str
    agency: str
    delivery: tuple[str, str] | None
    absence: AbsenceOfDay | None
    moved: str
    reminded_at: datetime | None


@dataclass(frozen=True)
class Day:
    """The confirmations of a day, and the position of its bar in the chart."""

    day: date
    number: int
    total: int
    x: float
    height: float


def report_context(
    person: Person,
    scope: AnnouncementScope,
    wanted: queries.UnconfirmedFilter,
    now: datetime,
    *,
    with_later: bool,
) -> dict[str, Any]:
    """Return the report of a publication, with a page of the people who have not confirmed.

    Args:
        with_later: include people who joined later even in a large audience, where it is slow.
    """
    publication = scope.publication
    counts = queries.counts(scope)
    confirmed = sum(row.confirmed for row in counts)
    addressed = sum(row.addressed for row in counts)
    is_quick = addressed <= queries.MAX_PEOPLE_SORTED or publication.announcement.counts_newcomers
    later: dict[str, Any] = _later(scope, now) if is_quick or with_later else {}
    if publication.announcement.counts_newcomers:
        confirmed += later["newcomers_confirmed"]
        addressed += later["newcomers_total"]
    missing = sum(row.missing for row in counts)
    people = queries.missing(scope, wanted, missing, PAGE_SIZE + 1)
    last = people[PAGE_SIZE - 1] if len(people) > PAGE_SIZE else None
    version = db.session.get(PublicationVersion, (publication.id, publication.version))
    days = queries.by_day(scope, now)
    return later | {
        "asks_later": not later,
        "publication": publication,
        "scope": scope,
        "title": text_of(version.title, publication.agency.language) if version else "",
        "confirmed": confirmed,
        "addressed": addressed,
        "missing": missing,
        "absent": queries.absent_count(scope) if missing else 0,
        "wanted": wanted,
        "to_remind": count_to_remind(scope, wanted, now) if missing else 0,
        "unit": next((row.unit for row in counts if row.unit.id == wanted.unit_id), None),
        "rows": _rows(scope, people[:PAGE_SIZE], now),
        "next": after_name(last.sort_key, last.id) if last else None,
        "chips": [row for row in counts if row.missing][:MAX_CHIPS],
        "by_unit": counts[:MAX_UNITS],
        "other_units": max(0, len(counts) - MAX_UNITS),
        "by_agency": _by_agency(counts),
        "days": _chart(days, confirmed),
        "last_reminder": queries.last_reminder(scope),
        "is_open": publication.withdrawn_at is None,
        "senders": senders_named(publication) if scope.is_whole else (),
        "viewer_sends": sends(person, publication),
        "recorded": queries.recorded_by(scope, person, now),
    }


def _later(scope: AnnouncementScope, now: datetime) -> dict[str, Any]:
    """Return how many people joined later, how many of them confirmed, and some of them by name."""
    done = queries.newcomers_confirmed(scope)
    fit = {person_id for person_id, *_place in db.session.execute(queries.newcomers(scope, now))}
    every = fit | (done.keys() if scope.is_whole else done.keys() & fit)
    people = queries.people(sorted(every)[: MAX_NEWCOMERS + 1])
    return {
        "newcomers_total": len(every),
        "newcomers_confirmed": len(every & done.keys()),
        "newcomers": [(one, done.get(one.id)) for one in people[:MAX_NEWCOMERS]],
    }


def _rows(scope: AnnouncementScope, people: Sequence[Person], now: datetime) -> list[MissingRow]:
    ids = [person.id for person in people]
    sent = queries.missing_rows(scope, ids)
    held = current_appointments_of(ids, now)
    told = delivery_words(scope.publication.id, ids)
    away = absences_on(ids, clock.today(scope.publication.agency.time_zone))
    reminded = queries.reminders_of(scope, ids)
    units = queries.units({row.unit_id for rows in sent.values() for row in rows})
    found = []
    for person in people:
        for row in sent.get(person.id, ()):
            unit, at = units[row.unit_id], reminded.get(person.id)
            is_other = row.agency_id != scope.publication.agency_id
            found.append(
                MissingRow(
                    person=person,
                    post_id=row.post_id,
                    post=text_of(row.post.title, unit.agency.language),
                    unit=text_of(unit.name, unit.agency.language),
                    agency=text_of(unit.agency.name, unit.agency.language) if is_other else "",
                    delivery=told.get(person.id),
                    absence=away.get(person.id),
                    moved=_moved(row, held.get(person.id, ())),
                    reminded_at=at,
                )
            )
    return found


def _moved(row: Recipient, held: Collection[Appointment]) -> str:
    """Return a note if a recipient no longer works in the unit where they received it, or ""."""
    if any(one.post.unit_id == row.unit_id for one in held):
        return ""
    for one in held:
        unit = one.post.unit
        return _("now in %(unit)s", unit=text_of(unit.name, unit.agency.language))
    return _("no longer holds a post")


def _by_agency(counts: Sequence[queries.Count]) -> list[tuple[str, int, int]]:
    """Sum the numbers by agency; return nothing for a single agency."""
    found: dict[UUID, tuple[str, int, int]] = {}
    for row in counts:
        agency = row.unit.agency
        name, confirmed, addressed = found.get(
            agency.id, (text_of(agency.name, agency.language), 0, 0)
        )
        found[agency.id] = (name, confirmed + row.confirmed, addressed + row.addressed)
    rows = sorted(found.values(), key=lambda one: (one[1] - one[2], one[0]))
    return rows if len(rows) > 1 else []


def _chart(days: Sequence[tuple[date, int]], confirmed: int) -> list[Day]:
    """Lay out bars in a space of 100 by 40, each day with the running total."""
    highest = max((number for _day, number in days), default=0)
    if not confirmed or not highest:
        return []
    width, total, bars = 100 / len(days), 0, []
    for place, (day, number) in enumerate(days):
        total += number
        height = round(40 * number / highest, 2)
        bars.append(Day(day, number, total, round(place * width, 2), height))
    return bars
