"""Pages of groups: find and create them, join and leave, see the members."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.groups import page
from intranet.collaboration.groups.access import NO_GROUPS, get_group, posts_that_found
from intranet.collaboration.groups.forms import FoundForm, details_of
from intranet.collaboration.groups.group_publications import published_context
from intranet.collaboration.groups.listing import list_context
from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.operations.founding import found_group
from intranet.collaboration.groups.operations.joining import (
    answer_invitation,
    join,
    leave,
    request_to_join,
)
from intranet.collaboration.groups.queries import GroupFilters, read_filters
from intranet.finding.finder.filters import FilterReader
from intranet.messaging.spaces.access import require_listable
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.rest import name_cursor, read_time
from intranet.platform.core.web import current_language, local_address

bp = Blueprint("groups", __name__)


@bp.get("/groups")
@signed_in
@reads_from_replica
def index(person: Person) -> ResponseReturnValue:
    """List groups that the reader may know of, filtered by words, topic, agency and members."""
    context = list_context(person, _wanted(person), name_cursor())
    return render_template("collaboration/groups/index.html", **context)


@bp.get("/groups/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of a new group."""
    if not posts_that_found(person):
        raise Forbidden(NO_GROUPS)
    return render_template(
        "collaboration/groups/new.html",
        **page.new_group_context(person),
        **refused_form(),
        topics_chosen=request.form.getlist("topics"),
    )


@bp.post("/groups/new")
@again(new)
@signed_in
@accepts_long_text
def create(person: Person) -> ResponseReturnValue:
    """Create a group."""
    form = FoundForm.parse(request.form)
    posts = {post.id: post for post in posts_that_found(person)}
    if form.post_id not in posts:
        raise Forbidden(_("You do not hold this post at present."))
    language = current_language()
    group = found_group(
        person, posts[form.post_id], details_of(form), language=language, audience=None
    )
    flash(_("The group has been created. Choose its members."), "ok")
    return _to(group)


@bp.get("/groups/<uuid:space_id>")
@signed_in
def show(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Show a group."""
    return render_template(
        "collaboration/groups/group.html", **page.group_context(person, get_group(person, space_id))
    )


@bp.get("/groups/<uuid:space_id>/people")
@signed_in
def people(person: Person, space_id: UUID) -> ResponseReturnValue:
    """List the people who can see the content of the group, for its members."""
    group = get_group(person, space_id)
    require_listable(group.space)
    words = printable(request.args.get("q", ""), 80)
    context = page.people_context(person, group, words, name_cursor())
    if not context["is_in"] and not person.administers(group.space.agency_id):
        raise Forbidden(_("Only members can see the people in this group."))
    return render_template("collaboration/groups/people.html", **context)


@bp.get("/groups/<uuid:space_id>/published")
@signed_in
def published(person: Person, space_id: UUID) -> ResponseReturnValue:
    """List the publications of the group that the reader may read, the newest first."""
    before = read_time(request.args.get("before", ""))
    group = get_group(person, space_id)
    found = published_context(person, group.space, request.args.get("kind", ""), before)
    return render_template(
        "collaboration/groups/published.html", **page.frame(person, group), **found
    )


@bp.post("/groups/<uuid:space_id>/join")
@signed_in
def come_in(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Join the group, or ask to join it."""
    group = get_group(person, space_id)
    if request.form.get("ask"):
        request_to_join(person, group, request.form.get("note", ""))
        flash(_("Request sent. The head of the group will decide, and you will be notified."), "ok")
    else:
        join(person, group)
        flash(_("You have joined the group. Its channels are in your list of conversations."), "ok")
    here = url_for(".show", space_id=group.space_id)
    return redirect(local_address(request.form.get("next"), here), 303)


@bp.post("/groups/<uuid:space_id>/invitation")
@signed_in
def answer(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Accept or decline an invitation."""
    group = get_group(person, space_id)
    is_accepted = request.form.get("accept") == "1"
    answer_invitation(person, group, is_accepted=is_accepted)
    if is_accepted:
        flash(_("You have joined the group. Its channels are in your list of conversations."), "ok")
        return _to(group)
    flash(_("Invitation declined."), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/groups/<uuid:space_id>/leave")
@signed_in
def go(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Leave the group."""
    group = get_group(person, space_id)
    leave(person, group)
    flash(_("You have left the group."), "ok")
    return redirect(local_address(request.form.get("next"), url_for(".index")), 303)


def _wanted(person: Person) -> GroupFilters:
    given = FilterReader(request.args)
    found = replace(
        read_filters(given, person),
        with_counterparts=given.is_on("counterparts"),
        of_own_agency=bool(given.one_of("of", {"agency"})),
    )
    return replace(found, without_mine=found.is_exploring)


def _to(group: Group) -> ResponseReturnValue:
    return redirect(url_for(".show", space_id=group.space_id), 303)
