"""Who may ask for something to be on the open web, and who lets it go there for the agency."""

from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKind
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.speaking import speakers_of, speaks_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.public_site.models import KINDS
from intranet.publishing.publications.access import get_publication
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.voices import voices


def get_showable(person: Person, publication_id: UUID) -> Publication:
    """A publication that may be on the open web, which the person may propose or let go there.

    Raises:
        NotFound: they do not read it, or it is of a kind that stays within the network.
        Forbidden: they have no say in it.
    """
    publication = get_publication(person, publication_id)
    if publication.kind not in KINDS or publication.published_at is None:
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
    """Whether the person speaks for the post in whose name it is."""
    return speaks_for(person, publication.post_id, clock.now())


def require_proposer(person: Person, publication: Publication) -> None:
    """Ask again, inside a transaction.

    Raises:
        Forbidden: they do not.
    """
    if not may_propose(person, publication):
        raise Forbidden(_l("Only the responsible post can make this proposal."))


def approving_post(person: Person, publication: Publication) -> Post | None:
    """The post as which the person publishes for the whole agency of a publication, if any.

    It is a post that its administrator lets do so, or the head of the whole agency; not whom the
    head named to speak.
    """
    for voice in voices(person):
        is_whole = voice.space.kind == SpaceKind.AGENCY and voice.rings
        if is_whole and voice.agency.id == publication.agency_id:
            return voice.post
    return None


def approving_agency_ids(person: Person) -> set[UUID]:
    """Ids of the agencies for which the person lets something go there."""
    return {
        voice.agency.id
        for voice in voices(person)
        if voice.space.kind == SpaceKind.AGENCY and voice.rings
    }


def require_approver(person: Person, publication: Publication) -> Post:
    """The same, asked inside a transaction.

    Raises:
        Forbidden: they do not.
    """
    post = approving_post(person, publication)
    if post is None:
        raise Forbidden(
            _l("Only a post that publishes for the whole agency can approve this page.")
        )
    return post


def approving_posts(agency_id: UUID) -> list[Post]:
    """The posts that let something go there for an agency, by title."""
    return list(
        db.session.scalars(
            select(Post)
            .join(Unit, Unit.id == Post.unit_id)
            .where(
                Post.agency_id == agency_id,
                or_(
                    Post.publishes_for_agency.is_(True),
                    Post.is_head.is_(True) & Unit.parent_id.is_(None),
                ),
                or_(Post.valid_to.is_(None), Post.valid_to >= clock.now().date()),
            )
            .order_by(Post.sort_key, Post.id)
            .limit(50)
        )
    )


def approver_ids(agency_id: UUID) -> set[UUID]:
    """Ids of those who speak for such a post now."""
    now = clock.now()
    return {
        person_id
        for post in approving_posts(agency_id)
        for person_id in db.session.scalars(speakers_of(post.id, now))
    }
