"""A conversation where little room is, with what opens while one writes, and in high contrast.

What every page looks like at its usual sizes: `test_acceptance.py`.
"""

import pytest
from playwright.sync_api import expect

from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE, WRITE

pytestmark = pytest.mark.slow

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
OUTLINE = """(element) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_320_pixels_in_what_markdown_draws(site, says, cast, planning, scheme):
    says(
        "carles", "Which **form** is valid?\n\n| a | b |\n|---|---|\n| c | d |", "```py\nx = 1\n```"
    )
    ana = site.visitor(cast.ana, NARROW, color_scheme=scheme).open(planning)
    assert axe_findings(ana.page) == []
    for address in (f"/c/{planning.id}/m/1", f"/conversations/new?q=c&person={cast.iria.id}"):
        ana.page.goto(address)
        assert axe_findings(ana.page) == [], address


def test_axe_finds_nothing_in_suggestions(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.locator(WRITE).click()
    ana.page.keyboard.type("@c")
    expect(ana.page.locator(".suggestions .option").first).to_be_visible()
    assert axe_findings(ana.page) == []


def test_in_high_contrast_one_sees_what_is_chosen_and_where_the_focus_is(
    site, says, cast, planning
):
    says("carles", "Shall we?")
    ana = site.visitor(cast.ana, DESK, forced_colors="active").open(planning)
    page = ana.page
    ana.choose(ana.message("Shall we"), "react")
    page.locator(".emoji-picker [data-pick='🙏']").first.click()

    chosen = page.locator(".rail__link[aria-current], .conversation-link[aria-current]").all()
    chosen.append(page.locator(".reaction[aria-pressed=true]"))
    assert [one.evaluate(OUTLINE) for one in chosen] == [2, 2, 2]
    page.keyboard.press("Tab")  # from now on by keyboard: only then a focus is shown
    for one in chosen:
        one.focus()
        assert one.evaluate(OUTLINE) == 3
    others = page.locator(".rail__link:not([aria-current])").all()
    assert {one.evaluate(OUTLINE) for one in others} == {0}
