"""Senders of a publication, who are not asked to confirm reading it.

They are its author, the people who published or scheduled it, and the holders of the post that
signs it, at the moment of sending. They stay in the frozen audience.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.extensions import db
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.models import Publication

NOT_ASKED = 2**31 - 1
"""The `Recipient.confirmed_version` of senders, who have no version to confirm."""


def senders_of(publication: Publication, now: datetime) -> set[UUID]:
    """Return the ids of a publication's senders at this instant."""
    signing = select(Appointment.person_id).where(
        Appointment.post_id == publication.post_id, is_current(now)
    )
    hands = (publication.created_by_id, publication.published_by_id, publication.scheduled_by_id)
    return {one for one in hands if one} | set(db.session.scalars(signing))


def is_asked() -> ColumnElement[bool]:
    """Return whether a recipient is asked to confirm, as a condition on `Recipient`."""
    return Recipient.confirmed_version < NOT_ASKED


def sends(person: Person, publication: Publication) -> bool:
    """Return whether a person is a sender, and so is not asked to confirm.

    Announcements from before this rule still ask their senders: the frozen rows decide.
    """
    rows = db.session.scalars(
        select(Recipient.confirmed_version).where(
            Recipient.publication_id == publication.id, Recipient.person_id == person.id
        )
    ).all()
    if rows:
        return min(rows) >= NOT_ASKED
    return person.id in {publication.created_by_id, publication.published_by_id}


def senders_named(publication: Publication) -> list[str]:
    """List the names of the senders in the frozen audience."""
    asked = (
        select(Person.name)
        .where(
            Person.id.in_(
                select(Recipient.person_id).where(
                    Recipient.publication_id == publication.id,
                    Recipient.confirmed_version >= NOT_ASKED,
                )
            )
        )
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.scalars(asked))
