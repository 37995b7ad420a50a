"""Saved posts: a person's lists, and the changes in the posts they follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from intranet.extensions import db
from intranet.finding.counterparts.models import KeptPost
from intranet.messaging.conversations.faces import faces_of
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import holders_of
from intranet.platform.core import clock
from intranet.platform.core.web import current_language


@dataclass(frozen=True)
class Change:
    """A person who came into a post or left it."""

    name: str
    has_come: bool
    at: datetime


@dataclass(frozen=True)
class Kept:
    """A saved post in a list."""

    row: KeptPost
    people: Sequence[dict[str, Any]]
    changes: Sequence[Change]

    @property
    def title(self) -> str:
        """The title for the reader."""
        agency = self.row.post.unit.agency
        return self.row.post.title.text(current_language(), agency.language)

    @property
    def agency_name(self) -> str:
        """The agency's name, in the reader's language if possible."""
        agency = self.row.post.unit.agency
        return agency.name.text(current_language(), agency.language)

    @property
    def has_ended(self) -> bool:
        """Whether the post no longer exists."""
        post = self.row.post
        return not post.is_in_force(clock.today(post.unit.agency.time_zone))


def lists_of(person: Person) -> dict[str, list[Kept]]:
    """Return a person's saved posts by list name, those in no list first."""
    closed = closed_agency_ids(person)
    rows = [
        row
        for row in db.session.scalars(
            select(KeptPost)
            .where(KeptPost.person_id == person.id)
            .order_by(KeptPost.list_name, KeptPost.created_at, KeptPost.id)
        )
        if row.post.agency_id not in closed
    ]
    ids = [row.post_id for row in rows]
    now = clock.now()
    held = holders_of(ids, now)
    shown = {
        post_id: [row.person_id for row in some if row.person.is_suggested]
        for post_id, some in held.items()
    }
    faces = faces_of({each for some in shown.values() for each in some}, person)
    changes = _changes([row for row in rows if row.followed_at], now)
    found: dict[str, list[Kept]] = {}
    for row in rows:
        people = [faces[each] for each in shown.get(row.post_id, ()) if each in faces]
        kept = Kept(row, people, changes.get(row.post_id, ()))
        found.setdefault(row.list_name, []).append(kept)
    return found


def _changes(rows: Sequence[KeptPost], now: datetime) -> dict[UUID, list[Change]]:
    """Return who came and left since each post was followed, latest first."""
    if not rows:
        return {}
    since = {row.post_id: row.followed_at for row in rows if row.followed_at}
    oldest = min(since.values())
    came = and_(Appointment.since > oldest, Appointment.since <= now, ~Appointment.on_hold)
    went = and_(Appointment.until > oldest, Appointment.until <= now)
    found: dict[UUID, list[Change]] = {}
    wanted = select(Appointment).where(Appointment.post_id.in_(since), or_(came, went))
    for row in db.session.scalars(wanted):
        if not row.person.is_suggested:
            continue
        for at, has_come in ((row.since, True), (row.until, False)):
            if at and since[row.post_id] < at <= now:
                found.setdefault(row.post_id, []).append(Change(row.person.name, has_come, at))
    for changes in found.values():
        changes.sort(key=lambda change: change.at, reverse=True)
    return found
