"""The list of notifications follows what happens, and takes nothing away under the reader."""

import pytest
from playwright.sync_api import expect

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.platform.core.outbox import run_due
from tests.browser.visitors import DESK, PHONE, WITHOUT_SCRIPT
from tests.messaging.messages.helpers import say

pytestmark = pytest.mark.slow


@pytest.fixture
def mention(app, cast, planning):
    """Let Xoel mention Ana in Urban Planning, and deliver it."""

    def say_it(words):
        with app.app_context():
            say(cast.xoel, planning, f"@[Ana](person:{cast.ana.id}) {words}")
            while run_due():
                pass

    return say_it


@pytest.mark.parametrize("how", [DESK, PHONE], ids=["desk", "phone"])
def test_the_menu_of_a_row_comes_when_it_opens_and_leads_back(site, cast, mention, how):
    mention("¿lo ves?")
    page = site.visitor(cast.ana, how).page
    page.goto("/notifications?tab=mentions")
    page.wait_for_load_state("networkidle")
    row = page.locator(".told").first
    row.get_by_label("Reason for this notification, and options").click()
    menu = row.locator(".menu__panel")
    expect(menu).to_contain_text("Delivery methods")
    expect(menu).to_contain_text("Choose which messages to be notified about")
    box = menu.bounding_box()
    assert box is not None
    view = how["viewport"]
    assert box["y"] + box["height"] <= view["height"]
    assert box["x"] + box["width"] <= view["width"]
    menu.get_by_role("button", name="Mark as seen").click()
    page.wait_for_url("**/notifications?tab=mentions")
    expect(row).not_to_contain_text("unseen")


def test_without_script_the_menu_leads_to_a_page_with_the_same(site, cast, mention):
    mention("¿lo ves?")
    page = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    page.goto("/notifications")
    page.get_by_label("Reason for this notification, and options").click()
    page.get_by_role("link", name="Delivery details").click()
    page.get_by_role("button", name="Mark as seen").click()
    page.wait_for_url("**/notifications")
    expect(page.locator(".told--new")).to_have_count(0)


def test_the_list_waits_until_the_focus_has_left_it(site, cast, mention):
    mention("¿lo ves?")
    page = site.visitor(cast.ana).page
    page.goto("/notifications")
    page.wait_for_load_state("networkidle")
    rows = page.locator("live-notifications")
    expect(rows).to_contain_text("¿lo ves?")
    rows.get_by_role("link").first.focus()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    mention("¿y ahora?")
    expect(page.locator("notification-bell")).to_contain_text("1")
    page.wait_for_timeout(1500)
    assert [url for url in asked if url.endswith("/notifications")] == []
    page.locator("h1").click()

    expect(rows).to_contain_text("¿y ahora?")
