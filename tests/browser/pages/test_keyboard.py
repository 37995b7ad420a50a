"""The main job with the keyboard alone, from signing in to starting a talk."""

import pytest
from playwright.sync_api import FilePayload, expect

from intranet.platform.core.unit_of_work import unit_of_work
from tests.browser.visitors import THREAD_WRITE, WRITE
from tests.cast import PASSWORD
from tests.delivery.realtime.clients import wait_until

pytestmark = pytest.mark.slow

# A ring around what has the focus, or around what it stands for: its label, the box one writes in.
FOCUS = """() => {
  const { activeElement } = document;
  const shown = [activeElement, activeElement.closest("label"), activeElement.closest(".composer")];
  return activeElement !== document.body && shown.filter(Boolean).some((element) => {
    const places = [null, "::before", "::after"].map((part) => getComputedStyle(element, part));
    return places.some(
      ({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none",
    );
  });
}"""
MOST_STEPS = 60


def tab_to(page, locator, key="Tab"):
    """Press Tab until an element has the focus, as somebody without a mouse does."""
    for _ in range(MOST_STEPS):
        if locator.evaluate("(element) => element === document.activeElement"):
            wait_until(lambda: page.evaluate(FOCUS))  # and is seen to have it
            return
        page.keyboard.press(key)
    raise AssertionError(f"{locator} is not reached by {key}")


def test_one_signs_in_and_opens_the_channel(site, cast, planning):
    ana = site.visitor(cast.ana)
    ana.context.clear_cookies()
    page = ana.page
    page.goto("/signin?lang=en")
    tab_to(page, page.get_by_label("E-mail or staff number"))
    page.keyboard.type("ana@monteclaro.example")
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "signin" not in address)

    page.keyboard.press("Control+k")
    expect(page.locator("#switcher input")).to_be_focused()
    page.keyboard.type("urban")
    expect(page.locator("#switcher [aria-selected=true]")).to_contain_text("Urbanismo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/c/{planning.id}")


def test_one_posts_replies_in_the_thread_and_reacts(site, says, cast, planning):
    says("carles", "Which form is valid?", "The plans are in.")
    ana = site.visitor(cast.ana).open(planning)
    page = ana.page
    page.keyboard.press("c")
    expect(page.locator(WRITE)).to_be_focused()
    page.keyboard.type("Good morning.")
    page.keyboard.press("Enter")
    expect(ana.message("Good morning.").locator("a.message__time")).to_have_attribute(
        "href", f"/c/{planning.id}/m/3"
    )

    tab_to(page, page.locator(".conversation__log"), "Shift+Tab")
    wait_until(lambda: page.evaluate(FOCUS))
    page.keyboard.press("ArrowUp")
    expect(ana.message("Good morning.")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(ana.message("Which form")).to_be_focused()
    wait_until(lambda: page.evaluate(FOCUS))
    page.keyboard.press("r")
    expect(page.locator(THREAD_WRITE)).to_be_focused()
    page.keyboard.type("The one of March.")
    page.keyboard.press("Enter")
    expect(ana.reply("The one of March.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(ana.message("Which form")).to_be_focused()

    page.keyboard.press("+")
    expect(page.locator(".emoji-picker input")).to_be_focused()
    page.keyboard.type("handshake")
    expect(page.locator(".emoji-picker__emoji").first).to_have_accessible_name("handshake")
    page.keyboard.press("Enter")
    expect(ana.message("Which form").locator(".reaction[aria-pressed=true]")).to_be_visible()


def test_one_attaches_a_file(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    page = ana.page
    notes = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"Lift the north wall.")

    def choose(chooser):
        chooser.set_files(notes)

    page.on("filechooser", choose)  # from the start: a dialog that opens before is lost
    page.keyboard.press("c")
    page.keyboard.type("With a file.")
    tab_to(page, page.locator(".conversation__foot .composer__attach"))
    page.keyboard.press("Enter")
    ana.wait_for_files()
    tab_to(page, page.locator(".conversation__foot .composer__send:not(.composer__later)"))
    page.keyboard.press("Enter")
    expect(ana.message("With a file.").locator(".file-card")).to_be_visible()


def test_one_opens_a_profile_and_starts_a_talk(site, says, cast, planning):
    says("carles", "Which form is valid?")
    ana = site.visitor(cast.ana).open(planning)
    page = ana.page
    ana.page.locator(".conversation__log").focus()
    page.keyboard.press("Home")
    tab_to(page, ana.message("Which form").locator(".message__author"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{cast.carles.id}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Carles Roig")
    tab_to(page, page.get_by_role("button", name="Write", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*")
    ana.settle()
    page.keyboard.press("c")
    expect(page.locator(WRITE)).to_be_focused()
    page.keyboard.type("Do you have a minute?")
    page.keyboard.press("Enter")
    expect(ana.message("Do you have a minute?")).to_be_visible()


def test_single_letters_write_where_one_writes_and_can_be_turned_off(
    site, app, cast, planning, says
):
    says("carles", "Which form is valid?")
    ana = site.visitor(cast.ana).open(planning)
    ana.page.click(WRITE)
    ana.page.keyboard.type("rte?c")
    expect(ana.page.locator(WRITE)).to_have_value("rte?c")
    with app.app_context(), unit_of_work():
        cast.account_of(cast.ana).single_keys = False
    ana.open(planning)
    ana.message("Which form").focus()
    ana.page.keyboard.press("t")
    ana.page.keyboard.press("?")
    expect(ana.page.locator("message-thread")).to_have_count(0)
    expect(ana.page.locator("#shortcuts")).to_be_hidden()


def test_the_list_of_shortcuts_opens_and_gives_the_focus_back(site, cast, planning, says):
    says("carles", "Which form is valid?")
    ana = site.visitor(cast.ana).open(planning)
    ana.message("Which form").focus()
    ana.page.keyboard.press("?")
    expect(ana.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(ana.message("Which form")).to_be_focused()


def test_the_focus_comes_back_from_a_menu_and_a_question(site, says, cast, planning):
    says("ana", "Wrong room, sorry.")
    ana = site.visitor(cast.ana).open(planning)
    page, message = ana.page, ana.message("Wrong room")
    menu = message.locator(".message__tools summary")
    page.keyboard.press("c")
    message.focus()
    tab_to(page, menu)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(message.locator(".menu__item").first).to_be_focused()
    wait_until(lambda: page.evaluate(FOCUS))
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("End")
    expect(message.locator("[data-action=delete]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]").get_by_role("button", name="Cancel")).to_be_focused()
    wait_until(lambda: page.evaluate(FOCUS))
    page.keyboard.press("Escape")
    expect(page.locator("#confirm-delete")).to_be_hidden()
    wait_until(lambda: message.evaluate("(element) => element.contains(document.activeElement)"))
