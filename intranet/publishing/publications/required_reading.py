"""Publications in force and the required reading of a person, which every page counts."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, exists, or_

from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, Instant, id_parameter, ids_parameter
from intranet.publishing.publications.access import ways_sent_to
from intranet.publishing.publications.announcement_models import (
    Acknowledgement,
    Announcement,
    Recipient,
)
from intranet.publishing.publications.audience_membership import Many, holdings_later, holdings_of
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.newest import counted, reader_values

_PERSON_ID, _AGENCY_IDS = id_parameter("person_id"), ids_parameter("agency_ids")


def in_force(now: Instant) -> ColumnElement[bool]:
    """Return the condition that a publication is published, not expired and not withdrawn."""
    return and_(
        Publication.published_at <= now,
        Publication.withdrawn_at.is_(None),
        or_(Publication.expires_at.is_(None), Publication.expires_at > now),
    )


@per_request
def count_required(person: Person) -> int:
    """Count the publications that the person has to confirm."""
    asked = _owed_count(len(holdings_of(person).posts))
    return execute_prepared(asked, **reader_values(person)).scalar() or 0


@cache
def _owed_count(posts: int) -> Select[int]:
    """Return the cached statement for a person with this many posts; every page runs it."""
    ways = ways_sent_to(_PERSON_ID, _AGENCY_IDS, holdings_later(posts))
    return counted(ways, *is_required())


@cache
def is_required() -> Sequence[ColumnElement[bool]]:
    """Return what the person has to confirm now, with parameters for `reader_values`."""
    return in_force(NOW), _owed_by(_PERSON_ID, _AGENCY_IDS)


def is_required_of(person: Person) -> ColumnElement[bool]:
    """Return what the person has to confirm, as a condition on publications that reach them.

    A circular counts until it is confirmed for each of the person's posts that received it.
    """
    return _owed_by(person.id, list(own_agency_ids(person)))


def _owed_by(person_id: Id, agency_ids: Many) -> ColumnElement[bool]:
    announced = Announcement.publication_id == Publication.id
    valid = (
        Acknowledgement.publication_id == Publication.id,
        Acknowledgement.person_id == person_id,
        Acknowledgement.version >= Announcement.confirmed_version,
    )
    sent = (
        Recipient.publication_id == Publication.id,
        Recipient.person_id == person_id,
        Recipient.agency_id.in_(agency_ids),
    )
    unconfirmed = _is_there(*sent, Recipient.confirmed_version < Announcement.confirmed_version)
    came_later = and_(~_is_there(*sent), ~_is_there(*valid), Publication.created_by_id != person_id)
    asks = Announcement.due_on.is_not(None)
    return exists().where(announced, asks, or_(unconfirmed, came_later))


def _is_there(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a row exists, correlated with the outer publication.

    SQLAlchemy does not correlate across two levels of subqueries by itself.
    """
    return exists().where(*conditions).correlate(Publication, Announcement)
