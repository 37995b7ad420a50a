"""What comes while one writes: emoji by code, typed mentions, the menu of `/`, sending later."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import DESK, PHONE, WRITE
from tests.messaging.messages.helpers import channel_of

pytestmark = pytest.mark.slow


@pytest.fixture
def planning(app, cast):
    with app.app_context():
        return channel_of(cast.urban_planning)


@pytest.fixture
def ana(site, cast, planning):
    return site.visitor(cast.ana).open(planning)


def write(visitor, text):
    visitor.page.focus(WRITE)
    visitor.page.keyboard.type(text)


def test_a_code_offers_emoji_and_becomes_one(ana):
    write(ana, "Done :thumbs")
    expect(ana.page.locator(".suggestions .option").first).to_contain_text(":thumbs")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator(WRITE)).to_have_value(re.compile("^Done 👍"))
    ana.page.fill(WRITE, "")
    write(ana, "Thanks :tada: and `:tada:` at 10:30:00")
    ana.page.keyboard.press("Control+Enter")
    said = ana.message("Thanks")
    expect(said).to_contain_text("Thanks 🎉 and :tada: at 10:30:00")


def test_a_typed_name_that_means_one_person_is_linked_and_reaches_them(site, cast, planning, ana):
    carles = site.visitor(cast.carles).open(planning)
    name = cast.carles.name.split()[0]
    write(ana, f"Can you see it, @{name}?")
    ana.page.keyboard.press("Control+Enter")

    mention = ana.message("Can you see it").locator("a.mention")
    expect(mention).to_have_text(f"@{cast.carles.name}")
    expect(carles.message("Can you see it").locator("a.mention--me")).to_be_visible()


def test_a_name_that_nobody_has_is_asked_about_and_nothing_is_lost(ana):
    write(ana, "Ask @Zzyzzyz about it.")
    ana.page.keyboard.press("Control+Enter")
    dialog = ana.page.get_by_role("dialog", name="Nobody here has this name")
    dialog.get_by_role("button", name="Keep writing").click()
    expect(ana.page.locator(WRITE)).to_have_value("Ask @Zzyzzyz about it.")
    expect(ana.page.locator(WRITE)).to_be_focused()
    ana.page.keyboard.press("Control+Enter")
    dialog.get_by_role("button", name="Send", exact=True).click()

    said = ana.message("Ask @Zzyzzyz about it.")
    expect(said).to_be_visible()
    expect(said.locator("a.mention")).to_have_count(0)


def test_the_beginning_of_a_name_is_asked_about_and_linked(cast, ana):
    write(ana, f"Ask @{cast.carles.name[:4]}")
    ana.page.keyboard.press("Escape")  # the list, out of which nobody is picked
    ana.page.keyboard.press("Control+Enter")
    dialog = ana.page.get_by_role("dialog", name="Which person or post do you mean?")
    dialog.get_by_role("radio", name=re.compile(cast.carles.name)).check()
    dialog.get_by_role("button", name="Send", exact=True).click()

    expect(ana.message("Ask @").locator("a.mention")).to_have_text(f"@{cast.carles.name}")


@pytest.mark.parametrize("how", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_sent_later_waits_above_the_box_in_both_tabs(site, cast, planning, how):
    here, there = (site.visitor(cast.ana, how).open(planning) for _tab in range(2))
    here.page.fill(WRITE, "The minutes are in the folder.")
    here.page.get_by_role("button", name="Send later").click()
    menu = here.page.get_by_role("dialog", name="Send later")
    menu.get_by_role("button").first.click()

    for visitor in (here, there):
        strip = visitor.page.locator(".scheduled__row")
        expect(strip).to_contain_text(re.compile(r"Scheduled for .* The minutes"))
    expect(here.page.locator(WRITE)).to_have_value("")
    here.page.locator(".scheduled__row").get_by_role("link", name="Edit").click()
    dialog = here.page.get_by_role("dialog", name="Scheduled message")
    dialog.get_by_role("button", name="Delete").click()
    expect(there.page.locator(".scheduled__row")).to_have_count(0)
    here.page.locator(".toast__undo").last.click()
    expect(there.page.locator(".scheduled__row")).to_have_count(1)
    here.page.locator(".scheduled__row").get_by_role("button", name="Send now").click()
    expect(there.message("The minutes are in the folder.")).to_be_visible()
    expect(there.page.locator(".scheduled__row")).to_have_count(0)
    assert here.faults == there.faults == []


def test_the_keyboard_alone_schedules_and_takes_it_back(ana):
    ana.page.fill(WRITE, "Tomorrow, then.")
    ana.page.get_by_role("button", name="Send later").focus()
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator(".later .menu__item").first).to_be_focused()
    ana.page.keyboard.press("ArrowDown")
    ana.page.keyboard.press("ArrowUp")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator(".scheduled__row")).to_have_count(1)
    ana.page.locator(".toast__undo").last.press("Enter")
    expect(ana.page.locator(".scheduled__row")).to_have_count(0)
    expect(ana.page.locator(WRITE)).to_have_value("Tomorrow, then.")


def test_a_poll_from_the_menu_is_answered_in_place_by_everybody(site, cast, planning, ana):
    carles = site.visitor(cast.carles).open(planning)
    write(ana, "/poll")
    expect(ana.page.locator(".suggestions .option").first).to_contain_text("Poll")
    ana.page.keyboard.press("Enter")
    dialog = ana.page.get_by_role("dialog", name=re.compile("^Poll for"))
    dialog.get_by_label("Your question").fill("Which day?")
    dialog.get_by_label("Option 1").fill("Monday")
    dialog.get_by_label("Option 2").fill("Tuesday")
    dialog.get_by_role("radio", name=re.compile("With names")).check()
    dialog.get_by_role("button", name="Open the poll").click()

    card = carles.page.get_by_role("region", name="Which day?")
    card.get_by_role("radio", name="Tuesday").check()
    card.get_by_role("button", name="Vote").click()
    expect(card).to_contain_text("You have voted")
    expect(ana.page.get_by_role("region", name="Which day?")).to_contain_text("1 of")
    expect(ana.page.locator(WRITE)).to_have_value("")
    carles.page.reload()
    expect(card).to_contain_text("You have voted")
    assert ana.faults == carles.faults == []
