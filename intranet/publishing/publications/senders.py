"""Who sends something: they know it, so they are not asked to confirm that they have read it.

That are its author, whoever published or scheduled it, and who stands in the post that signs it, at
the moment of sending. They are in the frozen audience all the same.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from intranet.extensions import db
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.publishing.publications.models import Publication, Recipient

NOT_ASKED = 2**31 - 1
"""As `Recipient.confirmed_version`: they send it, and no version is theirs to confirm."""


def senders_of(publication: Publication, now: datetime) -> set[UUID]:
    """Return the ids of who sends it at this instant."""
    signing = select(Appointment.person_id).where(
        Appointment.post_id == publication.post_id, is_current(now)
    )
    hands = (publication.created_by_id, publication.published_by_id, publication.scheduled_by_id)
    return {one for one in hands if one} | set(db.session.scalars(signing))


def is_asked() -> ColumnElement[bool]:
    """Return whether somebody in the frozen audience is asked to confirm, on `Recipient`."""
    return Recipient.confirmed_version < NOT_ASKED


def sends(person: Person, publication: Publication) -> bool:
    """Return whether a person sent it, and so is not asked to confirm it.

    What was sent before senders were left out still asks them: the frozen rows say so.
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
    """Return the names of those in the frozen audience who are not asked, by name."""
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
