"""An agency's administrators name the post that keeps the registry."""

from datetime import timedelta

import pytest

from intranet.organisation.agencies.models import PostKind
from intranet.organisation.agencies.operations.posts import end_post
from intranet.organisation.agencies.operations.vacancy_readers import name_registry, registry_named
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.admin.test_settings import TOWN, settings
from tests.cast import today
from tests.organisation.people.test_reading_onward import agree, made, registry
from tests.organisation.people.test_speakers import vacate

REST = "/api/v1/admin/agency?agency=L01990012"


@pytest.fixture
def orphaned(app, cast):
    """Nobody heads anything: only the registry reads what is written to the post of licences."""
    with app.app_context():
        for person in (cast.carles, cast.ana, cast.uxia, cast.lara):
            vacate(person)


def readers(app, cast):
    with app.app_context():
        return agree()[cast.officer_post.id]


@pytest.mark.slow
@pytest.mark.both
def test_the_named_post_comes_before_the_function_and_falls_back(app_context, cast, orphaned):
    by_function = registry(cast)
    named = made(cast.procurement, "Oficina de entrada")
    appoint(None, named, cast.xoel, starts_on=today())
    assert agree()[cast.officer_post.id] == {cast.eloi.id}

    name_registry(cast.dorleta, cast.monteclaro, named)
    assert agree()[cast.officer_post.id] == {cast.xoel.id}

    end_post(None, named, last_day=today() - timedelta(days=1))
    assert named.keeps_registry
    assert registry_named(cast.monteclaro) is None
    assert agree()[cast.officer_post.id] == {cast.eloi.id}
    other = made(cast.systems, "Registro nuevo")
    appoint(None, other, cast.iria, starts_on=today())
    name_registry(cast.dorleta, cast.monteclaro, other)
    assert agree()[cast.officer_post.id] == {cast.iria.id}
    name_registry(cast.dorleta, cast.monteclaro, None)
    assert agree()[cast.officer_post.id] == {cast.eloi.id}
    assert not other.keeps_registry
    assert by_function.id


def test_only_a_living_post_of_the_agency_that_nobody_is_elected_to(app_context, cast):
    for post in (cast.innovation_post, cast.mayor_post):
        with pytest.raises(Invalid):
            name_registry(cast.dorleta, cast.monteclaro, post)
    with pytest.raises(Forbidden):
        name_registry(cast.ana, cast.monteclaro, cast.officer_post)
    with pytest.raises(Forbidden):
        name_registry(cast.guillem, cast.monteclaro, cast.officer_post)
    assert cast.mayor_post.kind == PostKind.ELECTED


@pytest.mark.slow
def test_it_is_named_on_the_page_and_by_programs(app, client_of, cast, orphaned):
    with app.app_context():
        registry(cast)
        appoint(None, made(cast.procurement, "Oficina de entrada"), cast.xoel, starts_on=today())
    dorleta = client_of(cast.dorleta)
    assert dorleta.get(REST).json["registry_post_id"] is None

    saved = dorleta.submit(f"{TOWN}/settings", settings(registry="Oficina de entrada"))
    assert saved.status_code == 303
    assert "Oficina de entrada" in dorleta.get(f"{TOWN}/settings").text
    assert readers(app, cast) == {cast.xoel.id}
    assert "Registry post chosen" in dorleta.get(f"{TOWN}/audit?lang=en").text

    headers = {"X-CSRF-Token": dorleta.token()}
    nobody = dorleta.patch(REST, json={"registry_post_id": None}, headers=headers)
    assert nobody.status_code == 200, nobody.text
    assert readers(app, cast) == {cast.eloi.id}
    post_id = str(cast.officer_post.id)
    named = dorleta.patch(REST, json={"registry_post_id": post_id}, headers=headers)
    assert named.json["registry_post_id"] == post_id
    foreign = {"registry_post_id": str(cast.innovation_post.id)}
    assert dorleta.patch(REST, json=foreign, headers=headers).status_code == 404
    assert (
        dorleta.submit(f"{TOWN}/settings", settings(registry="Nada", version="4")).status_code
        == 422
    )


def test_a_post_that_is_filled_by_election_since_is_named_no_more(app_context, cast):
    named = made(cast.procurement, "Oficina de entrada")
    name_registry(cast.dorleta, cast.monteclaro, named)
    with unit_of_work() as work:
        named.kind = PostKind.ELECTED
        work.add(named)

    assert registry_named(cast.monteclaro) is None
