"""A conversation at 390 × 844, by touch."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import DESK, PHONE, THREAD_WRITE, WRITE
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

# The title is left out: its link is stretched over the whole head of the conversation.
TARGETS = """() => [...document.querySelectorAll(
    ".conversation__header a:not(.conversation__person), .conversation__header summary," +
    ".composer button, .composer label, .conversation-link, .dialog[open] button")]
  .filter((element) => element.checkVisibility() && !element.matches(".visually-hidden"))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && (width < 36 || height < 36))
  .map(([element, { width, height }]) => `${element.outerHTML.slice(0, 90)} ${width}x${height}`)"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

# 300 ms is the figure; what else the machine does at the moment is left room.
MOST_MS = 1_500
ARRIVES = """(text) => new Promise((resolve) => {
  const seen = () => document.querySelector("message-log").textContent.includes(text);
  const watch = new MutationObserver(() => seen() && (watch.disconnect(), resolve(Date.now())));
  watch.observe(document.querySelector("message-log"), { childList: true, subtree: true });
})"""


@pytest.fixture
def ana(site, cast, planning):
    return site.visitor(cast.ana, DESK).open(planning)


@pytest.fixture
def carles(site, cast, planning):
    return site.visitor(cast.carles, PHONE).open(planning)


def press_long(visitor, message):
    """Leave a finger on a message."""
    box = message.bounding_box()
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] - 8}
    touch = visitor.context.new_cdp_session(visitor.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    sheet = visitor.page.locator("#message-sheet")
    expect(sheet).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    return sheet


def test_the_list_and_the_conversation_are_pages_with_a_way_back(site, cast, planning):
    carles = site.visitor(cast.carles, PHONE)
    carles.page.goto("/messages")
    carles.page.locator(f".conversation-link[data-conversation-id='{planning.id}']").tap()
    carles.settle()
    expect(carles.page.locator(".conversation-list")).to_be_hidden()
    expect(carles.page.locator(".rail")).to_be_hidden()
    assert carles.page.evaluate(TARGETS) == []
    assert carles.page.evaluate(WIDER) == 0
    carles.page.get_by_role("link", name="All conversations").tap()
    expect(carles.page.locator(".conversation-list")).to_be_visible()


def test_what_is_said_at_a_desk_is_on_the_phone_at_once_and_back(ana, carles, capsys):
    taken, began = {}, time.monotonic()
    ana.page.reload()
    ana.settle()
    opened_ms = (time.monotonic() - began) * 1_000
    for way, (sender, reader) in {"to the phone": (ana, carles), "back": (carles, ana)}.items():
        text = f"Plans are in, {way}."
        reader.page.evaluate(f"window.arrived = ({ARRIVES})({text!r}); undefined")
        sender.page.fill(WRITE, text)
        pressed = sender.page.evaluate("Date.now()")
        sender.page.locator(".conversation__foot .composer__send:not(.composer__later)").click()
        taken[way] = reader.page.evaluate("window.arrived") - pressed
    with capsys.disabled():
        print(f"\nshown after milliseconds: {taken}")

    # On a busy machine it is as much quicker than to open the page.
    assert max(taken.values()) < max(MOST_MS, opened_ms)
    caption = carles.message("to the phone").locator(".message__caption")
    expect(caption).to_contain_text("Administrativo/a · Licencias")


def test_what_waits_is_counted_on_the_phone_and_at_the_desk(site, cast, planning):
    ana = site.visitor(cast.ana, DESK)
    ana.page.goto("/")
    ana.settle()
    carles = site.visitor(cast.carles, PHONE)
    carles.page.goto("/messages")
    carles.settle()
    link = carles.page.locator(f".conversation-link[data-conversation-id='{planning.id}']")
    xoel = site.visitor(cast.xoel, PHONE).open(planning)
    xoel.page.tap(WRITE)
    xoel.page.keyboard.type("Who has the key, @ana")
    xoel.page.locator(".suggestions .option", has_text="Ana Castro").tap()
    xoel.page.locator(".conversation__foot .composer__send:not(.composer__later)").tap()

    expect(link.locator(".count")).to_contain_text("1")
    for one in (carles, ana):
        expect(one.page.locator("unread-total .count")).to_contain_text("1")
    expect(ana.page).to_have_title(re.compile(r"^\(1\) "))
    link.tap()
    expect(carles.message("Who has the key")).to_be_visible()
    expect(carles.page).not_to_have_title(re.compile(r"^\("))
    carles.page.get_by_role("link", name="All conversations").tap()
    expect(carles.page.locator("unread-total .count")).to_be_hidden()
    expect(ana.page.locator("unread-total .count")).to_contain_text("1")


def test_a_tap_shows_the_tools_and_their_menu_does_what_it_says(ana, carles):
    ana.write("Keep this in mind.")
    message = carles.message("Keep this")
    message.locator(".message__body").tap()
    message.get_by_label("More actions").tap()
    message.get_by_role("button", name="Mark as unread from here").tap()
    expect(carles.page.locator(".toast")).to_contain_text("unread")
    message.locator(".message__body").tap()
    message.get_by_label("Save for later").tap()
    message.get_by_role("link", name="Saved for later").tap()
    expect(carles.page.get_by_text("Keep this in mind.")).to_be_visible()


def test_a_long_press_reacts_and_opens_the_thread_which_is_a_page(ana, carles):
    ana.write("Shall we meet at ten?")
    message = carles.message("Shall we meet")
    expect(message).to_be_visible()
    press_long(carles, message).get_by_role("button", name="Agree").tap()
    expect(ana.message("Shall we meet").locator("[data-emoji='👍']")).to_be_visible()

    sheet = press_long(carles, message)
    assert carles.page.evaluate(TARGETS) == []
    sheet.get_by_role("button", name="Reply in a thread").tap()
    expect(carles.page.locator(".conversation__log")).to_be_hidden()
    carles.page.fill(THREAD_WRITE, "Ten is fine.")
    carles.page.locator("message-thread .composer__send:not(.composer__later)").tap()
    expect(ana.message("Shall we meet").locator(".thread-link")).to_contain_text("1 reply")
    carles.page.go_back()
    expect(carles.page.locator(".conversation__log")).to_be_visible()
    expect(carles.message("Shall we meet").locator(".thread-link")).to_contain_text("1 reply")


def test_one_writes_edits_deletes_attaches_and_calls_by_touch(ana, carles):
    carles.page.tap(WRITE)
    carles.page.keyboard.type("See you, @ana")
    carles.page.locator(".suggestions .option", has_text="Ana Castro").tap()
    carles.attach(("notes.txt", "text/plain", b"Lift the north wall."))
    carles.page.locator(".conversation__foot .composer__send:not(.composer__later)").tap()
    called = ana.message("See you")
    expect(called.locator("a.mention--me")).to_be_visible()
    expect(called.locator(".file-card")).to_contain_text("notes.txt")

    press_long(carles, carles.message("See you")).get_by_role("button", name="Edit").tap()
    carles.page.fill("[data-editing] textarea", "See you tomorrow.")
    carles.page.get_by_role("button", name="Save changes").tap()
    expect(ana.message("See you tomorrow.")).to_be_visible()
    press_long(carles, carles.message("tomorrow")).get_by_role("button", name="Delete").tap()
    carles.page.locator("#confirm-delete [data-confirm]").tap()
    expect(ana.page.locator(".message__gone")).to_be_visible()


def bottom(element):
    """Where an element ends, in pixels from the top of the window."""
    box = element.bounding_box()
    return box["y"] + box["height"]


def test_the_composer_stays_above_the_keyboard_of_the_screen(says, carles):
    says("xoel", *(f"Number {number}." for number in range(20)))
    expect(carles.message("Number 19.")).to_be_visible()
    carles.page.tap(WRITE)
    carles.page.set_viewport_size({"width": 390, "height": 470})  # what the keyboard leaves

    expect(carles.page.locator(WRITE)).to_be_in_viewport(ratio=1)
    expect(
        carles.page.locator(".conversation__foot .composer__send:not(.composer__later)")
    ).to_be_in_viewport(ratio=1)
    expect(carles.message("Number 19.")).to_be_in_viewport()
    wait_until(lambda: carles.page.evaluate("scrollY === 0"))


def test_the_composer_stays_above_a_keyboard_that_is_laid_over_the_page(says, carles):
    """As Safari does: the window keeps its height, what is seen of it does not."""
    says("xoel", *(f"Number {number}." for number in range(20)))
    expect(carles.message("Number 19.")).to_be_visible()
    carles.page.tap(WRITE)
    carles.page.evaluate(
        """() => {
          Object.defineProperty(visualViewport, "height", { get: () => 470, configurable: true });
          visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )

    send = carles.page.locator(".conversation__foot .composer__send:not(.composer__later)")
    for element in (carles.page.locator(WRITE), send, carles.message("Number 19.")):
        expect(element).to_be_in_viewport()
        wait_until(lambda element=element: bottom(element) <= 470)

    carles.page.evaluate(
        """() => {
          delete visualViewport.height;
          visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )
    wait_until(lambda: bottom(send) > 470)


def test_nothing_is_wider_than_320_pixels(site, says, cast, planning):
    says(
        "xoel",
        "https://example.org/" + "a" * 300,
        "| a | b |\n|---|---|\n| " + "c" * 200 + " | d |",
    )
    carles = site.visitor(cast.carles, {**PHONE, "viewport": {"width": 320, "height": 640}})
    carles.open(planning)
    assert carles.page.evaluate(WIDER) == 0
    carles.page.goto(f"/c/{planning.id}/m/1")
    assert carles.page.evaluate(WIDER) == 0
