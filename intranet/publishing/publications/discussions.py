"""The discussion of a publication, with the same readers as the publication."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.messaging.conversations.discussions import DiscussionSubject, Holder, register_subject
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.people.models import Person
from intranet.platform.core.types import Localized
from intranet.publishing.publications.access import (
    may_write,
    readable_by,
    readers_among,
    written_by,
)
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.readable_ids import readable_among
from intranet.publishing.publications.versions import is_latest


def reads(person: Person) -> ColumnElement[bool]:
    """Return the discussions that the person may read, as a condition on `Conversation`.

    Once a publication is withdrawn, only the people who may edit it can read its discussion.
    """
    return exists().where(
        Publication.conversation_id == Conversation.id,
        readable_by(person),
        or_(Publication.withdrawn_at.is_(None), written_by(person)),
    )


def read_among(person: Person, conversation_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these discussions the person may read; the rule is that of `reads`."""
    return readable_among(person, conversation_ids, Publication.conversation_id)


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
    Holder(reads=reads, read_among=read_among, readers_among=discussed_by, held=subjects_of)
)
