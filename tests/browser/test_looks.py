"""The conversation's pages have no fault that axe knows: light and dark, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}


LOOKS = [
    pytest.param({**how, "color_scheme": scheme}, id=f"{how['viewport']['width']}-{scheme}")
    for how in (DESK, PHONE, NARROW)
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(site, says, cast, planning, look):
    says(
        "carles", "Which **form** is valid?\n\n| a | b |\n|---|---|\n| c | d |", "```py\nx = 1\n```"
    )
    ana = site.visitor(cast.ana, look).open(planning)
    assert axe_findings(ana.page) == []
    for address in (
        "/messages",
        f"/c/{planning.id}/m/1",
        f"/c/{planning.id}/pins",
        f"/c/{planning.id}/members",
        "/switcher?q=c",
        f"/conversations/new?q=c&person={cast.iria.id}",
    ):
        ana.page.goto(address)
        assert axe_findings(ana.page) == [], address


def test_axe_finds_nothing_in_what_opens(site, says, cast, planning):
    says("carles", "Which form is valid?")
    ana = site.visitor(cast.ana).open(planning)
    message = ana.message("Which form")
    message.hover()
    message.locator(".message__tools summary").click()
    assert axe_findings(ana.page) == []
    ana.page.keyboard.press("Escape")
    message.locator("[data-action=react]").click()
    expect(ana.page.locator(".emoji-picker__emoji").first).to_be_visible()
    assert axe_findings(ana.page) == []
    ana.page.keyboard.press("Escape")
    ana.page.keyboard.press("Control+k")
    expect(ana.page.locator("#switcher [role=option]").first).to_be_visible()
    assert axe_findings(ana.page) == []
    ana.page.keyboard.press("Escape")
    ana.page.locator(".conversation__foot textarea").click()
    ana.page.keyboard.type("@c")
    expect(ana.page.locator(".suggestions__option").first).to_be_visible()
    assert axe_findings(ana.page) == []
