"""The recipients of a publication and their confirmations, for writers and heads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, tuple_

from intranet.extensions import db
from intranet.messaging.spaces.audience import within
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.publishing.publications.access import may_write
from intranet.publishing.publications.announcement_models import (
    Acknowledgement,
    Announcement,
    Recipient,
)
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.senders import is_asked
from intranet.publishing.publications.voices import headed_spaces

ReaderPosition = tuple[str, UUID, UUID]
"""A position in the list: the sorting key, person and post of the last row."""


@dataclass(frozen=True)
class Reader:
    """A recipient, in the post and unit that they had at the time of sending."""

    person: Person
    post: Post
    unit: Unit
    confirmed_at: datetime | None

    @property
    def place(self) -> ReaderPosition:
        """The position of this row."""
        return self.person.sort_key, self.person.id, self.post.id


@dataclass(frozen=True)
class ReaderCounts:
    """Numbers of recipients asked to confirm, and of those who did."""

    addressed: int
    confirmed: int


def seen_by(viewer: Person, publication: Publication) -> ColumnElement[bool]:
    """Return the rows that a person may see, as a condition on `Recipient` joined with its `Unit`.

    Writers see all; heads see people who were in their unit or below it.

    Raises:
        Forbidden: the viewer may read the publication but not see its readers.
    """
    if may_write(viewer, publication):
        return true()
    own = [
        within(space.unit_id) if space.unit_id else Recipient.agency_id == space.agency_id
        for space in headed_spaces(viewer)
    ]
    if not own:
        raise Forbidden(
            _l(
                "Only heads and people who can edit this publication can see who has read "
                "it. Heads see only their own people."
            )
        )
    return or_(*own)


def counts(publication: Publication, seen: ColumnElement[bool]) -> ReaderCounts:
    """Count the rows, and the confirmed ones among them."""
    row = db.session.execute(
        select(func.count(), func.count(case((_is_confirmed(publication), 1))))
        .select_from(Recipient)
        .join(Unit, Unit.id == Recipient.unit_id)
        .outerjoin(Acknowledgement, _same())
        .where(Recipient.publication_id == publication.id, seen, is_asked())
    ).one()
    return ReaderCounts(*row)


def acknowledged_counts(publication_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Count the confirmed and all recipients of each of these publications."""
    is_valid = Recipient.confirmed_version >= Announcement.confirmed_version
    announced = Announcement.publication_id
    asked = and_(Recipient.publication_id == announced, is_asked())
    rows = db.session.execute(
        select(announced, func.count(case((is_valid, 1))), func.count(Recipient.person_id))
        .outerjoin(Recipient, asked)
        .where(announced.in_(publication_ids))
        .group_by(announced)
    )
    return {publication_id: (confirmed, addressed) for publication_id, confirmed, addressed in rows}


def readers(
    publication: Publication, seen: ColumnElement[bool], after: ReaderPosition | None, limit: int
) -> Sequence[Reader]:
    """List the rows by name."""
    asked = (
        select(
            Person,
            Post,
            Unit,
            case((_is_confirmed(publication), Acknowledgement.acknowledged_at)),
        )
        .select_from(Recipient)
        .join(Person, Person.id == Recipient.person_id)
        .join(Post, Post.id == Recipient.post_id)
        .join(Unit, Unit.id == Recipient.unit_id)
        .outerjoin(Acknowledgement, _same())
        .where(Recipient.publication_id == publication.id, seen, is_asked())
        .order_by(Person.sort_key, Recipient.person_id, Recipient.post_id)
        .limit(limit)
    )
    if after:
        place = tuple_(Person.sort_key, Recipient.person_id, Recipient.post_id)
        asked = asked.where(place > after)
    return [Reader(*row) for row in db.session.execute(asked)]


def _same() -> ColumnElement[bool]:
    return and_(
        Acknowledgement.publication_id == Recipient.publication_id,
        Acknowledgement.person_id == Recipient.person_id,
        Acknowledgement.post_id == Recipient.post_id,
    )


def _is_confirmed(publication: Publication) -> ColumnElement[bool]:
    return Acknowledgement.version >= publication.announcement.confirmed_version
