"""The bell, the list, why and where it went, the choices, the feed: one's own and nobody else's."""

import pytest
from sqlalchemy import select

from intranet.attention.notifications.choices import CHOSEN
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, MailContent
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import withdraw
from tests.attention.notifications.conftest import announce, at, work_off


@pytest.fixture
def announced(app, cast, working_day):
    """Something to confirm, of which everybody in its audience has been told."""
    with app.app_context():
        announcement = announce(cast.carles, days=3)
        work_off()
        return announcement.id


def test_the_bell_counts_until_one_has_looked(client_of, cast, announced):
    ana = client_of(cast.ana)
    assert ana.get("/api/v1/notifications").json["items"][0]["seen"] is False
    page = ana.get("/notifications").text
    assert "Obra menor" in page
    assert ana.submit("/notifications/seen").status_code == 303
    assert ana.get("/api/v1/notifications").json["items"][0]["seen"] is True


def test_the_list_is_ones_own(client_of, cast, announced):
    ana, iria = client_of(cast.ana), client_of(cast.iria)
    mine = ana.get("/api/v1/notifications").json["items"][0]["id"]
    assert iria.get("/api/v1/notifications").json["items"] == []
    assert iria.get(f"/notifications/{mine}").status_code == 404
    assert ana.get(f"/notifications/{mine}").status_code == 200


@pytest.mark.both
def test_what_one_may_no_longer_read_says_nothing_of_itself(app, client_of, cast, announced):
    with app.app_context():
        withdraw(cast.carles, db.session.get_one(Publication, announced), "Era un error.")
    assert "Obra menor" not in client_of(cast.ana).get("/notifications").text


def test_the_ledger_tells_its_writer_every_step_and_nobody_else(
    app, client_of, cast, announced, mail
):
    mail()
    address = f"/p/{announced}/deliveries/{cast.ana.id}"
    page = client_of(cast.carles).get(address)
    assert page.status_code == 200
    assert page.text.count("steps__step ") >= 3
    assert client_of(cast.ana).get(address).status_code == 404
    assert client_of(cast.bieito).get(address).status_code == 404
    assert (
        client_of(cast.carles).get(f"/p/{announced}/deliveries/{cast.iria.id}").status_code == 404
    )


def test_choices_are_kept_and_bad_ones_refused(client_of, cast):
    ana = client_of(cast.ana)
    sent = {f"mail_{kind}": "never" for kind in Kind} | {"digest": "weekly"}
    assert ana.submit("/me/notifications", sent).status_code == 303
    page = ana.get("/me/notifications").text
    assert page.count('value="never" selected') >= len(CHOSEN)
    assert ana.submit("/me/notifications", {"digest": "hourly"}).status_code == 422


def test_a_feed_has_an_address_that_only_its_owner_knows(app, client_of, cast, announced):
    ana = client_of(cast.ana)
    ending = 'name="end"'
    assert ending not in ana.get("/me/notifications").text
    page = ana.submit("/me/notifications/feed").text
    assert ending in ana.get("/me/notifications").text
    secret = page.split("/feeds/")[1].split(".atom")[0]
    reader = app.test_client()
    answer = reader.get(f"/feeds/{secret}.atom")
    assert answer.mimetype == "application/atom+xml"
    assert "Obra menor" in answer.text
    assert "declaración" not in answer.text  # the agency lets titles out, and no more
    assert reader.get("/feeds/nothing.atom").status_code == 404
    ana.submit("/me/notifications/feed", {"end": "1"})
    assert reader.get(f"/feeds/{secret}.atom").status_code == 404


ALLOWED = {
    MailContent.NOTHING: (False, False),
    MailContent.TITLE: (True, False),
    MailContent.TEXT: (True, True),
}


@pytest.mark.slow
@pytest.mark.parametrize("content", ALLOWED)
def test_no_more_leaves_than_the_agency_allows(app_context, cast, mail, content):
    has_title, has_text = ALLOWED[content]
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).mail_content = content
    with clock.freeze(at("2026-11-24 10:00")):
        announce(cast.carles, days=3)
        letters = {letter["To"]: letter for letter in mail()}
    letter = letters[cast.account_of(cast.ana).email]
    said = letter["Subject"] + letter.get_body(("plain",)).get_content()
    assert ("Obra menor" in said) == has_title
    assert ("declaración" in said) == has_text


@pytest.mark.slow
@pytest.mark.both
def test_one_click_in_a_mail_stops_its_kind_without_signing_in(app, cast, working_day, mail):
    with app.app_context():
        announce(cast.carles, days=3)
    (letter,) = [letter for letter in mail() if letter["To"] == address_of(app, cast.ana)]
    path = letter["List-Unsubscribe"].strip("<>").split("/unsubscribe/")[1]
    answer = app.test_client().post(f"/unsubscribe/{path}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    with app.app_context():
        announce(cast.carles, days=3)
    assert address_of(app, cast.ana) not in {letter["To"] for letter in mail()}


def address_of(app, person) -> str | None:
    """The mailbox of somebody."""
    with app.app_context():
        return db.session.scalars(select(Account.email).where(Account.person_id == person.id)).one()
