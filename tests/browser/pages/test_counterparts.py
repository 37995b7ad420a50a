"""From the first page to a message sent to somebody who does one's work elsewhere."""

import pytest
from playwright.sync_api import expect

from intranet.extensions import db
from intranet.organisation.people.models import Person
from tests.browser.visitors import WRITE
from tests.finding.counterparts.conftest import make_elsewhere

pytestmark = pytest.mark.slow


def test_from_home_to_a_message_in_two_actions_and_the_other_reads_why(site, cast, app):
    elsewhere = make_elsewhere(app)
    bieito = site.visitor(cast.bieito)
    page = bieito.page
    page.goto("/?lang=en")

    page.locator(".counterparts-card .button", has_text="Write").first.click()  # one
    page.wait_for_url("**/c/**")
    expect(page.locator(".talk-opening")).to_contain_text("You found this counterpart")
    expect(page.locator(WRITE)).not_to_have_value("")
    expect(page.locator(WRITE)).to_be_focused()
    assert (
        page.evaluate("document.activeElement.value.slice(document.activeElement.selectionEnd)")
        == ""
    )
    page.locator(".composer [type=submit]:not([formaction])").click()  # two
    expect(page.locator(".message")).to_have_count(1)
    expect(page.locator(WRITE)).to_have_value("")

    with app.app_context():
        person = db.session.get_one(Person, elsewhere.quim)
        db.session.expunge(person)
    quim = site.visitor(person).page
    quim.goto(page.url)
    expect(quim.locator(".talk-opening")).to_contain_text("Bieito Lourido")
    expect(quim.locator(".talk-opening li").first).to_be_visible()
