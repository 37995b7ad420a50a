"""A discussion below its article, in a browser: live, with threads beside, read when it is seen."""

import pytest
from playwright.sync_api import expect

from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE
from tests.publishing.publications.articles import out

pytestmark = pytest.mark.slow

LONG = "\n\n".join(f"Párrafo {number}." for number in range(40))


def test_two_discuss_below_an_article_and_a_thread_leads_back_to_it(site, cast):
    with site.app.app_context():
        written = out(cast.carles, LONG)
        address = f"/p/{written.id}"
    ana, carles = site.visitor(cast.ana, PHONE), site.visitor(cast.carles, DESK)
    for visitor in (ana, carles):
        visitor.page.goto(address)
        visitor.settle()
    ana.page.get_by_label("Write in the discussion").fill("¿Habrá sombra?")
    ana.page.get_by_role("button", name="Send", exact=True).click()
    said = carles.page.locator(".discussion .message", has_text="¿Habrá sombra?")
    expect(said).to_be_attached()
    expect(carles.page.get_by_text("Nobody has written yet")).to_be_hidden()

    said.scroll_into_view_if_needed()
    said.hover()
    said.get_by_role("button", name="Reply in a thread").or_(
        said.get_by_role("link", name="Reply in a thread")
    ).first.click()
    answer = carles.page.get_by_label("Reply in the thread")
    answer.fill("Doce árboles.")
    answer.press("Enter")
    expect(ana.page.get_by_text("1 reply")).to_be_attached()
    carles.page.keyboard.press("Escape")
    expect(carles.page.locator(".sheet__side")).to_have_count(0)
    expect(carles.page).to_have_url(address)
    for visitor in (ana, carles):
        assert axe_findings(visitor.page) == []
        assert visitor.faults == []
