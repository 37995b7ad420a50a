"""Two people talk in a channel, each at a real browser: what one does appears at the other."""

import io
import statistics

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.visitors import THREAD_WRITE, WRITE

MEASURE = """(text) => new Promise((resolve) => {
  const seen = () => document.querySelector("message-log").textContent.includes(text);
  const watch = new MutationObserver(() => seen() && (watch.disconnect(), resolve(Date.now())));
  watch.observe(document.querySelector("message-log"), { childList: true, subtree: true });
})"""


@pytest.fixture
def ana(site, cast, planning):
    return site.visitor(cast.ana).open(planning)


@pytest.fixture
def carles(site, cast, planning):
    return site.visitor(cast.carles).open(planning)


@pytest.mark.slow
def test_a_message_appears_with_post_and_unit_within_300_ms(ana, carles):
    taken = []
    for number in range(5):
        text = f"Plans are in, number {number}."
        carles.page.evaluate(
            f"window.arrived = ({MEASURE})({text!r}); undefined",
        )
        ana.page.fill(WRITE, text)
        pressed = ana.page.evaluate("Date.now()")
        ana.page.press(WRITE, "Enter")
        taken.append(carles.page.evaluate("window.arrived") - pressed)

    assert statistics.median(taken) < 300, taken
    message = carles.message("number 0")
    expect(message.locator(".message__author")).to_have_text("Ana Castro")
    expect(message.locator(".message__caption")).to_contain_text("Administrativo/a · Licencias")


@pytest.mark.slow
def test_a_reply_appears_live_in_its_thread_and_as_a_number_under_its_message(ana, carles):
    ana.write("Which form is valid now?")
    carles.choose(carles.message("Which form"), "thread")
    carles.write("The one of March.", into=THREAD_WRITE)

    expect(ana.message("Which form").locator(".thread-link")).to_contain_text("1 reply")
    expect(ana.message("The one of March.")).to_have_count(0)
    ana.message("Which form").locator(".thread-link").click()
    expect(ana.reply("The one of March.")).to_be_visible()
    ana.write("Thank you.", into=THREAD_WRITE)
    expect(carles.reply("Thank you.")).to_be_visible()

    carles.page.keyboard.press("Escape")
    expect(carles.page.locator("message-thread")).to_have_count(0)
    expect(carles.message("Which form")).to_be_focused()


@pytest.mark.slow
def test_a_reaction_appears_live_and_goes_again(ana, carles):
    ana.write("The meeting is at ten.")
    carles.choose(carles.message("The meeting"), "react")
    carles.page.locator(".emoji-picker [data-pick='🙏']").first.click()

    at_ana = ana.message("The meeting").locator("[data-emoji='🙏']")
    expect(at_ana).to_have_attribute("aria-pressed", "false")
    expect(at_ana).to_have_accessible_name("Thanks, 1")
    at_carles = carles.message("The meeting").locator("[data-emoji='🙏']")
    expect(at_carles).to_have_accessible_name("Thanks, 1, including you")
    at_ana.click()
    expect(at_carles).to_have_accessible_name("Thanks, 2, including you")
    at_carles.click()
    expect(at_ana).to_have_accessible_name("Thanks, 1, including you")


@pytest.mark.slow
def test_an_edit_appears_live_with_its_history(ana, carles):
    ana.write("The deadline is the tenth.")
    expect(ana.message("the tenth").locator(".message__state")).to_have_count(0)
    ana.page.press(WRITE, "ArrowUp")
    ana.page.keyboard.press("Control+A")
    ana.page.keyboard.type("The deadline is the twelfth.")
    ana.page.keyboard.press("Enter")

    edited = carles.message("the twelfth")
    expect(edited.locator(".message__edited")).to_be_visible()
    carles.choose(edited, "versions")
    expect(carles.page.locator(".sheet__side")).to_contain_text("The deadline is the tenth.")


@pytest.mark.slow
def test_who_edits_second_is_told_and_loses_nothing(site, cast, planning, ana):
    ana.write("Room 2.")
    elsewhere = site.visitor(cast.ana).open(planning)
    for page in (ana, elsewhere):
        page.choose(page.message("Room 2."), "edit")
    ana.page.fill("[data-editing] textarea", "Room 3.")
    ana.page.press("[data-editing] textarea", "Enter")
    expect(ana.message("Room 3.")).to_be_visible()
    elsewhere.page.fill("[data-editing] textarea", "Room 4.")
    elsewhere.page.press("[data-editing] textarea", "Enter")

    expect(elsewhere.page.get_by_role("alert")).to_contain_text("Room 3.")
    expect(elsewhere.page.locator("[data-editing] textarea")).to_have_value("Room 4.")
    elsewhere.page.press("[data-editing] textarea", "Enter")
    expect(ana.message("Room 4.")).to_be_visible()


@pytest.mark.slow
def test_a_deleted_message_goes_from_both_screens(ana, carles):
    ana.write("Wrong room, sorry.")
    expect(carles.message("Wrong room")).to_be_visible()
    ana.choose(ana.message("Wrong room"), "delete")
    ana.page.locator("#confirm-delete [data-confirm]").click()

    for page in (ana, carles):
        expect(page.page.locator("message-log .message__gone")).to_be_visible()
        expect(page.message("Wrong room")).to_have_count(0)


@pytest.mark.slow
def test_files_arrive_with_thumbnail_and_words_for_it(ana, carles):
    picture = io.BytesIO()
    Image.new("RGB", (800, 500), (90, 140, 160)).save(picture, "PNG")
    ana.attach(
        ("façade.png", "image/png", picture.getvalue()),
        ("notes.txt", "text/plain", b"Lift the north wall."),
    )
    ana.page.locator(".upload__alt:visible").fill("The blue façade from the square")
    ana.write("Both are here.")

    thumbnail = carles.message("Both are here.").locator(".thumbnail")
    expect(thumbnail.locator("img")).to_have_attribute("alt", "The blue façade from the square")
    card = carles.message("Both are here.").locator(".file-card")
    expect(card).to_contain_text("notes.txt")
    with carles.page.expect_download() as download:
        card.click()
    assert download.value.path().read_bytes() == b"Lift the north wall."
    thumbnail.click()
    expect(carles.page.locator(".pswp")).to_be_visible()


@pytest.mark.slow
def test_a_mention_is_chosen_from_suggestions_and_marked_for_whom_it_calls(ana, carles):
    ana.page.click(WRITE)
    ana.page.keyboard.type("Have a look, @car")
    expect(ana.page.locator(".suggestions .option").first).to_contain_text("Carles Roig")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator(WRITE)).to_have_value("Have a look, @Carles Roig ")
    ana.page.keyboard.press("Enter")

    called = carles.message("Have a look")
    expect(called.locator("a.mention--me")).to_have_text("@Carles Roig")
    expect(called).to_have_class(r"message message--addressed")
    expect(ana.message("Have a look").locator("a.mention--me")).to_have_count(0)


@pytest.mark.slow
def test_unread_counts_are_right_on_both_screens(site, cast, ana, planning):
    carles = site.visitor(cast.carles)
    carles.page.goto("/messages")
    carles.settle()
    ana.write("One.")
    ana.write("Two.")
    expect(ana.message("Two.").locator(".message__state")).to_have_count(0)

    link = carles.page.locator(f".conversation-link[data-conversation-id='{planning.id}']")
    expect(link.locator(".count")).to_contain_text("2")
    expect(carles.page).to_have_title(r"(2) Messages · Ayuntamiento de Monteclaro")
    assert carles.unread() == "2"
    assert ana.unread() == ""

    link.click()
    carles.settle()
    expect(carles.page.locator(".new-line")).to_have_text("2 new messages")
    expect(carles.page.locator("unread-total .count")).to_be_hidden()
    carles.choose(carles.message("Two."), "unread")
    expect(carles.page.locator("unread-total .count")).to_contain_text("1")


@pytest.mark.slow
def test_somebody_typing_is_shown_and_forgotten(ana, carles):
    ana.page.click(WRITE)
    ana.page.keyboard.type("Just a")
    line = carles.page.locator(".conversation__foot .composer__typing")
    expect(line).to_have_text("Ana Castro is typing…")
    ana.write("Just a moment.")
    expect(line).to_be_empty()


def test_two_tabs_of_one_person_show_everything_once(site, cast, planning, ana):
    other = ana.context.new_page()
    other.goto(f"/c/{planning.id}")
    other.locator("html[data-connection=online]").wait_for(state="attached")
    for number in range(5):
        ana.write(f"Number {number}.")

    expected = [f"Number {number}." for number in range(5)]
    for page in (ana.page, other):
        expect(page.locator("message-log .message__body")).to_have_text(expected)
        expect(page.locator(".message--pending")).to_have_count(0)
    ana.page.fill(WRITE, "Half a thought")
    assert other.input_value(WRITE) == ""
