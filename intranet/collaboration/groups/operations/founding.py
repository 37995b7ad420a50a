"""Creating, changing, handing over, archiving and restoring a group."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from intranet.collaboration.groups.access import require_founder, require_lead, require_open
from intranet.collaboration.groups.events import GroupConcerned
from intranet.collaboration.groups.models import Group, GroupTopic, Joining
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.audience_rights import require_may_name
from intranet.messaging.spaces.groups import create_group_space, follow_keys, set_owner, set_rule
from intranet.messaging.spaces.membership_rules import open_agencies
from intranet.messaging.spaces.models import Reach, Space, Visibility
from intranet.organisation.agencies.models import Function, Post
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import speakers_of
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, required_line
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import Work, unit_of_work

NAME_LIMIT = 80
PURPOSE_LIMIT = 500
TEXT_LIMIT = 5_000
TOPICS_LIMIT = 3
MAX_GROUPS_PER_POST = 50
"""At most this many groups belong to a post."""


@dataclass(frozen=True)
class GroupDetails:
    """The details of a group, and how people join it."""

    name: str
    purpose: str
    joining: Joining
    is_listed: bool
    reach: Reach
    topics: Sequence[str] = ()
    welcome: str = ""
    rules: str = ""


def found_group(
    founder: Person, owner: Post, details: GroupDetails, *, language: str, audience: Audience | None
) -> Group:
    """Create a group that belongs to a post of the founder.

    Args:
        language: the language of its name and texts.
        audience: the membership rule, if there is one.

    Raises:
        Forbidden: the founder does not hold the post, or its agency does not allow it.
        Invalid: a text or topic is not allowed, the name is taken, or the post owns too many.
    """
    details = _checked(details)
    with unit_of_work() as work:
        work.lock(owner)
        require_founder(founder, owner)
        _require_few(owner)
        _require_new_name(owner.agency_id, details.name)
        if audience:
            require_may_name(founder, audience)
        space = create_group_space(
            Localized({language: details.name}),
            owner,
            reach=details.reach,
            visibility=_visibility(details),
            audience=audience,
        )
        group = Group(
            space_id=space.id,
            language=language,
            created_by_id=founder.id,
            **_columns(details),
        )
        work.add(group)
        work.flush()
        _set_topics(work, group, details.topics)
        record(
            "group.create",
            agency_id=owner.agency_id,
            actor_id=founder.id,
            subject=("group", space.id),
            detail={"post": str(owner.id), "reach": details.reach.value},
        )
    return group


def change_group(person: Person, group: Group, details: GroupDetails, *, version: int) -> None:
    """Change the details of a group, and how people join it.

    Raises:
        Forbidden: the person does not lead it, or it is archived.
        Conflict: another person changed it since `version`.
        Invalid: a text or topic is not allowed, or the name is taken.
    """
    details = _checked(details)
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(person, group)
        require_open(group)
        if group.version != version:
            raise Conflict
        if group.space.hides_people:  # everyone in the agency reads it, whatever else changes
            details = replace(
                details, joining=Joining.INVITATION, is_listed=True, reach=Reach.AGENCY
            )
        space = group.space
        if space.name is None or details.name not in space.name.values():
            _require_new_name(space.agency_id, details.name)
            space.name = Localized({**(space.name or {}), group.language: details.name})
        for name, value in _columns(details).items():
            setattr(group, name, value)
        group.version += 1
        _set_topics(work, group, details.topics)
        if not space.hides_people:
            space.visibility = _visibility(details)
        if space.reach != details.reach:
            space.reach = details.reach
            work.flush()
            follow_keys(work, space)
            _record(group, person, "group.reach", reach=details.reach.value)


def change_rule(person: Person, group: Group, audience: Audience | None) -> None:
    """Replace the membership rule; None leaves only members who joined by hand.

    Raises:
        Forbidden: the person does not lead it, or it is archived.
        Invalid: the rule names something that does not exist or that the person may not know of.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(person, group)
        require_open(group)
        if audience:
            require_may_name(person, audience)
        set_rule(work, group.space, audience)
        _record(group, person, "group.rule")


def hand_over(person: Person, group: Group, owner: Post) -> None:
    """Give the group to another owner post, whose holder then leads it.

    Raises:
        Forbidden: the person does not lead it.
        Invalid: the post is closed to them or has ended, nobody acts for it, or the group does not
            accept people from its agency.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(person, group)
        if owner.agency_id in closed_agency_ids(person):
            raise Invalid({"post_id": _l("There is no such post. Choose another.")})
        agencies = open_agencies(group.space, clock.now())
        if (
            agencies is not None and owner.agency_id not in agencies
        ):  # each agency has to approve it
            words = _l("This group does not currently accept people from that administration.")
            raise Invalid({"post_id": words})
        assign_owner(work, group, owner, person.id)
        _record(group, person, "group.hand_over", post=str(owner.id))


def assign_owner(work: Work, group: Group, owner: Post, actor_id: UUID | None = None) -> None:
    """Make a post the owner of the group for good, and notify the people who act for it.

    Raises:
        Invalid: nobody acts for the post.
    """
    speakers = tuple(db.session.scalars(speakers_of(owner.id, clock.now())))
    if not speakers:
        raise Invalid(
            {"post_id": _l("There is nobody to act for this post at present. Choose another post.")}
        )
    group.lent_by_id = None
    set_owner(work, group.space, owner)
    key = f"owner:{owner.id}:{clock.now().date()}"
    work.publish(GroupConcerned(group.space_id, "group_owner", speakers, key, actor_id))


def archive(person: Person, group: Group) -> None:
    """Archive the group: its members can still read it, and nothing can be added.

    Raises:
        Forbidden: the person does not lead it.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(person, group)
        if group.space.archived_at is None:
            now = clock.now()
            group.space.archived_at = now
            _close_channels(group.space, None, now)
            _record(group, person, "group.archive")


def revive(person: Person, group: Group) -> None:
    """Restore the group, with the channels that were archived with it.

    Raises:
        Forbidden: the person does not lead it.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(person, group)
        if at := group.space.archived_at:
            group.space.archived_at = None
            group.asked_at = None
            _close_channels(group.space, at, None)
            _record(group, person, "group.revive")


def confirm_needed(person: Person, group: Group) -> None:
    """Confirm that an inactive group is still needed.

    Raises:
        Forbidden: the person does not lead it.
    """
    with unit_of_work() as work:
        work.lock(group.space)
        require_lead(person, group)
        group.kept_at = clock.now()


def _close_channels(space: Space, was: datetime | None, at: datetime | None) -> None:
    is_so = Conversation.archived_at.is_(None) if was is None else Conversation.archived_at == was
    channels = update(Conversation).where(Conversation.space_id == space.id, is_so)
    db.session.execute(channels.values(archived_at=at))


def _checked(details: GroupDetails) -> GroupDetails:
    return GroupDetails(
        name=required_line(details.name, "name", NAME_LIMIT),
        purpose=optional_text(details.purpose, "purpose", PURPOSE_LIMIT),
        joining=details.joining,
        is_listed=details.is_listed,
        reach=details.reach,
        topics=details.topics,
        welcome=optional_text(details.welcome, "welcome", TEXT_LIMIT),
        rules=optional_text(details.rules, "rules", TEXT_LIMIT),
    )


def _columns(details: GroupDetails) -> dict[str, object]:
    return {
        "joining": details.joining,
        "is_listed": details.is_listed,
        "purpose": details.purpose,
        "welcome": details.welcome,
        "rules": details.rules,
        "sort_key": sort_key(details.name)[:400],
    }


def _visibility(details: GroupDetails) -> Visibility:
    """Return the visibility: open groups can be read before joining, others only by members."""
    if details.joining != Joining.OPEN or not details.is_listed:
        return Visibility.MEMBERS
    open_to = {Reach.NETWORK: Visibility.NETWORK, Reach.AGENCY: Visibility.AGENCY}
    return open_to.get(details.reach, Visibility.MEMBERS)


def _set_topics(work: Work, group: Group, codes: Collection[str]) -> None:
    wanted = set(codes)
    known = set(db.session.scalars(select(Function.code).where(Function.code.in_(wanted))))
    if len(wanted) > TOPICS_LIMIT or wanted != known:
        raise Invalid({"topics": _l("Choose up to three topics.")})
    there = {row.function_code: row for row in group.topics}
    for code in there.keys() - wanted:
        group.topics.remove(there[code])
    for code in sorted(wanted - there.keys()):
        group.topics.append(GroupTopic(space_id=group.space_id, function_code=code))
    work.flush()


def _require_few(owner: Post) -> None:
    owned = select(func.count()).where(Space.owner_post_id == owner.id, Space.archived_at.is_(None))
    if (db.session.scalar(owned) or 0) >= MAX_GROUPS_PER_POST:
        raise Invalid(
            {"name": _l("This post is responsible for too many groups. Archive a group first.")}
        )


def _require_new_name(agency_id: UUID, name: str) -> None:
    there = (
        select(Group.space_id)
        .join(Space, Space.id == Group.space_id)
        .where(
            Space.agency_id == agency_id,
            Space.archived_at.is_(None),
            Group.sort_key == sort_key(name)[:400],
        )
    )
    if db.session.scalar(there.limit(1)):
        raise Invalid({"name": _l("There is already a group with this name here.")})


def _record(group: Group, person: Person, act: str, **detail: object) -> None:
    record(
        act,
        agency_id=group.space.agency_id,
        actor_id=person.id,
        subject=("group", group.space_id),
        detail=detail,
    )
