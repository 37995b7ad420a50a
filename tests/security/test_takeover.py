"""Whoever administers an agency does not become one of its people: each way in, tried alone.

By pages, REST, the command line and imports; with an accomplice made for the purpose; and what the
account's owner hears of it, and when.
"""

import re
from datetime import timedelta

import pytest

from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.platform.core import clock
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.organisation.accounts.doors import give, is_signed_in, link_in
from tests.security.takeover import (
    A_DAY,
    ANA,
    DORLETA,
    NEW,
    THEIRS,
    TOWN,
    answer,
    change,
    confirmed,
    dorleta,
    go_by,
    links_to,
    nadia,
    printed,
    protected,
    reset_leads_to,
    waiting,
)

__all__ = ["dorleta", "nadia", "protected"]


# Her address.


@pytest.mark.slow
def test_another_address_waits_and_its_person_hears_of_it_in_both_mailboxes_and_on_devices(
    app, dorleta, client_of, cast, mail
):
    ana = client_of(cast.ana)
    assert change(dorleta, cast).status_code == 303

    told = mail()
    assert {letter["To"] for letter in told} == {ANA, THEIRS}
    to_ana = next(letter for letter in told if letter["To"] == ANA)
    assert "/not-me/" in text_of(to_ana)
    assert THEIRS in text_of(to_ana)
    assert "/not-me/" not in text_of(next(letter for letter in told if letter["To"] == THEIRS))
    assert "asked to change your e-mail address" in ana.get("/notifications?lang=en").text
    assert THEIRS in ana.get("/me/waiting").text
    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/password")
    app.test_client().submit("/forgotten", {"email": THEIRS})
    letters = mail()
    assert links_to(letters, THEIRS) == []
    assert len(links_to(letters, ANA)) == 1
    assert is_signed_in(ana)


@pytest.mark.slow
@pytest.mark.both
def test_alone_it_never_holds_however_long_it_waits(app, dorleta, cast, mail):
    change(dorleta, cast)
    assert answer(app, dorleta, cast, "approve").status_code == 303

    for days in (1.5, 3, 8, 30):
        go_by(app, timedelta(days=days))
    assert waiting(app, cast) == []
    assert reset_leads_to(app, mail, THEIRS) == []
    assert reset_leads_to(app, mail, ANA) == [ANA]


@pytest.mark.both
def test_with_a_second_administrator_it_holds_a_day_later_and_not_before(
    app, dorleta, nadia, cast, mail
):
    change(dorleta, cast, "ana.castro@mail.example")
    mail()
    assert "needs your approval" in nadia.get("/notifications?lang=en").text
    assert answer(app, nadia, cast, "approve").status_code == 303

    (again,) = mail()
    assert again["To"] == ANA
    assert "/not-me/" in text_of(again)
    go_by(app, timedelta(hours=23))
    assert len(waiting(app, cast)) == 1
    go_by(app)
    with clock.freeze(clock.now() + A_DAY):
        assert {letter["To"] for letter in mail()} == {ANA, "ana.castro@mail.example"}
    assert give(app.test_client(), "ana.castro@mail.example").status_code == 303
    assert give(app.test_client(), ANA).status_code == 401


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("after", ["asked", "approved"])
def test_it_was_not_me_stops_it_in_the_old_mailbox_without_signing_in(
    app, dorleta, nadia, cast, *, mail, after
):
    change(dorleta, cast)
    link = link_in(next(letter for letter in mail() if letter["To"] == ANA))
    if after == "approved":
        answer(app, nadia, cast, "approve")
    anybody = app.test_client()

    assert THEIRS in anybody.get(link).text
    assert anybody.submit(link, {"answer": "refuse"}).status_code == 303
    assert anybody.get(link).status_code == 404
    mail()
    assert "it was not them" in nadia.get("/notifications?lang=en").text
    go_by(app)
    assert reset_leads_to(app, mail, THEIRS) == []


@pytest.mark.slow
def test_each_letter_about_it_can_stop_it(app, dorleta, nadia, cast, mail):
    change(dorleta, cast)
    (first,) = [letter for letter in mail() if letter["To"] == ANA]
    answer(app, nadia, cast, "approve")
    (second,) = [letter for letter in mail() if letter["To"] == ANA]

    assert app.test_client().get(link_in(first)).status_code == 200
    assert app.test_client().submit(link_in(second), {"answer": "refuse"}).status_code == 303
    assert waiting(app, cast) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", ["mailbox", "device", "code"])
def test_its_person_s_own_word_is_enough_and_needs_no_second_administrator(
    app, dorleta, client_of, cast, *, mail, way
):
    change(dorleta, cast, "ana.castro@monteclaro.example")
    (asked,) = [letter for letter in mail() if letter["To"] == ANA]
    if way == "mailbox":
        app.test_client().submit(link_in(asked), {"answer": "agree"})
    elif way == "device":
        ana = client_of(cast.ana)
        (change_id,) = waiting(app, cast)
        where = f"/me/waiting/changes/{change_id}"
        assert ana.submit(where, {"password": "wrong"}).status_code == 422
        assert ana.submit(where, {"password": PASSWORD}).status_code == 303
    else:
        handed = printed(answer(app, dorleta, cast, "print"))
        known = {"email": ANA, "handed": handed}
        assert app.test_client().submit("/handed-code", known).status_code == 422
        done = app.test_client().submit("/handed-code", {**known, "password": PASSWORD})
        assert done.location == "/signin"

    assert {letter["To"] for letter in mail()} == {ANA, "ana.castro@monteclaro.example"}
    assert give(app.test_client(), "ana.castro@monteclaro.example").status_code == 303


@pytest.mark.slow
def test_who_was_shut_out_meanwhile_still_refuses(app, dorleta, nadia, cast, mail):
    change(dorleta, cast)
    (asked,) = [letter for letter in mail() if letter["To"] == ANA]
    answer(app, nadia, cast, "approve")
    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/close")
    app.test_client().submit(link_in(asked), {"answer": "refuse"})
    go_by(app)
    dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/open")

    assert reset_leads_to(app, mail, THEIRS) == []


@pytest.mark.slow
def test_no_mailbox_at_all_is_another_address_too(app, dorleta, cast, mail):
    change(dorleta, cast, "", staff_number="1204")
    mail()
    page = dorleta.submit(f"{TOWN}/people/{cast.ana.id}/account/password")

    assert "/reset/" not in page.text
    assert len(links_to(mail(), ANA)) == 1


@pytest.mark.slow
def test_a_new_staff_number_opens_nothing_and_is_told(app, dorleta, cast, mail):
    """Numbers may change hands: the password of the one who has it now is still asked for."""
    with app.app_context():
        change_sign_in_names(None, cast.account_of(cast.xoel), email=None, staff_number="77")
    change(dorleta, cast, ANA, staff_number="1204")

    assert [letter["To"] for letter in mail() if letter["To"] == ANA] == [ANA]
    assert give(app.test_client(), "1204@monteclaro", "wrong").status_code == 401
    fields = {"name": "Ana Castro", "email": ANA, "staff_number": "77", "version": "2"}
    assert dorleta.submit(f"{TOWN}/people/{cast.ana.id}", fields).status_code == 422


# A link on paper.


@pytest.fixture
def without_mailbox(app, cast):
    """Ana has a staff number only, as a gardener has."""
    with app.app_context():
        change_sign_in_names(None, cast.account_of(cast.ana), email=None, staff_number="1204")


@pytest.mark.slow
def test_a_link_on_paper_is_not_made_for_one_administrator(app, dorleta, cast, without_mailbox):
    asked = confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/password")

    assert asked.location == f"{TOWN}/approvals"
    with clock.freeze(clock.now() + A_DAY):
        give(dorleta, DORLETA)
        for do in ("approve", "take", "print"):
            page = answer(app, dorleta, cast, do)
            assert "/reset/" not in page.text
            assert "<code" not in page.text


@pytest.mark.slow
@pytest.mark.both
def test_two_administrators_make_it_a_day_later_and_show_it_once(
    app, dorleta, nadia, cast, without_mailbox
):
    confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/password")
    answer(app, nadia, cast, "approve")
    assert "/reset/" not in answer(app, dorleta, cast, "take").text
    with clock.freeze(clock.now() + A_DAY):
        give(dorleta, DORLETA)
        (change_id,) = waiting(app, cast)
        page = confirmed(dorleta, f"{TOWN}/approvals/{change_id}", {"do": "take"}).text
        (link,) = re.findall(r"http://[^/\s]+(/reset/[\w-]+)", page)
        assert waiting(app, cast) == []
        assert app.test_client().submit(link, {"password": NEW}).location == "/signin"
    assert give(app.test_client(), "1204@monteclaro", NEW).status_code == 303


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("agrees", [True, False])
def test_a_device_agrees_to_a_link_on_paper_or_ends_it(
    app, dorleta, client_of, cast, *, mail, without_mailbox, agrees
):
    ana = client_of(cast.ana)
    confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/password")
    (change_id,) = waiting(app, cast)
    mail()
    assert "requested a password link for you" in ana.get("/notifications?lang=en").text

    if agrees:
        assert ana.submit(f"/me/waiting/changes/{change_id}").status_code == 303
        page = answer(app, dorleta, cast, "take").text
        (link,) = re.findall(r"http://[^/\s]+(/reset/[\w-]+)", page)
        assert app.test_client().submit(link, {"password": NEW}).status_code == 303
    else:
        ana.submit("/me/waiting/changes/refuse")
        assert waiting(app, cast) == []


# The second factor.


@pytest.mark.slow
def test_a_second_factor_stays_until_a_second_person_says_so(
    app, dorleta, client_of, cast, *, protected, mail
):
    ana = client_of(cast.ana)
    mail()
    confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/second-factor")

    (asked,) = mail()
    assert asked["To"] == ANA
    assert "asked to remove your second factor" in ana.get("/notifications?lang=en").text
    assert app.test_client().submit(link_in(asked), {"answer": "agree"}).status_code == 404
    go_by(app, timedelta(days=2))
    assert is_signed_in(ana)
    assert give(app.test_client(), ANA).location.startswith("/signin/code")


@pytest.mark.slow
@pytest.mark.both
def test_a_printed_code_and_the_password_remove_it_at_once(app, dorleta, cast, *, protected, mail):
    confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/second-factor")
    handed = printed(answer(app, dorleta, cast, "print"))
    given = {"email": ANA, "handed": handed}

    assert app.test_client().submit("/handed-code", given).status_code == 422
    wrong = {**given, "password": "not her password"}
    assert app.test_client().submit("/handed-code", wrong).status_code == 422
    other = {**given, "email": "xoel@monteclaro.example", "password": PASSWORD}
    assert app.test_client().submit("/handed-code", other).status_code == 422
    right = {**given, "password": PASSWORD}
    assert app.test_client().submit("/handed-code", right).location == "/signin"
    assert app.test_client().submit("/handed-code", right).status_code == 422
    assert give(app.test_client(), ANA).location == "/"


@pytest.mark.slow
def test_a_printed_code_lasts_three_days(app, dorleta, cast, protected):
    confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/second-factor")
    handed = printed(answer(app, dorleta, cast, "print"))
    given = {"email": ANA, "handed": handed, "password": PASSWORD}
    with clock.freeze(clock.now() + timedelta(days=3, minutes=1)):
        assert app.test_client().submit("/handed-code", given).status_code == 422
