"""Searching at a real browser: suggestions by keyboard, hits as one types, the message in place."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitors import WITHOUT_SCRIPT

pytestmark = pytest.mark.slow


def test_operators_and_people_are_offered_and_hits_come_as_one_types(site, says, cast, planning):
    says("carles", "Los planos de la calle Real ya están.")
    says("xoel", "Los planos del ensanche, mañana.")
    page = site.visitor(cast.ana).page
    page.goto("/search?lang=es")

    expect(page.locator("#search-q")).to_be_focused()
    page.keyboard.type("de:car")
    offered = page.locator("#search-suggestions [role=option]")
    expect(offered).to_have_count(1)
    expect(page.locator("#search-q")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search-q")).to_have_attribute("aria-activedescendant", "suggested-1")
    page.keyboard.press("Enter")
    expect(page.locator("#search-q")).to_have_value('de:"Carles Roig" ')
    page.keyboard.type("plan")

    hits = page.locator("#found .hit")
    expect(hits).to_have_count(1)
    expect(hits.locator("mark")).to_have_text("planos")
    expect(page).to_have_url(re.compile("plan"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found [data-result]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#search-q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/c/{planning.id}/m/1")
    expect(page.get_by_text("calle Real").first).to_be_visible()
    page.go_back()
    expect(page.locator("#found .hit")).to_have_count(1)


def test_what_was_typed_last_is_searched_though_an_earlier_answer_is_late(site, says, cast):
    says("carles", "Los planos de la calle Real ya están.")
    page = site.visitor(cast.ana).page
    page.goto("/search?lang=es")
    late: list[Route] = []
    page.route(
        re.compile(r"/search\?.*q="),
        lambda route: route.continue_() if late else late.append(route),
    )

    for letters, so_far in (("pla", "pla"), ("no", "plano"), ("s", "planos")):
        with page.expect_request(re.compile(rf"/search\?(.*&)?q={so_far}(&|$)")):
            page.keyboard.type(letters)  # each is asked for by itself

    expect(page.locator("#found .hit mark")).to_have_text("planos")
    expect(page).to_have_url(re.compile("q=planos"))
    expect(page.locator("#banners .banner")).to_have_count(0)


def test_without_script_a_form_and_links_do_it_all(site, says, cast, planning):
    says("carles", "Los planos de la calle Real ya están.")
    says("xoel", "Los planos del ensanche, mañana.")
    page = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    page.goto("/switcher?q=planos")
    page.locator("#switch-all").click()

    expect(page.locator("#found .hit")).to_have_count(2)
    page.get_by_role("link", name="Carles Roig 1").click()
    expect(page.locator("#found .hit")).to_have_count(1)
    page.fill("#search-q", "ensanche")
    page.locator("#search-form [type=submit]").click()
    expect(page.locator("#found .hit")).to_have_count(0)
    page.locator("#found .empty .chip").first.click()
    expect(page.locator("#found .hit")).to_have_count(1)
