"""REST: groups."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from intranet.collaboration.groups import member_figures, queries
from intranet.collaboration.groups.access import get_group, require_lead
from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.partial_changes import ChangeGroup, NewGroup, begin, change
from intranet.collaboration.groups.responses import GroupResponse, WholeGroupResponse
from intranet.collaboration.groups.serializers import detail_json, group_json
from intranet.finding.finder.filters import FilterReader
from intranet.messaging.spaces.access import is_member
from intranet.messaging.spaces.queries import member_count
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.query_values import NOT_TAKEN, limit
from intranet.platform.core.rest import (
    PREFIX,
    after_name,
    body,
    described,
    idempotent,
    name_cursor,
    page,
    version_in,
    version_sent,
    with_version,
)

bp = Blueprint("groups_api", __name__, url_prefix=PREFIX)


@bp.get("/groups")
@described(
    list[GroupResponse], query=("q", "topic", "agency", "mine", "archived", "limit", "cursor")
)
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the groups that you may know of, by name. `mine=1` lists those that you are in."""
    found = queries.groups(person, _wanted(person), after=name_cursor(), limit=limit() + 1)
    shown = found[: limit()]
    ids = [group.space_id for group in shown]
    people, joined = member_figures.people_counts(ids), member_figures.joined_among(person, ids)
    items = [
        group_json(
            group,
            people=people.get(group.space_id, 0),
            is_member=group.space_id in joined,
        )
        for group in shown
    ]
    last = shown[-1] if len(found) > len(shown) else None
    return page(items, after_name(last.sort_key, last.space_id) if last else None)


@bp.post("/groups")
@described(WholeGroupResponse, form=NewGroup)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Create a group that belongs to one of your posts."""
    form = NewGroup.parse_exactly(body())
    return idempotent(
        person.id, lambda: (_json(person, begin(person, form)), 201), version=version_in
    )


@bp.get("/groups/<uuid:space_id>")
@described(WholeGroupResponse)
@signed_in
def show(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Return a group."""
    group = get_group(person, space_id)
    return with_version(_json(person, group), group.version)


@bp.patch("/groups/<uuid:space_id>")
@described(WholeGroupResponse, form=ChangeGroup)
@signed_in
def update(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Change the named fields of a group that you lead; `If-Match` names the version it had."""
    group = get_group(person, space_id)
    require_lead(person, group)
    change(person, group, ChangeGroup.parse_exactly(body()), version=version_sent(group.version))
    return with_version(_json(person, group), group.version)


def _json(person: Person, group: Group) -> dict[str, Any]:
    people = member_count(group.space_id)
    return detail_json(group, people=people, is_member=is_member(person, group.space))


def _wanted(person: Person) -> queries.GroupFilters:
    """Return the filters of the list.

    Raises:
        Invalid: a filter names something that does not exist or that the person may not know of.
    """
    given = FilterReader(request.args)
    found = queries.read_filters(given, person)
    if given.unknown:
        raise Invalid(dict.fromkeys(given.unknown, NOT_TAKEN))
    return found
