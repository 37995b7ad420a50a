"""Codes on paper: once, for a while, hashed, and not to be guessed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import sign_in_throttle
from intranet.organisation.accounts.models import OneTimeLink
from intranet.organisation.accounts.operations.invitation_codes import (
    ALPHABET,
    note_handed,
    print_codes,
)
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.accounts.many import newcomers, row_of, standings

NEW = "lluvia sobre el tejado"


@pytest.fixture
def printed(app, cast):
    with app.app_context():
        newcomers(cast, 3, number="B")
        return print_codes(cast.dorleta, cast.monteclaro)


def enter(client, code, address="203.0.113.9", **more):
    data = {"code": code, **more}
    return client.submit("/signin/invitation", data, environ_overrides={"REMOTE_ADDR": address})


@pytest.mark.both
def test_a_code_leads_to_a_password_and_works_once(app, client, printed):
    code = printed[0].code
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    answer = enter(client, f" {code.lower().replace('-', ' ')} ")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert printed[0].account.person.name in page.text
    client.submit(answer.location, {"password": NEW})
    assert is_signed_in(client)
    with app.app_context():
        assert standings([one.account for one in printed]) == ["active", "printed", "printed"]
    assert enter(app.test_client(), code).status_code == 401


def test_a_code_that_was_entered_and_not_used_can_be_entered_again(client, printed):
    assert enter(client, printed[0].code).status_code == 303
    assert enter(client, printed[0].code).status_code == 303


def test_no_letter_of_a_code_can_be_taken_for_another():
    assert not set("01ILOU") & set(ALPHABET)


def test_a_code_is_stored_only_as_a_keyed_hash(app, printed):
    with app.app_context():
        stored = {row.token_hash for row in db.session.scalars(select(OneTimeLink))}
    from intranet.organisation.accounts.random_secrets import hash_of

    for one in printed:
        for text in (one.code, one.code.replace("-", "")):
            assert text not in stored
            assert hash_of(text) not in stored


@pytest.mark.both
def test_printing_again_ends_earlier_codes(app, client, cast, printed):
    with app.app_context():
        again = print_codes(cast.dorleta, cast.monteclaro)
    assert enter(client, printed[0].code).status_code == 401
    assert enter(client, again[0].code).status_code == 303


def test_a_code_ends_after_fourteen_days(client, printed):
    with clock.freeze(clock.now() + timedelta(days=14, minutes=1)):
        assert enter(client, printed[0].code).status_code == 401


def test_codes_are_printed_for_people_without_a_mailbox_alone(app, cast):
    with app.app_context():
        newcomers(cast, 2)
        with pytest.raises(Conflict):
            print_codes(cast.dorleta, cast.monteclaro)


def test_only_administrators_of_the_agency_print_and_hand_over(app, cast, printed):
    with app.app_context():
        for actor in (cast.ana, cast.guillem):
            with pytest.raises(Forbidden):
                print_codes(actor, cast.monteclaro)
            with pytest.raises(Forbidden):
                note_handed(actor, cast.monteclaro, [printed[0].account.person_id])
        assert note_handed(cast.dorleta, cast.monteclaro, [printed[0].account.person_id]) == 1
        assert row_of(printed[0].account).handed_at


@pytest.mark.parametrize("text", ["7KQ4", "7KQ4-M2X0", "x" * 40, "<b>7KQ4M2XD", "７KQ4M2XD"])
def test_what_cannot_be_a_code_is_said_so(client, text):
    page = enter(client, text)
    assert page.status_code == 422
    assert "<b>7" not in page.text


def test_guessing_at_one_address_is_slowed_down(client, printed):
    answers = [enter(client, "7KQ4-M2XD").status_code for _try in range(8)]
    assert answers[:5] == [401] * 5
    assert answers[-1] == 429
    assert enter(client, printed[0].code, address="198.51.100.4").status_code == 303


@pytest.mark.slow
def test_too_many_wrong_codes_in_total_ask_for_the_name_and_shut_nobody_out(
    app, client, printed, monkeypatch
):
    monkeypatch.setattr(sign_in_throttle, "TOTAL_LIMIT", 6)
    for place in range(6):
        assert enter(client, "7KQ4-M2XD", address=f"198.51.100.{place}").status_code == 401
    page = enter(client, printed[0].code)
    assert page.status_code == 422
    assert 'name="email"' in page.text
    other = printed[1].account
    assert (
        enter(client, printed[0].code, email=f"{other.staff_number}@monteclaro").status_code == 401
    )
    own = printed[0].account
    answer = enter(client, printed[0].code, email=f"{own.staff_number}@monteclaro")
    assert answer.status_code == 303
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        assert enter(client, printed[2].code, address="192.0.2.77").status_code == 303


@pytest.mark.both
def test_a_people_s_officer_prints_the_rest_and_is_told_who_is_left_out_and_why(
    app, cast, client_of
):
    with app.app_context():
        give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.PEOPLE)
        accounts = newcomers(cast, 3, number="B")
        give_role(cast.dorleta, cast.monteclaro, cast.officer_post, AgencyRole.AUDITOR)
        auditor = accounts[0].person
        appoint(None, cast.officer_post, auditor, starts_on=clock.today("Europe/Madrid"))
        names = [account.person.name for account in accounts]
    where = "/admin/L01990012/invitations/codes"
    officer, dorleta = client_of(cast.xoel), client_of(cast.dorleta)

    page = officer.submit(where).text
    strips = re.findall(r'codes__who"><b>([^<]+)<', page)
    assert sorted(strips) == sorted(names[1:])
    assert f"Sin código: {names[0]}. Ocupan un puesto con un rol" in page
    assert officer.submit(where, {"format": "pdf"}).mimetype == "application/pdf"
    strips = re.findall(r'codes__who"><b>([^<]+)<', dorleta.submit(where).text)
    assert sorted(strips) == sorted(names)
    assert "Sin código" not in dorleta.submit(where).text
