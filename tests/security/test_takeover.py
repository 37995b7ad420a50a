"""Whoever administers an agency does not become one of its people without their hearing of it."""

import re
from datetime import timedelta

import pyotp
import pytest

from intranet import schedule
from intranet.platform.core import clock
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.organisation.accounts.doors import give, is_signed_in, link_in
from tests.organisation.accounts.test_second_factor import set_up

TOWN = "/admin/L01990012"
DORLETA = "dorleta@monteclaro.example"
ANA = "ana@monteclaro.example"
THEIRS = "dorleta.private@mail.example"
NEW = "lluvia sobre el tejado"
A_DAY = timedelta(hours=25)


@pytest.fixture
def dorleta(app, cast):
    """Dorleta at a browser where she has only signed in."""
    client = app.test_client()
    give(client, DORLETA)
    return client


def confirmed(client, address, fields=None, **given):
    """Send a form, and then password and code on the page that asks for them, as a browser does."""
    page = client.submit(address, fields)
    assert page.status_code == 403
    assert "confirm_password" in page.text
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    kept = {name: value for name, value in found if name != "csrf_token"}
    return client.submit(address, {**kept, "confirm_password": PASSWORD, **given})


def change(client, cast, email=THEIRS, **more):
    fields = {"name": "Ana Castro", "email": email, "staff_number": "", "version": "1", **more}
    return confirmed(client, f"{TOWN}/people/{cast.ana.id}", fields)


def go_by(app, days=A_DAY):
    """What the clock does when a day has passed."""
    with clock.freeze(clock.now() + days), app.app_context():
        for job in schedule.JOBS:
            if "addresses" in job.name:
                job.run()


def links_to(letters, address):
    return [
        letter for letter in letters if letter["To"] == address and "/reset/" in text_of(letter)
    ]


def test_another_address_waits_and_its_person_hears_of_it_in_both_mailboxes(
    app, dorleta, client_of, cast, mail
):
    ana = client_of(cast.ana)
    assert change(dorleta, cast).status_code == 303

    told = mail()
    assert {letter["To"] for letter in told} == {ANA, THEIRS}
    assert "/address/" in text_of(next(letter for letter in told if letter["To"] == ANA))
    assert "/address/" not in text_of(next(letter for letter in told if letter["To"] == THEIRS))
    assert "asked to change your e-mail address" in ana.get("/notifications?lang=en").text
    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/password")
    app.test_client().submit("/forgotten", {"email": THEIRS})
    letters = mail()
    assert links_to(letters, THEIRS) == []
    assert len(links_to(letters, ANA)) == 1
    assert is_signed_in(ana)


@pytest.mark.both
def test_the_mailbox_so_far_refuses_and_nothing_changes(app, dorleta, cast, mail):
    change(dorleta, cast)
    (asked,) = [letter for letter in mail() if letter["To"] == ANA]
    link = link_in(asked)
    anybody = app.test_client()

    assert THEIRS in anybody.get(link).text
    assert anybody.submit(link, {"answer": "refuse"}).status_code == 303
    assert anybody.get(link).status_code == 404

    go_by(app)
    app.test_client().submit("/forgotten", {"email": THEIRS})
    assert links_to(mail(), THEIRS) == []


@pytest.mark.parametrize("way", ["mailbox", "device", "time"])
def test_another_address_holds_once_its_person_agrees_or_a_day_has_passed(
    app, dorleta, client_of, cast, *, mail, way
):
    change(dorleta, cast, "ana.castro@monteclaro.example")
    (asked,) = [letter for letter in mail() if letter["To"] == ANA]
    if way == "mailbox":
        app.test_client().submit(link_in(asked), {"answer": "agree"})
    elif way == "device":
        page = client_of(cast.ana).get("/me/waiting").text
        assert "ana.castro@monteclaro.example" in page
        client_of(cast.ana).submit("/me/waiting/address", {"answer": "agree"})
    else:
        go_by(app)

    with clock.freeze(clock.now() + A_DAY):
        assert {letter["To"] for letter in mail()} == {ANA, "ana.castro@monteclaro.example"}
    assert give(app.test_client(), "ana.castro@monteclaro.example").status_code == 303
    assert give(app.test_client(), ANA).status_code == 401


def test_who_was_shut_out_meanwhile_still_refuses(app, dorleta, cast, mail):
    change(dorleta, cast)
    (asked,) = [letter for letter in mail() if letter["To"] == ANA]
    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/close")
    app.test_client().submit(link_in(asked), {"answer": "refuse"})
    go_by(app)
    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/open")

    app.test_client().submit("/forgotten", {"email": THEIRS})
    assert links_to(mail(), THEIRS) == []


def test_no_mailbox_at_all_is_another_address_too(app, dorleta, cast, mail):
    change(dorleta, cast, "", staff_number="1204")
    mail()
    page = dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/password")

    assert "/reset/" not in page.text
    assert len(links_to(mail(), ANA)) == 1


@pytest.fixture
def without_mailbox(app, cast):
    """Ana has a staff number only, as a gardener has."""
    from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names

    with app.app_context():
        account = cast.account_of(cast.ana)
        change_sign_in_names(None, account, email=None, staff_number="1204")


def on_paper(dorleta, cast):
    page = confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/password").text
    (link,) = re.findall(r"http://[^/\s]+(/reset/[\w-]+)", page)
    return link


def test_a_link_on_paper_opens_a_day_later(app, dorleta, cast, without_mailbox):
    link = on_paper(dorleta, cast)

    assert app.test_client().get(link).status_code == 404
    assert app.test_client().submit(link, {"password": NEW}).status_code == 404
    with clock.freeze(clock.now() + A_DAY):
        assert app.test_client().submit(link, {"password": NEW}).location == "/signin"
    assert give(app.test_client(), "1204@monteclaro", NEW).status_code == 303


@pytest.mark.both
@pytest.mark.parametrize(("answer", "status"), [("agree", 303), ("refuse", 404)])
def test_a_device_opens_a_link_on_paper_or_ends_it(
    app, dorleta, client_of, cast, *, mail, without_mailbox, answer, status
):
    ana = client_of(cast.ana)
    link = on_paper(dorleta, cast)
    mail()
    assert "requested a password link for you" in ana.get("/notifications?lang=en").text

    ana.submit("/me/waiting/link", {"answer": answer})

    with clock.freeze(clock.now() + (A_DAY if answer == "refuse" else timedelta())):
        assert app.test_client().submit(link, {"password": NEW}).status_code == status


ACTS = {
    "address": ("{}", {"name": "Ana Castro", "email": THEIRS, "version": "1"}),
    "link": ("{}/account/password", {}),
    "second factor": ("{}/account/second-factor", {}),
    "closed": ("{}/account/close", {}),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_is_done_to_an_account_asks_for_the_password_anew(app, dorleta, cast, mail, act):
    path, fields = ACTS[act]
    address = f"{TOWN}/people/{path.format(cast.ana.id)}"

    assert dorleta.submit(address, fields).status_code == 403
    wrong = {**fields, "confirms": "1", "confirm_password": "wrong"}
    assert dorleta.submit(address, wrong).status_code == 422
    assert mail() == []
    assert confirmed(dorleta, address, fields).status_code == 303
    assert ANA in {letter["To"] for letter in mail()}


def test_it_is_asked_again_after_five_minutes_and_not_before(dorleta, cast):
    close = f"{TOWN}/people/{cast.ana.id}/account/close"
    confirmed(dorleta, close)
    assert dorleta.submit(close).status_code == 303
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        assert dorleta.submit(close).status_code == 403


def test_another_site_confirms_nothing_in_somebodys_name(dorleta, cast):
    """A form without the page's own token is refused before its password is looked at."""
    close = f"{TOWN}/people/{cast.ana.id}/account/close"
    forged = {"confirms": "1", "confirm_password": PASSWORD}
    assert dorleta.post("/me/confirm", data=forged).status_code == 400
    assert dorleta.submit(close).status_code == 403


def test_the_second_factor_is_asked_for_with_the_password(app, cast, client_of):
    with clock.freeze(clock.now() - timedelta(minutes=2)):
        phone, _codes = set_up(client_of(cast.dorleta))
    client = app.test_client()
    give(client, DORLETA)
    client.submit("/signin/code", {"code": phone.at(clock.now())})
    close = f"{TOWN}/people/{cast.ana.id}/account/close"

    assert confirmed(client, close).status_code == 422
    assert confirmed(client, close, confirm_code=phone.at(clock.now())).status_code == 422  # used
    with clock.freeze(clock.now() + timedelta(seconds=31)):
        code = pyotp.TOTP(phone.secret).at(clock.now())
        assert confirmed(client, close, confirm_code=code).status_code == 303


def token_of(app, person):
    from intranet.organisation.accounts.operations.own_account import create_token

    with app.app_context():
        account = app.cast.account_of(person)
        _token, secret = create_token(account, "x", scopes=["read", "write", "admin"], days=30)
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    "sent", [{"email": THEIRS}, {"account": "disabled"}, {"account": "active"}]
)
def test_a_token_alone_does_none_of_it(app, cast, sent):
    app.cast = cast
    headers = token_of(app, cast.dorleta)
    client = app.test_client()
    where = f"/api/v1/admin/people/{cast.ana.id}"

    answer = client.patch(where, json=sent, headers=headers)

    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    person = client.get(where, headers=headers).json
    assert (person["email"], person["account"]) == (ANA, "active")


def test_administration_is_given_only_after_it_is_confirmed(app, dorleta, cast):
    address = f"{TOWN}/administrators"
    fields = {"post": "Jefe/a de Contratación"}

    assert dorleta.submit(address, fields).status_code == 403
    assert confirmed(dorleta, address, fields).status_code == 303
    with app.app_context():
        assert cast.nadia.administers(cast.monteclaro.id)


def test_a_post_that_administers_is_filled_only_after_it_is_confirmed(app, dorleta, cast):
    fields = {
        "person": "Ana Castro",
        "post": "Responsable de Organización y Sistemas",
        "kind": "acting",
        "starts_on": clock.today("Europe/Madrid").isoformat(),
    }
    address = f"{TOWN}/appointments/new"

    assert dorleta.submit(address, fields).status_code == 403
    with app.app_context():
        assert not cast.ana.administers(cast.monteclaro.id)
    assert confirmed(dorleta, address, fields).status_code == 303


@pytest.mark.both
def test_a_second_factor_is_asked_of_who_administers_unless_an_agency_says_else(app, cast):
    from intranet.extensions import db
    from intranet.organisation.accounts.operations.agencies import NewAgency, make_agency
    from intranet.organisation.agencies.models import Agency, SecondFactor

    new = NewAgency(
        name="Nueva",
        code="L01990555",
        kind="municipality",
        language="es",
        time_zone="Europe/Madrid",
        post_title="Secretaría",
    )
    with app.app_context():
        make_agency(new, name="Nora Gil", email="nora@nueva.example")
        agency = db.session.query(Agency).filter_by(code="L01990555").one()
        assert agency.second_factor == SecondFactor.ADMINISTRATORS
