"""The token of a program: made on a page, for one agency and this door alone, with an end."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState, SignIn
from intranet.organisation.accounts.operations.own_account import create_token
from intranet.organisation.identity.jobs import forget_ended_programs, warn_of_ends_of_programs
from intranet.organisation.identity.models import ExternalIdentity
from intranet.organisation.identity.scim.models import ScimEmail, ScimToken, ScimUser
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.ldap.helpers import told
from tests.organisation.identity.scim.program import ROOT, account

LANGUAGES = ("es", "ca", "gl", "eu", "en")


def ask(app, secret, path="/Users"):
    """Ask with any token."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return app.test_client().get(path if path[0:5] == "/api/" else ROOT + path, headers=headers)


@pytest.fixture
def base(cast):
    """The page of Monteclaro's program."""
    return f"/admin/{cast.monteclaro.code}/sign-in/scim"


def test_a_token_is_made_shown_once_and_revoked(app, cast, client_of, base):
    dorleta = client_of(cast.dorleta)
    page = dorleta.submit(f"{base}/tokens", {"days": "90"}).text
    [secret] = re.findall(r"intranet_scim_[\w-]+", page)
    assert ask(app, secret).status_code == 200
    page = dorleta.get(base).text
    assert secret not in page
    assert dorleta.submit(f"{base}/tokens", {"days": "90"}).status_code == 200
    assert '/tokens"' not in dorleta.get(base).text, "two are all"
    assert dorleta.submit(f"{base}/tokens", {"days": "90"}).status_code == 303
    with app.app_context():
        first, _second = db.session.scalars(select(ScimToken).order_by(ScimToken.created_at))
        assert secret not in str(vars(first))
        assert first.last_used_at is not None
    assert dorleta.submit(f"{base}/tokens/{first.id}/revoke").status_code == 303
    assert ask(app, secret).status_code == 401
    with app.app_context():
        acts = select(AuditLine.act).where(AuditLine.act.like("provider.%"))
        found = db.session.scalars(acts.order_by(AuditLine.number)).all()
        assert found == ["provider.make_token", "provider.make_token", "provider.revoke_token"]
    for language in LANGUAGES:
        assert dorleta.get(f"{base}?lang={language}").status_code == 200


def test_a_lifetime_that_is_not_offered_is_refused(app, cast, client_of, base):
    dorleta = client_of(cast.dorleta)
    for days in ("0", "31", "10000", "x"):
        answer = dorleta.submit(f"{base}/tokens", {"days": days})
        assert answer.status_code in {303, 422}, days
    with app.app_context():
        assert db.session.scalars(select(ScimToken)).all() == []


def test_a_token_is_made_and_revoked_only_after_a_fresh_confirmation(
    app, cast, client_of, base, program
):
    dorleta = client_of(cast.dorleta)
    with app.app_context(), unit_of_work():
        for sign_in in db.session.scalars(select(SignIn)):
            sign_in.confirmed_at = clock.now() - timedelta(hours=1)
    for act in ("tokens", f"tokens/{program.token_id}/revoke", "ends"):
        answer = dorleta.submit(f"{base}/{act}", {"days": "90", "is_meant": "1"})
        assert 'type="password"' in answer.text
    with app.app_context():
        assert len(db.session.scalars(select(ScimToken)).all()) == 1
    assert ask(app, program.secret).status_code == 200


def test_another_agencys_administrator_finds_neither_page_nor_token(
    app, cast, client_of, base, program
):
    guillem = client_of(cast.guillem)
    assert guillem.get(base).status_code == 404
    own = f"/admin/{cast.altamar.code}/sign-in/scim"
    assert guillem.submit(f"{own}/tokens/{program.token_id}/revoke").status_code == 404
    assert client_of(cast.ana).get(base).status_code == 404
    assert ask(app, program.secret).status_code == 200


@pytest.mark.both
def test_a_token_that_is_wrong_has_ended_or_is_of_another_kind_is_refused(app, cast, program):
    with app.app_context():
        _token, personal = create_token_of(cast)
    for secret in (
        "",
        "x",
        f"{program.secret}x",
        personal,
        program.secret.removeprefix("intranet_"),
    ):
        answer = ask(app, secret)
        assert (answer.status_code, answer.json["status"]) == (401, "401")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.content_type == "application/scim+json"
    assert ask(app, program.secret, "/api/v1/me").status_code == 401
    assert app.test_client().get(
        "/admin/", headers={"Authorization": f"Bearer {program.secret}"}
    ).status_code in {303, 404}
    with clock.freeze(clock.now() + timedelta(days=91)):
        assert ask(app, program.secret).status_code == 401


def create_token_of(cast):
    """A personal token of the administrator, which may do all that they may over REST."""
    return create_token(
        cast.account_of(cast.dorleta), "x", scopes=["read", "write", "admin"], days=30
    )


def test_a_cookie_is_no_token(app, cast, client_of):
    assert client_of(cast.dorleta).get(f"{ROOT}/Users").status_code == 401


@pytest.mark.both
def test_tokens_that_ended_long_ago_are_deleted_with_what_the_program_said(app, program):
    email = "nora@monteclaro.example"
    program.brought(email, email=email)
    kept = (ScimToken, ScimUser, ScimEmail, ExternalIdentity)
    for days, count in ((0, 1), (90 + 89, 1), (90 + 91, 0)):
        with app.app_context(), clock.freeze(clock.now() + timedelta(days=days)):
            forget_ended_programs()
        with app.app_context():
            assert [len(db.session.scalars(select(each)).all()) for each in kept] == [count] * 4
    assert account(app, email).state == AccountState.INVITED, "nobody is ended by that"


@pytest.mark.both
def test_administrators_are_warned_once_before_the_last_token_ends(
    app, cast, program, make_program
):
    def told_after(days):
        with app.app_context(), clock.freeze(clock.now() + timedelta(days=days)):
            warn_of_ends_of_programs()
        with app.app_context():
            return told(cast.dorleta).count("account_program_ends")

    assert told_after(75) == 0
    assert [told_after(77), told_after(78), told_after(91)] == [1, 1, 1]
    with clock.freeze(clock.now() + timedelta(days=60)):
        make_program()
    with app.app_context(), unit_of_work():
        for token in db.session.scalars(select(ScimToken)):
            token.warned_at = None
    assert told_after(80) == 1, "there is a newer one"


def test_wrong_tokens_are_slowed_down_and_the_right_one_is_not(app, program):
    answers = [ask(app, f"wrong{number}") for number in range(30)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert ask(app, program.secret).status_code == 200
