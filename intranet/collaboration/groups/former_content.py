"""The content of former members of groups, which they may still read and download."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from intranet.delivery.files.serializers import file_json
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.access import is_former_content_of as message_kept_by
from intranet.messaging.messages.models import Message, MessageFile
from intranet.messaging.spaces.access import visible_to
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.organisation.people.models import Person
from intranet.publishing.publications.former_contributions import is_former_contribution_of
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import files_in


def left_groups(person: Person) -> Sequence[Space]:
    """Return the groups that the person wrote in and can no longer read."""
    wrote = (
        select(Conversation.space_id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(message_kept_by(person.id))
    )
    contributed = select(Publication.space_id).where(is_former_contribution_of(person))
    groups = select(Space).where(
        Space.kind == SpaceKind.GROUP,
        Space.id.in_(wrote.union(contributed)),
        ~visible_to(person),
    )
    return db.session.scalars(groups.order_by(Space.id)).all()


def former_messages(person: Person, space: Space) -> Sequence[Message]:
    """Return the person's messages in the channels of a group, in order."""
    return db.session.scalars(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.space_id == space.id, message_kept_by(person.id))
        .options(selectinload(Message.files).joinedload(MessageFile.file))
        .order_by(Message.conversation_id, Message.seq)
    ).all()


def former_publications(person: Person, space: Space) -> Sequence[PublicationVersion]:
    """Return the person's contributions in a group, as last published."""
    return db.session.scalars(
        select(PublicationVersion)
        .join(Publication, Publication.id == PublicationVersion.publication_id)
        .where(
            Publication.space_id == space.id,
            is_former_contribution_of(person),
            PublicationVersion.number == Publication.version,
        )
        .options(undefer(PublicationVersion.body), joinedload(PublicationVersion.published_by))
        .order_by(Publication.published_at, Publication.id)
    ).all()


def former_content_json(person: Person) -> Iterator[dict[str, Any]]:
    """Yield what the person wrote in groups that they can no longer read, group by group.

    Files are given by their addresses.
    """
    for space in left_groups(person):
        yield {
            "group": dict(space.title),
            "messages": [
                {
                    "id": str(message.id),
                    "conversation_id": str(message.conversation_id),
                    "written_at": message.created_at.isoformat(),
                    "as": message.caption,
                    "body": message.said,
                    "files": [file_json(held.file) for held in message.files],
                }
                for message in former_messages(person, space)
            ],
            "publications": [
                {
                    "id": str(version.publication_id),
                    "published_at": version.published_at.isoformat(),
                    "title": dict(version.title),
                    "body": dict(version.body),
                    "files": [file_json(file) for file in files_in(version)],
                }
                for version in former_publications(person, space)
            ],
        }
