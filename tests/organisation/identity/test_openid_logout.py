"""Sign-outs that a provider announces: the twelve rules of the specification, and what they end."""

import time

import pytest

from intranet.platform.core.guard import PROVEN_BY_SIGNATURE, PROVEN_BY_TOKEN
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity import forger as forgery
from tests.organisation.identity.helpers import set_up
from tests.organisation.identity.test_openid_forged import answer

DOOR = "/signin/oidc/monteclaro/signed-out"


@pytest.fixture
def forger(app, cast, domain):
    """A provider switched on for Monteclaro."""
    with forgery.forging() as made:
        set_up(app, cast, made.issuer)
        made.claims = lambda claims: claims.update(sid="session-1")
        yield made


@pytest.fixture
def inside(client, forger):
    """Ana's browser, signed in by the provider."""
    assert answer(client, forger).status_code == 303
    return client


def announce(app, token):
    """Send a token as a provider does: no browser, no cookie, no token of a form."""
    return app.test_client().post(DOOR, data={"logout_token": token})


@pytest.mark.slow
@pytest.mark.parametrize(
    "who",
    [{"sub": "ana-1"}, {"sid": "session-1", "sub": None}, {"sub": "ana-1", "sid": "session-1"}],
)
def test_a_logout_token_ends_the_sign_in(app, inside, forger, who):
    answered = announce(app, forger.logout_token(**who))

    assert answered.status_code == 200
    assert answered.headers["Cache-Control"] == "no-store"
    assert not is_signed_in(inside)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"aud": None},
        {"iat": int(time.time()) - 600},
        {"iat": None},
        {"exp": int(time.time()) - 600},
        {"jti": None},
        {"events": None},
        {"events": {"http://schemas.openid.net/event/other": {}}},
        {"nonce": "a nonce makes it an id token"},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_that_breaks_a_rule_ends_nothing(app, inside, forger, change):
    assert announce(app, forger.logout_token(**change)).status_code == 400
    assert is_signed_in(inside)


def test_a_token_of_another_key_ends_nothing(app, inside, forger):
    forger.key = forgery.OTHER_KEY
    assert announce(app, forger.logout_token()).status_code == 400
    assert is_signed_in(inside)


@pytest.mark.slow
def test_an_unsigned_token_ends_nothing(app, inside, forger):
    forger.header = {"alg": "none"}
    assert announce(app, forger.logout_token()).status_code == 400
    assert is_signed_in(inside)


@pytest.mark.slow
def test_an_id_token_ends_nothing(app, inside, forger):
    assert announce(app, forger.id_token()).status_code == 400
    assert is_signed_in(inside)


@pytest.mark.slow
def test_a_token_counts_once(app, inside, client, forger):
    token = forger.logout_token()
    assert announce(app, token).status_code == 200
    assert answer(client, forger).status_code == 303

    assert announce(app, token).status_code == 400
    assert is_signed_in(client)


@pytest.mark.slow
def test_another_session_goes_on(app, inside, forger):
    assert announce(app, forger.logout_token(sub=None, sid="session-2")).status_code == 200
    assert is_signed_in(inside)


@pytest.mark.slow
@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 20_000])
def test_garbage_is_refused(app, inside, token):
    assert announce(app, token).status_code == 400
    assert is_signed_in(inside)


def test_the_doors_outside_of_forms_and_sessions_are_these():
    assert {"oidc.signed_out", "saml.answer"} == PROVEN_BY_SIGNATURE
    assert {"scim.serve"} == PROVEN_BY_TOKEN
