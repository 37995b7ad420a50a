"""Access to publications: reading and writing. What a person may not read gives a 404."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from intranet.extensions import db
from intranet.messaging.spaces.access import is_joined_by, space_ids_led_by
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, among, id_parameter, ids_parameter
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.approval import submitted_to
from intranet.publishing.publications.audience_membership import (
    Holdings,
    Many,
    fits_holdings,
    holdings_of,
)
from intranet.publishing.publications.kinds import of_a_post
from intranet.publishing.publications.models import ANNOUNCEMENT, ARTICLE, VOICED, Publication
from intranet.publishing.publications.visibility import holders_now, is_open_to_reader, reached_by
from intranet.publishing.publications.voices import (
    PublicationVoice,
    PublicationWriter,
    is_voiced_by,
    space_ids,
    voice_like,
    voices,
    voices_for,
    writer_of,
)

NO_VOICE = _l(
    "Heads, and the people they authorise, can publish for their units. Ask the head of your unit."
)


@per_request
def readable_by(person: Person) -> ColumnElement[bool]:
    """Return the publications this person may read, as a condition.

    They include drafts of their own posts and articles that wait for their approval.
    """
    return or_(written_by(person), addressed_to(person), submitted_to(person))


@per_request
def addressed_to(person: Person) -> ColumnElement[bool]:
    """Return what is published and reaches this person, as a condition on `Publication`."""
    sent = or_(*ways_sent(person))
    return and_(Publication.published_at.is_not(None), or_(sent, is_open_to(person)))


@per_request
def ways_sent(person: Person) -> Sequence[ColumnElement[bool]]:
    """Return the conditions by which announcements reach a person, each answered by an index.

    A recipient keeps an announcement while they hold a post in that agency and, if it was sent in
    a group, while they are in the group. A person who joined the audience later has it by the posts
    and groups that they have now.
    """
    return ways_sent_to(person.id, list(own_agency_ids(person)), holdings_of(person))


def ways_sent_to(person_id: Id, agency_ids: Many, held: Holdings) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of `ways_sent`, for ids that may be bind parameters."""
    got = select(Recipient.publication_id).where(
        Recipient.person_id == person_id, Recipient.agency_id.in_(agency_ids)
    )
    is_outside = exists().where(
        Space.id == Publication.space_id,
        Space.kind == SpaceKind.GROUP,
        ~among(Space.id, held.groups),
    )
    return and_(Publication.id.in_(got), ~is_outside), fits_holdings(held)


@per_request
def is_open_to(person: Person) -> ColumnElement[bool]:
    """Return what reaches the person by its visibility and is not withdrawn, as a condition."""
    own = own_agency_ids(person)
    return is_open_to_reader(person.id, list(own), clock.now()) if own else false()


@per_request
def written_by(person: Person) -> ColumnElement[bool]:
    """Return the publications that this person may edit, as a condition."""
    return is_written_by(writer_of(person), has_post=bool(own_agency_ids(person)))


def is_written_by(writer: PublicationWriter, *, has_post: bool) -> ColumnElement[bool]:
    """Return the condition of `written_by`: the rule itself.

    Announcements and articles are edited by the people who publish in their space. What belongs to
    a post (`is_of_a_post`) is edited by the people who act for it, anything else by its author
    while in its space. The head of a space edits its members' contributions too. Those that belong
    to a post are excluded in groups, so that nobody rewrites what another agency says.
    """
    if not has_post:
        return is_voiced_by(writer)
    return or_(
        is_voiced_by(writer),
        and_(Publication.kind.not_in(VOICED), _is_contributed_by(writer)),
    )


def _is_contributed_by(writer: PublicationWriter) -> ColumnElement[bool]:
    spoken = posts_spoken_for(writer.person_id, writer.now).subquery()
    is_joined = is_joined_by(writer.person_id, writer.now)
    return or_(
        and_(
            Publication.created_by_id == writer.person_id,
            Publication.kind.not_in(of_a_post()),
            Publication.space_id.in_(select(Space.id).where(is_joined)),
        ),
        and_(Publication.kind.in_(of_a_post()), Publication.post_id.in_(select(spoken.c.post_id))),
        and_(
            Publication.space_id.in_(space_ids_led_by(writer.person_id, writer.now)),
            or_(Publication.kind.not_in(of_a_post()), _is_in_its_house()),
        ),
    )


def _is_in_its_house() -> ColumnElement[bool]:
    """Return whether a publication is in a non-group space of its own agency, as a condition."""
    return exists().where(
        Space.id == Publication.space_id,
        Space.agency_id == Publication.agency_id,
        Space.kind != SpaceKind.GROUP,
    )


def readers_among(publication: Publication, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people may read a publication, as ids, in few queries."""
    people = Person.id.in_(person_ids)
    found: set[UUID] = set()
    if publication.published_at and not publication.withdrawn_at:
        found = set(db.session.scalars(select(Person.id).where(people, _is_reached(publication))))
    rest = select(Person).where(people, Person.id.not_in(found))
    asked = select(Publication.id).where(Publication.id == publication.id)
    for person in db.session.scalars(rest).all():  # mostly nobody, or its writers
        by_now = written_by(person) if publication.withdrawn_at else readable_by(person)
        if db.session.scalar(asked.where(by_now)):
            found.add(person.id)
    return found


def _is_reached(publication: Publication) -> ColumnElement[bool]:
    """Return the condition on `Person` that a publication reaches them."""
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
    """Return the publication, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    asked = {"publication_id": publication_id, "person_id": person.id}
    own = list(own_agency_ids(person))
    found = db.session.scalar(_open(), {**asked, "agency_ids": own}) if own else None
    if found is None:  # a draft, an announcement or something of their own: that takes more
        wanted = select(Publication).where(Publication.id == publication_id)
        found = db.session.scalar(wanted.where(readable_by(person)))
    if found is None:
        raise NotFound
    return found


@cache
def _open() -> Select[Publication]:
    """Return the statement of a publication that is open to a person, as most pages are."""
    is_open = is_open_to_reader(id_parameter("person_id"), ids_parameter("agency_ids"), NOW)
    return select(Publication).where(
        Publication.id == id_parameter("publication_id"),
        Publication.published_at.is_not(None),
        is_open,
    )


class OfKind(Protocol):
    """The data of a kind of publication, with the publication's id as its key."""

    @property
    def publication(self) -> Publication:
        """The publication that the data belongs to."""


Kept = TypeVar("Kept", bound=OfKind)


def get_of_kind(
    person: Person, kind: type[Kept], publication_id: UUID, *options: ORMOption
) -> Kept:
    """Return the data of a kind for a publication, if the person may read the publication.

    Args:
        options: loader options.

    Raises:
        NotFound: it does not exist, is of another kind, or the person may not know that it does.
    """
    publication = get_publication(person, publication_id)
    found = db.session.get(kind, publication_id, options=options, populate_existing=bool(options))
    if found is None:
        raise NotFound
    set_committed_value(found, "publication", publication)  # saves a query
    return found


def get_not_withdrawn(person: Person, kind: type[Kept], publication_id: UUID) -> Kept:
    """Return the data of a kind for a publication that is not withdrawn from the person.

    Raises:
        NotFound: as in `get_of_kind`, or it was withdrawn.
    """
    found = get_of_kind(person, kind, publication_id)
    if is_hidden_from(person, found.publication):
        raise NotFound
    return found


def get_own(person: Person, kind: type[Kept], publication_id: UUID) -> Kept:
    """Return the data of a kind for a publication, if the person may edit the publication.

    Raises:
        NotFound: they do not read it.
        Forbidden: they may read it but not edit it.
    """
    found = get_not_withdrawn(person, kind, publication_id)
    require_writer(person, found.publication)
    return found


def get_written(person: Person, publication_id: UUID) -> Publication:
    """Return a publication that the person may edit.

    Raises:
        NotFound: they do not read it.
        Forbidden: they may read it but not edit it.
    """
    found = get_publication(person, publication_id)
    require_writer(person, found)
    return found


def get_drafted(person: Person, publication_id: UUID) -> Publication:
    """Return a publication that the person may edit, of a kind that is written in the editor.

    Raises:
        NotFound, Forbidden: as in `get_written`, or it is of another kind.
    """
    found = get_written(person, publication_id)
    if not found.is_voiced:
        raise NotFound
    return found


@per_request
def may_write(person: Person, publication: Publication) -> bool:
    """Return whether the person may edit the publication today (`written_by`)."""
    is_of_place = publication.is_voiced and not publication.by_employee
    if is_of_place and publication.space.archived_at is None:
        return publication.space_id in space_ids(person)
    asked = select(Publication.id).where(Publication.id == publication.id, written_by(person))
    return db.session.scalar(asked) is not None


def is_hidden_from(person: Person, publication: Publication) -> bool:
    """Return whether the person sees only that the publication was withdrawn, and why."""
    return publication.withdrawn_at is not None and not may_write(person, publication)


def require_writer(person: Person, publication: Publication) -> None:
    """Check again, inside a transaction, that the person may edit the publication.

    Raises:
        Forbidden: they may not.
    """
    if may_write(person, publication):
        return
    if publication.kind in (*VOICED, *of_a_post()):
        raise Forbidden(_l("Only people who act for the post named as the author can do this."))
    raise Forbidden(_l("Only the author and the head of the space can do this."))


def require_voice(
    person: Person,
    space_id: UUID | None = None,
    post_id: UUID | None = None,
    kind: str = ANNOUNCEMENT,
) -> PublicationVoice:
    """Return the person's first voice in this space and of this post, where given.

    Args:
        kind: the kind to publish; every employee may write articles, where the agency allows it.

    Raises:
        Forbidden: they have none.
    """
    voice = voice_like(person, space_id, post_id, kind)
    if voice is None:
        raise Forbidden(NO_VOICE)
    return voice


def may_publish(person: Person) -> bool:
    """Return whether the person may publish anywhere today."""
    return bool(voices(person))


def may_write_articles(person: Person) -> bool:
    """Return whether the person may write articles anywhere today, even subject to approval."""
    return bool(voices_for(person, ARTICLE))
