"""Access to the public site's workflow: proposing a publication, and approving it."""

from uuid import UUID

from sqlalchemy import Select, or_, select

from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKind
from intranet.organisation.agencies.models import Administration, Post, Unit
from intranet.organisation.agencies.roles import ROLES_FOR, Act
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speakers_of, speaks_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.public_site.kinds import public_kinds
from intranet.publishing.publications.access import get_publication
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.voices import voices


def get_showable(person: Person, publication_id: UUID) -> Publication:
    """Return a publication that the person may propose or approve for the public site.

    Raises:
        NotFound: the person may not read it, or its kind cannot be public.
        Forbidden: the person may neither propose nor approve it.
    """
    publication = get_publication(person, publication_id)
    if publication.kind not in public_kinds() or publication.published_at is None:
        raise NotFound
    if not may_propose(person, publication) and approving_post(person, publication) is None:
        raise Forbidden(
            _l(
                "Only the responsible post, or a post that publishes for the agency, "
                "can make this decision."
            )
        )
    return publication


def may_propose(person: Person, publication: Publication) -> bool:
    """Whether the person acts for the post that published the publication."""
    return speaks_for(person, publication.post_id, clock.now())


def require_proposer(person: Person, publication: Publication) -> None:
    """Check inside a transaction that the person may propose the publication.

    Raises:
        Forbidden: they may not.
    """
    if not may_propose(person, publication):
        raise Forbidden(_l("Only the responsible post can make this proposal."))


def approving_post(person: Person, publication: Publication) -> Post | None:
    """Return the post as which the person publishes for the publication's agency, if any.

    It is a post that an administrator allowed to do so, or the head of the whole agency. People
    to whom the head has delegated publishing may not approve.
    """
    for voice in voices(person):
        is_whole = voice.space.kind == SpaceKind.AGENCY and voice.rings
        if is_whole and voice.agency.id == publication.agency_id:
            return voice.post
    return None


def approving_agency_ids(person: Person) -> set[UUID]:
    """Return the ids of the agencies for which the person may approve."""
    return {
        voice.agency.id
        for voice in voices(person)
        if voice.space.kind == SpaceKind.AGENCY and voice.rings
    }


def require_approver(person: Person, publication: Publication) -> Post:
    """Check inside a transaction that the person may approve the publication; return their post.

    Raises:
        Forbidden: they may not.
    """
    post = approving_post(person, publication)
    if post is None:
        raise Forbidden(
            _l("Only a post that publishes for the whole agency can approve this page.")
        )
    return post


def approving_posts(agency_id: UUID) -> list[Post]:
    """Return the posts that may approve for an agency, by title."""
    return list(
        db.session.scalars(
            select(Post)
            .join(Unit, Unit.id == Post.unit_id)
            .where(
                Post.agency_id == agency_id,
                or_(
                    Post.publishes_for_agency.is_(True),
                    Post.id.in_(_posts_of_officers(agency_id)),
                    Post.is_head.is_(True) & Unit.parent_id.is_(None),
                ),
                or_(Post.valid_to.is_(None), Post.valid_to >= clock.now().date()),
            )
            .order_by(Post.sort_key, Post.id)
            .limit(50)
        )
    )


def _posts_of_officers(agency_id: UUID) -> Select[UUID]:
    return select(Administration.post_id).where(
        Administration.agency_id == agency_id,
        Administration.role.in_(ROLES_FOR[Act.ANNOUNCE]),
        Administration.is_in_force(clock.now()),
    )


def approver_ids(agency_id: UUID) -> set[UUID]:
    """Return the ids of the people who act now for a post that may approve for the agency."""
    now = clock.now()
    return {
        person_id
        for post in approving_posts(agency_id)
        for person_id in db.session.scalars(speakers_of(post.id, now))
    }
