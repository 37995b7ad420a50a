"""Own data, erasure and statements: nothing for axe to find, by keyboard, on a phone."""

import pytest
from playwright.sync_api import expect

from intranet.platform.core.outbox import Pace, run_due
from tests.audits import axe_findings

pytestmark = pytest.mark.slow


def test_own_data_is_one_press_and_a_download(site, cast, app):
    page = site.visitor(cast.ana).page
    page.goto("/me/data?lang=en")
    assert axe_findings(page) == []

    page.get_by_role("button", name="Put my data together").press("Enter")
    if page.locator("[name=confirm_password]").count():
        page.locator("[name=confirm_password]").fill("una frase larga y segura")
        page.keyboard.press("Enter")
    expect(page.locator("#own-data")).to_contain_text("being put together")
    assert axe_findings(page) == []
    with app.app_context():
        run_due(pace=Pace.LONG)
    with page.expect_download() as taken:  # the page has asked anew by itself
        page.get_by_role("button", name="Download").click()
    assert taken.value.suggested_filename.endswith(".zip")


def test_pages_of_records_have_nothing_for_axe_to_find_and_fit_a_phone(site, cast):
    page = site.visitor(cast.dorleta).page
    top = f"/admin/{cast.monteclaro.code}"
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "erasures",
        f"erasures/{cast.xoel.id}",
        "statements",
        "statements/processing",
        "statements/security",
        "statements/accessibility",
    ):
        page.goto(f"{top}/{path}?lang=en")
        assert axe_findings(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path
