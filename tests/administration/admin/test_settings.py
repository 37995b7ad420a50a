import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.agencies.operations.administrations import make_administrator

TOWN = "/admin/L01990012"
VILLAGE = "/admin/L01990020"
PROVINCE = "/admin/L02990041"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def settings(**more):
    kept = {
        "language": "es",
        "name_es": "Ayuntamiento de Monteclaro",
        "name_gl": "Concello de Monteclaro",
        "time_zone": "Europe/Madrid",
        "second_factor": "nobody",
        "version": "1",
    }
    return {**kept, **more}


def agency(app, handle):
    with app.app_context():
        return db.session.scalars(select(Agency).where(Agency.handle == handle)).one()


def the_mandate(app, cast):
    with app.app_context():
        return db.session.scalars(
            select(Administration)
            .where(Administration.post_id == cast.assistance_post.id)
            .where(Administration.agency_id == cast.vilaverde.id)
        ).one()


@pytest.mark.both
def test_an_agency_decides_for_itself(app, dorleta, cast):
    page = dorleta.submit(f"{TOWN}/settings", settings(basis_shown_outside="1", video_mb="20"))

    assert page.status_code == 303
    town = agency(app, "monteclaro")
    assert town.languages == ["es", "gl"]
    assert town.name.text("gl") == "Concello de Monteclaro"
    assert town.basis_shown_outside
    assert town.video_mb == 20


@pytest.mark.both
def test_the_limit_of_videos_may_be_left_empty(dorleta, cast):
    assert dorleta.submit(f"{TOWN}/settings", settings(video_mb="")).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_es": ""}, "name_es"),
        ({"language": "eu"}, "name_eu"),
        ({"language": "xx"}, "language"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"second_factor": "sometimes"}, "second_factor"),
        ({"video_mb": "2001"}, "video_mb"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(dorleta, cast, wrong, field):
    page = dorleta.submit(f"{TOWN}/settings", settings(**wrong))

    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text


@pytest.mark.both
def test_requiring_a_second_factor_asks_the_administrator_first(dorleta, cast):
    dorleta.submit(f"{TOWN}/settings", settings(second_factor="administrators"))

    assert dorleta.get(f"{TOWN}/settings").location == "/me/second-factor"


@pytest.mark.slow
def test_a_mandate_is_offered_accepted_used_and_ended(app, cast, client_of):
    with app.app_context():
        make_administrator(None, cast.vilaverde, cast.vilaverde_post)
    bieito, guillem = client_of(cast.bieito), client_of(cast.guillem)
    address = f"@{cast.assistance_post.handle}@altamar"
    form = {"address": address, "last_day": "2090-12-31"}

    assert bieito.submit(f"{VILLAGE}/administrators/mandates", form).status_code == 303
    assert guillem.get(VILLAGE).status_code == 404
    mandate = the_mandate(app, cast)
    assert "Concello de Vilaverde" in guillem.get(PROVINCE).text

    guillem.submit(f"{PROVINCE}/administrators/{mandate.id}/accept")
    assert guillem.get(VILLAGE).status_code == 200
    assert guillem.get("/admin/").status_code == 200
    page = guillem.submit(f"{VILLAGE}/units/new", {"name_gl": "Padrón", "parent": "0"})
    assert page.status_code == 303
    refused = guillem.submit(f"{VILLAGE}/administrators", {"post": cast.vilaverde_post.handle})
    assert refused.status_code == 403

    bieito.submit(f"{VILLAGE}/administrators/{mandate.id}/end")
    assert guillem.get(VILLAGE).status_code == 404


@pytest.mark.both
def test_the_receiver_declines_an_offer(app, cast, client_of):
    with app.app_context():
        make_administrator(None, cast.vilaverde, cast.vilaverde_post)
    form = {"address": f"{cast.assistance_post.handle}@altamar", "last_day": "2090-12-31"}
    client_of(cast.bieito).submit(f"{VILLAGE}/administrators/mandates", form)
    mandate = the_mandate(app, cast)

    guillem = client_of(cast.guillem)
    guillem.submit(f"{PROVINCE}/administrators/{mandate.id}/end")
    guillem.submit(f"{PROVINCE}/administrators/{mandate.id}/accept")

    assert guillem.get(VILLAGE).status_code == 404


@pytest.mark.both
def test_who_offers_does_not_accept(app, cast, client_of):
    with app.app_context():
        make_administrator(None, cast.vilaverde, cast.vilaverde_post)
    bieito = client_of(cast.bieito)
    form = {"address": f"{cast.assistance_post.handle}@altamar", "last_day": "2090-12-31"}
    bieito.submit(f"{VILLAGE}/administrators/mandates", form)

    mandate = the_mandate(app, cast)
    assert bieito.submit(f"{VILLAGE}/administrators/{mandate.id}/accept").status_code == 404


@pytest.mark.parametrize("address", ["nobody@altamar", "", "@@", "administrador"])
def test_an_unknown_post_is_offered_nothing(dorleta, cast, address):
    form = {"address": address, "last_day": "2090-12-31"}
    page = dorleta.submit(f"{TOWN}/administrators/mandates", form)

    assert page.status_code == 422
    assert 'href="#field-address"' in page.text


@pytest.mark.both
def test_the_last_administration_is_kept(dorleta, app, cast):
    with app.app_context():
        row = db.session.scalars(
            select(Administration).where(Administration.agency_id == cast.monteclaro.id)
        ).one()
    dorleta.submit(f"{TOWN}/administrators/{row.id}/end")

    assert dorleta.get(TOWN).status_code == 200
