"""Lines of a hand-over for the groups of a post, with the approvals that they wait for."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.collaboration.groups.member_figures import people_counts
from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.operations.founding import assign_owner
from intranet.extensions import db
from intranet.messaging.spaces.access import visible_to
from intranet.messaging.spaces.models import Space, SpaceKey
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speaks_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l, ngettext
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.view_models import name_of_space
from intranet.records.hand_over.line_kinds import (
    MAX_LINES,
    UNSEEN,
    HandOverItem,
    HandOverScope,
    LeftThing,
    LineKind,
    declare,
    way,
)
from intranet.records.hand_over.nobody import unheld_posts, without_deputies

GROUP = "group"
OWN_BOARD = _l("The representatives themselves choose the post that leads their board.")


def _groups(scope: HandOverScope) -> list[HandOverItem]:
    """Return the groups of the post, and those that a head leads for it while it is vacant."""
    rows = _where(
        or_(
            Space.owner_post_id == scope.post.id,
            Group.lent_by_id == scope.post.id,
            Group.space_id.in_(scope.settled(GROUP)),
        )
    )
    ids = [row.space_id for row in rows]
    people, keys, open_to = people_counts(ids), _keys(ids), _visible(scope.viewer, ids)
    return [
        HandOverItem(
            GROUP,
            row.space_id,
            name_of_space(row.space),
            _about(people.get(row.space_id, 0), keys.get(row.space_id, 0)),
            way("groups.show", space_id=row.space_id) if row.space_id in open_to else None,
            "users-round",
        )
        for row in rows
    ]


def _where(condition: ColumnElement[bool]) -> Sequence[Group]:
    wanted = (
        select(Group)
        .join(Space, Space.id == Group.space_id)
        .where(Space.archived_at.is_(None), condition)
        .options(joinedload(Group.space))
        .order_by(Group.sort_key, Group.space_id)
        .limit(MAX_LINES)
    )
    return db.session.scalars(wanted).all()


def _about(people: int, waiting: int) -> str:
    parts = [ngettext("%(num)s member", "%(num)s members", people)]
    if waiting:
        parts.append(
            ngettext("%(num)s approval is missing", "%(num)s approvals are missing", waiting)
        )
    return " · ".join(parts)


def _keys(ids: Collection[UUID]) -> dict[UUID, int]:
    """Count the agencies that were asked to approve each group and have not."""
    asked = (
        select(SpaceKey.space_id, func.count())
        .where(SpaceKey.space_id.in_(ids), SpaceKey.since.is_(None))
        .group_by(SpaceKey.space_id)
    )
    return dict(db.session.execute(asked).all())


def _visible(viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    return set(db.session.scalars(select(Space.id).where(Space.id.in_(ids), visible_to(viewer))))


def _take(work: Work, scope: HandOverScope, space_id: UUID) -> None:
    """Let the successor's post lead it: again if it was lent, or for the ended post."""
    group = db.session.get_one(Group, space_id)
    work.lock(group.space)
    is_ours = scope.post.id in {group.space.owner_post_id, group.lent_by_id}
    if scope.moves and group.space.hides_people:
        raise Forbidden(OWN_BOARD)
    if scope.heir and is_ours:
        if group.space.owner_post_id == scope.heir.id:
            group.lent_by_id = None
        else:
            assign_owner(work, group, scope.heir, scope.viewer.id)


def _left(agency: Agency) -> list[LeftThing]:
    """Return groups whose post has ended or is vacant, as the job that lends them finds them."""
    rows = _where(
        (Space.agency_id == agency.id)
        & or_(Space.owner_post_id.is_(None), Space.owner_post_id.in_(unheld_posts(agency)))
    )
    things = [
        LeftThing(GROUP, row.space_id, name_of_space(row.space), post_id=row.space.owner_post_id)
        for row in rows
    ]
    return without_deputies(things, agency)


def _seen(viewer: Person, ids: Collection[UUID]) -> set[UUID]:
    """Return the groups that a person sees, or may know as an administrator."""
    administers = Space.agency_id.in_(viewer.administered_agency_ids())
    known = or_(and_(administers, is_visible_to_administrators()), visible_to(viewer))
    return set(db.session.scalars(select(Space.id).where(Space.id.in_(ids), known)))


def _give(work: Work, space_id: UUID, post: Post, actor: Person) -> None:
    group = db.session.get_one(Group, space_id)
    work.lock(group.space)
    if group.space.hides_people:
        raise Invalid({"post": OWN_BOARD})
    if not _visible(actor, [space_id]) and speaks_for(actor, post.id, clock.now()):
        raise Forbidden(UNSEEN)
    assign_owner(work, group, post, actor.id)


declare(
    LineKind(
        name=GROUP,
        word=_l("Group"),
        icon="users-round",
        lines=_groups,
        take=_take,
        left=_left,
        seen=_seen,
        give=_give,
    )
)
