"""In whose name somebody may publish, and how far that reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from intranet.extensions import db
from intranet.messaging.spaces.access import holds_post, is_current_member, led_space_ids
from intranet.messaging.spaces.audience import within
from intranet.messaging.spaces.models import Reach, Role, Space, SpaceKind, SpaceMember, Why
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Agency, ArticleRule, Post, PostKind, Unit
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments, is_current
from intranet.organisation.people.speaking import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.database import ask
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Localized, given
from intranet.publishing.publications.models import VOICED, Publication, PublicationKind


@dataclass(frozen=True)
class Voice:
    """A post in whose name a person publishes: to a unit with all below it, an agency or a group.

    A head speaks as the head's post, and for a group its owner post; whom they named, and a post
    that its administrator lets publish for the agency, as their own. Whom somebody named, and who
    speaks in a group, does not ring at any hour (`rings`). Where the agency lets every employee
    write articles, they speak as their own post, in their own articles alone (`by_employee`).
    """

    post: Post
    space: Space
    rings: bool = True
    by_employee: bool = False

    @property
    def place(self) -> Localized:
        """The name of the unit, agency or group as far as which it reaches."""
        return self.space.title

    @property
    def agency(self) -> Agency:
        """Whose calendar, languages and rules hold."""
        return self.space.agency

    @property
    def needs_approval(self) -> bool:
        """Whether another person approves what it says before it is published."""
        return self.by_employee and self.agency.articles != ArticleRule.FREE


def reaches(space: Space) -> ColumnElement[bool]:
    """A post is as far as the space reaches, as a condition on `Post` joined with its `Unit`."""
    if space.is_group:
        return Post.id.in_(_posts_inside(space))
    return within(space.unit_id) if space.unit_id else Post.agency_id == space.agency_id


def belongs(space: Space) -> ColumnElement[bool]:
    """Of who shares a post, whoever is in the group is reached, as a condition on `Appointment`."""
    if not space.is_group:
        return true()
    return Appointment.person_id.in_(current_members(space.id))


def people_rung(space: Space) -> Select[UUID]:
    """Ids of the members whom something new in the space rings, each once, as SQL.

    Into a group of the whole network a rule puts people of agencies that were never asked, and
    they cannot leave: they find there what is new, and it does not come to them.
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
def voices(person: Person) -> tuple[Voice, ...]:
    """Every voice a person has today: as a head first, each space and post once."""
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
def voices_for(person: Person, kind: PublicationKind) -> tuple[Voice, ...]:
    """The same, with the voices that every employee has in articles after them."""
    found = voices(person)
    if kind != PublicationKind.ARTICLE:
        return found
    there = {voice.space.id for voice in found}
    return (*found, *(voice for voice in _as_employee(person) if voice.space.id not in there))


def voice_like(
    person: Person,
    space_id: UUID | None = None,
    post_id: UUID | None = None,
    kind: PublicationKind = PublicationKind.ANNOUNCEMENT,
) -> Voice | None:
    """The first voice of a person in this space and of this post, as far as they are given."""
    for voice in voices_for(person, kind):
        if space_id in {None, voice.space.id} and post_id in {None, voice.post.id}:
            return voice
    return None


def headed_spaces(person: Person) -> list[Space]:
    """The spaces of the units that the person heads today, or for whose head they act."""
    return [voice.space for voice in _as_head(person)]


def space_ids(person: Person) -> frozenset[UUID]:
    """Ids of the spaces in which the person publishes today."""
    return frozenset(voice.space.id for voice in voices(person))


@per_request
def voiced_by(person: Person) -> ColumnElement[bool]:
    """Publications with a voice where the person publishes, or in a closed space that they lead.

    Of a unit that has ended, and in a group that is archived, somebody still answers for it. An
    employee's article is written by its author, and once published by those as well.
    """
    closed = select(Space.id).where(
        Space.archived_at.is_not(None), Space.id.in_(led_space_ids(person))
    )
    is_out = or_(~Publication.by_employee, Publication.published_at.is_not(None))
    their_own = and_(
        Publication.by_employee,
        Publication.created_by_id == person.id,
        Publication.agency_id.in_(own_agency_ids(person)),
    )
    return and_(
        Publication.kind.in_(VOICED),
        or_(
            and_(is_out, Publication.space_id.in_(space_ids(person))),
            and_(is_out, Publication.space_id.in_(closed)),
            their_own,
        ),
    )


def _as_head(person: Person) -> list[Voice]:
    post_ids = _sources(person).head_posts
    if not post_ids:
        return []
    posts = db.session.scalars(select(Post).where(Post.id.in_(post_ids)).order_by(Post.id)).all()
    spaces = _spaces_of(posts)
    return [Voice(post, spaces[key]) for post in posts if (key := _key_of(post.unit)) in spaces]


def _as_named(person: Person) -> list[Voice]:
    """Whom a head let speak speaks as far as the head, as the post they hold there or first."""
    ids = _sources(person).named_spaces
    if not ids:
        return []
    spaces = db.session.scalars(select(Space).where(Space.id.in_(ids)).order_by(Space.id))
    own = [row.post for row in current_appointments(person.id)]
    return [Voice(_nearest(own, space), space, rings=False) for space in spaces if own]


def _as_communication(person: Person) -> list[Voice]:
    posts = {
        row.post.agency_id: row.post
        for row in reversed(current_appointments(person.id))
        if row.post.publishes_for_agency
    }
    if not posts:
        return []
    spaces = db.session.scalars(
        select(Space)
        .where(Space.agency_id.in_(posts), Space.kind == SpaceKind.AGENCY)
        .order_by(Space.id)
    )
    return [Voice(posts[space.agency_id], space) for space in spaces]


def _as_owner(person: Person) -> list[Voice]:
    """Whoever speaks for the owner post of a group speaks to the group."""
    ids = _sources(person).owned_spaces
    if not ids:
        return []
    spaces = db.session.scalars(
        select(Space)
        .where(Space.id.in_(ids))
        .options(joinedload(Space.owner_post))
        .order_by(Space.id)
    )
    return [Voice(row.owner_post, row, rings=False) for row in spaces if row.owner_post]


def _as_employee(person: Person) -> list[Voice]:
    """As each post of the person's in an agency that lets its employees write articles."""
    posts = [
        row.post
        for row in current_appointments(person.id)
        if row.post.kind != PostKind.EXTERNAL and row.post.unit.agency.articles != ArticleRule.OFF
    ]
    if not posts:
        return []
    spaces = _spaces_of(posts)
    return [
        Voice(post, spaces[key], rings=False, by_employee=True)
        for post in posts
        if (key := _key_of(post.unit)) in spaces
    ]


class Sources(NamedTuple):
    """From where somebody has a voice: ids of the posts of heads, and of two kinds of spaces."""

    head_posts: frozenset[UUID]
    named_spaces: frozenset[UUID]
    owned_spaces: frozenset[UUID]


@per_request
def _sources(person: Person) -> Sources:
    """Most people have none: the ids are asked for first, in one statement that is built once."""
    rows = ask(_source_ids(), person_id=person.id).all()
    return Sources._make(
        frozenset(row.id for row in rows if row.place == place)
        for place, _name in enumerate(Sources._fields)
    )


@cache
def _source_ids() -> CompoundSelect[int, UUID]:
    person_id = given("person_id")
    spoken = posts_spoken_for(person_id, NOW).subquery()
    headed = select(literal(0).label("place"), Post.id).where(
        Post.id.in_(select(spoken.c.post_id)), Post.is_head.is_(True)
    )
    named = (
        select(literal(1), Space.id)
        .join(SpaceMember, SpaceMember.space_id == Space.id)
        .where(
            SpaceMember.person_id == person_id,
            SpaceMember.why == Why.HAND,
            SpaceMember.role == Role.SPEAKER,
            is_current_member(NOW),
            holds_post(NOW),
            Space.archived_at.is_(None),
        )
    )
    owned = select(literal(2), Space.id).where(
        Space.owner_post_id.in_(select(spoken.c.post_id)), Space.archived_at.is_(None)
    )
    return union_all(headed, named, owned)


def _posts_inside(space: Space) -> Select[UUID]:
    """Ids of the posts by which people are in a group: others that they hold have no part in it.

    No agency reaches people of another unless that one lets it. Into a group of the whole network,
    which has no keys, a rule puts whoever fits: there it is those of its own agency alone, and
    who came in of their own will.
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
    """Of one's own posts that within the space's reach, else the oldest."""
    for post in own:
        if space.unit_id in post.unit.ancestor_ids or (
            space.kind == SpaceKind.AGENCY and post.agency_id == space.agency_id
        ):
            return post
    return own[0]


def _key_of(unit: Unit) -> UUID:
    """By what the space is found in which a unit's head speaks: the root has the agency's."""
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
