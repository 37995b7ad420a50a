"""Sightings: posts that fit an alert, noted as they change, and told of together.

Changed posts that fit an alert are noted in the same transaction. A job notifies people of them
once they have been still for a while, so that an import is one notification. A person is notified
of a post when they could find it and it has a holder; until then its sighting waits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.finding.counterparts.alert_subjects import AlertSubject, subject_of, subjects_of
from intranet.finding.counterparts.events import CounterpartsAppeared
from intranet.finding.counterparts.models import AlertKind, CounterpartAlert, CounterpartSighting
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.batches import batches
from intranet.platform.core.database import insert_into
from intranet.platform.core.unit_of_work import unit_of_work

BATCH_SIZE = 500
PEOPLE_PER_RUN = 500
MAX_WAITING = 500
"""Sightings of one alert that wait to be told; further ones are in the list anyway."""
STILL_FOR = timedelta(minutes=15)
"""How long nothing new must have come, so that one import is one notification."""
WAIT_AT_MOST = timedelta(hours=6)
FORGOTTEN_AFTER = timedelta(days=90)


def note_posts(post_ids: Collection[UUID]) -> None:
    """Store which of these posts fit an alert, if somebody holds them or will.

    Mostly there is no alert. A vacant post is noted once somebody is appointed to it.
    """
    if db.session.scalar(select(CounterpartAlert.id).limit(1)) is None:
        return
    for some in batches(sorted(post_ids), BATCH_SIZE):
        _note(some)


def _note(post_ids: Sequence[UUID]) -> None:
    held = select(Appointment.post_id).where(
        Appointment.post_id.in_(post_ids), is_not_over(clock.now())
    )
    subjects = subjects_of(sorted(set(db.session.scalars(held))))
    alerts = _alerts_on({each for found in subjects.values() for each in found})
    pairs = [
        (alert_id, post_id)
        for post_id, found in subjects.items()
        for subject in sorted(found)
        for alert_id in alerts.get(subject, ())
    ]
    if pairs:
        store(pairs, clock.now())


def _alerts_on(subjects: Collection[AlertSubject]) -> dict[AlertSubject, list[UUID]]:
    """Return the alerts on each of these subjects that have room for more sightings."""
    found: dict[AlertSubject, list[UUID]] = defaultdict(list)
    for kind in AlertKind:
        codes = [each.code for each in subjects if each.kind == kind]
        rows = db.session.execute(
            select(CounterpartAlert, func.count(CounterpartSighting.post_id))
            .outerjoin(
                CounterpartSighting,
                and_(
                    CounterpartSighting.alert_id == CounterpartAlert.id,
                    CounterpartSighting.notified_at.is_(None),
                ),
            )
            .where(CounterpartAlert.kind == kind, CounterpartAlert.code.in_(codes))
            .group_by(CounterpartAlert.id)
        )
        for row, count in rows:
            if count < MAX_WAITING:
                found[subject_of(row)].append(row.id)
    return found


def store(
    pairs: Sequence[tuple[UUID, UUID]], now: datetime, notified_at: datetime | None = None
) -> None:
    """Store pairs of alerts and posts that are not stored yet."""
    for some in batches(pairs, BATCH_SIZE):
        rows = [
            {"alert_id": alert_id, "post_id": post_id, "seen_at": now, "notified_at": notified_at}
            for alert_id, post_id in some
        ]
        db.session.execute(insert_into(CounterpartSighting).on_conflict_do_nothing(), rows)


def tell_of_new() -> None:
    """Notify people of the posts that appeared, all those of a person together."""
    now = clock.now()
    for person_id in _waiting(now):
        with unit_of_work() as work:
            count = _settle(work.locked(Person, person_id), now)
            if count:
                work.publish(CounterpartsAppeared(person_id, count, "/counterparts/alerts"))
        db.session.remove()
    _forget_unfilled(now)


def _waiting(now: datetime) -> Sequence[UUID]:
    """Return people with a sighting of a post that can be found, the longest waiting first."""
    wanted = (
        select(CounterpartAlert.person_id)
        .join(CounterpartSighting, CounterpartSighting.alert_id == CounterpartAlert.id)
        .where(
            CounterpartSighting.notified_at.is_(None),
            CounterpartSighting.seen_at <= now - STILL_FOR,
            is_there(now),
        )
        .group_by(CounterpartAlert.person_id)
        .order_by(func.min(CounterpartSighting.seen_at))
        .limit(PEOPLE_PER_RUN)
    )
    return db.session.scalars(wanted).all()


def _settle(person: Person, now: datetime) -> int:
    """Mark what a person is told of now, and return how many posts that are.

    Posts of their own agencies are marked and not told; so is everything while they hold no post.
    Posts that have lost what made them fit are forgotten.
    """
    rows = db.session.execute(
        select(
            CounterpartSighting.alert_id,
            CounterpartSighting.post_id,
            CounterpartSighting.seen_at,
            Post.agency_id,
        )
        .join(CounterpartAlert, CounterpartAlert.id == CounterpartSighting.alert_id)
        .join(Post, Post.id == CounterpartSighting.post_id)
        .where(
            CounterpartAlert.person_id == person.id,
            CounterpartSighting.notified_at.is_(None),
            is_there(now),
        )
    ).all()
    times = [row.seen_at for row in rows]
    if not rows or (max(times) > now - STILL_FOR and min(times) > now - WAIT_AT_MOST):
        return 0  # more keep coming in
    fitting = _still_fitting(rows)
    lost = {(row.alert_id, row.post_id) for row in rows} - fitting
    _write(delete(CounterpartSighting), lost)
    _write(update(CounterpartSighting).values(notified_at=now), fitting)
    own = own_agency_ids(person)
    told = {row.post_id for row in rows if row.agency_id not in own}
    return len(told & {post_id for _alert_id, post_id in fitting}) if own else 0


def _still_fitting(rows: Sequence[Any]) -> set[tuple[UUID, UUID]]:
    alerts = select(CounterpartAlert).where(CounterpartAlert.id.in_({row.alert_id for row in rows}))
    wanted = {row.id: subject_of(row) for row in db.session.scalars(alerts)}
    fitting = set()
    for some in batches(rows, BATCH_SIZE):
        subjects = subjects_of([row.post_id for row in some])
        fitting |= {
            (row.alert_id, row.post_id)
            for row in some
            if wanted[row.alert_id] in subjects[row.post_id]
        }
    return fitting


def _write(statement: Delete | Update, pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Change or delete sightings by their keys."""
    by_alert: dict[UUID, list[UUID]] = defaultdict(list)
    for alert_id, post_id in pairs:
        by_alert[alert_id].append(post_id)
    for alert_id, post_ids in by_alert.items():
        for some in batches(post_ids, BATCH_SIZE):
            db.session.execute(
                statement.where(
                    CounterpartSighting.alert_id == alert_id,
                    CounterpartSighting.post_id.in_(some),
                ).execution_options(synchronize_session=False)
            )


def _forget_unfilled(now: datetime) -> None:
    """Forget posts that nobody came to hold; who takes one up makes it a new sighting."""
    with unit_of_work():
        db.session.execute(
            delete(CounterpartSighting)
            .where(
                CounterpartSighting.notified_at.is_(None),
                CounterpartSighting.seen_at < now - FORGOTTEN_AFTER,
            )
            .execution_options(synchronize_session=False)
        )


def is_there(now: datetime) -> ColumnElement[bool]:
    """Return the condition on a sighting that its post can be found and somebody holds it."""
    held = (
        select(Appointment.id)
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.post_id == CounterpartSighting.post_id,
            is_current(now),
            Person.is_suggested,
            Person.erased_at.is_(None),
        )
        .correlate(CounterpartSighting)
    )
    found = aliased(Post)
    post = (
        select(found.id)
        .join(Agency, Agency.id == found.agency_id)
        .where(
            found.id == CounterpartSighting.post_id,
            Agency.in_directory,
            or_(found.valid_from.is_(None), found.valid_from <= now.date()),
            or_(found.valid_to.is_(None), found.valid_to >= now.date()),
        )
        .correlate(CounterpartSighting)
    )
    return and_(post.exists(), held.exists())
