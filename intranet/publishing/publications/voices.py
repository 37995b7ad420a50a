"""Voices: the posts in whose name a person may publish, and their reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased, joinedload

from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member, space_ids_led_by
from intranet.messaging.spaces.audience import within
from intranet.messaging.spaces.models import Reach, Space, SpaceKind, SpaceMember
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import (
    Agency,
    ArticleRule,
    Post,
    PostKind,
    Unit,
)
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments, is_current
from intranet.platform.core import clock
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import (
    NOW,
    Id,
    Instant,
    Localized,
    id_parameter,
    ids_parameter,
)
from intranet.publishing.publications.audience_membership import Many
from intranet.publishing.publications.models import ANNOUNCEMENT, ARTICLE, VOICED, Publication
from intranet.publishing.publications.voice_sources import sources


@dataclass(frozen=True)
class PublicationVoice:
    """A post in whose name a person publishes to a unit's subtree, an agency or a group.

    Heads use the head's post, and in a group its owner post. People whom a head authorised, and
    posts that may publish for the agency, use their own. `rings` allows urgent notifications at any
    hour; authorised people and groups may not send them. Where every employee may write articles,
    they use their own post, for their own articles only (`by_employee`).
    """

    post: Post
    space: Space
    rings: bool = True
    by_employee: bool = False

    @property
    def place(self) -> Localized:
        """The name of the unit, agency or group that it reaches."""
        return self.space.title

    @property
    def agency(self) -> Agency:
        """The agency whose calendar, languages and rules apply."""
        return self.space.agency

    @property
    def needs_approval(self) -> bool:
        """Whether another person has to approve its texts before they are published."""
        return self.by_employee and self.agency.articles != ArticleRule.FREE


def reaches(space: Space) -> ColumnElement[bool]:
    """Return whether the space reaches a post, as a condition on `Post` joined with its `Unit`."""
    if space.is_group:
        return Post.id.in_(_posts_inside(space))
    return within(space.unit_id) if space.unit_id else Post.agency_id == space.agency_id


def belongs(space: Space) -> ColumnElement[bool]:
    """Return the condition on `Appointment` that its holder is in the group; true elsewhere."""
    if not space.is_group:
        return true()
    return Appointment.person_id.in_(current_members(space.id))


def people_rung(space: Space) -> Select[UUID]:
    """Select the ids of the members who are notified of news in the space, each once.

    In a group of the whole network, a rule adds people of agencies that did not consent, and they
    cannot leave: they are not notified.
    """
    if space.reach != Reach.NETWORK:
        return current_members(space.id).distinct()
    return (
        select(Appointment.person_id)
        .where(
            is_current(clock.now()), Appointment.post_id.in_(_posts_inside(space)), belongs(space)
        )
        .distinct()
    )


@per_request
def voices(person: Person) -> tuple[PublicationVoice, ...]:
    """Return every voice a person has today: as a head first, each space and post once."""
    found = {
        (voice.space.id, voice.post.id): voice
        for voice in (
            *_as_head(person),
            *_as_named(person),
            *_as_communication(person),
            *_as_owner(person),
        )
    }
    return tuple(found.values())


@per_request
def voices_for(person: Person, kind: str) -> tuple[PublicationVoice, ...]:
    """Return the voices for a kind; for articles, those of every employee come last."""
    found = voices(person)
    if kind != ARTICLE:
        return found
    there = {voice.space.id for voice in found}
    return (*found, *(voice for voice in _as_employee(person) if voice.space.id not in there))


def voice_like(
    person: Person,
    space_id: UUID | None = None,
    post_id: UUID | None = None,
    kind: str = ANNOUNCEMENT,
) -> PublicationVoice | None:
    """Return the first voice of a person in this space and of this post, where given."""
    for voice in voices_for(person, kind):
        if space_id in {None, voice.space.id} and post_id in {None, voice.post.id}:
            return voice
    return None


def headed_spaces(person: Person) -> list[Space]:
    """List the spaces of the units that the person heads today, or for whose head they act."""
    return [voice.space for voice in _as_head(person)]


def space_ids(person: Person) -> frozenset[UUID]:
    """Return the ids of the spaces in which the person publishes today."""
    return frozenset(voice.space.id for voice in voices(person))


class PublicationWriter(NamedTuple):
    """A person who may edit publications, as values or as bind parameters.

    `space_ids` are the spaces in which the person publishes.
    """

    person_id: Id
    agency_ids: Many
    space_ids: Many
    now: Instant


WRITER = PublicationWriter(
    id_parameter("person_id"), ids_parameter("agency_ids"), ids_parameter("space_ids"), NOW
)
"""The writer in a prepared statement."""


@per_request
def writer_of(person: Person) -> PublicationWriter:
    """Return the values of a person as a writer."""
    agency_ids, spaces = list(own_agency_ids(person)), list(space_ids(person))
    return PublicationWriter(person.id, agency_ids, spaces, clock.now())


@per_request
def voiced_by(person: Person) -> ColumnElement[bool]:
    """Return the `VOICED` publications that the person may edit, as a condition."""
    return is_voiced_by(writer_of(person))


def is_voiced_by(writer: PublicationWriter) -> ColumnElement[bool]:
    """Return the condition of `voiced_by`: the rule itself.

    They are those where the person publishes, or in a closed space that they lead, so that somebody
    remains responsible. An employee's article is edited by its author, and once published by these
    people too.
    """
    closed = select(Space.id).where(
        Space.archived_at.is_not(None),
        Space.id.in_(space_ids_led_by(writer.person_id, writer.now)),
    )
    is_own = Publication.employee_article.has()
    is_out = or_(~is_own, Publication.published_at.is_not(None))
    their_own = and_(
        is_own,
        Publication.created_by_id == writer.person_id,
        Publication.agency_id.in_(writer.agency_ids),
    )
    return and_(
        Publication.kind.in_(VOICED),
        or_(
            and_(is_out, Publication.space_id.in_(writer.space_ids)),
            and_(is_out, Publication.space_id.in_(closed)),
            their_own,
        ),
    )


def _as_head(person: Person) -> list[PublicationVoice]:
    post_ids = sources(person).head_posts
    if not post_ids:
        return []
    posts = db.session.scalars(select(Post).where(Post.id.in_(post_ids)).order_by(Post.id)).all()
    spaces = _spaces_of(posts)
    return [
        PublicationVoice(post, spaces[key])
        for post in posts
        if (key := _key_of(post.unit)) in spaces
    ]


def _as_named(person: Person) -> list[PublicationVoice]:
    """Return voices authorised by a head: in the head's space, as the person's nearest post."""
    ids = sources(person).named_spaces
    if not ids:
        return []
    spaces = db.session.scalars(select(Space).where(Space.id.in_(ids)).order_by(Space.id))
    own = [row.post for row in current_appointments(person.id)]
    return [PublicationVoice(_nearest(own, space), space, rings=False) for space in spaces if own]


def _as_communication(person: Person) -> list[PublicationVoice]:
    with_role = sources(person).communication_posts
    posts = {
        row.post.agency_id: row.post
        for row in reversed(current_appointments(person.id))
        if row.post.publishes_for_agency or row.post_id in with_role
    }
    if not posts:
        return []
    spaces = db.session.scalars(
        select(Space)
        .where(Space.agency_id.in_(posts), Space.kind == SpaceKind.AGENCY)
        .order_by(Space.id)
    )
    return [PublicationVoice(posts[space.agency_id], space) for space in spaces]


def _as_owner(person: Person) -> list[PublicationVoice]:
    """Return voices to groups for people who act for the owner post."""
    ids = sources(person).owned_spaces
    if not ids:
        return []
    spaces = db.session.scalars(
        select(Space)
        .where(Space.id.in_(ids))
        .options(joinedload(Space.owner_post))
        .order_by(Space.id)
    )
    return [PublicationVoice(row.owner_post, row, rings=False) for row in spaces if row.owner_post]


def _as_employee(person: Person) -> list[PublicationVoice]:
    """Return voices as each post of the person in agencies where employees may write articles."""
    posts = [
        row.post
        for row in current_appointments(person.id)
        if row.post.kind != PostKind.EXTERNAL and row.post.unit.agency.articles != ArticleRule.OFF
    ]
    if not posts:
        return []
    spaces = _spaces_of(posts)
    return [
        PublicationVoice(post, spaces[key], rings=False, by_employee=True)
        for post in posts
        if (key := _key_of(post.unit)) in spaces
    ]


def _posts_inside(space: Space) -> Select[UUID]:
    """Select the ids of the posts by which people are in a group; their other posts do not count.

    No agency reaches people of another without its consent. In a group of the whole network, where
    a rule adds anyone who matches, only people of its own agency count, and those who joined
    themselves.
    """
    now = clock.now()
    held, post = aliased(Appointment), aliased(Post)
    is_of_agency = or_(SpaceMember.agency_id.is_(None), SpaceMember.agency_id == post.agency_id)
    by_rule = [SpaceMember.appointment_id == held.id]
    if space.reach == Reach.NETWORK:
        by_rule.append(post.agency_id == space.agency_id)
    return (
        select(held.post_id)
        .join(post, post.id == held.post_id)
        .join(SpaceMember, SpaceMember.person_id == held.person_id)
        .where(
            SpaceMember.space_id == space.id,
            is_current_member(now),
            held.since <= now,
            or_(held.until.is_(None), held.until > now),
            ~held.on_hold,
            or_(
                and_(*by_rule),
                and_(SpaceMember.appointment_id.is_(None), is_of_agency),
            ),
        )
    )


def _nearest(own: list[Post], space: Space) -> Post:
    """Return the person's first post within the space's reach, else their oldest."""
    for post in own:
        if space.unit_id in post.unit.ancestor_ids or (
            space.kind == SpaceKind.AGENCY and post.agency_id == space.agency_id
        ):
            return post
    return own[0]


def _key_of(unit: Unit) -> UUID:
    """Return the key of a unit head's space: for a root unit it is the agency's."""
    return unit.id if unit.parent_id else unit.agency_id


def _spaces_of(posts: Sequence[Post]) -> dict[UUID, Space]:
    units = {post.unit_id for post in posts}
    agencies = {post.agency_id for post in posts if post.unit.parent_id is None}
    rows = db.session.scalars(
        select(Space)
        .where(
            Space.unit_id.in_(units)
            | (Space.agency_id.in_(agencies) & (Space.kind == SpaceKind.AGENCY))
        )
        .options(joinedload(Space.unit))
    )
    return {row.unit_id or row.agency_id: row for row in rows}
