"""Groups in lists, their members, approvals and invitations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.groups.access import known_later, reader_values
from intranet.collaboration.groups.models import Group, GroupInvitation, GroupTopic
from intranet.extensions import db
from intranet.finding.finder.filters import FilterReader
from intranet.messaging.spaces.access import is_current_member, joined_by, space_ids_led_by
from intranet.messaging.spaces.models import Space, SpaceKey, SpaceMember
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments, has_word, is_current
from intranet.platform.core import clock
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import NOW, Id, Instant, id_parameter

QUERY_CHARACTERS = 80


@dataclass(frozen=True)
class GroupFilters:
    """The filters of a list of groups."""

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
        """Whether the reader browses all groups, without a search."""
        return not (self.words or self.topic or self.agency or self.only_mine or self.archived)


def read_filters(given: FilterReader, person: Person) -> GroupFilters:
    """Read the filters that the page and the API have in common."""
    return GroupFilters(
        words=given.text("q", QUERY_CHARACTERS),
        topic=given.function(),
        agency=given.agency(person),
        only_mine=given.is_on("mine"),
        archived=given.is_on("archived"),
    )


def groups(
    person: Person, wanted: GroupFilters, *, after: tuple[str, UUID] | None = None, limit: int
) -> Sequence[Group]:
    """Return the groups that the person may know of, by name."""
    values = reader_values(person)
    asked = _known(holds_post=bool(values["own"])).where(*_conditions(person, wanted)).limit(limit)
    if after:
        name, space_id = after
        asked = asked.where(
            or_(
                Group.sort_key > name,
                and_(Group.sort_key == name, Group.space_id > space_id),
            )
        )
    return db.session.scalars(asked, values).all()


@cache
def _known(*, holds_post: bool) -> Select[Group]:
    return (
        select(Group)
        .join(Space, Space.id == Group.space_id)
        .where(known_later(holds_post=holds_post))
        .order_by(Group.sort_key, Group.space_id)
    )


def own_groups_count(person: Person) -> int:
    """Count the groups that the person is in and that are not archived."""
    asked = (
        select(func.count())
        .select_from(Group)
        .join(Space, Space.id == Group.space_id)
        .where(joined_by(person), Space.archived_at.is_(None))
    )
    return db.session.scalar(asked) or 0


def counterparts_counts(person: Person, space_ids: Collection[UUID]) -> dict[UUID, int]:
    """Count the person's counterparts in each of these groups."""
    rows = db.session.execute(
        select(SpaceMember.space_id, func.count(SpaceMember.person_id.distinct()))
        .where(SpaceMember.space_id.in_(space_ids), _is_counterpart(person))
        .group_by(SpaceMember.space_id)
    )
    return dict(rows.all())


def keys_of(space: Space) -> Sequence[SpaceKey]:
    """Return the approvals of a group, that of its own agency first."""
    rows = db.session.scalars(
        select(SpaceKey)
        .where(SpaceKey.space_id == space.id)
        .order_by(SpaceKey.asked_at, SpaceKey.agency_id)
    ).all()
    return sorted(rows, key=lambda row: row.agency_id != space.agency_id)


def keys_of_agency(agency: Agency) -> list[tuple[SpaceKey, Group]]:
    """Return every approval of an agency with its group, open ones first."""
    rows = db.session.execute(
        select(SpaceKey, Group)
        .join(Group, Group.space_id == SpaceKey.space_id)
        .where(SpaceKey.agency_id == agency.id)
        .order_by(SpaceKey.since.is_not(None), Group.sort_key)
        .limit(500)
    )
    return [(key, group) for key, group in rows]


def shared_by(agency: Agency) -> Sequence[Group]:
    """Return the agency's own groups that are shared, or to be shared, with other agencies."""
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
    """Return the condition on `GroupInvitation` for open invitations of the person."""
    return and_(
        GroupInvitation.person_id == person_id,
        GroupInvitation.is_request.is_(False),
        GroupInvitation.answered_at.is_(None),
    )


def waiting_for(person: Person) -> Sequence[GroupInvitation]:
    """Return the open invitations of the person, the latest first."""
    return db.session.scalars(_invitations(), {"person_id": person.id}).all()


@cache
def _invitations() -> Select[GroupInvitation]:
    return (
        select(GroupInvitation)
        .where(is_invited(id_parameter("person_id")))
        .options(joinedload(GroupInvitation.group), joinedload(GroupInvitation.asked_by))
        .order_by(GroupInvitation.asked_at.desc())
    )


def is_request_to(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """Return the condition on `GroupInvitation` for open requests to groups the person leads."""
    living = select(Space.id).where(
        Space.id.in_(space_ids_led_by(person_id, now)), Space.archived_at.is_(None)
    )
    return and_(
        GroupInvitation.is_request.is_(True),
        GroupInvitation.answered_at.is_(None),
        GroupInvitation.space_id.in_(living),
    )


def requests_to(person: Person, limit: int) -> Sequence[GroupInvitation]:
    """Return requests to join groups that the person leads, the oldest first."""
    return db.session.scalars(_requests(limit), {"person_id": person.id}).all()


@cache
def _requests(limit: int) -> Select[GroupInvitation]:
    return (
        select(GroupInvitation)
        .where(is_request_to(id_parameter("person_id"), NOW))
        .options(joinedload(GroupInvitation.group), joinedload(GroupInvitation.person))
        .order_by(GroupInvitation.asked_at, GroupInvitation.space_id, GroupInvitation.person_id)
        .limit(limit)
    )


def waiting_in(group: Group) -> Sequence[GroupInvitation]:
    """Return the open invitations and requests of a group, requests first."""
    return db.session.scalars(
        select(GroupInvitation)
        .where(GroupInvitation.space_id == group.space_id, GroupInvitation.answered_at.is_(None))
        .options(joinedload(GroupInvitation.person), joinedload(GroupInvitation.asked_by))
        .order_by(GroupInvitation.is_request.desc(), GroupInvitation.asked_at)
    ).all()


def own_invitation(person: Person, group: Group) -> GroupInvitation | None:
    """Return the person's open invitation or request in a group."""
    row = db.session.get(GroupInvitation, (group.space_id, person.id))
    return row if row and row.answered_at is None else None


def _conditions(person: Person, wanted: GroupFilters) -> list[ColumnElement[bool]]:
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
        waits = exists().where(GroupInvitation.space_id == Space.id, is_invited(person.id))
        found += [~joined_by(person), ~waits]
    if wanted.of_own_agency:
        found.append(Space.agency_id.in_(own_agency_ids(person)))
    if wanted.with_counterparts:
        is_inside = SpaceMember.space_id == Group.space_id
        found.append(exists().where(is_inside, _is_counterpart(person)))
    return found


def _is_counterpart(person: Person) -> ColumnElement[bool]:
    """Return the condition on `SpaceMember` that they are a counterpart of the person.

    Counterparts hold a post in another agency with a function of one of the person's posts.
    """
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
