"""Passkeys, made and used by a device of software: once, here, by their owner, or not at all."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Passkey, SignIn
from intranet.organisation.agencies.models import SecondFactor
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import PASSWORD
from tests.organisation.accounts.device import Device
from tests.organisation.accounts.doors import give, is_signed_in

ANA = "ana@monteclaro.example"
PLACE = "http://localhost"
CONFIRMED = {"confirms": "1", "confirm_password": PASSWORD}


def options_on(page):
    """The options of the page's button, as the script reads them."""
    (found,) = re.findall(r'<pass-key data-options="([^"]+)"', page)
    return json.loads(found.replace("&#34;", '"'))


def add(client, device, **more):
    """Add a passkey, as its owner does on its page."""
    answer = device.make(options_on(client.get("/me/passkeys", base_url=PLACE).text))
    data = {"passkey": answer, "name": "Móbil de Ana", **CONFIRMED, **more}
    return client.submit("/me/passkeys", data, base_url=PLACE)


def enter(client, device, **changed):
    """Sign in by a passkey, from the sign-in page."""
    options = client.get("/signin/passkey", base_url=PLACE).json
    answer = device.use(options, **changed)
    return client.submit("/signin/passkey", {"passkey": answer}, base_url=PLACE), answer


@pytest.fixture
def device(client_of, cast):
    """A device with a passkey of Ana's."""
    made = Device(PLACE)
    done = add(client_of(cast.ana), made)
    assert "Guarda estos códigos" in done.text
    return made


@pytest.mark.slow
@pytest.mark.both
def test_a_passkey_opens_the_door_and_is_both_factors(app, client, cast, device):
    done, _answer = enter(client, device)

    assert done.location == "/"
    with app.app_context():
        assert "passkey" in db.session.scalars(select(SignIn.by)).all()
    assert "Móbil de Ana" in client.get("/me/passkeys", base_url=PLACE).text


@pytest.mark.slow
@pytest.mark.both
def test_an_answer_counts_once(app, client, cast, device):
    _done, answer = enter(client, device)

    again = app.test_client()
    refused = again.submit("/signin/passkey", {"passkey": answer}, base_url=PLACE)

    assert refused.status_code == 401


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
        {"is_verified": False},
        {"challenge": b"chosen by somebody else, 56 bytes or so, nearly enough...."},
        {"signs": False},
        {"kind": "webauthn.create"},
    ],
)
def test_what_a_device_would_not_answer_is_refused(client, cast, device, changed):
    refused, _answer = enter(client, device, **changed)

    assert refused.status_code == 401


@pytest.mark.slow
def test_a_late_answer_is_refused(client, cast, device):
    options = client.get("/signin/passkey", base_url=PLACE).json
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        sent = {"passkey": device.use(options)}
        assert client.submit("/signin/passkey", sent, base_url=PLACE).status_code == 401


@pytest.mark.slow
def test_a_copied_key_is_noticed_by_its_count(app, client, cast, device):
    enter(client, device)
    device.count -= 1

    refused, _answer = enter(app.test_client(), device)

    assert refused.status_code == 401


@pytest.mark.slow
def test_the_challenge_of_another_purpose_proves_nothing(client, client_of, cast, device):
    page = client_of(cast.ana).get("/me/confirm", base_url=PLACE).text
    sent = {"passkey": device.use(options_on(page))}

    assert client.submit("/signin/passkey", sent, base_url=PLACE).status_code == 401


@pytest.mark.slow
def test_another_persons_passkey_confirms_nothing(client_of, cast, device):
    carles = client_of(cast.carles)
    add(carles, Device(PLACE))
    options = options_on(carles.get("/me/confirm", base_url=PLACE).text)
    sent = {"confirms": "1", "confirm_passkey": device.use(options)}

    refused = carles.submit("/me/confirm", sent, base_url=PLACE)

    assert refused.status_code == 422


@pytest.mark.parametrize("junk", ["{}", "null", "[1]", '{"rawId": 7}', "ñ" * 99, '{"response":1}'])
def test_junk_is_refused_with_a_sentence(client, cast, junk):
    client.get("/signin", base_url=PLACE)

    refused = client.submit("/signin/passkey", {"passkey": junk}, base_url=PLACE)

    assert refused.status_code == 401


@pytest.mark.slow
def test_whoever_has_one_is_asked_for_it_after_the_password(client, cast, device):
    answer = give(client, ANA)
    assert answer.location.startswith("/signin/code")
    assert not is_signed_in(client)

    options = options_on(client.get("/signin/code", base_url=PLACE).text)
    done = client.submit("/signin/code", {"passkey": device.use(options)}, base_url=PLACE)

    assert done.location == "/"


@pytest.mark.slow
def test_adding_one_asks_for_the_password_anew(app, client_of, cast):
    ana = client_of(cast.ana)
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        options = options_on(ana.get("/me/passkeys", base_url=PLACE).text)
        sent = {"passkey": Device(PLACE).make(options), "name": "Portátil"}
        asked = ana.submit("/me/passkeys", sent, base_url=PLACE)

    assert asked.status_code == 403
    assert "confirm_password" in asked.text
    with app.app_context():
        assert db.session.scalars(select(Passkey)).all() == []


@pytest.mark.slow
def test_the_last_one_stays_where_there_is_no_password(app, client_of, cast, device):
    ana = client_of(cast.ana)
    with app.app_context():
        passkey_id = db.session.scalars(select(Passkey.id)).one()
    refused = ana.submit("/me/passkeys/remove-password", CONFIRMED, base_url=PLACE)
    assert refused.status_code == 409

    _allow_alone(app, cast)
    done = ana.submit("/me/passkeys/remove-password", {}, base_url=PLACE)
    assert done.status_code == 303

    kept = ana.submit(f"/me/passkeys/{passkey_id}/remove", {}, base_url=PLACE)
    assert kept.status_code == 409


@pytest.mark.slow
def test_without_a_password_only_the_passkey_opens(app, client, client_of, cast, device):
    _allow_alone(app, cast)
    client_of(cast.ana).submit("/me/passkeys/remove-password", CONFIRMED, base_url=PLACE)

    assert give(client, ANA).status_code == 401
    done, _answer = enter(client, device)
    assert done.location == "/"


@pytest.mark.slow
def test_it_is_a_second_factor_where_one_is_required(app, client, client_of, cast):
    with app.app_context(), unit_of_work() as work:
        cast.monteclaro.second_factor = SecondFactor.EVERYBODY
        work.add(cast.monteclaro)
    ana = client_of(cast.ana)
    page = ana.get("/me/second-factor", base_url=PLACE).text
    sent = {"passkey": Device(PLACE).make(options_on(page)), "name": "Portátil", **CONFIRMED}
    assert ana.get("/me/settings").location == "/me/second-factor"

    ana.submit("/me/passkeys", sent, base_url=PLACE)

    assert ana.get("/me/settings").status_code == 200


def test_an_address_of_numbers_offers_none(client_of, cast):
    page = client_of(cast.ana).get("/me/passkeys", base_url="http://127.0.0.1:8000").text

    assert "<pass-key" not in page


def _allow_alone(app, cast):
    with app.app_context():
        agency = cast.monteclaro
        change_agency(
            None,
            agency,
            version=None,
            name=agency.name,
            languages=agency.languages,
            time_zone=agency.time_zone,
            second_factor=agency.second_factor,
            basis_shown_outside=agency.basis_shown_outside,
            passkeys_alone=True,
        )
