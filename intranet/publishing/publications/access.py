"""Who reads a publication, who writes it. What one may not read does not exist."""

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from intranet.extensions import db
from intranet.messaging.spaces.access import joined_by, led_space_ids
from intranet.messaging.spaces.models import Space, SpaceKind, Visibility
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.speaking import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import Id
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.keys import Holdings, Many, fits_held, holdings_of
from intranet.publishing.publications.models import (
    OF_A_POST,
    VOICED,
    Publication,
    PublicationKind,
    Recipient,
)
from intranet.publishing.publications.visibility import holders_now, reached_by
from intranet.publishing.publications.voices import (
    Voice,
    space_ids,
    voice_like,
    voiced_by,
    voices,
    voices_for,
)

OPEN = (Visibility.NETWORK, Visibility.PUBLIC)
"""Whoever holds a post anywhere reads it."""

NO_VOICE = _l(
    "Heads, and the people they authorise, can publish for their units. Ask the head of your unit."
)


@per_request
def readable_by(person: Person) -> ColumnElement[bool]:
    """Publications this person may read, as a condition.

    Drafts of their own posts are among them, and what waits for their approval.
    """
    return or_(written_by(person), addressed_to(person), submitted_to(person))


@per_request
def addressed_to(person: Person) -> ColumnElement[bool]:
    """What is published and meant for this person, as a condition on `Publication`."""
    sent = or_(*ways_sent(person))
    return and_(Publication.published_at.is_not(None), or_(sent, is_open_to(person)))


@per_request
def ways_sent(person: Person) -> Sequence[ColumnElement[bool]]:
    """The ways by which what has an audience reaches a person, each for an index to answer.

    Who was in the audience when it was sent keeps it while they hold a post in that agency, and of
    what was sent in a group while they are in it; who is in the audience since then has it by what
    they hold now.
    """
    return ways_sent_to(person.id, list(own_agency_ids(person)), holdings_of(person))


def ways_sent_to(person_id: Id, agency_ids: Many, held: Holdings) -> Sequence[ColumnElement[bool]]:
    """Return the same for values that may be given later: the rule itself."""
    got = select(Recipient.publication_id).where(
        Recipient.person_id == person_id, Recipient.agency_id.in_(agency_ids)
    )
    is_outside = exists().where(
        Space.id == Publication.space_id,
        Space.kind == SpaceKind.GROUP,
        Space.id.not_in(held.groups),
    )
    return and_(Publication.id.in_(got), ~is_outside), fits_held(held)


@per_request
def is_open_to(person: Person) -> ColumnElement[bool]:
    """What has no audience, stands, and reaches the person by its visibility, as a condition."""
    return and_(
        Publication.visibility.is_not(None),
        Publication.withdrawn_at.is_(None),
        or_(
            Publication.visibility.in_(OPEN) if own_agency_ids(person) else false(),
            *ways_near(person),
        ),
    )


@per_request
def ways_near(person: Person) -> Sequence[ColumnElement[bool]]:
    """The ways by which what is not open to everybody reaches a person by its visibility.

    By its agency, for everybody who holds a post there: this may be much. By its space.
    """
    own = own_agency_ids(person)
    if not own:
        return ()
    return (
        and_(Publication.visibility == Visibility.AGENCY, Publication.agency_id.in_(own)),
        Publication.space_id.in_(select(Space.id).where(joined_by(person))),
    )


@per_request
def written_by(person: Person) -> ColumnElement[bool]:
    """What this person may write on, as a condition.

    What is said in the name of a post is written by whoever publishes where it belongs; what
    belongs to a post by whoever speaks for it; anything else by its author, as long as they are
    in its space. Who leads a space writes on all that its people contributed, but of what belongs
    to a post only in their own house: nobody rewrites in a group what another agency says.
    """
    return or_(
        voiced_by(person),
        and_(Publication.kind.not_in(VOICED), _is_contributed_by(person)),
    )


def _is_contributed_by(person: Person) -> ColumnElement[bool]:
    if not own_agency_ids(person):
        return false()
    spoken = posts_spoken_for(person.id, clock.now()).subquery()
    return or_(
        and_(
            Publication.created_by_id == person.id,
            Publication.kind.not_in(OF_A_POST),
            Publication.space_id.in_(select(Space.id).where(joined_by(person))),
        ),
        and_(Publication.kind.in_(OF_A_POST), Publication.post_id.in_(select(spoken.c.post_id))),
        and_(
            Publication.space_id.in_(led_space_ids(person)),
            or_(Publication.kind.not_in(OF_A_POST), _is_in_its_house()),
        ),
    )


def _is_in_its_house() -> ColumnElement[bool]:
    """It stands in a space of its own agency that is no group's, as a condition."""
    return exists().where(
        Space.id == Publication.space_id,
        Space.agency_id == Publication.agency_id,
        Space.kind != SpaceKind.GROUP,
    )


def readers_among(publication: Publication, person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people may read what is published, as long as it stands; in few queries."""
    people = Person.id.in_(person_ids)
    found: set[UUID] = set()
    if publication.published_at and not publication.withdrawn_at:
        found = set(db.session.scalars(select(Person.id).where(people, _is_reached(publication))))
    rest = select(Person).where(people, Person.id.not_in(found))
    asked = select(Publication.id).where(Publication.id == publication.id)
    for person in db.session.scalars(rest).all():  # mostly nobody, or who writes it
        by_now = written_by(person) if publication.withdrawn_at else readable_by(person)
        if db.session.scalar(asked.where(by_now)):
            found.add(person.id)
    return found


def _is_reached(publication: Publication) -> ColumnElement[bool]:
    """A person is reached by its visibility, or was by sending it, as a condition on `Person`."""
    if publication.has_audience:
        return exists().where(
            Recipient.publication_id == publication.id,
            Recipient.person_id == Person.id,
            Person.id.in_(holders_now().where(Post.agency_id == Recipient.agency_id)),
            *_inside(publication.space),
        )
    return reached_by(publication.visibility, publication.space)


def _inside(space: Space) -> list[ColumnElement[bool]]:
    return [Person.id.in_(current_members(space.id))] if space.is_group else []


def get_publication(person: Person, publication_id: UUID) -> Publication:
    """The publication, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    found = db.session.scalar(
        select(Publication).where(Publication.id == publication_id, readable_by(person))
    )
    if found is None:
        raise NotFound
    return found


class OfKind(Protocol):
    """What a kind of publication keeps beside it, under the same id."""

    @property
    def publication(self) -> Publication:
        """The publication."""


Kept = TypeVar("Kept", bound=OfKind)


def get_of_kind(
    person: Person, kind: type[Kept], publication_id: UUID, *options: ORMOption
) -> Kept:
    """What a kind keeps beside a publication, if the person may read that.

    Args:
        options: what is loaded with it.

    Raises:
        NotFound: it does not exist, is of another kind, or the person may not know that it does.
    """
    publication = get_publication(person, publication_id)
    found = db.session.get(kind, publication_id, options=options, populate_existing=bool(options))
    if found is None:
        raise NotFound
    set_committed_value(found, "publication", publication)  # it is at hand: not asked for again
    return found


def get_standing(person: Person, kind: type[Kept], publication_id: UUID) -> Kept:
    """The same, unless it was withdrawn from its readers.

    Raises:
        NotFound: as there, or what it said is no longer to be read.
    """
    found = get_of_kind(person, kind, publication_id)
    if is_hidden_from(person, found.publication):
        raise NotFound
    return found


def get_own(person: Person, kind: type[Kept], publication_id: UUID) -> Kept:
    """The same, if the person may write on it.

    Raises:
        NotFound: they do not read it.
        Forbidden: they read it, and it is not theirs.
    """
    found = get_standing(person, kind, publication_id)
    require_writer(person, found.publication)
    return found


def get_written(person: Person, publication_id: UUID) -> Publication:
    """A publication that the person may write on.

    Raises:
        NotFound: they do not read it.
        Forbidden: they read it and do not publish where it belongs.
    """
    found = get_publication(person, publication_id)
    require_writer(person, found)
    return found


def get_drafted(person: Person, publication_id: UUID) -> Publication:
    """The same of what is written in the editor; other kinds have pages of their own.

    Raises:
        NotFound, Forbidden: as there, or it is of another kind.
    """
    found = get_written(person, publication_id)
    if not found.is_voiced:
        raise NotFound
    return found


@per_request
def may_write(person: Person, publication: Publication) -> bool:
    """Whether the person may write on it today (`written_by`)."""
    is_of_place = publication.is_voiced and not publication.by_employee
    if is_of_place and publication.space.archived_at is None:
        return publication.space_id in space_ids(person)
    asked = select(Publication.id).where(Publication.id == publication.id, written_by(person))
    return db.session.scalar(asked) is not None


def is_hidden_from(person: Person, publication: Publication) -> bool:
    """Whether it was withdrawn: its readers learn that, and why, and nothing it said."""
    return publication.withdrawn_at is not None and not may_write(person, publication)


def require_writer(person: Person, publication: Publication) -> None:
    """Ask again, inside a transaction, whether the person may write on it.

    Raises:
        Forbidden: it is not theirs.
    """
    if may_write(person, publication):
        return
    if publication.kind in (*VOICED, *OF_A_POST):
        raise Forbidden(_l("Only people who act for the post named as the author can do this."))
    raise Forbidden(_l("Only the author and the head of the space can do this."))


def require_voice(
    person: Person,
    space_id: UUID | None = None,
    post_id: UUID | None = None,
    kind: PublicationKind = PublicationKind.ANNOUNCEMENT,
) -> Voice:
    """The first voice that the person has, in this space and of this post where they are given.

    Args:
        kind: articles may be written by every employee, where the agency lets them.

    Raises:
        Forbidden: they have none.
    """
    voice = voice_like(person, space_id, post_id, kind)
    if voice is None:
        raise Forbidden(NO_VOICE)
    return voice


def may_publish(person: Person) -> bool:
    """Whether the person publishes anywhere today."""
    return bool(voices(person))


def may_write_articles(person: Person) -> bool:
    """Whether the person writes articles anywhere today, be it for approval."""
    return bool(voices_for(person, PublicationKind.ARTICLE))
