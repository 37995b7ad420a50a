"""Confirmations that people gave, and those that are asked of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.publications.announcement_models import (
    Acknowledgement,
    Announcement,
)
from intranet.publishing.publications.models import (
    Publication,
)
from intranet.publishing.publications.queries import posts_sent_as
from intranet.publishing.publications.senders import sends


@dataclass(frozen=True)
class ConfirmationRequest:
    """A request to confirm as a post; `post` is None for a person who joined the audience later."""

    post: Post | None
    confirmation: Acknowledgement | None


def confirmations_of(person: Person, publication: Publication) -> list[ConfirmationRequest]:
    """List the confirmations asked of the person: one for each post, or one if they joined later.

    Senders are not asked.
    """
    if not publication.has_audience:
        return [ConfirmationRequest(None, None)]
    if publication.announcement.due_on and sends(person, publication):
        return []
    done = {
        row.post_id: row
        for row in db.session.scalars(
            select(Acknowledgement).where(
                Acknowledgement.publication_id == publication.id,
                Acknowledgement.person_id == person.id,
            )
        )
    }
    sent_as = posts_sent_as(person, publication)
    if not sent_as:
        return [ConfirmationRequest(None, next(iter(done.values()), None))]
    posts = db.session.scalars(select(Post).where(Post.id.in_(sent_as)).order_by(Post.id))
    return [ConfirmationRequest(post, done.get(post.id)) for post in posts]


def confirmations(person: Person, publication_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when the person confirmed the current text of each of these publications."""
    rows = db.session.execute(
        select(
            Announcement.publication_id,
            func.max(Acknowledgement.acknowledged_at, type_=UTCDateTime),
        )
        .join(Acknowledgement, Acknowledgement.publication_id == Announcement.publication_id)
        .where(
            Announcement.publication_id.in_(publication_ids),
            Acknowledgement.person_id == person.id,
            Acknowledgement.version >= Announcement.confirmed_version,
        )
        .group_by(Announcement.publication_id)
    )
    return dict(rows.all())


def acknowledgement_of(person: Person, publication: Publication) -> Acknowledgement | None:
    """Return the person's confirmation, once they have confirmed for all their posts.

    Of several, it is the one of the earliest version.
    """
    done = [one.confirmation for one in confirmations_of(person, publication)]
    found = [row for row in done if row is not None]
    is_whole = bool(found) and len(found) == len(done)
    return min(found, key=lambda row: row.version) if is_whole else None
