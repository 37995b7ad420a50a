"""Proposing, correcting and supporting ideas."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, update

from intranet.collaboration.ideas.access import agency_of, may_support
from intranet.collaboration.ideas.models import IDEA, Idea, IdeaBox, IdeaStatus, IdeaSupport
from intranet.collaboration.ideas.operations.answering import concerned_with
from intranet.extensions import db
from intranet.messaging.spaces.access import require_living, require_unmuted
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.workdays import end_of_term
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.versions import with_working_copy


def propose(
    author: Person,
    box: IdeaBox,
    post: Post,
    texts: Mapping[str, Written],
    *,
    visibility: Visibility,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
) -> Idea:
    """Propose an idea in a box. Its term begins, and the responsible post is notified.

    Raises:
        Forbidden: the box is closed, or the author is not in its space.
        Invalid: there is no title, or a text is not allowed.
    """
    with unit_of_work() as work:
        work.lock(box)
        if box.closed_at:
            raise Forbidden(_l("This ideas box is closed and no longer accepts ideas."))
        publication = contribute(
            author,
            IDEA,
            box.space,
            post,
            texts,
            visibility=visibility,
            topics=topics,
            file_ids=file_ids,
        )
        agency = agency_of(box)
        due_on = end_of_term(clock.today(agency.time_zone), box.term_days, agency)
        idea = Idea(
            publication_id=publication.id,
            box_id=box.id,
            status=IdeaStatus.NEW,
            due_on=due_on,
            due_at=clock.end_of(due_on, agency.time_zone),
        )
        work.add(idea)
        work.flush()
        if told := tuple(one for one in concerned_with(publication, box) if one != author.id):
            work.publish(Concerned(publication.id, "idea_new", told, "new", actor_id=author.id))
    return idea


def change_idea(
    person: Person,
    idea: Idea,
    texts: Mapping[str, Written],
    visibility: Visibility,
    note: str,
    *,
    edition: int,
) -> None:
    """Correct the text of an idea, with a note of the change. Supporters stay.

    Raises:
        Forbidden: the person may not change the idea.
        Conflict: another person changed it meanwhile.
        Invalid: a text is not allowed, or there is no note.
    """
    with unit_of_work():
        publication = with_working_copy(idea.publication)
        choices = Choices(
            visibility=visibility,
            has_discussion=publication.has_discussion,
            topics=_topics(publication),
        )
        publication = save_draft(person, publication, texts, choices, edition=edition)
        correct(person, publication, note, edition=publication.edition, asks_again=False)


def support(person: Person, idea: Idea) -> None:
    """Support an idea. Idempotent.

    Raises:
        NotFound: the person may no longer read the idea.
        Forbidden: the idea was merged or withdrawn, is done or was not accepted, its group is
            archived, or the person is muted in its space.
    """
    with unit_of_work() as work:
        _require_reader(person, idea)
        _require_supportable(idea)
        require_living(idea.publication.space_id)
        require_unmuted(person, idea.publication.space_id)
        row = {"publication_id": idea.publication_id, "person_id": person.id, "since": clock.now()}
        if work.add_unless_there(IdeaSupport, row):
            _count(idea, 1)


def stop_supporting(person: Person, idea: Idea) -> None:
    """Stop supporting an idea. Idempotent.

    Raises:
        NotFound: the person may no longer read the idea.
        Forbidden: the idea was merged or withdrawn, is done or was not accepted.
    """
    with unit_of_work():
        _require_reader(person, idea)
        _require_supportable(idea)
        gone = db.session.scalar(
            delete(IdeaSupport)
            .where(
                IdeaSupport.publication_id == idea.publication_id,
                IdeaSupport.person_id == person.id,
            )
            .returning(IdeaSupport.person_id)
            .execution_options(synchronize_session=False)
        )
        if gone is not None:
            _count(idea, -1)


def _require_reader(person: Person, idea: Idea) -> None:
    if not readers_among(idea.publication, [person.id]):
        raise NotFound


def _require_supportable(idea: Idea) -> None:
    if not may_support(idea):
        raise Forbidden(
            _l("This idea no longer accepts support because it has been merged or is closed.")
        )


def _count(idea: Idea, by: int) -> None:
    db.session.execute(
        update(Idea)
        .where(Idea.publication_id == idea.publication_id)
        .values(supports=Idea.supports + by)
    )


def _topics(publication: Publication) -> tuple[str, ...]:
    return tuple(row.function_code for row in publication.topics)
