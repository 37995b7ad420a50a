"""The pages of invitations: whom, when, what became of each, and what to do about it."""

import re
import time
from collections import Counter
from datetime import datetime, timedelta
from datetime import time as hour
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import AccountInvitation, InvitationRun
from intranet.organisation.accounts.models import Account
from intranet.platform.core import clock
from tests.letters import text_of
from tests.organisation.accounts.many import let_out, newcomers, queue, row_of, standings

TOWN = "/admin/L01990012"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.fixture
def people(app, cast, mail):
    with app.app_context():
        found = newcomers(cast, 4)
        assert [account.person.name for account in found]
        return found


def send(dorleta, **more):
    return dorleta.submit(f"{TOWN}/invitations/new", {"letters_per_minute": "60", **more})


def seen(app, accounts):
    with app.app_context():
        return standings(accounts)


@pytest.mark.both
def test_everybody_is_invited_in_one_act_and_the_page_says_how_far_they_are(
    app, dorleta, people, letterbox
):
    assert "4" in dorleta.get(f"{TOWN}/invitations").text
    assert send(dorleta).status_code == 303
    assert seen(app, people) == ["queued"] * 4
    page = dorleta.get(f"{TOWN}/invitations?state=queued").text
    assert all(account.person.name in page for account in people)
    with app.app_context():
        let_out()
    assert seen(app, people) == ["sent"] * 4
    assert len(letterbox.letters) == 4


def test_a_day_and_an_hour_are_those_of_the_agency(app, dorleta, people):
    day = (clock.now() + timedelta(days=3)).date()
    send(dorleta, when="day", day=day.isoformat(), hour="08:30")
    with app.app_context():
        run = db.session.scalars(select(InvitationRun)).one()
        assert run.starts_at == clock.instant_of(
            datetime.combine(day, hour(8, 30)), "Europe/Madrid"
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "day", "day": "", "hour": "08:00"},
        {"when": "day", "day": "1999-01-01", "hour": "08:00"},
        {"when": "never"},
        {"letters_per_minute": "0"},
        {"letters_per_minute": "601"},
        {"letters_per_minute": "x"},
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nobody_is_invited(app, dorleta, people, wrong):
    page = send(dorleta, **wrong)
    assert page.status_code == 422
    assert 'name="letters_per_minute"' in page.text
    assert seen(app, people) == ["not_invited"] * 4


def test_the_selected_people_alone_are_invited(app, dorleta, people):
    chosen = [str(account.person_id) for account in people[:2]]
    there = dorleta.submit(f"{TOWN}/people/chosen", {"person_ids": chosen, "do": "invite"})
    page = dorleta.get(there.location).text
    assert re.findall(r'name="person_ids" value="([^"]+)"', page) == chosen
    send(dorleta, person_ids=chosen)
    assert seen(app, people) == ["queued", "queued", "not_invited", "not_invited"]


@pytest.mark.both
def test_those_of_a_unit_and_of_an_import_are_invited(app, dorleta, cast, people):
    run = uuid4()
    with app.app_context():
        db.session.get_one(Account, people[3].id).import_id = run
        db.session.commit()
        unit = str(cast.urban_planning.id)
    assert 'name="when"' in dorleta.get(f"{TOWN}/invitations/new").text
    assert 'name="when"' not in dorleta.get(f"{TOWN}/invitations/new?unit={unit}").text
    send(dorleta, **{"import": str(run)})
    assert seen(app, people) == ["not_invited"] * 3 + ["queued"]


def test_a_run_is_paused_continued_and_cancelled(app, dorleta, people, letterbox):
    send(dorleta)
    with app.app_context():
        run = db.session.scalars(select(InvitationRun.id)).one()
    address = f"{TOWN}/invitations/runs/{run}"
    dorleta.submit(address, {"do": "pause"})
    with app.app_context():
        let_out()
    assert letterbox.letters == []
    dorleta.submit(address, {"do": "resume"})
    dorleta.submit(address, {"do": "cancel"})
    assert seen(app, people) == ["not_invited"] * 4
    assert dorleta.submit(address, {"do": "burn"}).status_code == 422


@pytest.mark.slow
@pytest.mark.both
def test_a_wrong_domain_is_pointed_out_corrected_and_sent_again(
    app, dorleta, cast, people, letterbox
):
    with app.app_context():
        wrong = newcomers(cast, 8, "monteclara.example", start=50)
        letterbox.unknown = {account.email: "550 5.1.2 No such domain" for account in wrong}
        queue(cast)
        let_out()
        assert sorted(standings(wrong)) == ["held"] * 5 + ["refused"] * 3
    page = dorleta.get(f"{TOWN}/invitations?lang=en").text
    assert "monteclara.example" in page
    assert re.search(r'name="right" value="monteclaro\.example"', page)

    dorleta.submit(
        f"{TOWN}/invitations/domain",
        {"domain": "monteclara.example", "right": "monteclaro.example"},
    )
    letterbox.unknown = {}
    with app.app_context():
        let_out(1, clock.now() + timedelta(minutes=2))
        emails = set(db.session.scalars(select(Account.email)))
    assert seen(app, wrong) == ["sent"] * 8
    assert not any((email or "").endswith("monteclara.example") for email in emails)
    assert len(letterbox.letters) == 12


@pytest.mark.slow
def test_one_address_is_corrected_and_sent_again(app, dorleta, people, letterbox):
    letterbox.unknown = {people[0].email: "550 5.1.1 <b>No</b> such user"}
    send(dorleta)
    with app.app_context():
        let_out()
    page = dorleta.get(f"{TOWN}/invitations?state=returned").text
    assert "&lt;b&gt;No&lt;/b&gt; such user" in page
    address = f"{TOWN}/invitations/people/{people[0].person_id}"
    dorleta.submit(address, {"email": "not an address"})
    assert seen(app, people)[0] == "refused"
    dorleta.submit(address, {"email": "otra@monteclaro.example"})
    with app.app_context():
        let_out(1, clock.now() + timedelta(minutes=2))
    assert seen(app, people) == ["sent"] * 4
    dorleta.submit(address, {"email": "tercera@monteclaro.example"})
    with app.app_context():
        assert db.session.get_one(Account, people[0].id).email == "otra@monteclaro.example"


def test_who_has_signed_in_is_not_corrected_that_way(app, dorleta, cast):
    dorleta.submit(f"{TOWN}/invitations/people/{cast.ana.id}", {"email": "mine@monteclaro.example"})
    with app.app_context():
        assert cast.account_of(cast.ana).email == "ana@monteclaro.example"


def test_without_a_mail_server_the_page_says_where_the_letters_lie(app, dorleta, cast):
    with app.app_context():
        people = newcomers(cast, 2)
        queue(cast)
        let_out()
        assert all(row_of(account).is_filed for account in people)
        folder = app.config["SETTINGS"].data_dir / "mail"
        assert len(list((folder / "new").iterdir())) == 2
    page = dorleta.get(f"{TOWN}/invitations").text
    assert str(folder.absolute()) in page


@pytest.mark.both
def test_codes_are_printed_by_unit_as_pages_and_as_a_document(app, dorleta, cast):
    with app.app_context():
        people = newcomers(cast, 3, number="B")
    page = dorleta.submit(f"{TOWN}/invitations/codes", {"format": "page"})
    codes = re.findall(r"<code[^>]*>([2-9A-Z]{4}-[2-9A-Z]{4})</code>", page.text)
    assert len(set(codes)) == 3
    assert "no-store" in page.headers["Cache-Control"]
    document = dorleta.submit(f"{TOWN}/invitations/codes", {"format": "pdf"})
    assert document.data.startswith(b"%PDF")
    assert seen(app, people) == ["printed"] * 3

    chosen = [str(account.person_id) for account in people[:2]]
    dorleta.submit(f"{TOWN}/invitations/handed", {"person_ids": chosen})
    with app.app_context():
        handed = select(AccountInvitation.handed_at).where(AccountInvitation.handed_at.is_not(None))
        assert len(db.session.scalars(handed).all()) == 2


def test_the_letter_is_previewed_in_each_language_and_tested_on_oneself(app, dorleta, people, mail):
    dorleta.submit(f"{TOWN}/invitations/letter", {"sentence_es": "Llama al <i>1010</i>."})
    page = dorleta.get(f"{TOWN}/invitations/letter?language=gl").text
    assert "Llama al &lt;i&gt;1010&lt;/i&gt;." in page
    dorleta.submit(f"{TOWN}/invitations/letter/test", {"language": "es"})
    [letter] = mail()
    assert letter["To"] == "dorleta@monteclaro.example"
    assert "Llama al <i>1010</i>." in text_of(letter)
    assert "/invitation/" not in text_of(letter)
    page = dorleta.submit(f"{TOWN}/invitations/letter", {"sentence_es": "x" * 501})
    assert page.status_code == 422


def test_the_last_day_of_many_is_set_in_one_act(app, dorleta, cast):
    day = (clock.today("Europe/Madrid") + timedelta(days=20)).isoformat()
    chosen = [str(cast.ana.id), str(cast.carles.id)]
    dorleta.submit(f"{TOWN}/people/chosen", {"person_ids": chosen, "last_day": day})
    page = dorleta.get(f"{TOWN}/people?access=ending").text
    assert page.count('name="person_ids"') == 2
    dorleta.submit(f"{TOWN}/people/chosen", {"person_ids": chosen, "last_day": ""})
    assert 'name="person_ids"' not in dorleta.get(f"{TOWN}/people?access=ending").text


@pytest.mark.slow
def test_five_thousand_are_queued_within_five_seconds(app, cast):
    with app.app_context():
        newcomers(cast, 5_000)
        began = time.perf_counter()
        assert queue(cast).count == 5_000
        took = time.perf_counter() - began
    assert took < 5


@pytest.mark.slow
def test_three_hundred_are_invited_forty_on_paper_and_ten_addresses_are_wrong(
    app, dorleta, cast, mail, letterbox
):
    """Acceptance 2: the list says what became of each."""
    with app.app_context():
        right = newcomers(cast, 290)
        wrong = newcomers(cast, 6, "monteclara.example", start=300)
        full = newcomers(cast, 3, start=310)
        unknown = newcomers(cast, 1, start=320)
        paper = newcomers(cast, 40, number="B", start=400)
        letterbox.unknown = {
            **{account.email: "550 5.1.2 No such domain" for account in wrong},
            **{account.email: "552 5.2.2 Mailbox full" for account in full},
            **{account.email: "550 5.1.1 No such user" for account in unknown},
        }
    send(dorleta, letters_per_minute="600")
    dorleta.submit(f"{TOWN}/invitations/codes", {"format": "pdf"})
    with app.app_context():
        let_out()
        assert Counter(standings(right)) == {"sent": 290}
        assert Counter(standings(paper)) == {"printed": 40}
        assert Counter(standings([*full, *unknown])) == {"refused": 4}
        assert Counter(standings(wrong)) == {"refused": 3, "held": 3}
    got = Counter(letter["To"] for letter in letterbox.letters)
    assert len(got) == 290
    assert set(got.values()) == {1}
    page = dorleta.get(f"{TOWN}/invitations?lang=en&state=returned").text
    assert "monteclara.example" in page
    assert page.count('name="email"') == 10
