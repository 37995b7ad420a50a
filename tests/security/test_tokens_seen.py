"""Tokens end with what they rest on; administrators see that they exist, not what they are."""

import pytest

from intranet.organisation.accounts.operations.own_account import create_token
from intranet.organisation.accounts.operations.second_factors import reset_second_factor
from intranet.platform.core import clock
from tests.cast import PASSWORD
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.accounts.test_second_factor import STEP, set_up
from tests.security.test_rights_end import address, connect

__all__ = ["address", "connect"]


@pytest.fixture
def program(app, cast, client_of):
    """Ana's token, made after she set up a second factor."""
    with clock.freeze(clock.now() - 4 * STEP):
        set_up(client_of(cast.ana))
    with app.app_context():
        return create_token(cast.account_of(cast.ana), "nightly", scopes=["read"], days=30)[1]


def works(app, secret):
    headers = {"Authorization": f"Bearer {secret}"}
    return app.test_client().get("/api/v1/me", headers=headers).status_code == 200


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("by", ["owner", "operator", "administrator"])
def test_losing_the_second_factor_or_being_told_to_ends_tokens_and_sockets_at_once(
    app, cast, client_of, connect, *, program, by
):
    here, elsewhere = client_of(cast.ana), client_of(cast.ana)
    socket = connect(token=program, origin=None)
    socket.next("hello")
    assert works(app, program)

    if by == "owner":
        sent = {"password": PASSWORD}
        assert here.submit("/me/second-factor/remove", sent).status_code == 303
    elif by == "operator":
        with app.app_context():
            reset_second_factor(None, cast.account_of(cast.ana))
    else:
        path = f"/admin/{cast.monteclaro.code}/people/{cast.ana.id}/account/tokens"
        assert client_of(cast.dorleta).submit(path).status_code == 303

    assert not works(app, program)
    assert socket.next("session:ended")["reason"]
    assert is_signed_in(elsewhere) == (by == "administrator")
    assert is_signed_in(here) == (by != "operator")


@pytest.mark.slow
def test_administrators_see_how_many_what_for_and_until_when_but_no_name_and_no_secret(
    app, cast, client_of, program, mail
):
    page = (
        client_of(cast.dorleta)
        .get(f"/admin/{cast.monteclaro.code}/people/{cast.ana.id}?lang=en")
        .text
    )

    assert "Read everything" in page
    assert "never used" in page
    assert "nightly" not in page
    assert program not in page
    works(app, program)
    path = f"/admin/{cast.monteclaro.code}/people/{cast.ana.id}"
    assert "last used" in client_of(cast.dorleta).get(f"{path}?lang=en").text
    mail()
    client_of(cast.dorleta).submit(f"{path}/account/tokens")
    assert [letter["To"] for letter in mail()] == ["ana@monteclaro.example"]
    assert "No program acts" in client_of(cast.dorleta).get(f"{path}?lang=en").text


def test_no_other_agency_ends_them(app, cast, client_of, program):
    path = f"/admin/{cast.altamar.code}/people/{cast.ana.id}/account/tokens"
    assert client_of(cast.guillem).submit(path).status_code == 404
    assert works(app, program)
