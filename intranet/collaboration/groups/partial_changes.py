"""Creating and changing groups through the API: fields that are not named stay."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from intranet.collaboration.groups.access import posts_that_found
from intranet.collaboration.groups.forms import details_of
from intranet.collaboration.groups.models import Group, Joining
from intranet.collaboration.groups.operations import founding
from intranet.collaboration.groups.operations.founding import (
    GroupDetails,
    change_group,
    change_rule,
    found_group,
)
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Reach
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, PreconditionFailed
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import Form, Line, Text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import current_language

Topics = Annotated[tuple[Line, ...], Field(max_length=founding.TOPICS_LIMIT)]


class NewGroup(Form):
    """A new group; `post_id` is its owner post, by default the person's first."""

    name: Line
    purpose: Text = ""
    joining: Joining = Joining.REQUEST
    is_listed: bool = True
    reach: Reach = Reach.NETWORK
    topics: Topics = ()
    welcome: Text = ""
    rules: Text = ""
    audience: Audience | None = None
    post_id: UUID | None = None


class ChangeGroup(Form):
    """A change to a group. An audience of null removes the rule."""

    name: Line | None = None
    purpose: Text | None = None
    joining: Joining | None = None
    is_listed: bool | None = None
    reach: Reach | None = None
    topics: Topics | None = None
    welcome: Text | None = None
    rules: Text | None = None
    audience: Audience | None = None
    is_archived: bool | None = None


def begin(person: Person, form: NewGroup) -> Group:
    """Create a group.

    Raises:
        Forbidden: the person may not create groups, or not with this post.
        Invalid: as in `found_group`.
    """
    posts = {post.id: post for post in posts_that_found(person)}
    return found_group(
        person,
        _post(posts, form.post_id),
        details_of(form),
        language=current_language(),
        audience=form.audience,
    )


def change(person: Person, group: Group, form: ChangeGroup, *, version: int | None) -> None:
    """Change the fields that the form names, all or none.

    Raises:
        PreconditionFailed: another person changed it since `version`.
        Forbidden, Invalid: as in the operations that set each field.
    """
    named = form.model_fields_set
    with unit_of_work() as work:
        work.lock(group.space)
        if version is not None and group.version != version:
            raise PreconditionFailed
        if "is_archived" in named and not form.is_archived:
            founding.revive(person, group)
        if named & set(GroupDetails.__dataclass_fields__):
            change_group(person, group, _details(group, form), version=group.version)
        if "audience" in named:
            change_rule(person, group, form.audience)
        if form.is_archived:
            founding.archive(person, group)


def _details(group: Group, form: ChangeGroup) -> GroupDetails:
    stands: dict[str, Any] = {
        "name": group.space.title.text(group.language),
        "purpose": group.purpose,
        "joining": group.joining,
        "is_listed": group.is_listed,
        "reach": group.space.reach,
        "topics": tuple(row.function_code for row in group.topics),
        "welcome": group.welcome,
        "rules": group.rules,
    }
    return GroupDetails(**stands | form.model_dump(include=set(stands), exclude_none=True))


def _post(posts: dict[UUID, Post], post_id: UUID | None) -> Post:
    if not posts or (post_id is not None and post_id not in posts):
        raise Forbidden(_l("You do not hold this post at present."))
    return posts[post_id] if post_id else next(iter(posts.values()))
