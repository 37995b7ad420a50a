"""Notifications about initiatives, by keys of `notifications.sentences.SENTENCES`."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.initiatives.models import Adoption, Contact, Initiative, Use
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.following import following

UPDATED = "initiative_updated"
MOVED = "initiative_moved"
USED = "initiative_used"


def notify_followers(work: Work, initiative: Initiative, actor: Person, why: str, key: str) -> None:
    """Notify followers of the initiative, and contacts of agencies that use or consider it.

    The actor is not notified.
    """
    contacts = db.session.scalars(
        select(Adoption.contact_id).where(
            Adoption.publication_id == initiative.publication_id,
            Adoption.replaced_at.is_(None),
            Adoption.use != Use.GAVE_UP,
        )
    ).all()
    people = {*following(initiative.publication), *_speaking_for(contacts)}
    work.publish(_told(initiative, actor, why, key, people))


def notify_owners(work: Work, initiative: Initiative, actor: Person, why: str, key: str) -> None:
    """Notify the people who act for the post that owns the initiative, and for its contacts.

    The actor is not notified.
    """
    contacts = db.session.scalars(
        select(Contact.post_id).where(Contact.publication_id == initiative.publication_id)
    ).all()
    people = _speaking_for([initiative.publication.post_id, *contacts])
    work.publish(_told(initiative, actor, why, key, people))


def _speaking_for(post_ids: Collection[UUID]) -> set[UUID]:
    found = answering(post_ids, clock.now())
    return {person.id for answer in found.values() for person in answer.people}


def _told(
    initiative: Initiative, actor: Person, why: str, key: str, people: Iterable[UUID]
) -> Concerned:
    ids = tuple(sorted(set(people) - {actor.id}))
    return Concerned(initiative.publication_id, why, ids, key, actor_id=actor.id)
