"""Proposals and public items, for the people who decide on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core import clock
from intranet.public_site.access import approving_agency_ids
from intranet.public_site.models import ShowcaseItem
from intranet.publishing.publications.models import Publication, PublicationVersion


@dataclass(frozen=True)
class ShowcaseListEntry:
    """A public or proposed publication, with the version concerned."""

    item: ShowcaseItem
    version: PublicationVersion

    @property
    def publication(self) -> Publication:
        """The publication of the item."""
        return self.item.publication


def of_agency(agency: Agency) -> ColumnElement[bool]:
    """The item belongs to an agency, as a condition."""
    return ShowcaseItem.agency_id == agency.id


def of_person(person: Person) -> ColumnElement[bool]:
    """The person may approve for the item's agency or acts for its post, as a condition."""
    spoken = posts_spoken_for(person.id, clock.now()).subquery()
    return or_(
        ShowcaseItem.agency_id.in_(approving_agency_ids(person)),
        Publication.post_id.in_(select(spoken.c.post_id)),
    )


def waiting(of: ColumnElement[bool], limit: int) -> list[ShowcaseListEntry]:
    """Return proposals that wait for approval, the oldest first."""
    asked = (
        _known(ShowcaseItem.proposed_version)
        .where(of, ShowcaseItem.proposed_at.is_not(None), Publication.withdrawn_at.is_(None))
        .order_by(ShowcaseItem.proposed_at, ShowcaseItem.publication_id)
        .limit(limit)
    )
    return _read(asked)


def on_show(
    of: ColumnElement[bool], *, before: tuple[datetime, UUID] | None = None, limit: int
) -> list[ShowcaseListEntry]:
    """Return items that are public, or would be if the agency did not pause; the latest first."""
    place = (ShowcaseItem.approved_at, ShowcaseItem.publication_id)
    asked = _known(ShowcaseItem.version).where(of, *_is_on_show())
    if before:
        asked = asked.where(tuple_(*place) < before)
    return _read(asked.order_by(*(column.desc() for column in place)).limit(limit))


def count_on_show(of: ColumnElement[bool]) -> int:
    """Count the items that are public, or would be if the agency did not pause."""
    asked = select(func.count()).select_from(ShowcaseItem)
    asked = asked.join(Publication, Publication.id == ShowcaseItem.publication_id)
    return db.session.scalar(asked.where(of, *_is_on_show())) or 0


def _is_on_show() -> tuple[ColumnElement[bool], ...]:
    return (
        ShowcaseItem.version.is_not(None),
        ShowcaseItem.taken_off_at.is_(None),
        Publication.visibility == Visibility.PUBLIC,
        Publication.withdrawn_at.is_(None),
    )


def _known(number: InstrumentedAttribute[int | None]) -> Select[ShowcaseItem, PublicationVersion]:
    return (
        select(ShowcaseItem, PublicationVersion)
        .join(Publication, Publication.id == ShowcaseItem.publication_id)
        .join(
            PublicationVersion,
            and_(
                PublicationVersion.publication_id == ShowcaseItem.publication_id,
                PublicationVersion.number == number,
            ),
        )
        .options(
            contains_eager(ShowcaseItem.publication).options(
                joinedload(Publication.agency, innerjoin=True),
                joinedload(Publication.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
            )
        )
    )


def _read(asked: Select[ShowcaseItem, PublicationVersion]) -> list[ShowcaseListEntry]:
    return [ShowcaseListEntry(item, version) for item, version in db.session.execute(asked)]
