"""The help in a browser: found from every page, searched without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import WITHOUT_SCRIPT

pytestmark = pytest.mark.slow


def test_one_comes_by_the_rail_and_finds_by_words_without_script(site, cast):
    page = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How things work")

    page.get_by_role("searchbox", name="Search help topics").fill("second step")
    page.keyboard.press("Enter")
    expect(page.locator(".topic")).to_have_count(1)
    page.get_by_role("main").get_by_role("link", name="Second step", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def test_a_topic_is_seen_where_its_link_leads(site, cast):
    page = site.visitor(cast.ana).page
    page.goto("/help")
    page.get_by_role("navigation", name="Help topics").get_by_role(
        "link", name="What is the intranet not for?"
    ).click()

    title = page.locator("#what-this-is-not .topic__title")
    expect(title).to_be_in_viewport()
    bar = page.locator(".topbar").bounding_box()
    box = title.bounding_box()
    assert bar
    assert box
    assert box["y"] >= bar["y"] + bar["height"]


def test_the_list_of_keys_opens_here_as_well(site, cast):
    page = site.visitor(cast.ana).page
    page.goto("/help")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
