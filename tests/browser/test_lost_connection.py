"""What was written is sent once and in order, whatever happens to the connection or the page."""

import pytest
from playwright.sync_api import expect

from intranet.messaging.messages import queries
from tests.browser.visitors import WRITE, House
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

KEPT = "Object.keys(localStorage).join()"


def bodies(app, conversation):
    with app.app_context():
        return [message.body for message in queries.latest(conversation.id)]


def test_what_is_written_offline_is_sent_on_return_once_and_in_order(site, app, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    carles = site.visitor(cast.carles).open(planning)
    ana.context.set_offline(offline=True)
    for number in range(3):
        ana.write(f"Written on the train, {number}.")
    expect(ana.page.locator(".message--pending")).to_have_count(3)
    expect(ana.page.locator(".conversation__foot .banner")).to_contain_text("No connection.")

    ana.context.set_offline(offline=False)
    expect(carles.message("train, 2.")).to_be_visible()
    expect(ana.page.locator(".message--pending")).to_have_count(0)
    assert bodies(app, planning) == [f"Written on the train, {number}." for number in range(3)]


def test_what_was_not_sent_survives_a_reload(site, app, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.route("**/api/v1/conversations/*/messages", lambda route: route.abort())
    ana.context.set_offline(offline=True)
    ana.write("Do not lose me.")
    expect(ana.page.locator(".message--pending")).to_have_count(1)
    ana.page.unroute("**/api/v1/conversations/*/messages")
    ana.context.set_offline(offline=False)
    ana.page.reload()

    expect(ana.message("Do not lose me.")).to_be_visible()
    expect(ana.page.locator(".message--pending")).to_have_count(0)
    assert bodies(app, planning) == ["Do not lose me."]


def test_a_killed_server_loses_nothing_and_needs_no_reload(app, cast, planning, browser, process):
    house = House(process.address, app, browser)
    ana = house.visitor(cast.ana).open(planning)
    carles = house.visitor(cast.carles).open(planning)
    ana.write("Before.")
    expect(carles.message("Before.")).to_be_visible()
    process.kill()
    for number in range(3):
        ana.write(f"While it is away, {number}.")
    expect(ana.page.locator(".conversation__foot .banner")).to_contain_text("Reconnecting")
    process.start()

    for one in (ana, carles):
        expect(one.message("away, 2.")).to_be_visible()
        expect(one.page.locator(".message--pending")).to_have_count(0)
        shown = one.page.locator("message-log .message__body").all_inner_texts()
        assert shown == ["Before.", *(f"While it is away, {number}." for number in range(3))]
        one.context.close()


def test_a_refused_message_says_why_and_can_be_taken_back(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.evaluate("document.querySelector('.conversation__foot textarea').maxLength = 20000")
    ana.write("x" * 10_001)
    failed = ana.page.locator(".message--failed")
    expect(failed.get_by_role("alert")).to_contain_text("Use at most 10")
    failed.get_by_role("button", name="Discard").click()

    expect(failed).to_have_count(0)
    expect(ana.page.locator(WRITE)).to_have_value("x" * 10_001)


def test_an_ended_sign_in_is_told_and_the_text_is_there_on_return(site, app, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.fill(WRITE, "Half a thought")
    elsewhere = ana.context.new_page()
    elsewhere.goto("/me")
    token = elsewhere.locator("meta[name=csrf-token]").get_attribute("content")
    elsewhere.request.post(
        f"{site.address}/signout", form={"csrf_token": token}, headers={"Referer": site.address}
    )

    dialog = ana.page.get_by_role("dialog", name="You have been signed out")
    expect(dialog).to_be_visible()
    assert f"/signin?next=%2Fc%2F{planning.id}" in dialog.get_by_role("link").get_attribute("href")
    back = site.visitor(cast.ana)
    ana.context.add_cookies(back.context.cookies())
    ana.open(planning)
    expect(ana.page.locator(WRITE)).to_have_value("Half a thought")


def test_signing_out_leaves_nothing_of_it_in_the_browser(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.fill(WRITE, "Not for the next one at this desk")
    wait_until(lambda: "draft:" in ana.page.evaluate(KEPT))
    ana.page.locator(".topbar__account").click()
    ana.page.get_by_role("button", name="Sign out").click()
    ana.page.wait_for_url("**/signin*")

    assert "intranet:" not in ana.page.evaluate(KEPT)
