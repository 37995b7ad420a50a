"""Pages of records: nothing for axe to find, on a phone too; own data by keyboard."""

import pytest
from playwright.sync_api import expect

from intranet.platform.core.outbox import Pace, run_due
from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE
from tests.security.doors import DOORS
from tests.security.knocking import INSIDERS, address_of, doors_of
from tests.security.world import build

pytestmark = pytest.mark.slow

RECORDS = {
    *("holds", "retention", "access_requests", "orphans", "hand_over"),
    *("erasures", "statements", "portability", "own_data"),
}
NOT_PAGES = {"dry_run_csv", "document", "download", "look_at_file", "kept_file", "rooms", "spaces"}
"""Downloads, and the suggestions of a field."""


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


@pytest.mark.parametrize("look", [{}, {**PHONE, "color_scheme": "dark"}], ids=["desk", "phone"])
def test_pages_of_records_have_nothing_for_axe_to_find_and_fit(site, cast, look):
    world = build(site.app, cast)
    tried = []
    pages = {
        who: site.visitor(person, look or DESK).page
        for who, person in (("administrator", cast.dorleta), ("member", cast.ana))
    }
    for rule, method in doors_of(site.app):
        blueprint, _dot, name = rule.endpoint.partition(".")
        if method != "GET" or blueprint not in RECORDS or name in NOT_PAGES:
            continue
        door = DOORS[rule.endpoint]
        page, path = pages[INSIDERS[door.kind]], address_of(rule, door, world.ids)
        answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert answer, path
        assert answer.ok, path
        assert axe_findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        tried.append(path)
    assert len(tried) > 25
