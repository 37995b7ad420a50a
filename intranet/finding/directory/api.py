"""REST: the caller's own profile, agencies, units, posts, people."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.access import get_agency, get_post, get_unit, require_post
from intranet.finding.directory.entries import entries_of
from intranet.finding.directory.own_changes import MyChange, change_myself, settings_json
from intranet.finding.directory.post_page import post_page
from intranet.finding.directory.profile import profile_of
from intranet.finding.directory.responses import (
    AgencyResponse,
    AppointmentResponse,
    MeResponse,
    PersonResponse,
    PostResponse,
    UnitResponse,
    WholeAgencyResponse,
    WholeUnitResponse,
)
from intranet.finding.directory.serializers import (
    agency_detail_json,
    agency_json,
    entry_json,
    person_json,
    post_json,
    reach_json,
    unit_detail_json,
    unit_json,
)
from intranet.finding.directory.unit_page import unit_page
from intranet.messaging.spaces.member_counts import people_count
from intranet.organisation.accounts.access import require_identity, signed_in
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.agencies.queries import in_force, posts_of_unit
from intranet.organisation.people.access import (
    administered_agencies,
    get_person,
    is_open_to,
    own_agency_ids,
)
from intranet.organisation.people.directory_limit import count_shown_people
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import holders_of, is_current
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, PreconditionFailed
from intranet.platform.core.query_values import limit
from intranet.platform.core.rest import (
    NO_CURSOR,
    PREFIX,
    after_name,
    body,
    cursor,
    described,
    name_cursor,
    page,
    version_sent,
    with_version,
)

bp = Blueprint("directory_api", __name__, url_prefix=PREFIX)


@bp.get("/me")
@described(MeResponse)
@signed_in
def me(person: Person) -> ResponseReturnValue:
    """Return your profile, the reach of each field, your settings, and agencies you administer."""
    return _me(person)


@bp.patch("/me")
@described(MeResponse, form=MyChange)
@signed_in
def change_me(person: Person) -> ResponseReturnValue:
    """Change your profile and settings; a field that is not sent stays as it is."""
    form = MyChange.parse_exactly(body())
    version = version_sent(person.version)
    try:
        change_myself(person, require_identity().account, form, version=version)
    except Conflict as problem:
        raise PreconditionFailed from problem
    return _me(person)


@bp.get("/agencies")
@described(list[AgencyResponse], query=("limit", "cursor"))
@signed_in
def agencies(viewer: Person) -> ResponseReturnValue:
    """List the agencies of the network, by name."""
    require_post(viewer)
    wanted = select(Agency).where(is_open_to(viewer))
    if place := name_cursor():
        wanted = wanted.where(tuple_(Agency.sort_key, Agency.id) > place)
    count = limit()
    rows = db.session.scalars(wanted.order_by(Agency.sort_key, Agency.id).limit(count + 1)).all()
    some = rows[:count]
    following = after_name(some[-1].sort_key, some[-1].id) if len(rows) > count else None
    return page([agency_json(agency) for agency in some], following)


@bp.get("/agencies/<code>")
@described(WholeAgencyResponse)
@signed_in
def agency(viewer: Person, code: str) -> ResponseReturnValue:
    """Return an agency by its official code, with how many people and posts it has."""
    found = get_agency(viewer, code)
    figures, people = queries.figures_of(found).whole, people_count(found.id)
    return jsonify(agency_detail_json(found, root_unit(found), figures, people))


@bp.get("/agencies/<code>/units")
@described(list[UnitResponse], query=("limit", "cursor"))
@signed_in
def units(viewer: Person, code: str) -> ResponseReturnValue:
    """List the units of an agency that exist today, each after its parent."""
    found = get_agency(viewer, code)
    today = clock.today(found.time_zone)
    wanted = select(Unit).where(Unit.agency_id == found.id, in_force(Unit, today))
    if last := cursor():
        wanted = wanted.where(Unit.path > _path_of(found, last))
    count = limit()
    rows = db.session.scalars(wanted.order_by(Unit.path).limit(count + 1)).all()
    following = str(rows[count - 1].id) if len(rows) > count else None
    return page([unit_json(unit) for unit in rows[:count]], following)


@bp.get("/units/<uuid:unit_id>")
@described(WholeUnitResponse)
@signed_in
def unit(viewer: Person, unit_id: UUID) -> ResponseReturnValue:
    """Return a unit: its functions and posts, the units above and below, its channel."""
    found = get_unit(viewer, unit_id)
    posts = posts_of_unit(found.id, clock.today(found.agency.time_zone))
    return jsonify(unit_detail_json(unit_page(viewer, found), posts, _vacant(posts)))


@bp.get("/units/<uuid:unit_id>/people")
@described(list[AppointmentResponse], query=("limit", "cursor"))
@signed_in
def people(viewer: Person, unit_id: UUID) -> ResponseReturnValue:
    """List the people in posts of a unit today, by name; a person in two posts is named twice."""
    found = get_unit(viewer, unit_id)
    wanted = (
        select(Appointment)
        .join(Person, Person.id == Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.unit_id == found.id, is_current(clock.now()))
        .options(joinedload(Appointment.person), joinedload(Appointment.post))
    )
    if place := name_cursor():
        wanted = wanted.where(tuple_(Person.sort_key, Appointment.id) > place)
    count = limit()
    ordered = wanted.order_by(Person.sort_key, Appointment.id).limit(count + 1)
    rows = db.session.scalars(ordered).all()
    some = rows[:count]
    count_shown_people(viewer, found.agency, [row.person_id for row in some])
    following = after_name(some[-1].person.sort_key, some[-1].id) if len(rows) > count else None
    return page([entry_json(entry) for entry in entries_of(some, viewer)], following)


@bp.get("/posts/<uuid:post_id>")
@described(PostResponse)
@signed_in
def post(viewer: Person, post_id: UUID) -> ResponseReturnValue:
    """Return a post: its holders and stand-ins."""
    return jsonify(post_json(post_page(viewer, get_post(viewer, post_id))))


@bp.get("/people/<uuid:person_id>")
@described(PersonResponse)
@signed_in
def person(viewer: Person, person_id: UUID) -> ResponseReturnValue:
    """Return a person: their posts, and the fields of their profile that the caller may see."""
    return jsonify(_person(viewer, get_person(viewer, person_id)))


def _me(person: Person) -> Response:
    account = require_identity().account
    about = {
        "version": person.version,
        "reach": reach_json(person),
        "showing": person.showing.value,
        "open_to_questions": person.open_to_questions,
        "is_suggested": person.is_suggested,
        "confirmed_on": person.confirmed_on.isoformat() if person.confirmed_on else None,
        "email": account.email,
        "staff_number": account.staff_number,
        "home_agency": account.home_agency.code,
        "administers": [agency.code for agency in administered_agencies(person)],
        "settings": settings_json(account),
    }
    return with_version({**_person(person, person), **about}, person.version)


def _person(viewer: Person, person: Person) -> dict[str, Any]:
    own = own_agency_ids(viewer)
    return person_json(profile_of(viewer, person), own)


def _vacant(posts: Sequence[Post]) -> dict[UUID, int]:
    """Return the number of places of each post without a holder; acting holders fill none."""
    standing = holders_of([each.id for each in posts], clock.now())
    return {
        each.id: each.places
        - sum(row.kind == AppointmentKind.HOLDER for row in standing.get(each.id, ()))
        for each in posts
    }


def _path_of(agency: Agency, unit_id: str) -> str:
    try:
        last = db.session.get(Unit, UUID(unit_id))
    except ValueError:
        last = None
    if last is None or last.agency_id != agency.id:
        raise Invalid({"cursor": NO_CURSOR})
    return last.path
