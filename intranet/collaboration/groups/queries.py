"""Groups in lists, and what is known of their people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.groups.access import known_to
from intranet.collaboration.groups.models import Group, GroupTopic, Invitation
from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member, joined_by, space_ids_led_by
from intranet.messaging.spaces.models import Space, SpaceKey, SpaceMember
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments, has_word, is_current
from intranet.platform.core import clock
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Id, Instant

COUNTED = 1_000
"""So many people of a group are counted in a list."""


@dataclass(frozen=True)
class Wanted:
    """What a list of groups is narrowed to."""

    words: str = ""
    topic: Function | None = None
    agency: Agency | None = None
    only_mine: bool = False
    with_counterparts: bool = False
    archived: bool = False
    of_own_agency: bool = False
    without_mine: bool = False

    @property
    def is_exploring(self) -> bool:
        """Whether one looks around among all, and not for something certain."""
        return not (self.words or self.topic or self.agency or self.only_mine or self.archived)


def groups(
    person: Person, wanted: Wanted, *, after: tuple[str, UUID] | None = None, limit: int
) -> Sequence[Group]:
    """Groups of which the person knows, by name."""
    asked = (
        select(Group)
        .join(Space, Space.id == Group.space_id)
        .where(known_to(person), *_conditions(person, wanted))
        .order_by(Group.sort_key, Group.space_id)
        .limit(limit)
    )
    if after:
        name, space_id = after
        asked = asked.where(
            or_(
                Group.sort_key > name,
                and_(Group.sort_key == name, Group.space_id > space_id),
            )
        )
    return db.session.scalars(asked).all()


def joined_among(person: Person, space_ids: Collection[UUID]) -> set[UUID]:
    """In which of these groups the person is."""
    asked = select(Space.id).where(Space.id.in_(space_ids), joined_by(person))
    return set(db.session.scalars(asked))


def own_groups_count(person: Person) -> int:
    """How many groups the person is in that go on."""
    asked = (
        select(func.count())
        .select_from(Group)
        .join(Space, Space.id == Group.space_id)
        .where(joined_by(person), Space.archived_at.is_(None))
    )
    return db.session.scalar(asked) or 0


def people_counts(space_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people are in each of these groups."""
    rows = db.session.execute(
        select(SpaceMember.space_id, func.count(SpaceMember.person_id.distinct()))
        .where(SpaceMember.space_id.in_(space_ids), is_current_member(clock.now()))
        .group_by(SpaceMember.space_id)
    )
    return dict(rows.all())


def agency_counts(space_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many agencies the people of each of these groups are from."""
    now = clock.now()
    rows = db.session.execute(
        select(SpaceMember.space_id, func.count(Post.agency_id.distinct()))
        .join(Appointment, Appointment.person_id == SpaceMember.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            SpaceMember.space_id.in_(space_ids),
            is_current_member(now),
            is_current(now),
            or_(
                SpaceMember.appointment_id == Appointment.id,
                SpaceMember.agency_id == Post.agency_id,
            ),
        )
        .group_by(SpaceMember.space_id)
    )
    return dict(rows.all())


def asked_among(person: Person, space_ids: Collection[UUID]) -> set[UUID]:
    """Into which of these groups the person asked to come, without an answer yet."""
    asked = select(Invitation.space_id).where(
        Invitation.space_id.in_(space_ids),
        Invitation.person_id == person.id,
        Invitation.is_request.is_(True),
        Invitation.answered_at.is_(None),
    )
    return set(db.session.scalars(asked))


def counterparts_counts(person: Person, space_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people who do what the person does, in other agencies, are in each of these."""
    rows = db.session.execute(
        select(SpaceMember.space_id, func.count(SpaceMember.person_id.distinct()))
        .where(SpaceMember.space_id.in_(space_ids), _is_counterpart(person))
        .group_by(SpaceMember.space_id)
    )
    return dict(rows.all())


def agencies_inside(space: Space) -> Sequence[tuple[Agency, int]]:
    """The agencies whose people are in a group, the most first, with how many."""
    now = clock.now()
    counted = func.count(SpaceMember.person_id.distinct())
    inside = (
        select(Post.agency_id, counted.label("people"))
        .select_from(SpaceMember)
        .join(Appointment, Appointment.person_id == SpaceMember.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            SpaceMember.space_id == space.id,
            is_current_member(now),
            is_current(now),
            or_(
                SpaceMember.appointment_id == Appointment.id,
                SpaceMember.agency_id == Post.agency_id,
            ),
        )
        .group_by(Post.agency_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Agency, inside.c.people)
        .join(inside, inside.c.agency_id == Agency.id)
        .order_by(inside.c.people.desc(), Agency.sort_key)
    )
    return [(agency, people) for agency, people in rows]


def keys_of(space: Space) -> Sequence[SpaceKey]:
    """The keys of a group, that of its own agency first."""
    rows = db.session.scalars(
        select(SpaceKey)
        .where(SpaceKey.space_id == space.id)
        .order_by(SpaceKey.asked_at, SpaceKey.agency_id)
    ).all()
    return sorted(rows, key=lambda row: row.agency_id != space.agency_id)


def keys_of_agency(agency: Agency) -> list[tuple[SpaceKey, Group]]:
    """Every key of an agency with its group, what waits for an answer first."""
    rows = db.session.execute(
        select(SpaceKey, Group)
        .join(Group, Group.space_id == SpaceKey.space_id)
        .where(SpaceKey.agency_id == agency.id)
        .order_by(SpaceKey.since.is_not(None), Group.sort_key)
        .limit(500)
    )
    return [(key, group) for key, group in rows]


def shared_by(agency: Agency) -> Sequence[Group]:
    """The agency's own groups in which people of other agencies are or may be."""
    return db.session.scalars(
        select(Group)
        .join(Space, Space.id == Group.space_id)
        .where(
            Space.agency_id == agency.id,
            exists().where(SpaceKey.space_id == Space.id, SpaceKey.agency_id != agency.id),
        )
        .order_by(Group.sort_key, Group.space_id)
        .limit(500)
    ).all()


def is_invited(person_id: Id) -> ColumnElement[bool]:
    """The person has not answered it, as a condition on `Invitation`."""
    return and_(
        Invitation.person_id == person_id,
        Invitation.is_request.is_(False),
        Invitation.answered_at.is_(None),
    )


def waiting_for(person: Person) -> Sequence[Invitation]:
    """Invitations that the person has not answered, the latest first."""
    return db.session.scalars(
        select(Invitation)
        .where(is_invited(person.id))
        .options(joinedload(Invitation.group), joinedload(Invitation.asked_by))
        .order_by(Invitation.asked_at.desc())
    ).all()


def is_request_to(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """A request to join a group that the person leads is open, as a condition on `Invitation`."""
    living = select(Space.id).where(
        Space.id.in_(space_ids_led_by(person_id, now)), Space.archived_at.is_(None)
    )
    return and_(
        Invitation.is_request.is_(True),
        Invitation.answered_at.is_(None),
        Invitation.space_id.in_(living),
    )


def requests_to(person: Person, limit: int) -> Sequence[Invitation]:
    """Requests to join groups that the person leads, those that wait longest first."""
    return db.session.scalars(
        select(Invitation)
        .where(is_request_to(person.id, clock.now()))
        .options(joinedload(Invitation.group), joinedload(Invitation.person))
        .order_by(Invitation.asked_at, Invitation.space_id, Invitation.person_id)
        .limit(limit)
    ).all()


def waiting_in(group: Group) -> Sequence[Invitation]:
    """Invitations and requests of a group that are not answered, requests first."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.space_id == group.space_id, Invitation.answered_at.is_(None))
        .options(joinedload(Invitation.person), joinedload(Invitation.asked_by))
        .order_by(Invitation.is_request.desc(), Invitation.asked_at)
    ).all()


def own_invitation(person: Person, group: Group) -> Invitation | None:
    """What waits of the person and a group: an invitation or a request."""
    row = db.session.get(Invitation, (group.space_id, person.id))
    return row if row and row.answered_at is None else None


def _conditions(person: Person, wanted: Wanted) -> list[ColumnElement[bool]]:
    is_archived = Space.archived_at.is_not(None)
    found: list[ColumnElement[bool]] = [is_archived if wanted.archived else ~is_archived]
    found += [has_word(Group.sort_key, word) for word in sort_key(wanted.words).split()]
    if wanted.topic:
        found.append(
            exists().where(
                GroupTopic.space_id == Group.space_id,
                GroupTopic.function_code == wanted.topic.code,
            )
        )
    if wanted.agency:
        has_key = exists().where(
            SpaceKey.space_id == Space.id, SpaceKey.agency_id == wanted.agency.id
        )
        found.append(or_(Space.agency_id == wanted.agency.id, has_key))
    if wanted.only_mine:
        found.append(joined_by(person))
    if wanted.without_mine:
        waits = exists().where(Invitation.space_id == Space.id, is_invited(person.id))
        found += [~joined_by(person), ~waits]
    if wanted.of_own_agency:
        found.append(Space.agency_id.in_(own_agency_ids(person)))
    if wanted.with_counterparts:
        is_inside = SpaceMember.space_id == Group.space_id
        found.append(exists().where(is_inside, _is_counterpart(person)))
    return found


def _is_counterpart(person: Person) -> ColumnElement[bool]:
    """A member holds a post elsewhere that does what the person does, as a condition."""
    now = clock.now()
    own = [row.post_id for row in current_appointments(person.id)]
    functions = select(PostFunction.function_code).where(PostFunction.post_id.in_(own))
    return and_(
        is_current_member(now),
        exists(
            select(Appointment.id)
            .join(Post, Post.id == Appointment.post_id)
            .join(PostFunction, PostFunction.post_id == Post.id)
            .where(
                Appointment.person_id == SpaceMember.person_id,
                is_current(now),
                Post.agency_id.not_in(own_agency_ids(person)),
                PostFunction.function_code.in_(functions),
            )
        ),
    )
