"""The second step where an agency requires it: of all, or of its administrators."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.access import identity_of_token
from intranet.organisation.accounts.credentials import Credential, present_by
from intranet.organisation.accounts.models import Account, SignIn
from intranet.organisation.accounts.operations import own_account
from intranet.organisation.agencies.models import SecondFactor
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.accounts.doors import give, is_signed_in
from tests.organisation.accounts.test_second_factor import ANA, set_up


def require(cast, agency, whom):
    """Let an agency ask for the second step."""
    with cast.app.app_context():
        row = getattr(cast, agency)
        with unit_of_work() as work:
            row.second_factor = whom
            work.add(row)


@pytest.fixture
def required_of_all(app, cast):
    """Monteclaro asks everybody for a second step."""
    require(cast, "monteclaro", SecondFactor.EVERYBODY)


def test_where_it_is_required_nothing_else_comes_before(app, client_of, cast, required_of_all):
    client = client_of(cast.ana)

    for path in ("/", "/me/settings", "/me/tokens", "/me/password"):
        assert client.get(path).location == "/me/second-factor"
    assert client.submit("/me/settings", {"language": "en"}).status_code == 403
    page = client.get("/me/second-factor")
    assert page.status_code == 200
    assert "/me/tokens" not in page.text
    set_up(client)

    assert is_signed_in(client)
    with app.app_context():
        assert cast.account_of(cast.ana).has_second_factor


@pytest.mark.both
def test_where_it_is_required_sockets_and_tokens_wait_as_well(app, client_of, cast):
    with app.app_context():
        _token, secret = own_account.create_token(
            cast.account_of(cast.ana), "script", scopes=["read"], days=30
        )
    client_of(cast.ana)
    with app.app_context():
        sign_in_id = db.session.scalars(select(SignIn.id)).one()
        by_cookie = Credential(SignIn, sign_in_id)
        assert present_by(by_cookie) is not None
    require(cast, "monteclaro", SecondFactor.EVERYBODY)
    with app.app_context():
        assert present_by(by_cookie) is None
        identity = identity_of_token(secret)
        assert identity is not None
        assert identity.must_enrol


def test_signing_out_works_before_setting_up(client_of, cast, required_of_all):
    client = client_of(cast.ana)
    assert client.submit("/signout").location == "/signin"
    assert client.get("/me/second-factor").location.startswith("/signin")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("whom", "asked", "spared"),
    [
        (SecondFactor.ADMINISTRATORS, ["dorleta"], ["ana", "carles", "elna", "guillem"]),
        (SecondFactor.EVERYBODY, ["dorleta", "ana", "carles"], ["elna", "bieito"]),
        (SecondFactor.NOBODY, [], ["dorleta", "ana", "elna"]),
    ],
)
def test_an_agency_asks_it_of_all_or_of_its_administrators(client_of, cast, whom, asked, spared):
    require(cast, "monteclaro", whom)
    for names, expected in ((asked, 303), (spared, 200)):
        for name in names:
            answer = client_of(getattr(cast, name)).get("/me/settings")
            assert (name, answer.status_code) == (name, expected)


@pytest.mark.both
def test_accounts_without_a_second_factor_are_never_asked_for_a_code(app, client, cast):
    with app.app_context():
        assert not db.session.scalars(select(Account).where(Account.totp_secret.is_not(None))).all()
    assert give(client, ANA).location == "/"
