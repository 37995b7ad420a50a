"""Merging duplicate ideas: one continues with the support of both; the other redirects to it."""

from sqlalchemy import func, insert, literal, select, update

from intranet.collaboration.ideas.access import get_idea, joins
from intranet.collaboration.ideas.models import Idea, IdeaSupport
from intranet.collaboration.ideas.operations.answering import concerned_ids, short
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.events import Concerned


def join_ideas(person: Person, twin: Idea, into: Idea) -> None:
    """Merge an idea into another, which continues. A supporter of both is counted once.

    Ideas merged earlier into `twin` now redirect to `into`, so that every old address leads to the
    idea that continues, and no cycle can arise.

    Raises:
        Forbidden: the person may not merge ideas in one of the boxes.
        Conflict: the ideas are the same, or one was merged or withdrawn before.
    """
    with unit_of_work() as work:
        if twin.publication_id == into.publication_id:
            raise Conflict(_l("This is the same idea. Choose another."))
        both = sorted((twin, into), key=lambda one: one.publication_id)
        for one in both:  # always in the same order, so that two merges cannot deadlock
            work.lock(one.publication)
        twin, into = (get_idea(person, one.publication_id) for one in (twin, into))
        if not (joins(person, twin.box) and joins(person, into.box)):
            raise Forbidden(
                _l("Only the responsible post or the head of this space can merge ideas.")
            )
        if twin.joined_into_id or into.joined_into_id:
            raise Conflict(
                _l(
                    "One of these ideas has already been merged with another. Choose the "
                    "merged idea."
                )
            )
        if twin.publication.withdrawn_at or into.publication.withdrawn_at:
            raise Conflict(_l("One of these ideas has been withdrawn."))
        told = concerned_ids(twin.publication_id)
        twin.joined_into_id, twin.joined_at = into.publication_id, clock.now()
        twin.joined_by_id = person.id
        db.session.execute(
            update(Idea)
            .where(Idea.joined_into_id == twin.publication_id)
            .values(joined_into_id=into.publication_id)
            .execution_options(synchronize_session=False)
        )
        _unite_support(twin, into)
        if people := tuple(one for one in told if one != person.id):
            key = short(twin.publication_id)
            work.publish(
                Concerned(into.publication_id, "idea_joined", people, key, actor_id=person.id)
            )


def _unite_support(twin: Idea, into: Idea) -> None:
    there = select(IdeaSupport.person_id).where(IdeaSupport.publication_id == into.publication_id)
    db.session.execute(
        insert(IdeaSupport).from_select(
            ["publication_id", "person_id", "since"],
            select(
                literal(into.publication_id, IdeaSupport.publication_id.type),
                IdeaSupport.person_id,
                IdeaSupport.since,
            ).where(
                IdeaSupport.publication_id == twin.publication_id,
                IdeaSupport.person_id.not_in(there),
            ),
        )
    )
    number = select(func.count()).where(IdeaSupport.publication_id == into.publication_id)
    db.session.execute(
        update(Idea)
        .where(Idea.publication_id == into.publication_id)
        .values(supports=number.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
