"""When the live connection is away: looking every 15 seconds, and right again on return."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import DESK
from tests.realtime.clients import wait_until

pytestmark = pytest.mark.slow

REVISION = "document.querySelector('message-log').feed.store.rev"


def test_without_a_socket_the_page_looks_by_itself_and_says_so(site, says, cast, planning):
    carles = site.visitor(cast.carles, DESK)
    carles.page.clock.install()
    carles.page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    carles.page.goto(f"/c/{planning.id}")
    carles.page.locator("html[data-connection=connecting]").wait_for(state="attached")
    carles.page.clock.run_for(9_000)
    carles.page.locator("html[data-connection=reconnecting]").wait_for(state="attached")
    says("ana", "Which form is valid?")
    carles.page.clock.run_for(16_000)
    expect(carles.message("Which form is valid?")).to_be_visible()

    carles.page.clock.run_for(16_000)
    banner = carles.page.locator(".conversation__foot .banner")
    expect(banner).to_contain_text("Live updates are away.")
    carles.write("The one of March.")
    expect(carles.message("The one of March.").locator("a.message__time")).to_have_attribute(
        "href", f"/c/{planning.id}/m/2"
    )


def test_a_page_that_slept_is_right_again_within_two_seconds(site, says, cast, planning):
    began = time.monotonic()
    carles = site.visitor(cast.carles).open(planning)
    opened_ms = (time.monotonic() - began) * 1_000
    says("ana", "Before.")
    expect(carles.message("Before.")).to_be_visible()
    sleep = carles.context.new_cdp_session(carles.page)
    carles.context.set_offline(offline=True)
    sleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    says("ana", "While it slept.", "And more.")
    carles.context.set_offline(offline=False)
    sleep.send("Page.setWebLifecycleState", {"state": "active"})

    # On a busy machine it is as much quicker than to open the page.
    expect(carles.message("And more.")).to_be_visible(timeout=max(2_000, opened_ms))
    bodies = carles.page.locator("message-log .message__body").all_inner_texts()
    assert bodies == ["Before.", "While it slept.", "And more."]


def test_who_was_far_away_gets_the_last_page(site, says, cast, planning):
    carles = site.visitor(cast.carles).open(planning)
    says("ana", "Before.")
    expect(carles.message("Before.")).to_be_visible()
    carles.page.evaluate(f"{REVISION} = -600")
    carles.context.set_offline(offline=True)
    says("ana", "After.")
    carles.context.set_offline(offline=False)

    expect(carles.message("After.")).to_be_visible()
    wait_until(lambda: carles.page.evaluate(f"{REVISION} === 2"))


def test_a_push_that_never_came_is_asked_for_and_nothing_is_out_of_order(
    site, says, cast, planning
):
    carles = site.visitor(cast.carles)
    dropped: list[object] = []

    def relay(socket):
        server = socket.connect_to_server()

        def pass_on(frame):
            if "Lost on the way." in str(frame) and not dropped:
                dropped.append(frame)
            else:
                socket.send(frame)

        server.on_message(pass_on)

    carles.page.route_web_socket("**/socket.io/**", relay)
    carles.open(planning)
    says("ana", "First.", "Lost on the way.", "Third.")

    expected = ["First.", "Lost on the way.", "Third."]
    expect(carles.page.locator("message-log .message__body")).to_have_text(expected)
    assert dropped


def test_what_was_read_is_stored_though_the_page_went_before_it_was_told(
    site, says, cast, planning
):
    carles = site.visitor(cast.carles)
    lost: list[object] = []

    def relay(socket):
        server = socket.connect_to_server()

        def pass_on(frame):
            (lost.append if "read:mark" in str(frame) else server.send)(frame)

        socket.on_message(pass_on)

    carles.page.route_web_socket("**/socket.io/**", relay)
    carles.open(planning)  # it is live: what is read is told by the socket
    says("ana", "Read and gone.")
    expect(carles.message("Read and gone.")).to_be_visible()
    while not lost:
        carles.page.wait_for_timeout(10)
    for address in ("/directory", "/messages"):
        carles.page.goto(address)
        expect(carles.page.locator("unread-total .count")).to_be_hidden()
