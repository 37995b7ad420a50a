"""Forged answers of a provider: each line of what libraries let through, and what they refuse."""

import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.identity.models import ExternalIdentity
from intranet.organisation.identity.oidc import client as oidc_client
from intranet.organisation.identity.oidc import publishing
from intranet.platform.core import clock, https_client
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity import forger as forgery
from tests.organisation.identity.helpers import come_back, onward, provider_of, set_up

WAY = "/signin/with/monteclaro"


@pytest.fixture
def forger(app, cast, domain):
    """A provider that lies as it is told to, switched on for Monteclaro."""
    with forgery.forging() as made:
        set_up(app, cast, made.issuer)
        yield made


def answer(client, forger, **changes):
    """Ask the provider, and come back with its answer."""
    back = {**forger.asked(onward(client.get(WAY))), **changes}
    query = urlencode({name: value for name, value in back.items() if value is not None})
    return come_back(client, f"/signin/oidc/monteclaro?{query}")


def now() -> int:
    return int(time.time())


@pytest.mark.slow
def test_the_honest_answer_is_let_in(client, forger):
    assert answer(client, forger).status_code == 303
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("another audience", lambda c: c.update(aud="other")),
        (
            "another audience with us as the authorised party",
            lambda c: c.update(aud="o", azp="intranet"),
        ),
        ("a second audience", lambda c: c.update(aud=["intranet", "other"])),
        ("no audience", lambda c: c.pop("aud")),
        ("another authorised party", lambda c: c.update(aud=["intranet", "other"], azp="other")),
        ("an empty subject", lambda c: c.update(sub="")),
        ("no subject", lambda c: c.pop("sub")),
        ("a subject that is a number", lambda c: c.update(sub=7)),
        ("a subject that is too long", lambda c: c.update(sub="x" * 256)),
        ("expired two minutes ago", lambda c: c.update(exp=now() - 120)),
        ("without an end", lambda c: c.pop("exp")),
        ("issued yesterday", lambda c: c.update(iat=now() - 86_400)),
        ("issued at no time", lambda c: c.pop("iat")),
        ("a clock ten minutes fast", lambda c: c.update(iat=now() + 601, exp=now() + 900)),
        ("a clock ten minutes slow", lambda c: c.update(iat=now() - 601, exp=now() - 301)),
        ("not yet valid", lambda c: c.update(nbf=now() + 600)),
        ("another issuer", lambda c: c.update(iss="https://sso.other.example")),
        ("no issuer", lambda c: c.pop("iss")),
        ("another nonce", lambda c: c.update(nonce="other")),
        ("no nonce", lambda c: c.pop("nonce")),
    ],
)
def test_a_token_that_is_not_as_it_has_to_be_is_refused(client, forger, what, change):
    forger.claims = change

    assert answer(client, forger).status_code == 403, what
    assert not is_signed_in(client)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"alg": "none"}, forgery.KEY),
        ({"alg": "HS256", "kid": "one"}, forgery.KEY),
        ({"alg": "RS256", "kid": "one"}, forgery.OTHER_KEY),
        ({"alg": "RS256", "kid": "two"}, forgery.OTHER_KEY),
    ],
)
def test_a_signature_that_is_not_the_providers_is_refused(client, forger, header, key):
    forger.header, forger.key = header, key

    assert answer(client, forger).status_code == 403
    assert not is_signed_in(client)


def test_a_new_key_under_the_old_name_is_fetched_once_a_minute(app, cast, client, forger):
    forger.key = forger.published = forgery.OTHER_KEY
    assert answer(client, forger).status_code == 403

    with app.app_context(), unit_of_work():
        provider_of(cast).fetched_at = clock.now() - timedelta(minutes=2)
    assert answer(client, forger).status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://sso.other.example"),
        ("iss", None),
        ("state", "of somebody else"),
        ("state", None),
        ("code", None),
        ("error", "access_denied"),
    ],
)
def test_an_answer_that_is_not_to_our_question_is_refused(client, forger, name, value):
    assert answer(client, forger, **{name: value}).status_code == 403
    assert not is_signed_in(client)


def test_an_answer_without_an_id_token_is_refused(client, forger):
    forger.token = lambda token: token.pop("id_token")

    assert answer(client, forger).status_code == 403


@pytest.mark.slow
def test_an_answer_counts_once(app, client, forger):
    back = forger.asked(onward(client.get(WAY)))
    path = f"/signin/oidc/monteclaro?{urlencode(back)}"
    assert come_back(client, path).status_code == 303

    client.submit("/signout", {})
    assert come_back(client, path).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.slow
def test_an_answer_in_another_browser_is_refused(app, client, forger):
    back = forger.asked(onward(client.get(WAY)))
    victim = app.test_client()
    victim.get(WAY)  # it is on its way as well, with a secret of its own

    path = f"/signin/oidc/monteclaro?{urlencode(back)}"
    assert come_back(victim, path).status_code == 403
    assert not is_signed_in(victim)


def test_a_question_is_forgotten_after_ten_minutes(client, forger):
    back = forger.asked(onward(client.get(WAY)))

    with clock.freeze(clock.now() + timedelta(minutes=11)):
        path = f"/signin/oidc/monteclaro?{urlencode(back)}"
        assert come_back(client, path).status_code == 403


@pytest.mark.slow
def test_another_subject_with_the_same_address_is_not_let_in(app, client, forger):
    assert answer(client, forger).status_code == 303
    other = app.test_client()
    forger.claims = lambda claims: claims.update(sub="ana-2")

    refused = answer(other, forger)

    assert refused.status_code == 403
    assert "names another person" in refused.text
    assert not is_signed_in(other)


@pytest.mark.slow
def test_an_address_that_is_not_said_to_be_verified_ties_nobody(app, client, forger):
    for value in (False, "yes", 1, None):
        forger.claims = lambda claims, value=value: claims.update(email_verified=value)
        assert answer(client, forger).status_code == 403
    with app.app_context():
        assert db.session.scalars(select(ExternalIdentity)).all() == []


def test_a_provider_that_never_answers_is_left_in_time(client, forger, monkeypatch):
    monkeypatch.setattr(https_client, "FETCH_SECONDS", 0.3)
    back = forger.asked(onward(client.get(WAY)))
    forger.seconds = 5
    begun = time.perf_counter()

    refused = come_back(client, f"/signin/oidc/monteclaro?{urlencode(back)}")

    assert time.perf_counter() - begun < 3
    assert refused.status_code == 403
    assert "does not answer" in refused.text


@pytest.mark.slow
def test_a_provider_that_drips_is_left_in_time(client, forger, monkeypatch):
    monkeypatch.setattr(https_client, "FETCH_SECONDS", 0.5)
    back = forger.asked(onward(client.get(WAY)))
    forger.drips = True
    begun = time.perf_counter()

    assert "does not answer" in come_back(client, f"/signin/oidc/monteclaro?{urlencode(back)}").text
    assert time.perf_counter() - begun < 3


def test_an_answer_without_end_is_not_read(client, forger):
    back = forger.asked(onward(client.get(WAY)))
    forger.token = lambda token: token.update(more="x" * (https_client.FETCH_BYTES + 1))

    assert "does not answer" in come_back(client, f"/signin/oidc/monteclaro?{urlencode(back)}").text


@pytest.mark.slow
def test_a_slow_provider_is_waited_for(client, forger):
    back = forger.asked(onward(client.get(WAY)))
    forger.seconds = 1

    assert come_back(client, f"/signin/oidc/monteclaro?{urlencode(back)}").status_code == 303


@pytest.mark.slow
def test_no_more_than_four_wait_for_one_provider(app, forger):
    with app.app_context():
        address = f"{forger.issuer}/token"
        turn = oidc_client._turns[address]
        for _turn in range(oidc_client.MAX_WAITING_REQUESTS):
            assert turn.acquire(blocking=False)
        session = requests.Session()
        with session, pytest.raises(requests.ConnectionError):
            oidc_client.use_checked(session).get(address)
        assert forger.paths.count("/token") == 0
        for _turn in range(oidc_client.MAX_WAITING_REQUESTS):
            turn.release()


def test_a_redirect_is_not_followed(app, forger):
    with app.app_context():
        session = oidc_client.use_checked(requests.Session())
        assert isinstance(session.get_adapter(forger.issuer), oidc_client.CheckedAdapter)
        session.close()


def test_nothing_else_of_a_configuration_reaches_the_library(app, cast, client, forger):
    hostile = {"client_id": "x", "leeway": 10**9, "id_token_signing_alg_values_supported": 7}
    with app.app_context():
        forger.metadata = lambda metadata: metadata.update(hostile)
        publishing.refresh(provider_of(cast))

    assert answer(client, forger).status_code == 303


def test_one_key_needs_no_name(client, forger):
    forger.header = {"alg": "RS256"}

    assert answer(client, forger).status_code == 303


@pytest.mark.slow
def test_userinfo_about_somebody_else_is_refused(app, cast, client, forger):
    with app.app_context():
        forger.metadata = lambda metadata: metadata.update(
            userinfo_endpoint=f"{forger.issuer}/userinfo"
        )
        publishing.refresh(provider_of(cast))
    forger.claims = lambda claims: claims.pop("email")

    forger.person = {**forgery.ANA, "sub": "carles-1"}
    assert answer(client, forger).status_code == 403
    forger.person = forgery.ANA
    assert answer(client, forger).status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize("when", [None, 0, "now"])
def test_a_confirmation_without_a_new_sign_in_there_is_refused(app, cast, client, forger, when):
    assert answer(client, forger).status_code == 303
    with app.app_context():
        provider_id = provider_of(cast).id
    forger.claims = lambda claims: claims.update(auth_time=when)

    back = forger.asked(onward(client.get(f"/me/confirm/with/{provider_id}")))
    refused = come_back(client, f"/signin/oidc/monteclaro?{urlencode(back)}")

    assert refused.status_code == 403
    assert client.submit("/me/confirm", {}).status_code == 403
