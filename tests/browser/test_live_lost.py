"""When the live connection is worse or away: by polls, and right again on return."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import DESK
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

REVISION = "document.querySelector('message-log').feed.store.rev"


def test_where_no_websocket_passes_the_page_polls_and_is_as_live(site, says, cast, planning):
    carles = site.visitor(cast.carles, DESK)
    carles.page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    carles.open(planning)
    says("ana", "Which form is valid?")
    expect(carles.message("Which form is valid?")).to_be_visible()
    carles.write("The one of March.")
    expect(carles.message("The one of March.").locator("a.message__time")).to_have_attribute(
        "href", f"/c/{planning.id}/m/2"
    )
    expect(carles.page.locator(".conversation__foot .banner")).to_be_hidden()

    tried = []
    carles.page.on("request", lambda asked: tried.append(asked.url))
    carles.page.reload()  # it is known by now, and a WebSocket is not waited for
    carles.page.locator("html[data-connection=online]").wait_for(state="attached")
    assert any("transport=polling" in url for url in tried)


def test_a_page_that_polls_comes_over_to_a_websocket_once_one_passes(site, says, cast, planning):
    carles = site.visitor(cast.carles, DESK)
    carles.page.goto("/help")
    carles.page.evaluate("sessionStorage.setItem('transport', 'polling')")
    carles.open(planning)
    carles.page.wait_for_function("sessionStorage.getItem('transport') === 'websocket'")
    says("ana", "Which form is valid?")

    expect(carles.message("Which form is valid?")).to_be_visible()


def test_without_any_live_connection_the_page_says_so_and_what_is_written_is_sent(
    site, cast, planning
):
    carles = site.visitor(cast.carles, DESK)
    carles.page.clock.install()
    carles.page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    carles.page.route("**/socket.io/**", lambda route: route.abort())
    carles.page.goto(f"/c/{planning.id}")
    carles.page.locator("html[data-connection=connecting]").wait_for(state="attached")
    carles.page.clock.run_for(9_000)
    carles.page.locator("html[data-connection=reconnecting]").wait_for(state="attached")
    carles.page.clock.run_for(32_000)
    banner = carles.page.locator(".conversation__foot .banner")
    expect(banner).to_contain_text("Live updates are unavailable.")
    carles.write("The one of March.")
    expect(carles.message("The one of March.").locator("a.message__time")).to_have_attribute(
        "href", f"/c/{planning.id}/m/1"
    )


DEFAULT_CLIENT = """async (options) => {
  const { io } = await import("/static/vendor/socket.io.esm.min.js");
  const socket = io(options);
  const hello = await new Promise((resolve, reject) => {
    socket.on("hello", resolve);
    socket.on("connect_error", reject);
  });
  const first = await socket.emitWithAck("conversation:sync", { conversations: [] });
  const over = options.transports ? null : await new Promise((resolve) => {
    if (socket.io.engine.transport.name === "websocket") resolve("websocket");
    socket.io.engine.once("upgrade", ({ name }) => resolve(name));
  });
  const second = await socket.emitWithAck("conversation:sync", { conversations: [] });
  socket.disconnect();
  return { person: hello.person_id, first: first.ok, over, second: second.ok };
}"""


@pytest.mark.parametrize("options", [{}, {"transports": ["polling"]}], ids=["default", "polling"])
def test_the_client_of_npm_connects_as_it_is_shipped(site, cast, options):
    carles = site.visitor(cast.carles, DESK)
    carles.page.goto("/help")
    assert carles.page.evaluate(DEFAULT_CLIENT, options) == {
        "person": str(cast.carles.id),
        "first": True,
        "over": None if options else "websocket",
        "second": True,
    }


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
