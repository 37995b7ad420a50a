"""Contexts of the pages of groups."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from intranet.collaboration.groups import queries
from intranet.collaboration.groups.access import agencies_as, posts_that_found
from intranet.collaboration.groups.group_publications import published
from intranet.collaboration.groups.member_figures import agencies_inside
from intranet.collaboration.groups.models import Group, Joining
from intranet.extensions import db
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import channels_of
from intranet.messaging.spaces.access import is_current_member, is_visible_to, roles_in
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.audience_text import atom_words, sentence
from intranet.messaging.spaces.member_counts import count_members
from intranet.messaging.spaces.membership_rules import is_taken_from
from intranet.messaging.spaces.models import Reach, Role, Space, SpaceMember, Why
from intranet.messaging.spaces.preview import preview
from intranet.messaging.spaces.queries import members_at, members_named
from intranet.organisation.agencies.labels import agency_kind_names, function_names
from intranet.organisation.agencies.territories import PlaceKind, all_territories
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.html import render_markdown
from intranet.platform.core.i18n import _, pgettext
from intranet.platform.core.rest import after_name
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import NOW, id_parameter
from intranet.publishing.publications.placement import posts_of
from intranet.publishing.publications.view_models import name_of_space, rows_for, text_of

PAGE_SIZE = 50
MAX_FACES = 8
MAX_LATEST = 5


def group_context(person: Person, group: Group) -> dict[str, Any]:
    """Return the context of a group: its purpose, channels, members, and how to join."""
    space = group.space
    roles = roles_in(person, space)
    reads = _reads(person, space)
    agencies = agencies_inside(space)
    return {
        **frame(person, group),
        "channels": channels_of(space) if reads else [],
        "reads": reads,
        "agencies": agencies,
        "faces": [] if space.hides_people else _faces(person, space),
        "latest": rows_for(person, published(person, space, limit=MAX_LATEST)) if reads else [],
        "welcome": render_markdown(group.welcome).html if group.welcome else "",
        "rules": render_markdown(group.rules).html if group.rules else "",
        "waiting": queries.waiting_in(group) if Role.HEAD in roles else (),
        "hides_people": space.hides_people,
        "own": queries.own_invitation(person, group),
        "is_asleep": _is_asleep(group),
        "may_join": not roles and bool(agencies_as(person, group)) and not space.archived_at,
    }


def _is_asleep(group: Group) -> bool:
    """Whether the leads were asked if the group is needed, and nobody answered or wrote since."""
    if group.asked_at is None or (group.kept_at and group.kept_at > group.asked_at):
        return False
    since = select(Conversation.id).where(
        Conversation.space_id == group.space_id, Conversation.last_message_at > group.asked_at
    )
    return db.session.scalar(since.limit(1)) is None


def frame(person: Person, group: Group) -> dict[str, Any]:
    """Return the context that every page of a group needs."""
    space = group.space
    roles = roles_in(person, space)
    return {
        "group": group,
        "space": space,
        "name": name_of_space(space),
        "agency_name": text_of(space.agency.name, space.agency.language),
        "owner": _owner(space),
        "people_count": count_members(space),
        "is_in": bool(roles),
        "leads": Role.HEAD in roles,
        "is_by_rule": _is_by_rule(person, space),
        "keys": queries.keys_of(space) if space.reach == Reach.SHARED else (),
        "sentence": sentence(Audience.parse(space.audience)) if space.audience else "",
        "joining_words": joining_names()[group.joining],
        "reach_words": reach_words(space),
    }


def people_context(
    person: Person, group: Group, words: str, after: tuple[str, UUID] | None
) -> dict[str, Any]:
    """Return the context of the members page: counts by agency, and a page of members by name."""
    space = group.space
    wanted = members_named(space, words)
    if after:
        wanted = wanted.where(tuple_(Person.sort_key, Person.id) > after)
    rows = db.session.scalars(wanted.limit(PAGE_SIZE + 1)).all()
    some = rows[:PAGE_SIZE]
    faces = faces_of([row.id for row in some], person)
    why = _why(space, [row.id for row in some])
    last = some[-1] if len(rows) > PAGE_SIZE else None
    return {
        **frame(person, group),
        "people": [(faces[row.id], *why.get(row.id, ("", False, None))) for row in some],
        "agencies": agencies_inside(space),
        "words": words,
        "next_after": after_name(last.sort_key, last.id) if last else None,
    }


def rule_context(person: Person, group: Group) -> dict[str, Any]:
    """Return the context of the membership rule: its conditions, a preview, and options."""
    now = clock.now()
    audience = Audience.parse(group.space.audience) if group.space.audience else None
    return {
        **frame(person, group),
        "atoms": [(index, atom_words(atom)) for index, atom in enumerate(audience.any)]
        if audience
        else [],
        "preview": preview(person, audience, now, is_taken_from(group.space, now))
        if audience
        else None,
        "functions": [("", _("Any function")), *sorted(function_names().items(), key=_by_text)],
        "kinds": [("", _("Any type")), *agency_kind_names().items()],
        "territories": [
            ("", _("Everywhere")),
            *((one.code, one.name) for one in all_territories(PlaceKind.REGION)),
            *((one.code, one.name) for one in all_territories(PlaceKind.PROVINCE)),
        ],
    }


def new_group_context(person: Person) -> dict[str, Any]:
    """Return the context of the form of a new group."""
    return {
        "posts": [
            (post.id, text_of(post.title, post.unit.agency.language))
            for post in posts_that_found(person)
        ],
        "topics": topic_options(),
        **choices(),
    }


def choices() -> dict[str, Any]:
    """Return the ways to join and the reaches, as options of a form."""
    return {
        "joinings": [(value.value, str(words)) for value, words in joining_names().items()],
        "reaches": [
            (Reach.NETWORK.value, _("The whole network: anyone who holds a post")),
            (Reach.SHARED.value, _("Some administrations: each has to approve the group")),
            (Reach.AGENCY.value, _("My administration only")),
        ],
    }


def topic_options() -> list[tuple[str, str]]:
    """Return all functions as options of a field; the first stands for none."""
    return [("", pgettext("function", "None")), *sorted(function_names().items(), key=_by_text)]


def joining_names() -> dict[Joining, str]:
    """Return the labels of the ways to join."""
    return {
        Joining.OPEN: _("Open: anyone can join"),
        Joining.REQUEST: _("By request: the head decides"),
        Joining.INVITATION: _("By invitation"),
    }


def reach_words(space: Space) -> str:
    """Return the label of a group's reach."""
    return {
        Reach.NETWORK: _("The whole network"),
        Reach.SHARED: _("Shared between administrations"),
        Reach.AGENCY: _("A single administration"),
        None: "",
    }[space.reach]


def owned_posts(person: Person) -> list[tuple[UUID, str]]:
    """Return the person's own posts, to which they can hand over a group without a search."""
    return [(post.id, text_of(post.title, post.unit.agency.language)) for post in posts_of(person)]


def _by_text(option: tuple[str, str]) -> str:
    return sort_key(option[1])


def _owner(space: Space) -> dict[str, Any]:
    post = space.owner_post
    if post is None:
        return {}
    answer = answering([post.id], clock.now())[post.id]
    return {
        "id": post.id,
        "title": text_of(post.title, space.agency.language),
        "unit": text_of(post.unit.name, space.agency.language),
        "people": [(row.id, row.name) for row in answer.people],
    }


def _reads(person: Person, space: Space) -> bool:
    return execute_prepared(_seen(), space_id=space.id, person_id=person.id).scalar() is not None


@cache
def _seen() -> Select[UUID]:
    is_seen = is_visible_to(id_parameter("person_id"), NOW)
    return select(Space.id).where(Space.id == id_parameter("space_id"), is_seen)


def _faces(person: Person, space: Space) -> list[dict[str, Any]]:
    ids = execute_prepared(_first_by_name(), space_id=space.id).scalars().all()
    faces = faces_of(ids, person)
    return [faces[person_id] for person_id in ids if person_id in faces]


@cache
def _first_by_name() -> Select[UUID]:
    return (
        select(Person.id)
        .where(Person.id.in_(members_at(id_parameter("space_id"), NOW)))
        .order_by(Person.sort_key, Person.id)
        .limit(MAX_FACES)
    )


def _is_by_rule(person: Person, space: Space) -> bool:
    asked = select(SpaceMember.id).where(
        SpaceMember.space_id == space.id,
        SpaceMember.person_id == person.id,
        SpaceMember.why == Why.RULE,
        is_current_member(clock.now()),
    )
    return db.session.scalar(asked.limit(1)) is not None


def _why(space: Space, ids: Sequence[UUID]) -> dict[UUID, tuple[str, bool, Any]]:
    """Return each person's strongest role, whether they are in only by hand, and the role's end."""
    rows = db.session.scalars(
        select(SpaceMember).where(
            SpaceMember.space_id == space.id,
            SpaceMember.person_id.in_(ids),
            is_current_member(clock.now()),
        )
    )
    strength = [Role.MEMBER, Role.SPEAKER, Role.HEAD]
    found: dict[UUID, tuple[str, bool, Any]] = {}
    for row in sorted(rows, key=lambda one: strength.index(one.role)):
        _role, by_hand, _until = found.get(row.person_id, ("", True, None))
        found[row.person_id] = (row.role.value, by_hand and row.why == Why.HAND, row.until)
    return found
