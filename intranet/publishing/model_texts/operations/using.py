"""Using a model as a post, whose people are notified when it changes or lapses."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.model_texts.access import require_post
from intranet.publishing.model_texts.models import ModelText, ModelUse
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication


def use_model(person: Person, model: ModelText, post: Post) -> None:
    """Record that the post uses the current version; a repeat updates the version.

    Raises:
        Forbidden: the person does not act for the post, or the model was withdrawn.
    """
    with unit_of_work() as work:
        work.lock(model.publication)
        db.session.refresh(model)
        require_post(person, post.id)
        if model.publication.withdrawn_at:
            raise Forbidden(_l("This item has been withdrawn and can no longer be changed."))
        row = db.session.get(ModelUse, (model.publication_id, post.id))
        if row is None:
            row = ModelUse(
                publication_id=model.publication_id, post_id=post.id, agency_id=post.agency_id
            )
            row.person_id, row.version = person.id, model.publication.version
            work.add(row)
        row.person_id, row.version = person.id, model.publication.version
        _count(work, model)


def stop_using(person: Person, model: ModelText, post: Post) -> None:
    """Record that the post no longer uses the model; without a use, do nothing.

    Raises:
        Forbidden: the person does not act for the post.
    """
    with unit_of_work() as work:
        work.lock(model.publication)
        db.session.refresh(model)
        require_post(person, post.id)
        if row := db.session.get(ModelUse, (model.publication_id, post.id)):
            work.delete(row)
            _count(work, model)


def notify_of_change(publication: Publication) -> None:
    """Notify the users of a model of its new version."""
    with unit_of_work() as work:
        told = _users(publication.id, without=publication.updated_by_id)
        key = str(publication.version)
        work.publish(
            Concerned(
                publication.id,
                "model_changed",
                tuple(told),
                key,
                actor_id=publication.updated_by_id,
                actor_post_id=publication.post_id,
            )
        )


def notify_of_lapse(model: ModelText) -> None:
    """Notify the users of a model and its responsible post, once, that it has lapsed."""
    with unit_of_work() as work:
        work.lock(model.publication)
        db.session.refresh(model)
        publication = model.publication
        today = clock.today(publication.agency.time_zone)
        if model.lapse_told_on or not model.has_lapsed(today):
            return
        model.lapse_told_on = today
        told = {*_users(publication.id), *_speaking([publication.post_id])}
        key = str(model.valid_until)
        work.publish(Concerned(publication.id, "model_lapsed", tuple(sorted(told)), key))


def _users(publication_id: UUID, without: UUID | None = None) -> list[UUID]:
    """Return the ids of the people who act today for the posts that use a model."""
    posts = select(ModelUse.post_id).where(ModelUse.publication_id == publication_id)
    return sorted(_speaking(db.session.scalars(posts).all()) - {without})


def _speaking(post_ids: Sequence[UUID]) -> set[UUID]:
    found = answering(post_ids, clock.now()).values()
    return {person.id for one in found for person in one.people}


def _count(work: Work, model: ModelText) -> None:
    work.flush()
    count = select(func.count()).where(ModelUse.publication_id == model.publication_id)
    model.uses = db.session.scalar(count) or 0
