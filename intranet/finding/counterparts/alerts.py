"""Alerts: being notified when a post with a function or an occupation appears elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from intranet.extensions import db
from intranet.finding.counterparts.alert_subjects import AlertSubject, subject_of, subjects_of
from intranet.finding.counterparts.models import AlertKind, CounterpartAlert, CounterpartSighting
from intranet.finding.counterparts.sightings import is_there, store
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.agencies.occupations import occupations
from intranet.organisation.people.access import holds_any_post, own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work

MAX_ALERTS = 20
MAX_KNOWN = 500
"""Posts that the person has seen already when an alert begins."""
MAX_LISTED = 20


def alert_on(person: Person, subject: AlertSubject) -> CounterpartAlert | None:
    """Return a person's alert for a subject, if there is one."""
    return db.session.scalar(
        select(CounterpartAlert).where(
            CounterpartAlert.person_id == person.id,
            CounterpartAlert.kind == subject.kind,
            CounterpartAlert.code == subject.code,
        )
    )


def begin_alert(
    person: Person, subject: AlertSubject, known: Iterable[UUID] = ()
) -> CounterpartAlert:
    """Notify the person of posts of other agencies that appear from now on.

    Args:
        known: posts that they have seen already, and need not be told of.

    Raises:
        NotFound: there is no such function or occupation.
        Forbidden: the person holds no post.
        Invalid: they have twenty alerts already.
    """
    if not _exists(subject):
        raise NotFound
    with unit_of_work() as work:
        work.lock(person)
        if not holds_any_post(person):
            raise Forbidden
        if row := alert_on(person, subject):
            return row
        count = select(func.count()).where(CounterpartAlert.person_id == person.id)
        if (db.session.scalar(count) or 0) >= MAX_ALERTS:
            raise Invalid(
                {
                    "code": _l(
                        "You already get notifications about 20 kinds of post. Stop one first."
                    )
                }
            )
        row = CounterpartAlert(person_id=person.id, kind=subject.kind, code=subject.code)
        work.add(row)
        work.flush()
        seen = list(known)[:MAX_KNOWN]
        fitting = subjects_of(seen)
        now = clock.now()
        pairs = [(row.id, post_id) for post_id in seen if subject in fitting[post_id]]
        store(pairs, now, notified_at=now)
    return row


def end_alert(person: Person, subject: AlertSubject) -> None:
    """Stop an alert. Doing it twice changes nothing."""
    with unit_of_work() as work:
        work.lock(person)
        if row := alert_on(person, subject):
            of_it = CounterpartSighting.alert_id == row.id
            db.session.execute(delete(CounterpartSighting).where(of_it))
            work.delete(row)


@dataclass(frozen=True)
class ListedAlert:
    """An alert in the person's list, with the posts that appeared, the newest first."""

    row: CounterpartAlert
    posts: Sequence[tuple[Post, datetime]]

    @property
    def subject(self) -> AlertSubject:
        """The function or the occupation."""
        return subject_of(self.row)


def alerts_of(person: Person) -> list[ListedAlert]:
    """Return a person's alerts, the newest first, with posts that they may still find."""
    now = clock.now()
    rows = db.session.scalars(
        select(CounterpartAlert)
        .where(CounterpartAlert.person_id == person.id)
        .order_by(CounterpartAlert.created_at.desc(), CounterpartAlert.id)
    ).all()
    own = own_agency_ids(person)
    listed = []
    for row in rows:  # at most twenty
        told = db.session.execute(
            select(Post, CounterpartSighting.notified_at)
            .join(CounterpartSighting, CounterpartSighting.post_id == Post.id)
            .where(
                CounterpartSighting.alert_id == row.id,
                CounterpartSighting.notified_at > row.created_at,
                Post.agency_id.not_in(own),
                is_there(now),
            )
            .order_by(CounterpartSighting.notified_at.desc(), Post.id)
            .limit(MAX_LISTED)
        )
        listed.append(ListedAlert(row, [(post, at) for post, at in told if at]))
    return listed


def _exists(subject: AlertSubject) -> bool:
    if subject.kind == AlertKind.OCCUPATION:
        return subject.code in occupations()
    return db.session.get(Function, subject.code) is not None
