"""The list of notifications follows what happens, and takes nothing away under the reader."""

import pytest
from playwright.sync_api import expect

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.core.outbox import run_due
from tests.messages.helpers import say

pytestmark = pytest.mark.slow


def test_the_list_waits_until_the_focus_has_left_it(app, site, cast, planning):
    def mention(words):
        with app.app_context():
            say(cast.xoel, planning, f"@[Ana](person:{cast.ana.id}) {words}")
            while run_due():
                pass

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
