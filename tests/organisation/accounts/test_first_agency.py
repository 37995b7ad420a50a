"""The operator's one-time link makes the first agency and its first administrator."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.app import create_app
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.agencies import (
    NewAgency,
    is_anybody_there,
    make_agency,
    new_first_agency_link,
)
from intranet.organisation.agencies.models import Agency, AgencyKind
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.web import settings_of
from tests.cast import Browser
from tests.conftest import close
from tests.letters import text_of
from tests.organisation.accounts.doors import give, is_signed_in
from tests.organisation.accounts.test_second_factor import set_up

FIELDS = {
    "agency_name": "Ayuntamiento de Pedrafría",
    "kind": "municipality",
    "code": "L01990999",
    "handle": "",
    "language": "es",
    "time_zone": "Europe/Madrid",
    "name": "Dora Pérez Vidal",
    "post_title": "Secretaria-interventora",
    "email": "dora@pedrafria.example",
    "password": "lluvia sobre el tejado",
}


@pytest.fixture
def link(app):
    """The path of the link that the terminal prints."""
    with app.app_context():
        return new_first_agency_link().removeprefix("http://127.0.0.1:8000")


def agencies(app, code="L01990999"):
    with app.app_context():
        return db.session.scalars(select(Agency).where(Agency.code == code)).all()


@pytest.mark.slow
def test_the_link_makes_the_agency_and_lets_its_administrator_in(app, client, link):
    assert "Pedrafr" not in client.get(link).text
    answer = client.submit(link, FIELDS)

    assert answer.location == "/"
    assert client.get("/").location == "/me/second-factor"  # who administers needs one
    set_up(client, FIELDS["password"])
    assert is_signed_in(client)
    (agency,) = agencies(app)
    assert agency.kind == AgencyKind.MUNICIPALITY
    assert agency.languages == ["es"]
    assert agency.handle
    with app.app_context():
        account = db.session.scalars(
            select(Account).where(Account.email == "dora@pedrafria.example")
        ).one()
        assert account.home_agency_id == agency.id
        person = db.session.get_one(Person, account.person_id)
        assert person.administers(agency.id)
    assert give(app.test_client(), FIELDS["email"], FIELDS["password"]).status_code == 303


def test_the_link_works_once(app, client, link):
    client.submit(link, FIELDS)

    other = app.test_client()
    assert other.get(link).status_code == 404
    assert other.submit(link, FIELDS | {"code": "X2", "email": "x@y.example"}).status_code == 404
    assert agencies(app, "X2") == []


@pytest.mark.both
def test_the_link_lasts_a_day_and_a_new_start_withdraws_it(app, client, link):
    with clock.freeze(clock.now() + timedelta(hours=25)):
        assert client.get(link).status_code == 404
    with app.app_context():
        new_first_agency_link()
    assert client.get(link).status_code == 404


def test_without_the_link_nobody_makes_an_agency(app, client, link):
    made_up = "/first-agency/" + "A" * 43
    assert client.get(made_up).status_code == 404
    assert client.submit(made_up, FIELDS).status_code == 404
    assert agencies(app) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agency_name", ""),
        ("agency_name", "x" * 201),
        ("kind", "kingdom"),
        ("code", ""),
        ("code", "L01990012"),
        ("handle", "Not A Handle!"),
        ("handle", "monteclaro"),
        ("time_zone", "Mars/Olympus"),
        ("name", ""),
        ("post_title", " "),
        ("email", "no address"),
        ("email", "ana@monteclaro.example"),
        ("password", "short"),
        ("password", "Dora Pérez Vidal"),
        ("name", "a\0b"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_made(
    app, client, link, field, value
):
    answer = client.submit(link, FIELDS | {field: value})

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    if field != "password":
        assert FIELDS["password"] not in answer.text
    assert 'value="L01990999"' in answer.text or field == "code"
    with app.app_context():
        assert len(db.session.scalars(select(Agency)).all()) == 4
    assert client.submit(link, FIELDS).status_code == 303


@pytest.mark.slow
def test_an_empty_house_knows_that_nobody_is_there(app, new_database_url, tmp_path):
    from dataclasses import replace

    with app.app_context():
        assert is_anybody_there()
    folder = tmp_path / "empty"
    folder.mkdir()
    settings = replace(settings_of(app), database_url=new_database_url(), data_dir=folder)
    empty = create_app(settings)
    empty.test_client_class = Browser
    with empty.app_context():
        db.create_all()
        assert not is_anybody_there()
        path = new_first_agency_link().removeprefix("http://127.0.0.1:8000")
    client = empty.test_client()
    assert isinstance(client, Browser)
    assert client.submit(path, FIELDS).status_code == 303
    assert client.get("/").location == "/me/second-factor"
    assert client.get("/me/second-factor").status_code == 200
    with empty.app_context():
        assert is_anybody_there()
    close(empty)


def test_the_operator_makes_a_further_agency_by_inviting_its_administrator(app, client, mail):
    new = NewAgency(
        name="Concello de Outeiro de Abaixo",
        code="L01990777",
        kind="municipality",
        language="gl",
        time_zone="Europe/Madrid",
        post_title="Secretaría",
    )
    with app.app_context():
        invited = make_agency(new, name="Uxía Lema", email="uxia@outeiro.example")
        agency = db.session.scalars(select(Agency).where(Agency.code == "L01990777")).one()
        assert invited.person.administers(agency.id)
    (letter,) = mail()
    assert letter["To"] == "uxia@outeiro.example"
    assert "/invitation/" in text_of(letter)


def test_a_further_agency_that_cannot_be_is_not_half_made(app):
    new = NewAgency(
        name="X",
        code="L0199",
        kind="municipality",
        language="gl",
        time_zone="Europe/Madrid",
        post_title="Y",
    )
    with app.app_context(), pytest.raises(Invalid):
        make_agency(new, name="Somebody", email="no address")
    assert agencies(app, "L0199") == []
