"""Inviting at a real browser: from the printed code to the first page, and a letter that waits."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from intranet.platform.core import clock
from tests.browser.visitors import WITHOUT_SCRIPT
from tests.organisation.accounts.many import newcomers

pytestmark = pytest.mark.slow

TOWN = "/admin/L01990012"


def test_a_printed_code_leads_to_the_first_page(site, app, cast):
    with app.app_context():
        newcomers(cast, 2, number="B")
    page = site.visitor(cast.dorleta).page
    page.goto(f"{TOWN}/invitations")
    page.get_by_role("button", name="Print the sheets").click()
    code = page.locator(".codes__code").first.text_content()
    assert code
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", code)

    newcomer = site.browser.new_context(base_url=site.address, locale="en-GB").new_page()
    newcomer.goto("/signin")
    newcomer.get_by_role("link", name="I have a code").click()
    newcomer.get_by_label("Code", exact=True).fill(code.lower())
    newcomer.keyboard.press("Enter")
    newcomer.get_by_label("Password").fill("lluvia sobre el tejado")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_role("navigation").first).to_be_visible()
    newcomer.wait_for_url(re.compile(r"/$"))


@pytest.mark.parametrize("how", [{}, WITHOUT_SCRIPT], ids=["with script", "without script"])
def test_people_are_selected_invited_paused_and_cancelled(site, app, cast, how):
    with app.app_context():
        newcomers(cast, 3)
    page = site.visitor(cast.dorleta, **({"how": how} if how else {})).page
    page.goto(f"{TOWN}/people?access=not_invited")
    for name in ("Nova 0", "Nova 1"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Invite the selected people").click()
    tomorrow = (clock.today("Europe/Madrid") + timedelta(days=1)).isoformat()
    page.get_by_label("Letters a minute").fill("1")
    page.get_by_role("radio", name="On a day at an hour").check()
    page.get_by_role("textbox", name="Day").fill(tomorrow)
    page.get_by_role("button", name="Send 2 letters").click()

    expect(page.get_by_role("heading", name="2 letters are waiting to be sent")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_role("heading", name="2 letters are waiting to be sent")).to_have_count(0)
