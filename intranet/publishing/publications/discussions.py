"""The discussion of a publication, with the same readers as the publication."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.messaging.conversations.discussions import DiscussionSubject, Holder, register_subject
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Localized, among, id_parameter, ids_parameter
from intranet.publishing.publications.access import (
    may_write,
    readable_by,
    readers_among,
    written_by,
)
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import is_latest
from intranet.publishing.publications.visibility import is_open_to_reader


def reads(person: Person) -> ColumnElement[bool]:
    """Return the discussions that the person may read, as a condition on `Conversation`.

    Once a publication is withdrawn, only the people who may edit it can read its discussion.
    """
    return exists().where(
        Publication.conversation_id == Conversation.id,
        readable_by(person),
        or_(Publication.withdrawn_at.is_(None), written_by(person)),
    )


def open_among(person: Person, conversation_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these discussions are of what is open to the person by its visibility."""
    agency_ids = list(own_agency_ids(person))
    if not agency_ids:
        return set()
    asked = {"ids": list(conversation_ids), "person_id": person.id, "agency_ids": agency_ids}
    return set(execute_prepared(_open_among(), **asked).scalars())


@cache
def _open_among() -> Select[UUID | None]:
    open_to_reader = is_open_to_reader(id_parameter("person_id"), ids_parameter("agency_ids"), NOW)
    return select(Publication.conversation_id).where(
        among(Publication.conversation_id, "ids"),
        Publication.published_at.is_not(None),
        open_to_reader,
    )


def discussion_of(person: Person, publication: Publication) -> Conversation | None:
    """Return the discussion of a publication, if the person may read it."""
    is_read = publication.withdrawn_at is None or may_write(person, publication)
    return publication.conversation if is_read else None


def subjects_of(conversation_ids: Collection[UUID]) -> dict[UUID, DiscussionSubject]:
    """Return the subjects of these discussions, by conversation, in one query."""
    rows = db.session.execute(
        select(Publication, PublicationVersion.title)
        .join(PublicationVersion, is_latest())
        .where(Publication.conversation_id.in_(conversation_ids))
        .options(joinedload(Publication.space, innerjoin=True))
    )
    return {
        publication.conversation_id: _held(publication, title)
        for publication, title in rows
        if publication.conversation_id
    }


def _held(publication: Publication, title: Localized) -> DiscussionSubject:
    return DiscussionSubject(
        title=title,
        agency=publication.space.agency,
        address=f"/p/{publication.id}",
        is_only_here=publication.announcement.is_only_here,
        is_led_by=lambda person: may_write(person, publication),
        space_id=publication.space_id,
    )


def discussed_by(conversation_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people may read a discussion, as ids."""
    publication = db.session.scalar(
        select(Publication).where(Publication.conversation_id == conversation_id)
    )
    return readers_among(publication, person_ids) if publication else set()


register_subject(
    Holder(reads=reads, open_among=open_among, readers_among=discussed_by, held=subjects_of)
)
