"""One's own connections: tied after a confirmation, untied, and confirming by them."""

import pytest

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import SecondFactor
from intranet.organisation.identity import queries
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.letters import text_of
from tests.organisation.accounts.doors import give, is_signed_in
from tests.organisation.accounts.test_second_factor import STEP, give_code
from tests.organisation.accounts.test_second_factor import set_up as set_up_factor
from tests.organisation.identity.helpers import come_back, go, onward, provider_of, set_up

ANA = "ana@monteclaro.example"


@pytest.fixture
def provider_id(app, cast, certified, domain):
    """Monteclaro's provider, switched on."""
    return set_up(app, cast, certified)


def without_password(app, cast):
    """Ana has no password."""
    with app.app_context(), unit_of_work():
        db.session.get_one(Account, cast.account_of(cast.ana).id).password_hash = None


def tie(client, visitor, provider_id, name):
    """Connect one's account with what the provider calls somebody."""
    address = onward(client.submit(f"/me/ways/{provider_id}/tie", {}))
    return come_back(client, visitor.sign_in(address, name))


@pytest.mark.slow
def test_an_administrator_ties_their_own_and_is_told(
    app, cast, client_of, *, provider_id, visitor, mail
):
    dorleta = client_of(cast.dorleta)

    assert tie(dorleta, visitor, provider_id, "d-1").location == "/me/ways"

    letters = [letter for letter in mail() if "dorleta@" in letter["To"]]
    assert any("Entrada" in text_of(letter) for letter in letters)
    client = app.test_client()
    go(client, visitor, "d-1")
    assert is_signed_in(client)


@pytest.mark.slow
def test_what_is_tied_to_another_account_is_refused(app, cast, client_of, *, provider_id, visitor):
    tie(client_of(cast.dorleta), visitor, provider_id, "d-1")
    visitor.session.cookies.clear()

    answer = tie(client_of(cast.ana), visitor, provider_id, "d-1")

    assert answer.status_code == 409
    with app.app_context():
        assert not queries.identities_of(cast.account_of(cast.ana))


@pytest.mark.slow
def test_tying_and_untying_ask_for_a_confirmation(app, cast, *, provider_id, visitor):
    client = app.test_client()
    go(client, visitor, ANA)
    with app.app_context():
        (identity,) = queries.identities_of(cast.account_of(cast.ana))

    for path in (f"/me/ways/{provider_id}/tie", f"/me/ways/{identity.id}/untie"):
        assert client.submit(path, {}).status_code == 403


def test_untying_ends_what_was_signed_in_by_it(app, cast, client_of, *, provider_id, visitor):
    client = app.test_client()
    go(client, visitor, ANA)
    ana = client_of(cast.ana)
    with app.app_context():
        (identity,) = queries.identities_of(cast.account_of(cast.ana))
    assert client_of(cast.carles).submit(f"/me/ways/{identity.id}/untie", {}).status_code == 404

    ana.submit(f"/me/ways/{identity.id}/untie", {})

    assert is_signed_in(ana)
    assert not is_signed_in(client)


@pytest.mark.slow
def test_the_only_way_cannot_be_untied(app, cast, client_of, *, provider_id, visitor):
    go(app.test_client(), visitor, ANA)
    without_password(app, cast)
    with app.app_context():
        (identity,) = queries.identities_of(cast.account_of(cast.ana))

    client_of(cast.ana).submit(f"/me/ways/{identity.id}/untie", {})

    with app.app_context():
        assert queries.identities_of(cast.account_of(cast.ana))


@pytest.mark.slow
def test_somebody_without_a_password_confirms_by_the_provider(app, cast, *, provider_id, visitor):
    client = app.test_client()
    go(client, visitor, ANA)
    without_password(app, cast)
    asked = client.submit("/me/confirm", {})
    assert asked.status_code == 403
    assert "confirm_password" not in asked.text
    assert f"/me/confirm/with/{provider_id}" in asked.text

    address = onward(client.get(f"/me/confirm/with/{provider_id}"))
    assert "prompt=login" in address
    assert come_back(client, visitor.sign_in(address, ANA)).status_code == 200

    assert client.submit("/me/confirm", {}).status_code == 303


@pytest.mark.slow
def test_somebody_else_at_the_provider_confirms_nothing(app, cast, *, provider_id, visitor):
    client = app.test_client()
    go(client, visitor, ANA)
    without_password(app, cast)

    address = onward(client.get(f"/me/confirm/with/{provider_id}"))
    answer = come_back(client, visitor.sign_in(address, "carles@monteclaro.example"))

    assert answer.status_code == 403
    assert client.submit("/me/confirm", {}).status_code == 403


@pytest.mark.slow
def test_the_code_is_asked_for_after_coming_back(app, cast, client_of, *, provider_id, visitor):
    with clock.freeze(clock.now() - 4 * STEP):
        phone, _codes = set_up_factor(client_of(cast.ana))
    client = app.test_client()

    assert go(client, visitor, ANA).location.startswith("/signin/code")
    assert not is_signed_in(client)
    give_code(client, phone.at(clock.now()))

    assert is_signed_in(client)
    with app.app_context():
        (identity,) = queries.identities_of(cast.account_of(cast.ana))
        (row,) = queries.sessions_of(provider_id, subject=identity.subject, session=None)
        assert row.identity_id == identity.id


@pytest.mark.slow
def test_a_provider_with_a_second_factor_of_its_own_is_enough(
    app, cast, client_of, *, provider_id, visitor
):
    with clock.freeze(clock.now() - 4 * STEP):
        set_up_factor(client_of(cast.ana))
    with app.app_context(), unit_of_work():
        provider_of(cast).asks_second_factor = True
    client = app.test_client()

    assert go(client, visitor, ANA).location == "/"
    assert is_signed_in(client)


@pytest.mark.slow
def test_a_password_still_confirms(app, cast, provider_id):
    client = app.test_client()
    give(client, ANA)

    answer = client.submit("/me/confirm", {"confirms": "1", "confirm_password": "wrong"})
    assert answer.status_code == 422


@pytest.mark.slow
def test_who_must_set_up_a_second_factor_can_do_so_without_a_password(
    app, cast, *, provider_id, visitor
):
    without_password(app, cast)
    with app.app_context(), unit_of_work():
        cast.monteclaro.second_factor = SecondFactor.EVERYBODY
    client = app.test_client()
    go(client, visitor, ANA)
    assert client.get("/me/ways").location == "/me/second-factor"

    asked = client.submit("/me/second-factor", {})
    assert asked.status_code == 403
    assert f"/me/confirm/with/{provider_id}" in asked.text
    address = onward(client.get(f"/me/confirm/with/{provider_id}"))
    come_back(client, visitor.sign_in(address, ANA))

    assert client.submit("/me/second-factor", {}).location == "/me/second-factor"
    assert 'class="key"' in client.get("/me/second-factor").text


@pytest.mark.slow
def test_who_gave_a_second_factor_there_needs_none_here(app, cast, *, provider_id, visitor):
    with app.app_context(), unit_of_work():
        cast.monteclaro.second_factor = SecondFactor.EVERYBODY
        provider_of(cast).asks_second_factor = True
    client = app.test_client()

    go(client, visitor, ANA)

    assert client.get("/me/ways").status_code == 200
