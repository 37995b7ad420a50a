"""Membership follows a change of the organisation alike, made by hand or by a file."""

from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.access import leads
from intranet.messaging.spaces.events import MembersChanged
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.operations import invite_to_space
from intranet.organisation.agencies.operations.storing import change_units
from intranet.organisation.agencies.operations.units import move_unit, rename_unit
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.storing import (
    AppointmentRow,
    change_appointments,
    store_appointments,
)
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.events import bus
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.collaboration.groups.helpers import group_of, inside
from tests.messaging.messages.helpers import space_of

pytestmark = pytest.mark.both
BEGUN = date(2026, 1, 1)


@pytest.fixture(params=["by hand", "by file"])
def by_file(request):
    """Whether a file makes the change, or a person."""
    return request.param == "by file"


@contextmanager
def told(cast):
    """Record joins and leaves within the block, as (name of the space, first names) each."""
    joined: set[tuple[str, str]] = set()
    left: set[tuple[str, str]] = set()

    def hear(event):
        for change in event.changes:
            title = db.session.get_one(Space, change.space_id).title.text()
            joined.update((title, name_of(cast, person)) for person in change.joined)
            left.update((title, name_of(cast, person)) for person in change.left)

    bus.within(MembersChanged, hear)
    try:
        yield joined, left
    finally:
        bus._within[MembersChanged].remove(hear)


def name_of(cast, person_id):
    return next(name for name, (_kind, row_id) in cast.ids.items() if row_id == person_id)


def given(post, person, *, by_file):
    """Appoint a person to a post."""
    if by_file:
        store_appointments([row_of(uuid7(), post, person, BEGUN, None)])
    else:
        appoint(None, post, person, starts_on=BEGUN)


def taken(person, *, by_file):
    """End the appointments of a person."""
    for row in current_appointments(person.id):
        if by_file:
            yesterday = clock.today(row.post.unit.agency.time_zone) - timedelta(days=1)
            ended = row_of(row.id, row.post, person, row.starts_on, yesterday)
            change_appointments([ended])
        else:
            end_appointment(None, row)


def row_of(row_id, post, person, starts_on, ends_on):
    agency = post.unit.agency
    return AppointmentRow(
        id=row_id,
        time_zone=agency.time_zone,
        post_id=post.id,
        person_id=person.id,
        kind=AppointmentKind.HOLDER,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def moved(unit, parent, *, by_file):
    """Move a unit below another."""
    if by_file:
        change_units({unit.id: {"parent_id": parent.id}})
    else:
        move_unit(None, unit, parent)


def test_a_post_brings_its_spaces_and_its_end_takes_them(app_context, cast, by_file):
    with told(cast) as (joined, left):
        given(cast.technician_post, cast.elna, by_file=by_file)
    assert joined == {("Contratación Pública", "elna"), ("Ayuntamiento de Monteclaro", "elna")}
    assert left == set()
    assert reconcile(repair=False) == {}

    with told(cast) as (joined, left):
        taken(cast.elna, by_file=by_file)
    assert joined == set()
    assert {space for space, _person in left} == {
        "Contratación Pública",
        "Ayuntamiento de Monteclaro",
        "Innovació",
        "Diputació d'Altamar",
    }
    assert reconcile(repair=False) == {}


def test_a_unit_moves_with_its_people(app_context, cast, by_file):
    with told(cast) as (joined, left):
        moved(cast.licences, cast.procurement, by_file=by_file)
    people = {"ana", "uxia", "lara"}
    assert joined == {("Contratación Pública", person) for person in people}
    assert left == {("Urbanismo y Obras", person) for person in people}
    assert reconcile(repair=False) == {}


def test_another_name_changes_no_membership(app_context, cast, by_file):
    name = Localized({"es": "Licencias y Obras"})
    versions = select(Space.id, Space.members_version)
    before = set(db.session.execute(versions))
    with told(cast) as (joined, left):
        if by_file:
            values = {"name": name, "sort_key": "licencias y obras"}
            change_units({cast.licences.id: values})
        else:
            rename_unit(None, cast.licences, name)
    assert (joined, left) == (set(), set())
    assert set(db.session.execute(versions)) == before


def test_a_moved_unit_leaves_groups_of_other_agencies(app_context, cast, by_file):
    rule = {"any": [{"unit": str(cast.urban_planning.id), "subtree": True}]}
    group = group_of(cast.elna, audience=rule)
    assert inside(group, cast.ana, cast.xoel) == [True, True]

    moved(cast.licences, cast.procurement, by_file=by_file)

    assert inside(group, cast.ana, cast.xoel) == [False, True]
    assert reconcile(repair=False) == {}


def test_whose_invitation_counts_already_is_not_told_again(app_context, cast, by_file):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.elna)
    before = procurement.members_version

    with told(cast) as (joined, left):
        given(cast.officer_post, cast.elna, by_file=by_file)

    spaces = ("Licencias", "Urbanismo y Obras", "Ayuntamiento de Monteclaro")
    assert joined == {(space, "elna") for space in spaces}
    assert left == set()
    db.session.refresh(procurement)
    assert procurement.members_version == before


def test_who_loses_the_last_post_leaves_the_spaces_of_invitations(app_context, cast, by_file):
    procurement = space_of(cast.procurement)
    invite_to_space(cast.nadia, procurement, cast.elna)

    with told(cast) as (_joined, left):
        taken(cast.elna, by_file=by_file)
    assert ("Contratación Pública", "elna") in left

    with told(cast) as (joined, _left):
        given(cast.officer_post, cast.elna, by_file=by_file)
    assert ("Contratación Pública", "elna") in joined


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, 2])
def test_the_fallback_leads_a_group_while_its_post_is_vacant(app_context, cast, by_file, steps):
    group = group_of(cast.nadia)
    posts = [cast.head_of_procurement_post, cast.head_of_licences_post, cast.technician_post]
    if steps == 1:
        del posts[1]
    else:
        taken(cast.ana, by_file=False)
    with unit_of_work():
        for post, instead in pairwise(posts):
            post.fallback_id = instead.id

    taken(cast.nadia, by_file=by_file)
    assert leads(cast.iria, group.space)
    assert reconcile(repair=False) == {}

    given(posts[-1], cast.xoel, by_file=by_file)
    assert leads(cast.xoel, group.space)

    given(posts[0], cast.carles, by_file=by_file)
    assert not leads(cast.iria, group.space)
    assert leads(cast.carles, group.space)
    assert reconcile(repair=False) == {}
