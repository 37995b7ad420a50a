"""What the facts of notifications are made of, each looked up at once for all rows."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet.attention.notifications.models import Kind, Notification
from intranet.collaboration.groups.access import known_to
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
"""A publication with its latest version; None where nothing of it is published yet."""


def readable_publications(person: Person, ids: Collection[UUID]) -> dict[UUID, Published]:
    """Those of these publications that the person reads, with what is published of them."""
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
    """Titles of those of which nothing is published yet, in the languages of their agencies."""
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
    """The messages with which these threads begin."""
    ids = {row.message.parent_id for row in rows if row.kind == Kind.THREAD and row.message}
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(ids)))}


def waiting_for_approval_by(person: Person, ids: Collection[UUID]) -> Collection[UUID]:
    """Those of these articles that wait for this person's approval now."""
    if not ids:
        return ()
    asked = select(Publication.id).where(Publication.id.in_(ids), submitted_to(person))
    return frozenset(db.session.scalars(asked))


def known_groups(person: Person, ids: Collection[UUID]) -> dict[UUID, Space]:
    """Those of these groups of which the person knows."""
    if not ids:
        return {}
    known = select(Space).join(Group, Group.space_id == Space.id).where(known_to(person))
    return {row.id: row for row in db.session.scalars(known.where(Space.id.in_(ids)))}


def people_by_id(ids: Collection[UUID]) -> dict[UUID, Person]:
    """Fetch these people by their ids."""
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def posts_by_id(ids: Collection[UUID]) -> dict[UUID, Post]:
    """These posts by their ids."""
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Post).where(Post.id.in_(ids)))}
