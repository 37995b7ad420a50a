"""Finding the way on the phone: four tabs and a sheet with the rest."""

import pytest
from playwright.sync_api import expect

from intranet.messaging.spaces.models import Visibility
from tests.browser.visitors import PHONE, WITHOUT_SCRIPT
from tests.collaboration.polls.helpers import opened

pytestmark = pytest.mark.slow

PLACES = ["Groups", "Participate", "Initiatives", "Counterparts", "Help"]


@pytest.fixture
def carles(site, cast):
    visitor = site.visitor(cast.carles, PHONE)
    visitor.page.goto("/")
    visitor.page.wait_for_load_state("networkidle")
    return visitor


def test_the_rest_is_a_sheet_at_the_edge_that_closes_where_it_was_opened(carles):
    page = carles.page
    more = page.get_by_role("link", name="More")
    expect(page.locator(".rail__link:visible")).to_have_count(5)
    more.focus()
    page.keyboard.press("Enter")
    sheet = page.locator("#dialog")

    expect(sheet).to_be_visible()
    expect(sheet.locator(".row__title")).to_have_text(PLACES)
    box = sheet.bounding_box()
    assert box is not None
    assert abs(box["y"] + box["height"] - PHONE["viewport"]["height"]) < 1
    assert (box["x"], box["width"]) == (0, PHONE["viewport"]["width"])
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(more).to_be_focused()
    more.tap()
    sheet.get_by_role("link", name="Participate").tap()
    page.wait_for_url("**/participate")
    expect(page.get_by_role("link", name="More")).to_have_attribute("aria-current", "page")
    assert carles.faults == []


def test_a_vote_in_place_is_given_by_touch_and_said(app, site, cast):
    with app.app_context():
        opened(cast.uxia, cast.licences, visibility=Visibility.MEMBERS, is_secret=True)
    ana = site.visitor(cast.ana, PHONE)
    ana.page.goto("/participate")
    badge = ana.page.locator(".rail__item.phone-only .count")
    expect(badge).to_contain_text("1")
    ana.page.get_by_label("El jueves").tap()
    ana.page.get_by_role("button", name="Vote").tap()

    expect(ana.page.locator("#banners")).to_contain_text("Your vote has been counted.")
    expect(badge).to_be_hidden()
    expect(ana.page.get_by_text("You are up to date")).to_be_visible()


def test_without_script_more_is_a_page_and_the_menu_opens(site, cast):
    ana = site.visitor(cast.ana, {**PHONE, **WITHOUT_SCRIPT, "viewport": PHONE["viewport"]})
    ana.page.goto("/participate")
    ana.page.get_by_text("Create", exact=True).tap()
    expect(ana.page.get_by_role("link", name="Propose an idea")).to_be_visible()
    ana.page.get_by_role("link", name="More").tap()
    ana.page.wait_for_url("**/more")
    expect(ana.page.locator("main .row__title")).to_have_text(PLACES)
