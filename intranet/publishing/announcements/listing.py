"""The recipients of a publication and their confirmations, for the spreadsheet and the proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.types import Localized
from intranet.publishing.announcements import queries
from intranet.publishing.announcements.access import AnnouncementScope
from intranet.publishing.publications.announcement_models import Acknowledgement, Recipient


@dataclass(frozen=True, slots=True)
class ConfirmationEntry:
    """A recipient in a post, with their confirmation if there is one."""

    person_id: UUID
    name: str
    post: str
    unit: str
    agency: str
    confirmed_at: datetime | None
    version: int
    way: str
    factor: str
    recorded_by: str


def sent_to(scope: AnnouncementScope, language: str) -> list[ConfirmationEntry]:
    """List the recipients by name, each with their confirmation."""
    recorder = aliased(Person)
    asked = (
        select(
            Person.id,
            Person.name,
            Recipient.post_id,
            Recipient.unit_id,
            Recipient.agency_id,
            Acknowledgement,
            recorder.name.label("recorder"),
        )
        .select_from(Recipient)
        .join(Person, Person.id == Recipient.person_id)
        .outerjoin(
            Acknowledgement,
            and_(
                Acknowledgement.publication_id == Recipient.publication_id,
                Acknowledgement.person_id == Recipient.person_id,
                Acknowledgement.post_id == Recipient.post_id,
            ),
        )
        .outerjoin(recorder, recorder.id == Acknowledgement.recorded_by_id)
        .where(scope.rows())
        .order_by(Person.sort_key, Person.id, Recipient.post_id)
    )
    rows = db.session.execute(asked).all()
    posts = _names(Post.id, Post.title, {row.post_id for row in rows}, language)
    units = _names(Unit.id, Unit.name, {row.unit_id for row in rows}, language)
    agencies = _names(Agency.id, Agency.name, {row.agency_id for row in rows}, language)
    return [
        _entry(
            *(row.id, row.name),
            (posts[row.post_id], units[row.unit_id], agencies[row.agency_id]),
            row.Acknowledgement,
            row.recorder or "",
        )
        for row in rows
    ]


def came_later(scope: AnnouncementScope, language: str, now: datetime) -> list[ConfirmationEntry]:
    """List by name the people who joined the audience later, or confirmed without being counted."""
    confirmed = queries.newcomers_confirmed(scope)
    places = {row[0]: row[1] for row in db.session.execute(queries.newcomers(scope, now))}
    if scope.is_whole:
        places |= {row.person_id: row.post_id for row in confirmed.values()}
    found = []
    for some in in_parts(places):
        posts = _posts({places[one] for one in some})
        for person in queries.people(some):
            post = posts[places[person.id]]
            own = post.unit.agency.language
            where = (post.title, post.unit.name, post.unit.agency.name)
            titles = [text.text(language, own) for text in where]
            found.append(_entry(person.id, person.name, titles, confirmed.get(person.id), ""))
    return found


def _entry(
    person_id: UUID,
    name: str,
    where: Sequence[str],
    row: Acknowledgement | None,
    recorder: str,
) -> ConfirmationEntry:
    post, unit, agency = where
    if row is None:
        return ConfirmationEntry(person_id, name, post, unit, agency, None, 0, "", "", "")
    return ConfirmationEntry(
        person_id=person_id,
        name=name,
        post=post,
        unit=unit,
        agency=agency,
        confirmed_at=row.acknowledged_at,
        version=row.version,
        way=row.way.value,
        factor=row.factor,
        recorded_by=recorder,
    )


def _names(
    key: InstrumentedAttribute[UUID],
    text: InstrumentedAttribute[Localized],
    ids: set[UUID],
    language: str,
) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for some in in_parts(ids):
        rows = db.session.execute(select(key, text).where(key.in_(some)))
        found.update({row_id: name.text(language) for row_id, name in rows})
    return found


def _posts(post_ids: set[UUID]) -> dict[UUID, Post]:
    rows = db.session.scalars(select(Post).where(Post.id.in_(post_ids)))
    return {post.id: post for post in rows}
