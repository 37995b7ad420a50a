"""Password and second factor anew, before an administrator changes an account."""

from datetime import timedelta

import pyotp
import pytest

from intranet.extensions import db
from intranet.platform.core import clock
from tests.cast import PASSWORD
from tests.organisation.accounts.doors import give
from tests.organisation.accounts.test_second_factor import set_up
from tests.security.takeover import (
    ANA,
    DORLETA,
    THEIRS,
    TOWN,
    confirmed,
    dorleta,
    nadia,
)

__all__ = ["dorleta", "nadia"]


ACTS = {
    "address": ("{}", {"name": "Ana Castro", "email": THEIRS, "version": "1"}),
    "link": ("{}/account/password", {}),
    "second factor": ("{}/account/second-factor", {}),
    "tokens": ("{}/account/tokens", {}),
    "closed": ("{}/account/close", {}),
}


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_what_is_done_to_an_account_asks_for_the_password_anew(app, dorleta, cast, mail, act):
    path, fields = ACTS[act]
    address = f"{TOWN}/people/{path.format(cast.ana.id)}"

    assert dorleta.submit(address, fields).status_code == 403
    wrong = {**fields, "confirms": "1", "confirm_password": "wrong"}
    assert dorleta.submit(address, wrong).status_code == 422
    assert mail() == []
    assert confirmed(dorleta, address, fields).status_code == 303
    assert ANA in {letter["To"] for letter in mail()}


@pytest.mark.slow
def test_it_is_asked_again_after_five_minutes_and_not_before(dorleta, cast):
    close = f"{TOWN}/people/{cast.ana.id}/account/close"
    confirmed(dorleta, close)
    assert dorleta.submit(close).status_code == 303
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        assert dorleta.submit(close).status_code == 403


def test_another_site_confirms_nothing_in_somebodys_name(dorleta, cast):
    """A form without the page's own token is refused before its password is looked at."""
    close = f"{TOWN}/people/{cast.ana.id}/account/close"
    forged = {"confirms": "1", "confirm_password": PASSWORD}
    assert dorleta.post("/me/confirm", data=forged).status_code == 400
    assert dorleta.submit(close).status_code == 403


@pytest.mark.slow
def test_the_second_factor_is_asked_for_with_the_password(app, cast, client_of):
    with clock.freeze(clock.now() - timedelta(minutes=2)):
        phone, _codes = set_up(client_of(cast.dorleta))
    client = app.test_client()
    close = f"{TOWN}/people/{cast.ana.id}/account/close"
    now = clock.now()

    with clock.freeze(now):  # else the second try may be of the next code
        give(client, DORLETA)
        client.submit("/signin/code", {"code": phone.at(now)})
        assert confirmed(client, close).status_code == 422
        assert confirmed(client, close, confirm_code=phone.at(now)).status_code == 422  # used
    with clock.freeze(now + timedelta(seconds=31)):
        code = pyotp.TOTP(phone.secret).at(clock.now())
        assert confirmed(client, close, confirm_code=code).status_code == 303


def token_of(app, person):
    from intranet.organisation.accounts.operations.own_account import create_token

    with app.app_context():
        account = app.cast.account_of(person)
        _token, secret = create_token(account, "x", scopes=["read", "write", "admin"], days=30)
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    "sent", [{"email": THEIRS}, {"account": "disabled"}, {"account": "active"}]
)
def test_a_token_alone_does_none_of_it(app, cast, sent):
    app.cast = cast
    headers = token_of(app, cast.dorleta)
    client = app.test_client()
    where = f"/api/v1/admin/people/{cast.ana.id}"

    answer = client.patch(where, json=sent, headers=headers)

    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    person = client.get(where, headers=headers).json
    assert (person["email"], person["account"]) == (ANA, "active")


@pytest.mark.slow
def test_administration_is_given_only_after_it_is_confirmed(app, dorleta, cast):
    address = f"{TOWN}/administrators"
    fields = {"post": "Jefe/a de Contratación"}

    assert dorleta.submit(address, fields).status_code == 403
    assert confirmed(dorleta, address, fields).status_code == 303
    with app.app_context():
        assert cast.nadia.administers(cast.monteclaro.id)


@pytest.mark.slow
def test_a_post_that_administers_is_filled_only_after_it_is_confirmed(app, dorleta, cast):
    fields = {
        "person": "Ana Castro",
        "post": "Responsable de Organización y Sistemas",
        "kind": "acting",
        "starts_on": clock.today("Europe/Madrid").isoformat(),
    }
    address = f"{TOWN}/appointments/new"

    assert dorleta.submit(address, fields).status_code == 403
    with app.app_context():
        assert not cast.ana.administers(cast.monteclaro.id)
    assert confirmed(dorleta, address, fields).status_code == 303


@pytest.mark.both
def test_a_second_factor_is_asked_of_who_administers_unless_an_agency_says_else(app, cast):
    from intranet.organisation.accounts.operations.agencies import NewAgency, make_agency
    from intranet.organisation.agencies.models import Agency, SecondFactor

    new = NewAgency(
        name="Nueva",
        code="L01990555",
        kind="municipality",
        language="es",
        time_zone="Europe/Madrid",
        post_title="Secretaría",
    )
    with app.app_context():
        make_agency(new, name="Nora Gil", email="nora@nueva.example")
        agency = db.session.query(Agency).filter_by(code="L01990555").one()
        assert agency.second_factor == SecondFactor.ADMINISTRATORS
