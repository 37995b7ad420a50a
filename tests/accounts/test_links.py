"""Invitations and forgotten passwords: each link once, for a while, for its one purpose."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.accounts.models import Account, AccountState, OneTimeLink, Token
from intranet.accounts.operations import own
from intranet.accounts.operations.accounts import (
    change_sign_in_names,
    disable_account,
    enable_account,
    invite_again,
    invite_person,
    send_password_link,
    withdraw_invitation,
)
from intranet.audit.models import AuditLine
from intranet.core import clock
from intranet.core.errors import Conflict, Forbidden, Invalid
from intranet.core.outbox import OutboxRow
from intranet.extensions import db
from tests.accounts.doors import give, is_signed_in

NEW = "lluvia sobre el tejado"


def link_in(letter):
    """The path of the link in a letter."""
    (path,) = re.findall(r"http://[^/\s]+(/\S+)", letter.get_content())
    return path


def invite(app, cast, name="Sabela Rey", email="sabela@monteclaro.example", **more):
    with app.app_context():
        return invite_person(cast.dorleta, cast.monteclaro, name, email=email, **more)


def test_an_invitation_comes_by_mail_shows_the_name_and_opens_the_door(app, client, cast, mail):
    invite(app, cast)
    (letter,) = mail()

    assert letter["To"] == "sabela@monteclaro.example"
    assert "Sabela Rey" in letter.get_content()
    page = client.get(link_in(letter))
    assert page.status_code == 200
    assert "Sabela Rey" in page.text
    assert "sabela@monteclaro.example" in page.text
    answer = client.submit(link_in(letter), {"password": NEW})

    assert answer.location == "/"
    assert is_signed_in(client)
    assert give(app.test_client(), "sabela@monteclaro.example", NEW).status_code == 303


def test_an_account_that_waits_for_its_invitation_has_no_password_that_works(app, client, cast):
    invite(app, cast)
    for password in ("", "None", "null"):
        assert give(client, "sabela@monteclaro.example", password).status_code in (401, 422)


def test_an_invitation_works_once(app, client, cast, mail):
    invite(app, cast)
    link = link_in(mail()[0])
    client.submit(link, {"password": NEW})

    assert app.test_client().get(link).status_code == 404
    assert app.test_client().submit(link, {"password": "otra frase larga"}).status_code == 404
    assert give(app.test_client(), "sabela@monteclaro.example", NEW).status_code == 303


def test_looking_at_an_invitation_does_not_use_it_up(app, client, cast, mail):
    invite(app, cast)
    link = link_in(mail()[0])
    for _look in range(3):
        assert client.get(link).status_code == 200


def test_an_invitation_ends_after_fourteen_days(app, client, cast, mail):
    invite(app, cast)
    link = link_in(mail()[0])

    with clock.freeze(clock.now() + timedelta(days=14, minutes=1)):
        assert client.get(link).status_code == 404


def test_a_new_invitation_withdraws_the_earlier_one(app, client, cast, mail):
    invite(app, cast)
    first = link_in(mail()[0])
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email.like("sabela%"))).one()
        invite_again(cast.dorleta, account)
    second = link_in(mail()[0])

    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_an_invitation_can_be_withdrawn(app, client, cast, mail):
    invite(app, cast)
    link = link_in(mail()[0])
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email.like("sabela%"))).one()
        withdraw_invitation(cast.dorleta, account)

    assert client.get(link).status_code == 404


def test_an_invitation_is_no_link_for_a_new_password_nor_the_other_way_round(
    app, client, cast, mail
):
    invite(app, cast)
    invitation = link_in(mail()[0]).rpartition("/")[2]
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    reset = link_in(mail()[0]).rpartition("/")[2]

    for path in (f"/reset/{invitation}", f"/invitation/{reset}", f"/first-agency/{reset}"):
        assert client.get(path).status_code == 404
        assert client.submit(path, {"password": NEW}).status_code == 404


def test_an_invitation_gives_no_more_than_it_says(app, client, cast, mail):
    invite(app, cast)
    fields = {"password": NEW, "state": "active", "email": "other@x.example", "role": "admin"}
    client.submit(link_in(mail()[0]), {**fields, "home_agency_id": str(cast.altamar.id)})

    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email.like("sabela%"))).one()
        assert account.email == "sabela@monteclaro.example"
        assert account.home_agency_id == cast.monteclaro.id


def test_who_has_no_mailbox_gets_the_link_on_paper(app, client, cast, mail):
    invited = invite(app, cast, "Xan Rouco", None, staff_number="4410")

    assert mail() == []
    path = invited.address.removeprefix("http://127.0.0.1:8000")
    assert "4410@monteclaro" in client.get(path).text
    client.submit(path, {"password": NEW})
    assert give(app.test_client(), "4410@monteclaro", NEW).status_code == 303


def test_a_known_address_is_answered_as_an_unknown_one(app, cast, mail):
    known = invite(app, cast, "Elna", "elna@altamar.example")
    unknown = invite(app, cast, "Berta", "berta@altamar.example")
    letters = {letter["To"]: letter for letter in mail()}

    assert known.address is None
    assert unknown.address is None
    assert "/invitation/" not in letters["elna@altamar.example"].get_content()
    assert "Monteclaro" in letters["elna@altamar.example"].get_content()
    assert "/invitation/" in letters["berta@altamar.example"].get_content()
    assert known.person.id == cast.elna.id


def test_only_an_administrator_of_that_agency_invites(app, cast):
    with app.app_context():
        for actor, agency in (
            (cast.ana, cast.monteclaro),
            (cast.dorleta, cast.altamar),
            (cast.guillem, cast.monteclaro),
        ):
            with pytest.raises(Forbidden):
                invite_person(actor, agency, "Nobody", email="n@x.example")


@pytest.mark.parametrize(
    "email",
    [
        "no address",
        "a@b",
        "a@b.example\nBcc: x@y.example",
        "a@b.example,c@d.example",
        "<a@b.example>",
        "a b@c.example",
        "a@b..example",
        "x" * 250 + "@b.example",
    ],
)
def test_what_is_no_address_is_not_invited(app, cast, email):
    with app.app_context(), pytest.raises(Invalid):
        invite_person(cast.dorleta, cast.monteclaro, "Nobody", email=email)


def test_a_new_password_by_mail_ends_every_sign_in_and_token(app, client, cast, mail):
    elsewhere = app.test_client()
    give(elsewhere, "ana@monteclaro.example")
    with app.app_context():
        account = cast.account_of(cast.ana)
        own.create_token(account, "script", scopes=["read"], days=30)

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
    assert "http" in told.get_content()
    assert "/reset/" not in told.get_content()


def test_a_reset_link_lasts_one_hour(app, client, cast, mail):
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    link = link_in(mail()[0])

    with clock.freeze(clock.now() + timedelta(minutes=59)):
        assert client.get(link).status_code == 200
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
    assert "http://127.0.0.1:8000/reset/" in letter.get_content()
    assert "evil" not in letter.as_string()


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


def test_who_is_disabled_gets_in_by_no_way(app, cast, mail):
    client = app.test_client()
    give(client, "ana@monteclaro.example")
    client.submit("/forgotten", {"email": "ana@monteclaro.example"})
    link = link_in(mail()[0])
    with app.app_context():
        _token, secret = own.create_token(
            cast.account_of(cast.ana), "script", scopes=["read"], days=30
        )
        disable_account(cast.dorleta, cast.account_of(cast.ana))

    assert not is_signed_in(client)
    assert give(app.test_client(), "ana@monteclaro.example").status_code == 401
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().submit(link, {"password": NEW}).status_code == 404
    app.test_client().submit("/forgotten", {"email": "ana@monteclaro.example"})
    assert mail() == []
    from intranet.accounts.access import identity_of_token

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
        assert send_password_link(cast.dorleta, send).address is None
        with pytest.raises(Conflict):
            send_password_link(cast.dorleta, cast.account_of(cast.dorleta))
        with pytest.raises(Conflict):
            send_password_link(cast.dorleta, cast.account_of(cast.lara))
    (letter,) = mail()

    assert letter["To"] == "ana@monteclaro.example"
    assert client.submit(link_in(letter), {"password": NEW}).location == "/signin"


def test_who_has_no_mailbox_gets_the_link_for_a_new_password_on_paper(app, client_of, cast, mail):
    with app.app_context():
        change_sign_in_names(
            cast.dorleta, cast.account_of(cast.ana), email=None, staff_number="1204"
        )
    path = f"/admin/{cast.monteclaro.code}/people/{cast.ana.id}/account/password"
    page = client_of(cast.dorleta).submit(path).text
    (link,) = re.findall(r"http://[^/\s]+(/reset/[\w-]+)", page)

    assert mail() == []
    app.test_client().submit(link, {"password": NEW})
    assert give(app.test_client(), "1204@monteclaro", NEW).status_code == 303
    assert mail() == []
