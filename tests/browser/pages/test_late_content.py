"""What opens before all of it is there stays where it opened."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitors import DESK, PHONE
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

PLACES = """(opened) => [opened, ...opened.querySelectorAll("input, [data-pick]")]
  .filter((element) => element.offsetParent)
  .slice(0, 7)
  .map((element) => JSON.stringify(element.getBoundingClientRect()))"""


@pytest.fixture
def carles(site, cast, planning):
    """Carles in a conversation, at one of his machines."""
    return lambda how: site.visitor(cast.carles, how).open(planning)


@pytest.mark.parametrize("how", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("data", "opener", "panel"),
    [
        ("**/vendor/emoji/*.json", ".conversation__foot [data-action=emoji]", ".emoji-picker"),
        ("**/switcher?*", "", "#switcher"),
    ],
    ids=["emoji", "switcher"],
)
def test_what_opens_stays_where_it_is_when_its_content_comes(carles, how, data, opener, panel):
    page = carles(how).page
    held: list[Route] = []
    page.route(data, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    if opener:
        page.locator(opener).click()
    else:
        page.keyboard.press("Control+k")
    opened = page.locator(panel)
    expect(opened.locator("input")).to_be_focused()
    wait_until(lambda: page.evaluate("true") and held)
    before = opened.evaluate(PLACES)

    held[0].continue_()

    expect(opened.locator(".emoji-picker__emoji, [role=option]").first).to_be_visible()
    assert before == opened.evaluate(PLACES)[: len(before)]
