"""What people see and do about their own account."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.access import identity_of_token
from intranet.organisation.accounts.models import Account, SignIn, Token
from intranet.organisation.accounts.operations import own_account
from intranet.organisation.accounts.operations.own_account import MAX_TOKENS
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from tests.cast import PASSWORD
from tests.organisation.accounts.doors import cookie_of, give, is_signed_in

ANA = "ana@monteclaro.example"
NEW = "lluvia sobre el tejado"
API = "/api/v1/openapi.json"


@pytest.mark.both
def test_settings_are_kept_and_hold_on_the_next_page(app, client_of, cast):
    client = client_of(cast.ana)
    fields = {"language": "eu", "time_zone": "Atlantic/Canary", "theme": "dark", "single_keys": "1"}

    assert client.submit("/me/settings", fields).location == "/me/settings"

    page = client.get("/me/settings").text
    assert '<html lang="eu"' in page
    assert 'value="Atlantic/Canary" selected' in " ".join(page.split())
    assert client.get_cookie("theme").value == "dark"
    with app.app_context():
        account = cast.account_of(cast.ana)
        assert (account.enter_sends, account.single_keys) == (False, True)


@pytest.mark.slow
def test_the_look_comes_along_to_another_device(app, client_of, cast):
    fields = {"language": "es", "time_zone": "Europe/Madrid", "theme": "dark"}
    client_of(cast.ana).submit("/me/settings", fields)
    other = app.test_client()
    give(other, ANA)
    assert other.get_cookie("theme").value == "dark"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "xx"),
        ("language", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("theme", "pink"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_words(app, client_of, cast, field, value):
    fields = {"language": "es", "time_zone": "Europe/Madrid", "theme": "light"}
    answer = client_of(cast.ana).submit("/me/settings", fields | {field: value})

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    with app.app_context():
        assert cast.account_of(cast.ana).theme == "system"


@pytest.mark.both
def test_settings_change_nothing_else_of_the_account(app, client_of, cast):
    fields = {"language": "es", "time_zone": "Europe/Madrid", "theme": "light"}
    sneaked = {"state": "disabled", "email": "x@y.example", "home_agency_id": str(cast.altamar.id)}
    with app.app_context():
        before = _facts(cast.account_of(cast.ana))
    client_of(cast.ana).submit("/me/settings", fields | sneaked)
    with app.app_context():
        assert _facts(cast.account_of(cast.ana)) == before


def _facts(account: Account):
    return account.state, account.email, account.home_agency_id, account.person_id


@pytest.mark.slow
def test_devices_are_listed_with_their_name_and_last_use(app, client, cast):
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    give(client, ANA)
    other = app.test_client()
    other.submit("/signin", {"email": ANA, "password": PASSWORD}, headers={"User-Agent": firefox})

    page = client.get("/me/sign-ins").text

    assert "Firefox · Windows" in page
    assert page.count("/end") == 3  # two devices, and all others at once


@pytest.mark.slow
@pytest.mark.both
def test_a_device_can_be_signed_out_from_another(app, client, cast):
    other = app.test_client()
    for each in (client, other):
        give(each, ANA)
    with app.app_context():
        last_id = db.session.scalar(select(SignIn.id).order_by(SignIn.id.desc()).limit(1))

    assert client.submit(f"/me/sign-ins/{last_id}/end").location == "/me/sign-ins"

    assert is_signed_in(client)
    assert not is_signed_in(other)


@pytest.mark.slow
@pytest.mark.both
def test_signing_out_the_device_one_sits_at_leads_to_the_sign_in_page(app, client, cast):
    give(client, ANA)
    with app.app_context():
        here = db.session.scalars(select(SignIn)).one()
    assert client.submit(f"/me/sign-ins/{here.id}/end").location == "/signin"
    assert cookie_of(client) is None


@pytest.mark.slow
def test_all_other_devices_can_be_signed_out_at_once(app, client, cast):
    others = [app.test_client() for _device in range(3)]
    for each in (client, *others):
        give(each, ANA)
    client.submit("/me/sign-ins/end-others")

    assert is_signed_in(client)
    assert not any(is_signed_in(other) for other in others)


@pytest.mark.both
def test_nobody_ends_the_sign_ins_of_another(app, client_of, cast):
    ana, carles = client_of(cast.ana), client_of(cast.carles)
    with app.app_context():
        account = cast.account_of(cast.ana)
        row = db.session.scalars(select(SignIn).where(SignIn.account_id == account.id)).one()

    assert carles.submit(f"/me/sign-ins/{row.id}/end").status_code == 404
    assert str(row.id) not in carles.get("/me/sign-ins").text
    assert is_signed_in(ana)


@pytest.mark.slow
def test_another_password_needs_the_one_so_far_and_signs_the_others_out(app, client, cast, mail):
    other = app.test_client()
    for each in (client, other):
        give(each, ANA)
    wrong = client.submit("/me/password", {"old_password": "wrong", "new_password": NEW})
    assert wrong.status_code == 422
    assert is_signed_in(other)

    done = client.submit("/me/password", {"old_password": PASSWORD, "new_password": NEW})

    assert done.location == "/me/password"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert give(app.test_client(), ANA).status_code == 401
    assert give(app.test_client(), ANA, NEW).status_code == 303
    assert [letter["To"] for letter in mail()] == [ANA]


@pytest.mark.slow
def test_who_finds_an_open_screen_cannot_guess_the_password_there(client_of, cast):
    client = client_of(cast.ana)
    statuses = [
        client.submit("/me/password", {"old_password": "wrong", "new_password": NEW}).status_code
        for _try in range(6)
    ]
    assert statuses == [422] * 5 + [429]


@pytest.mark.slow
@pytest.mark.parametrize(
    "password",
    [
        "x" * 100,
        "frase con dos  espacios ",
        "ñandú · 密码 · пароль",
        " empieza y acaba en espacio ",
        "a" * 72 + "zzzz y algo más",
        "correct horse battery staple",
    ],
)
def test_long_passwords_with_any_signs_work_and_none_is_cut(app, client_of, cast, password):
    client = client_of(cast.ana)
    fields = {"old_password": PASSWORD, "new_password": password}
    assert client.submit("/me/password", fields).status_code == 303

    assert give(app.test_client(), ANA, password).status_code == 303
    assert give(app.test_client(), ANA, password[:-1]).status_code == 401
    assert give(app.test_client(), ANA, password + "x").status_code == 401


@pytest.mark.slow
def test_a_token_is_shown_once_and_opens_the_interface_for_programs(app, client_of, client, cast):
    ana = client_of(cast.ana)
    page = ana.submit("/me/tokens", {"name": "backup", "scopes": ["read"], "days": "30"}).text
    (secret,) = re.findall(r"<code>(intranet_[\w-]+)</code>", page)

    assert "backup" in ana.get("/me/tokens").text
    assert secret not in ana.get("/me/tokens").text
    assert client.get(API).status_code == 401
    answer = client.get(API, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    with app.app_context():
        assert secret not in str([row.token_hash for row in db.session.scalars(select(Token))])


def bearer(app, cast, *scopes, days=30):
    with app.app_context():
        token, secret = own_account.create_token(
            cast.account_of(cast.ana), "script", scopes=list(scopes), days=days
        )
        return token.id, {"Authorization": f"Bearer {secret}"}


def test_a_token_does_what_its_scopes_say(app, client, cast):
    _id, reads = bearer(app, cast, "read")
    _id, writes = bearer(app, cast, "write")

    assert client.get(API, headers=reads).status_code == 200
    assert client.post("/api/v1/nothing", json={}, headers=reads).status_code == 403
    assert client.get(API, headers=writes).status_code == 403
    assert client.post("/api/v1/nothing", json={}, headers=writes).status_code == 404
    _id, both = bearer(app, cast, "read", "write")
    assert client.get("/api/v1/admin/nothing", headers=both).status_code == 403


def test_a_token_opens_no_page(app, client, cast):
    _id, headers = bearer(app, cast, "read", "write", "admin")
    assert client.get("/me/settings", headers=headers).status_code == 303


@pytest.mark.parametrize(
    "given", ["Bearer", "Bearer ", "Bearer x", "bearer intranet_x", "Basic YTpi", "Bearer \0"]
)
def test_what_is_no_token_is_answered_as_signed_out(client, given):
    answer = client.get(API, headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_a_wrong_token_is_not_saved_by_a_cookie(client_of, cast):
    client = client_of(cast.ana)
    assert client.get(API).status_code == 200
    assert client.get(API, headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.slow
def test_a_token_ends_when_it_is_revoked_and_when_its_time_is_over(app, client_of, client, cast):
    token_id, headers = bearer(app, cast, "read")
    _id, other = bearer(app, cast, "read", days=90)
    carles = client_of(cast.carles)
    assert carles.submit(f"/me/tokens/{token_id}/revoke").status_code == 404
    assert client.get(API, headers=headers).status_code == 200

    ana = client_of(cast.ana)
    assert ana.submit(f"/me/tokens/{token_id}/revoke").location == "/me/tokens"

    assert client.get(API, headers=headers).status_code == 401
    with clock.freeze(clock.now() + timedelta(days=91)):
        assert client.get(API, headers=other).status_code == 401


def test_the_number_of_tokens_is_bounded(app_context, cast):
    account = cast.account_of(cast.ana)
    for _number in range(MAX_TOKENS):
        own_account.create_token(account, "script", scopes=["read"], days=30)
    with pytest.raises(Conflict):
        own_account.create_token(account, "script", scopes=["read"], days=30)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "scopes": "read", "days": "30"},
        {"name": "x" * 81, "scopes": "read", "days": "30"},
        {"name": "x", "days": "30"},
        {"name": "x", "scopes": "everything", "days": "30"},
        {"name": "x", "scopes": "read", "days": "99999"},
        {"name": "x", "scopes": "read", "days": "1e400"},
        {"name": "x\0", "scopes": "read", "days": "30"},
    ],
)
def test_tokens_that_cannot_be_are_refused(app, client_of, cast, fields):
    answer = client_of(cast.ana).submit("/me/tokens", fields)
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(select(Token)).all() == []


def test_a_token_that_nobody_has_revokes_nothing(app_context, cast):
    with pytest.raises(NotFound):
        own_account.revoke_token(cast.account_of(cast.ana), cast.ana.id)
    assert identity_of_token("intranet_nothing") is None


def test_me_leads_to_the_settings(client_of, cast):
    assert client_of(cast.ana).get("/me").location == "/me/settings"
