"""Queries for lists of models and for their uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.publishing.model_texts.models import MODEL, ModelText, ModelUse
from intranet.publishing.publications.access import is_open_to
from intranet.publishing.publications.found import found_ids
from intranet.publishing.publications.models import (
    Publication,
    PublicationVersion,
)
from intranet.publishing.publications.placement import posts_of
from intranet.publishing.publications.queries import has_topic
from intranet.publishing.publications.versions import is_latest

PAGE_SIZE = 30
BATCH_SIZE = 500
MAX_USES_SHOWN = 100
MAX_KEPT = 100


@dataclass(frozen=True)
class Offered:
    """A model in a list, with the version that readers get."""

    model: ModelText
    version: PublicationVersion


def models(
    person: Person,
    before: tuple[datetime, UUID] | None,
    limit: int,
    *,
    topic: str = "",
    words: str = "",
    used_only: bool = False,
) -> list[Offered]:
    """List the models that the person may read, the newest first.

    Args:
        used_only: only models that a post of the person uses.
    """
    asked = (
        select(ModelText, PublicationVersion)
        .join(Publication, Publication.id == ModelText.publication_id)
        .join(PublicationVersion, is_latest())
        .where(is_open_to(person))
        .options(
            joinedload(ModelText.publication, innerjoin=True).joinedload(
                Publication.post, innerjoin=True
            ),
            joinedload(ModelText.publication, innerjoin=True).joinedload(
                Publication.agency, innerjoin=True
            ),
        )
        .order_by(ModelText.added_at.desc(), ModelText.publication_id.desc())
        .limit(limit)
    )
    if topic:
        asked = asked.where(has_topic(topic))
    if words:
        asked = asked.where(ModelText.publication_id.in_(found_ids(words, MODEL)))
    if used_only:
        own = [post.id for post in posts_of(person)]
        used = select(ModelUse.publication_id).where(ModelUse.post_id.in_(own))
        asked = asked.where(ModelText.publication_id.in_(used))
    if before:
        at, before_id = before
        asked = asked.where(
            or_(
                ModelText.added_at < at,
                (ModelText.added_at == at) & (ModelText.publication_id < before_id),
            )
        )
    return [Offered(model, version) for model, version in db.session.execute(asked)]


def models_used_by(person: Person, longest: int) -> list[Offered]:
    """List the models kept by the person's units or used by their posts, those of the units first.

    Args:
        longest: the most characters that a model may have in all its languages together.
    """
    posts = posts_of(person)
    units, own = [post.unit_id for post in posts], [post.id for post in posts]
    is_of_unit = Publication.post_id.in_(select(Post.id).where(Post.unit_id.in_(units)))
    used = select(ModelUse.publication_id).where(ModelUse.post_id.in_(own))
    asked = (
        select(ModelText, PublicationVersion)
        .join(Publication, Publication.id == ModelText.publication_id)
        .join(PublicationVersion, is_latest())
        .where(
            is_open_to(person),
            or_(is_of_unit, ModelText.publication_id.in_(used)),
            func.length(cast(PublicationVersion.body, Text)) <= longest,
        )
        .options(
            joinedload(ModelText.publication, innerjoin=True).joinedload(
                Publication.post, innerjoin=True
            ),
            joinedload(ModelText.publication, innerjoin=True).joinedload(
                Publication.agency, innerjoin=True
            ),
        )
        .order_by(is_of_unit.desc(), ModelText.added_at.desc(), ModelText.publication_id.desc())
        .limit(MAX_KEPT)
    )
    return [
        Offered(model, version)
        for model, version in db.session.execute(asked)
        if not model.has_lapsed(clock.today(model.publication.agency.time_zone))
    ]


def uses_of(publication_id: UUID) -> Sequence[ModelUse]:
    """List the uses of a model, the oldest first."""
    return db.session.scalars(
        select(ModelUse)
        .where(ModelUse.publication_id == publication_id)
        .order_by(ModelUse.since, ModelUse.post_id)
        .limit(MAX_USES_SHOWN)
    ).all()


def lapsed_ids(now: datetime) -> Sequence[UUID]:
    """List the ids of models that may have lapsed and whose users were not notified.

    The day is that of UTC; the caller checks it in the time zone of the agency.
    """
    return db.session.scalars(
        select(ModelText.publication_id)
        .where(ModelText.valid_until <= now.date(), ModelText.lapse_told_on.is_(None))
        .order_by(ModelText.valid_until)
        .limit(BATCH_SIZE)
    ).all()
