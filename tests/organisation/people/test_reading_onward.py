"""What is written to a vacant post is read: by its head, the heads above, the registry."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from intranet.extensions import db
from intranet.organisation.agencies import jobs
from intranet.organisation.agencies.models import Post, PostKind
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.operations.functions import confirm_functions
from intranet.organisation.agencies.operations.posts import (
    PostSpec,
    create_post,
    end_post,
    set_functions,
)
from intranet.organisation.agencies.operations.units import create_unit, end_unit, move_unit
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.fallbacks import accept_fallback, request_fallback
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.organisation.people.vacancy_readers import posts_read_for, readers_of, reading
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Problem
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import today
from tests.organisation.people.test_speakers import fall_back, vacate

pytestmark = pytest.mark.both


def agree():
    """Who reads for each post, if all three ways say the same."""
    now = clock.now()
    posts = db.session.scalars(select(Post)).all()
    objects = {
        post_id: {person.id for person in found.people}
        for post_id, found in reading([post.id for post in posts], now).items()
    }
    by_post = {post.id: set(db.session.scalars(readers_of(post.id, now))) for post in posts}
    by_person: dict[UUID, set[UUID]] = {post.id: set() for post in posts}
    for person_id in db.session.scalars(select(Person.id)).all():
        for post_id in db.session.scalars(posts_read_for(person_id, now)):
            by_person[post_id].add(person_id)
    assert objects == by_post == by_person
    assert jobs.reconcile(repair=False) == 0
    return objects


def made(unit, title, **more):
    return create_post(None, PostSpec(unit=unit, title=Localized(es=title), **more))


def registry(cast):
    """A post that keeps the registry of Monteclaro, held by Eloi."""
    post = made(cast.town_hall, "Responsable de Registro", functions=["OAC"])
    appoint(None, post, cast.eloi, starts_on=today())
    return post


@pytest.mark.slow
def test_the_head_reads_then_the_head_above_then_the_registry_then_nobody(app_context, cast):
    post = registry(cast)
    vacate(cast.ana)
    found = agree()
    assert found[cast.head_of_licences_post.id] == {cast.carles.id}
    assert found[cast.officer_post.id] == {cast.uxia.id, cast.lara.id}
    vacate(cast.uxia)
    vacate(cast.lara)
    assert agree()[cast.officer_post.id] == {cast.carles.id}
    vacate(cast.carles)
    assert agree()[cast.officer_post.id] == {cast.eloi.id}
    assert reading([cast.officer_post.id], clock.now())[cast.officer_post.id].by == post
    vacate(cast.eloi)
    assert agree()[cast.officer_post.id] == set()
    appoint(None, cast.officer_post, cast.nadia, starts_on=today())
    assert agree()[cast.officer_post.id] == {cast.nadia.id}


def test_it_is_a_right_to_read_and_no_other(app_context, cast):
    vacate(cast.xoel)
    now = clock.now()
    assert cast.architect_post.id in db.session.scalars(posts_read_for(cast.carles.id, now)).all()
    spoken = db.session.scalars(posts_spoken_for(cast.carles.id, now)).all()
    assert cast.architect_post.id not in spoken


def test_who_stands_in_for_the_head_reads_as_well(app_context, cast):
    vacate(cast.xoel)
    set_absence(None, cast.carles, starts_on=today(), ends_on=today(), stand_in=cast.nadia)
    assert agree()[cast.architect_post.id] == {cast.carles.id, cast.nadia.id}


@pytest.mark.slow
def test_nobody_elected_reads_for_others_and_a_second_head_of_a_unit_does(app_context, cast):
    vacate(cast.xoel)
    vacate(cast.carles)
    assert agree()[cast.architect_post.id] == set()
    second = made(cast.urban_planning, "Jefe/a adjunto/a", is_head=True, level=3)
    appoint(None, second, cast.xoel, starts_on=today())
    found = agree()
    assert found[cast.architect_post.id] == found[cast.head_post.id] == {cast.xoel.id}
    assert found[cast.mayor_post.id] == {cast.rosa.id}


@pytest.mark.slow
def test_the_registry_is_what_is_confirmed_to_be_one_and_the_secretary_where_there_is_none(
    app_context, cast
):
    vacate(cast.carles)
    secretary = made(cast.systems, "Secretaria municipal", functions=["SEC"])
    appoint(None, secretary, cast.eloi, starts_on=today())
    assert agree()[cast.head_post.id] == {cast.eloi.id}
    set_functions(None, cast.technician_post, ["OAC"])
    assert agree()[cast.head_post.id] == {cast.iria.id}
    set_functions(None, cast.technician_post, ["PRO"])
    assert agree()[cast.head_post.id] == {cast.eloi.id}
    vacate(cast.eloi)
    assert agree()[cast.head_post.id] == {cast.dorleta.id}  # who heads the secretary's unit


def test_nobody_becomes_the_registry_by_what_they_say_of_their_own_post(app_context, cast):
    vacate(cast.carles)
    said = made(cast.systems, "Responsable de Registro")
    appoint(None, said, cast.eloi, starts_on=today())
    assert agree()[cast.head_post.id] == {cast.eloi.id}  # the title says it

    confirm_functions(cast.iria, cast.technician_post, ["OAC", "SEC"])
    assert agree()[cast.head_post.id] == {cast.eloi.id}
    confirm_functions(cast.eloi, said, ["OAC"])
    assert agree()[cast.head_post.id] == {cast.eloi.id}  # as much as the title said

    set_functions(cast.dorleta, cast.technician_post, ["OAC", "SEC"])
    assert agree()[cast.head_post.id] == {cast.iria.id}
    confirm_functions(cast.iria, cast.technician_post, ["OAC"])
    assert agree()[cast.head_post.id] == {cast.iria.id}
    confirm_functions(cast.iria, cast.technician_post, [])
    confirm_functions(cast.iria, cast.technician_post, ["OAC"])
    assert agree()[cast.head_post.id] == {cast.eloi.id}


@pytest.mark.slow
def test_a_post_that_was_named_goes_before_and_on_to_its_own_head(app_context, cast):
    vacate(cast.xoel)
    fall_back(cast.architect_post, cast.technician_post)
    assert agree()[cast.architect_post.id] == {cast.iria.id}
    vacate(cast.iria)
    assert agree()[cast.architect_post.id] == {cast.nadia.id}
    fall_back(cast.architect_post, None)
    assert agree()[cast.architect_post.id] == {cast.carles.id}


@pytest.mark.slow
def test_a_circle_of_named_posts_ends_at_a_head(app_context, cast):
    for person in (cast.xoel, cast.iria, cast.ana, cast.uxia, cast.lara):
        vacate(person)
    fall_back(cast.architect_post, cast.technician_post)
    fall_back(cast.technician_post, cast.officer_post)
    fall_back(cast.officer_post, cast.architect_post)
    fall_back(cast.head_of_licences_post, cast.officer_post)
    found = agree()
    heads = {cast.carles.id, cast.nadia.id}
    for post in (cast.architect_post, cast.technician_post, cast.officer_post):
        assert found[post.id] <= heads
        assert len(found[post.id]) == 1


@pytest.mark.slow
def test_another_agency_that_accepted_answers_for_that_post_alone(app_context, cast):
    vacate(cast.xoel)
    vacate(cast.carles)
    registry(cast)
    request_fallback(cast.dorleta, cast.head_post, cast.assistance_post)
    assert agree()[cast.head_post.id] == {cast.eloi.id}
    accept_fallback(cast.guillem, cast.head_post, cast.assistance_post)
    found = agree()
    assert found[cast.head_post.id] == {cast.guillem.id}
    assert found[cast.architect_post.id] == {cast.eloi.id}
    give_role(None, cast.altamar, cast.innovation_post, AgencyRole.ADMINISTRATOR)
    vacate(cast.guillem)
    assert agree()[cast.head_post.id] == {cast.eloi.id}


def test_a_refusal_says_who_decides_and_what_is_so_already(app_context, cast):
    request_fallback(cast.dorleta, cast.head_post, cast.assistance_post)
    with pytest.raises(Forbidden) as refused:
        accept_fallback(cast.ana, cast.head_post, cast.assistance_post)
    assert "Only the holder of the requested post" in in_english(refused.value)
    accept_fallback(cast.guillem, cast.head_post, cast.assistance_post)
    with pytest.raises(Conflict) as again:
        request_fallback(cast.dorleta, cast.head_post, cast.assistance_post)
    assert "already answers for that vacant post" in in_english(again.value)


def in_english(refused: Problem) -> str:
    with force_locale("en"):
        return str(refused.detail)


@pytest.mark.slow
def test_units_that_move_or_end_lead_elsewhere(app_context, cast):
    below = create_unit(None, cast.procurement, Localized(es="Compras"))
    post = made(below, "Auxiliar")
    assert agree()[post.id] == {cast.nadia.id}
    move_unit(None, below, cast.systems)
    assert agree()[post.id] == {cast.dorleta.id}
    end_unit(None, below, today(), successor=cast.urban_planning)
    assert agree()[post.id] == {cast.carles.id}


@pytest.mark.slow
def test_a_post_that_ended_is_read_for_by_nobody_also_when_its_day_comes(app_context, cast):
    post = made(cast.urban_planning, "Delineante")
    assert agree()[post.id] == {cast.carles.id}
    end_post(None, post, today())
    assert agree()[post.id] == {cast.carles.id}
    with clock.freeze(clock.end_of(today(), "Europe/Madrid") + timedelta(minutes=1)):
        jobs.follow_dates()
        assert agree()[post.id] == set()


@pytest.mark.slow
def test_who_was_elected_may_be_vacant_too(app_context, cast):
    registry(cast)
    vacate(cast.rosa)
    assert cast.mayor_post.kind == PostKind.ELECTED
    assert agree()[cast.mayor_post.id] == {cast.eloi.id}


def test_reconcile_finds_and_mends_what_leads_astray(app_context, cast):
    with unit_of_work():
        db.session.execute(update(Post).values(onward_id=None))
    assert jobs.reconcile(repair=False) > 0
    assert jobs.reconcile(repair=True) > 0
    agree()


def test_after_an_update_all_agencies_are_reckoned(app_context, cast):
    with unit_of_work():
        db.session.execute(update(Post).values(onward_id=None))
    jobs.fill({})
    agree()


@pytest.mark.slow
def test_it_asks_as_often_for_one_as_for_all_posts(app_context, cast, count_queries):
    for person in db.session.scalars(select(Person)).all():
        with suppress(Conflict):  # the last administrator of each agency stays
            vacate(person)
    appoint(None, cast.head_post, cast.carles, starts_on=today())
    now, one_id = clock.now(), cast.architect_post.id
    every_id = db.session.scalars(select(Post.id)).all()
    with count_queries() as one:
        reading([one_id], now)
    with count_queries() as every:
        reading(every_id, now)
    assert len(every) <= len(one)
