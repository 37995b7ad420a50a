"""The latest questions, ideas, polls and events, in a constant number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from intranet.collaboration.events.models import EventAnswer, EventOccurrence
from intranet.collaboration.events.queries import items_at
from intranet.collaboration.events.shown import EventListLine, lines_of
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.polls.models import Poll, PollVoter
from intranet.collaboration.questions.models import Question
from intranet.extensions import Model, db
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.publications import queries as publication_queries
from intranet.publishing.publications.access import is_open_to
from intranet.publishing.publications.models import Publication, PublicationKind
from intranet.publishing.publications.queries import PublicationItem

KINDS = (
    PublicationKind.QUESTION,
    PublicationKind.IDEA,
    PublicationKind.POLL,
    PublicationKind.EVENT,
)
OWN_KINDS = (PublicationKind.QUESTION, PublicationKind.IDEA, PublicationKind.POLL)
M = TypeVar("M", bound=Model)
NEW_FOR = timedelta(days=7)


class ParticipationScope(StrEnum):
    """How far the list of the latest reaches."""

    UNIT = "unit"
    AGENCY = "agency"
    NETWORK = "network"


@dataclass(frozen=True)
class ParticipationDetails:
    """The data of each kind beyond its publication, by the publication's id."""

    questions: dict[UUID, Question] = field(default_factory=dict)
    ideas: dict[UUID, Idea] = field(default_factory=dict)
    polls: dict[UUID, Poll] = field(default_factory=dict)
    times: dict[UUID, EventListLine] = field(default_factory=dict)
    voted: dict[UUID, bool] = field(default_factory=dict)


def latest(
    person: Person,
    scope: ParticipationScope,
    *,
    kinds: Collection[PublicationKind] = KINDS,
    limit: int,
) -> list[PublicationItem]:
    """List publications of these kinds that the person may read, the newest first."""
    conditions = [~_is_merged(), *_within(person, scope)]
    return publication_queries.latest(person, kinds=kinds, narrowed=conditions, limit=limit)


def new_in_unit(person: Person, *, but: Collection[UUID] = (), limit: int) -> list[PublicationItem]:
    """List what others started in the person's units in the last week.

    What the person has already voted in or answered is left out.
    """
    voted = exists().where(
        PollVoter.poll_id == Publication.id,
        PollVoter.person_id == person.id,
        PollVoter.has_voted.is_(True),
    )
    answered = exists().where(
        EventAnswer.publication_id == Publication.id, EventAnswer.person_id == person.id
    )
    conditions = [
        *_within(person, ParticipationScope.UNIT),
        ~_is_merged(),
        Publication.published_at > clock.now() - NEW_FOR,
        Publication.created_by_id.is_distinct_from(person.id),
        Publication.id.not_in(but),
        ~voted,
        ~answered,
    ]
    return publication_queries.latest(person, kinds=KINDS, narrowed=conditions, limit=limit)


def own(person: Person, limit: int) -> list[PublicationItem]:
    """List the newest questions, ideas and polls of the person that they may still read."""
    asked = (
        select(Publication.id)
        .where(
            Publication.created_by_id == person.id,
            Publication.kind.in_(OWN_KINDS),
            is_open_to(person),
            ~_is_merged(),
        )
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(limit)
    )
    return publication_queries.read_in_order(db.session.scalars(asked).all())


def details_of(person: Person, items: Sequence[PublicationItem]) -> ParticipationDetails:
    """Return the data of items beyond their publications, in a constant number of statements."""
    ids: dict[PublicationKind, list[UUID]] = {kind: [] for kind in KINDS}
    for item in items:
        ids[item.publication.kind].append(item.publication.id)
    return ParticipationDetails(
        questions=_by_id(Question, ids[PublicationKind.QUESTION]),
        ideas=_by_id(Idea, ids[PublicationKind.IDEA]),
        polls=_by_id(Poll, ids[PublicationKind.POLL]),
        times=_next_times(person, ids[PublicationKind.EVENT]),
        voted=_voted(person, ids[PublicationKind.POLL]),
    )


def _by_id(satellite: type[M], ids: Sequence[UUID]) -> dict[UUID, M]:
    if not ids:
        return {}
    key = satellite.publication_id  # type: ignore[attr-defined]
    rows = db.session.scalars(select(satellite).where(key.in_(ids)))
    return {row.publication_id: row for row in rows}  # type: ignore[attr-defined]


def _next_times(person: Person, ids: Sequence[UUID]) -> dict[UUID, EventListLine]:
    """Return the next occurrence of each of these events that is not over."""
    if not ids:
        return {}
    first = func.min(EventOccurrence.starts_at, type_=UTCDateTime)
    rows = db.session.execute(
        select(EventOccurrence.publication_id, first)
        .where(EventOccurrence.publication_id.in_(ids), EventOccurrence.ends_at > clock.now())
        .group_by(EventOccurrence.publication_id)
    )
    items = items_at([(publication_id, starts_at) for publication_id, starts_at in rows])
    return {line.id: line for line in lines_of(person, items)}


def _voted(person: Person, poll_ids: Sequence[UUID]) -> dict[UUID, bool]:
    if not poll_ids:
        return {}
    rows = db.session.execute(
        select(PollVoter.poll_id, PollVoter.has_voted).where(
            PollVoter.poll_id.in_(poll_ids), PollVoter.person_id == person.id
        )
    )
    return dict(rows.all())


def _is_merged() -> ColumnElement[bool]:
    """Return the condition on `Publication` that it was merged into another of its kind."""
    idea = exists().where(Idea.publication_id == Publication.id, Idea.joined_into_id.is_not(None))
    question = exists().where(
        Question.publication_id == Publication.id, Question.joined_to_id.is_not(None)
    )
    return idea | question


def _within(person: Person, scope: ParticipationScope) -> list[ColumnElement[bool]]:
    if scope == ParticipationScope.AGENCY:
        return [Publication.agency_id.in_(own_agency_ids(person))]
    if scope == ParticipationScope.UNIT:
        units = {row.post.unit_id for row in current_appointments(person.id)}
        return [Publication.space_id.in_(select(Space.id).where(Space.unit_id.in_(units)))]
    return []
