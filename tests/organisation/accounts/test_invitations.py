"""Invitations: each link once, for a while, for its one purpose."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.accounts import (
    invite_again,
    invite_person,
    withdraw_invitation,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from tests.letters import text_of
from tests.organisation.accounts.doors import give, invite, is_signed_in, link_in

NEW = "lluvia sobre el tejado"


def test_an_invitation_comes_by_mail_shows_the_name_and_opens_the_door(app, client, cast, mail):
    invite(app, cast)
    (letter,) = mail()

    assert letter["To"] == "sabela@monteclaro.example"
    assert "Sabela Rey" in text_of(letter)
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


@pytest.mark.both
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


@pytest.mark.both
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
    assert "/invitation/" in text_of(letters["berta@altamar.example"])
    assert "elna@altamar.example" not in letters  # she is told of the post that is offered to her
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
