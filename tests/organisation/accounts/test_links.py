"""Links for a new password, and what all links have in common."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState, OneTimeLink, Token
from intranet.organisation.accounts.operations import own_account
from intranet.organisation.accounts.operations.accounts import (
    disable_account,
    enable_account,
    send_password_link,
)
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.outbox import OutboxRow
from tests.letters import text_of
from tests.organisation.accounts.doors import give, invite, is_signed_in, link_in

NEW = "lluvia sobre el tejado"


@pytest.mark.slow
def test_a_new_password_by_mail_ends_every_sign_in_and_token(app, client, cast, mail):
    elsewhere = app.test_client()
    give(elsewhere, "ana@monteclaro.example")
    with app.app_context():
        account = cast.account_of(cast.ana)
        own_account.create_token(account, "script", scopes=["read"], days=30)
    mail()

    answer = client.submit("/forgotten", {"email": " ANA@monteclaro.example "})
    assert answer.status_code == 200
    (letter,) = mail()
    link = link_in(letter)
    assert "Ana Castro" in client.get(link).text
    done = client.submit(link, {"password": NEW})

    assert done.location == "/signin"
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    with app.app_context():
        assert db.session.scalars(select(Token)).one().revoked_at is not None
    assert give(app.test_client(), "ana@monteclaro.example").status_code == 401
    assert give(app.test_client(), "ana@monteclaro.example", NEW).status_code == 303
    assert client.get(link).status_code == 404
    (told,) = mail()
    assert told["To"] == "ana@monteclaro.example"
    assert "http" in text_of(told)
    assert "/reset/" not in text_of(told)


def test_a_reset_link_lasts_one_hour(app, client, cast, mail):
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    link = link_in(mail()[0])

    with clock.freeze(clock.now() + timedelta(minutes=59)):
        page = client.get(link)
        assert page.status_code == 200
        assert "print-footer" in page.text
        assert link not in page.text.split("print-footer")[1]  # a secret is not printed
    with clock.freeze(clock.now() + timedelta(minutes=61)):
        assert client.get(link).status_code == 404
        assert client.submit(link, {"password": NEW}).status_code == 404


def test_asking_for_an_unknown_name_looks_the_same_and_sends_nothing(app, cast, mail):
    pages = []
    for name in ("ana@monteclaro.example", "nobody@x.example", "lara@monteclaro.example", "9@x"):
        answer = app.test_client().submit("/forgotten", {"email": name})
        (token,) = re.findall(r'csrf-token" content="([^"]+)', answer.text)
        pages.append((answer.status_code, answer.text.replace(token, "")))

    assert len(set(pages)) == 1
    assert [letter["To"] for letter in mail()] == ["ana@monteclaro.example"]


def test_asking_for_a_new_password_again_and_again_is_slowed(app, client, cast):
    statuses = [
        client.submit("/forgotten", {"email": "ana@monteclaro.example"}).status_code
        for _time in range(6)
    ]
    assert statuses == [200] * 5 + [429]


def test_the_link_does_not_follow_the_host_that_a_client_names(app, client, cast, mail):
    client.submit(
        "/forgotten",
        {"email": "ana@monteclaro.example"},
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    )
    (letter,) = mail()
    assert "http://127.0.0.1:8000/reset/" in text_of(letter)
    assert "evil" not in letter.as_string()


@pytest.mark.both
def test_no_secret_of_a_link_is_stored(app, client, cast, mail):
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    invite(app, cast)
    with app.app_context():
        waiting = str([row.payload for row in db.session.scalars(select(OutboxRow))])
    secrets = [link_in(letter).rpartition("/")[2] for letter in mail()]

    assert len(secrets) == 2
    with app.app_context():
        stored = str([row.payload for row in db.session.scalars(select(OutboxRow))])
        stored += str([row.token_hash for row in db.session.scalars(select(OneTimeLink))])
    for secret in secrets:
        assert secret not in waiting
        assert secret not in stored


def test_link_pages_tell_no_other_page_their_address(app, client, cast, mail):
    invite(app, cast)
    answer = client.get(link_in(mail()[0]))
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
@pytest.mark.parametrize("password", ["short", "password1", "sabela rey", "x" * 300])
def test_a_password_that_would_be_guessed_is_refused_and_the_link_stays(
    app, client, cast, mail, password
):
    invite(app, cast)
    link = link_in(mail()[0])

    answer = client.submit(link, {"password": password})

    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert client.submit(link, {"password": NEW}).status_code == 303


@pytest.mark.slow
def test_who_is_disabled_gets_in_by_no_way(app, cast, mail):
    client = app.test_client()
    give(client, "ana@monteclaro.example")
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    link = link_in(mail()[0])
    with app.app_context():
        _token, secret = own_account.create_token(
            cast.account_of(cast.ana), "script", scopes=["read"], days=30
        )
        disable_account(cast.dorleta, cast.account_of(cast.ana))

    assert not is_signed_in(client)
    assert give(app.test_client(), "ana@monteclaro.example").status_code == 401
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().submit(link, {"password": NEW}).status_code == 404
    mail()
    app.test_client().submit("/forgotten", {"email": "ana@monteclaro.example"})
    assert mail() == []
    from intranet.organisation.accounts.access import identity_of_token

    with app.app_context():
        assert identity_of_token(secret) is None
        enable_account(cast.dorleta, cast.account_of(cast.ana))
        assert cast.account_of(cast.ana).state == AccountState.ACTIVE
    assert app.test_client().get(link).status_code == 404
    assert give(app.test_client(), "ana@monteclaro.example").status_code == 303


def test_nobody_closes_their_own_account_or_that_of_another_agency(app, cast):
    with app.app_context():
        with pytest.raises(Conflict):
            disable_account(cast.dorleta, cast.account_of(cast.dorleta))
        for actor, person in ((cast.dorleta, cast.elna), (cast.ana, cast.carles)):
            with pytest.raises(Forbidden):
                disable_account(actor, cast.account_of(person))


@pytest.mark.both
def test_what_administrators_do_to_accounts_leaves_lines(app, cast):
    invite(app, cast)
    with app.app_context():
        disable_account(cast.dorleta, cast.account_of(cast.ana))
        lines = db.session.scalars(
            select(AuditLine).where(AuditLine.actor_id == cast.dorleta.id)
        ).all()
        acts = {line.act for line in lines}
        assert {"person.create", "account.create", "account.invite", "account.disable"} <= acts
        assert {line.agency_id for line in lines} == {cast.monteclaro.id}


@pytest.mark.slow
def test_two_who_follow_one_link_at_once_set_one_password(app, cast, mail):
    from concurrent.futures import ThreadPoolExecutor

    invite(app, cast)
    link = link_in(mail()[0])
    passwords = [f"una frase distinta {number}" for number in range(6)]

    def follow(password):
        return app.test_client().submit(link, {"password": password}).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(follow, passwords))

    assert sorted(statuses) == [303] + [404] * 5
    winner = passwords[statuses.index(303)]
    assert give(app.test_client(), "sabela@monteclaro.example", winner).status_code == 303


def test_an_administrator_has_a_link_for_a_new_password_sent(app, client, client_of, cast, mail):
    with app.app_context():
        send = cast.account_of(cast.ana)
        with pytest.raises(Forbidden):
            send_password_link(cast.guillem, send)
        assert send_password_link(cast.dorleta, send) is None
        with pytest.raises(Conflict):
            send_password_link(cast.dorleta, cast.account_of(cast.dorleta))
        with pytest.raises(Conflict):
            send_password_link(cast.dorleta, cast.account_of(cast.lara))
    (letter,) = mail()

    assert letter["To"] == "ana@monteclaro.example"
    assert client.submit(link_in(letter), {"password": NEW}).location == "/signin"
