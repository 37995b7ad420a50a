"""REST: a program comes with its token and what it may be used for."""

from datetime import timedelta

import pytest

from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import sign_in
from tests.pages.api.calls import Caller, is_problem, new_token, said


def test_a_program_reads_and_writes_without_cookie_and_page_token(program, cast, licences):
    ana = program(cast.ana)

    posted = ana.post(f"/conversations/{licences}/messages", said())

    assert posted.status_code == 201
    assert ana.get(f"/messages/{posted.json['id']}").json["author"]["id"] == str(cast.ana.id)


def test_a_token_for_reading_writes_nothing(program, cast, licences):
    ana = program(cast.ana, "read")

    assert ana.get(f"/conversations/{licences}").status_code == 200
    for answer in (
        ana.post(f"/conversations/{licences}/messages", said()),
        ana.patch("/me", {"about": "x"}),
        ana.put(f"/conversations/{licences}/mute"),
        ana.delete(f"/conversations/{licences}/mute"),
    ):
        assert is_problem(answer, 403)


def test_a_token_for_writing_does_not_read(program, cast, licences):
    ana = program(cast.ana, "write")

    assert is_problem(ana.get("/me"), 403)
    assert ana.post(f"/conversations/{licences}/messages", said()).status_code == 201


def test_a_refused_scope_tells_nothing_of_what_exists(program, cast, licences):
    nadia = program(cast.nadia, "read")
    nobody = "0192b5c8-0000-7000-8000-000000000001"

    there = nadia.post(f"/conversations/{licences}/messages", said())
    nowhere = nadia.post(f"/conversations/{nobody}/messages", said())

    assert (there.status_code, there.json) == (nowhere.status_code, nowhere.json)


@pytest.mark.parametrize("scheme", ["bearer ", "Basic ", "", "Token "])
def test_a_token_under_another_scheme_is_none(app, cast, scheme):
    secret = new_token(app, cast.ana)

    answer = Caller(app.test_client(), {"Authorization": scheme + secret}).get("/me")

    assert is_problem(answer, 401)


@pytest.mark.parametrize("token", ["", "x", "intranet_", "ñ", "a" * 8000, "a b", "\tx"])
def test_an_unknown_token_is_answered_as_nobody(app, token):
    with_token = Caller(app.test_client(), {"Authorization": f"Bearer {token}"}).get("/me")
    without = Caller(app.test_client(), {}).get("/me")

    assert is_problem(with_token, 401)
    assert with_token.json == without.json


@pytest.mark.both
def test_a_token_ends_with_its_day_and_when_it_is_revoked(app, cast):
    late = Caller(app.test_client(), {"Authorization": f"Bearer {new_token(app, cast.ana)}"})
    secret = new_token(app, cast.ana)
    revoked = Caller(app.test_client(), {"Authorization": f"Bearer {secret}"})
    assert (late.get("/me").status_code, revoked.get("/me").status_code) == (200, 200)

    with app.app_context(), unit_of_work():
        from intranet.extensions import db
        from intranet.organisation.accounts.models import Token
        from intranet.organisation.accounts.random_secrets import hash_of

        row = db.session.scalars(db.select(Token).where(Token.token_hash == hash_of(secret))).one()
        row.revoked_at = clock.now()

    assert is_problem(revoked.get("/me"), 401)
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert is_problem(late.get("/me"), 401)


def test_a_token_opens_no_page(app, cast):
    secret = new_token(app, cast.ana)

    answer = app.test_client().get("/me/settings", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 303
    assert answer.location.startswith("/signin")


def test_a_token_wins_over_a_cookie_and_a_worthless_one_does_not_fall_back(app, cast):
    client = sign_in(app.test_client(), cast.ana)
    carles = Caller(client, {"Authorization": f"Bearer {new_token(app, cast.carles)}"})
    nobody = Caller(client, {"Authorization": "Bearer x"})

    assert carles.get("/me").json["id"] == str(cast.carles.id)
    assert is_problem(nobody.get("/me"), 401)


def test_a_token_of_somebody_disabled_is_worth_nothing(program, cast):
    assert is_problem(program(cast.lara).get("/me"), 401)
