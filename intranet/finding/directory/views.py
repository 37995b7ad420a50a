"""People, agencies, units and posts as pages."""

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.delivery.files.serving import send_photo
from intranet.extensions import db
from intranet.finding.counterparts.access import own_posts
from intranet.finding.counterparts.block import counterparts_of_own, top
from intranet.finding.counterparts.function_prompt import is_due, prompt_for
from intranet.finding.directory import listing, queries
from intranet.finding.directory.access import get_agency, get_post, get_unit, require_post
from intranet.finding.directory.labels import (
    kind_names,
    month_of,
    place_names,
    time_of_day,
    weekday_names,
)
from intranet.finding.directory.list_filters import PostListFilters
from intranet.finding.directory.listing import DirectoryListPosition
from intranet.finding.directory.on_day import asked_day, directory_on, post_on, unit_on
from intranet.finding.directory.organisation_chart import (
    DirectoryTree,
    branch_of,
    chart,
    people_on,
    tree_of,
)
from intranet.finding.directory.post_page import post_page
from intranet.finding.directory.profile import profile_of
from intranet.finding.directory.unit_page import UnitPage, unit_detail, unit_page
from intranet.messaging.spaces.member_counts import people_count
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.labels import LEVELS, agency_kind_names, level_names
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.people.access import (
    get_person,
    holds_any_post,
    own_agency_ids,
    photos_visible,
)
from intranet.organisation.people.directory_limit import count_shown_people
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.replica import reads_from_replica
from intranet.platform.core.web import wants_fragment

bp = Blueprint("directory", __name__)
for _filter in (month_of, time_of_day):
    bp.add_app_template_filter(_filter)

MAX_DETAIL_POSTS = 6
MAX_AGENCIES_SHOWN = 50


@bp.get("/people/<uuid:person_id>")
@signed_in
@reads_from_replica
def person(viewer: Person, person_id: UUID) -> ResponseReturnValue:
    """Show a person: their posts, what they write about themselves, their colleagues."""
    found = get_person(viewer, person_id)
    is_own = found.id == viewer.id
    return render_template(
        "finding/directory/person.html",
        profile=profile_of(viewer, found),
        counterparts=counterparts_of_own(viewer, request.args.get("as", "")) if is_own else None,
        posts=own_posts(viewer) if is_own else (),
        claim=prompt_for(viewer) if is_own else None,
        confirmed_long_ago=not is_own and found.confirmed_on is not None and is_due(found),
        weekday_names=weekday_names(),
        place_names=place_names(),
    )


@bp.get("/people/<uuid:person_id>/photo/<key>")
@signed_in
def photo(viewer: Person, person_id: UUID, key: str) -> ResponseReturnValue:
    """Send a portrait to those who may see it, small or as large as on a profile."""
    # Authors whose agency left the directory still appear in shared channels.
    found = db.session.get(Person, person_id) if holds_any_post(viewer) else viewer
    if (
        found is None
        or found.id != person_id
        or found.photo_key != key
        or not photos_visible(viewer, [found])
    ):
        raise NotFound
    return send_photo(key, small=request.args.get("size") != "large")


@bp.get("/people")
@signed_in
def people(viewer: Person) -> ResponseReturnValue:
    """Redirect to the viewer's own agency."""
    held = current_appointments(viewer.id)
    if not held:
        raise NotFound
    return redirect(url_for(".agency", code=held[0].post.unit.agency.code), 303)


@bp.get("/agencies")
@signed_in
@reads_from_replica
def agencies(viewer: Person) -> ResponseReturnValue:
    """List the agencies of the network, the viewer's first; if there are many, only some."""
    require_post(viewer)
    own = own_agency_ids(viewer)
    found = queries.agencies(viewer, MAX_AGENCIES_SHOWN + 1)
    return render_template(
        "finding/directory/agencies.html",
        agencies=found[:MAX_AGENCIES_SHOWN],
        has_more=len(found) > MAX_AGENCIES_SHOWN,
        own=own,
        kind_names=agency_kind_names(),
    )


@bp.get("/agencies/<code>")
@signed_in
@reads_from_replica
def agency(viewer: Person, code: str) -> ResponseReturnValue:
    """Show the organisation as a tree, open at the unit asked for, else at the viewer's own."""
    found = get_agency(viewer, code)
    if day := asked_day(found):
        return _agency_on(viewer, found, day)
    tree = tree_of(found)
    if branch := request.args.get("branch"):
        unit = _unit_of(found, branch)
        if unit is None:
            raise NotFound
        rows = branch_of(viewer, tree, unit)
        count_shown_people(viewer, found, people_on(rows))
        return render_template("finding/directory/_rows.html", rows=rows, selected=None)
    selected = _unit_of(found, request.args.get("unit")) or _own_unit(viewer, found)
    if selected and not selected.takes_more(clock.today(found.time_zone)):
        return redirect(url_for(".unit", unit_id=selected.id), 303)  # it leads on
    everything = request.args.get("open") == "all"
    opened = set(selected.ancestor_ids) if selected else set()
    shown = chart(viewer, found, tree, None if everything else opened)
    detail = None if everything or not selected else _detail(viewer, selected, tree)
    count_shown_people(
        viewer, found, [*people_on(shown.rows), *(detail.person_ids if detail else ())]
    )
    return render_template(
        "finding/directory/agency.html",
        chart=shown,
        selected=selected,
        everything=everything,
        detail=detail,
        **_heading(found),
    )


@bp.get("/agencies/<code>/list")
@signed_in
@reads_from_replica
def posts(viewer: Person, code: str) -> ResponseReturnValue:
    """Show the organisation as a list of people in posts and vacant posts."""
    found = get_agency(viewer, code)
    narrowed = PostListFilters.read(request.args, found)
    shown = listing.page(
        viewer,
        found,
        narrowed,
        after=DirectoryListPosition.read(request.args.get("after")),
        before=DirectoryListPosition.read(request.args.get("before")),
    )
    count_shown_people(viewer, found, [entry.face["id"] for entry in shown.entries if entry.face])
    counts = listing.counts(found, narrowed)
    return render_template(
        "finding/directory/list.html",
        page=shown,
        counts=counts,
        narrowed=narrowed,
        functions=queries.functions_of_agency(found),
        levels=LEVELS,
        level_names=level_names(),
        figures=counts.figures,
        **_heading(found),
    )


@bp.get("/units/<uuid:unit_id>")
@signed_in
@reads_from_replica
def unit(viewer: Person, unit_id: UUID) -> ResponseReturnValue:
    """Show a unit: its people, its channel, the units below."""
    found = get_unit(viewer, unit_id)
    if day := asked_day(found.agency):
        then = unit_on(viewer, found, day)
        count_shown_people(viewer, found.agency, then.directory.shown)
        return render_template("finding/directory/unit_on.html", page=then)
    if wants_fragment():
        detail = _detail(viewer, found, tree_of(found.agency))
        count_shown_people(viewer, found.agency, detail.person_ids)
        return render_template("finding/directory/_detail.html", detail=detail)
    page = unit_page(viewer, found)
    count_shown_people(viewer, found.agency, [*page.person_ids, *people_on(page.below)])
    return render_template("finding/directory/unit.html", page=page)


@bp.get("/posts/<uuid:post_id>")
@signed_in
@reads_from_replica
def post(viewer: Person, post_id: UUID) -> ResponseReturnValue:
    """Show a post: its holder, acting holders and stand-ins."""
    found = get_post(viewer, post_id)
    if day := asked_day(found.unit.agency):
        then = post_on(viewer, found, day)
        count_shown_people(viewer, found.unit.agency, then.directory.shown)
        return render_template("finding/directory/post_on.html", page=then)
    page = post_page(viewer, found)
    return render_template(
        "finding/directory/post.html",
        page=page,
        counterparts=None if page.has_ended else top(viewer, page.post),
        level_names=level_names(),
        kind_names=kind_names(),
    )


def _agency_on(viewer: Person, agency: Agency, day: date) -> ResponseReturnValue:
    directory = directory_on(viewer, agency, day)
    rows = directory.chart()
    count_shown_people(viewer, agency, directory.shown)
    return render_template("finding/directory/agency_on.html", directory=directory, rows=rows)


def _detail(viewer: Person, unit: Unit, tree: DirectoryTree) -> UnitPage:
    return unit_detail(viewer, unit, tree, limit=MAX_DETAIL_POSTS)


def _heading(found: Agency) -> dict[str, object]:
    return {"organisation": found, "people_count": people_count(found.id)}


def _unit_of(found: Agency, asked: str | None) -> Unit | None:
    try:
        unit = db.session.get(Unit, UUID(asked))
    except (ValueError, TypeError):
        return None
    return unit if unit and unit.agency_id == found.id else None


def _own_unit(viewer: Person, found: Agency) -> Unit | None:
    held = current_appointments(viewer.id)
    return next((row.post.unit for row in held if row.post.agency_id == found.id), None)
