"""From the first page to a message sent to somebody who does one's work elsewhere."""

import pytest
from playwright.sync_api import expect

from intranet.extensions import db
from intranet.organisation.people.models import Person
from tests.audits import axe_findings
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


def test_not_this_and_yes_are_a_press_in_place_and_another_undoes_them(site, cast, app):
    make_elsewhere(app)
    page = site.visitor(cast.bieito).page
    page.goto("/counterparts?lang=en")
    first = page.locator(".counterpart").first
    title = "Secretari interventor"
    expect(first).to_contain_text(title)

    first.get_by_role("button", name=f"Not this: {title}").press("Enter")
    line = page.locator(".counterpart--hidden")
    expect(line).to_contain_text(f"Hidden: {title}")
    expect(page.locator("#hidden-posts")).to_have_text("1 hidden post")
    expect(line.get_by_role("button")).to_be_focused()
    assert axe_findings(page) == []
    page.keyboard.press("Enter")
    expect(first).to_contain_text("Quim")
    expect(page.locator("#hidden-posts")).to_be_hidden()

    yes = page.locator(".counterpart").nth(2).get_by_role("button", name="Yes, same work")
    yes.click()
    expect(page.locator(".counterpart").nth(2).locator(".tag--ok")).to_have_text("Same work")
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(yes).to_be_focused()
    for address in ("/counterparts/opinions", "/counterparts"):
        page.goto(f"{address}?lang=en")
        assert axe_findings(page) == []
    expect(page.locator(".counterpart").first.locator(".tag--ok")).to_have_text("Same work")
    page.locator(".counterpart").first.get_by_role("button", name="Yes, same work").click()
    expect(page.locator(".tag--ok")).to_have_count(0)
