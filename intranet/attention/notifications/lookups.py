"""Lookups for the content of notifications, each once for all rows."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet.attention.notifications.models import Kind, Notification
from intranet.collaboration.groups.access import is_known_to
from intranet.collaboration.groups.models import Group
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.models import Publication, PublicationText, PublicationVersion
from intranet.publishing.publications.versions import is_latest

Published = tuple[Publication, PublicationVersion | None]
"""A publication with its latest version; None if it was never published."""


def readable_publications(person: Person, ids: Collection[UUID]) -> dict[UUID, Published]:
    """Return the publications the person may read, with their latest version."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Publication, PublicationVersion)
        .outerjoin(PublicationVersion, is_latest())
        .where(Publication.id.in_(ids), readable_by(person))
        .options(joinedload(Publication.space), joinedload(Publication.agency))
    )
    return {publication.id: (publication, version) for publication, version in rows}


def titles_of_drafts(publications: Iterable[Published]) -> dict[UUID, str]:
    """Return titles of unpublished publications, in the languages of their agencies."""
    own = {row.id: row.agency.language for row, version in publications if version is None}
    if not own:
        return {}
    texts = db.session.execute(
        select(
            PublicationText.publication_id, PublicationText.language, PublicationText.title
        ).where(PublicationText.publication_id.in_(own))
    )
    return {row_id: title for row_id, language, title in texts if own[row_id] == language}


def threads_of(rows: Sequence[Notification]) -> dict[UUID, Message]:
    """Return the first messages of these threads."""
    ids = {row.message.parent_id for row in rows if row.kind == Kind.THREAD and row.message}
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(ids)))}


def waiting_for_approval_by(person: Person, ids: Collection[UUID]) -> Collection[UUID]:
    """Return the articles that wait for this person's approval now."""
    if not ids:
        return ()
    asked = select(Publication.id).where(Publication.id.in_(ids), submitted_to(person))
    return frozenset(db.session.scalars(asked))


def known_groups(person: Person, ids: Collection[UUID]) -> dict[UUID, Space]:
    """Return the groups that the person may know of."""
    if not ids:
        return {}
    known = select(Space).join(Group, Group.space_id == Space.id).where(is_known_to(person))
    return {row.id: row for row in db.session.scalars(known.where(Space.id.in_(ids)))}


def people_by_id(ids: Collection[UUID]) -> dict[UUID, Person]:
    """Fetch these people by their ids."""
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def posts_by_id(ids: Collection[UUID]) -> dict[UUID, Post]:
    """Fetch these posts by their ids."""
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Post).where(Post.id.in_(ids)))}
