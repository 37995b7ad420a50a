"""Writing an announcement in a browser, and confirming it on a phone."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE
from tests.delivery.files.samples import picture

pytestmark = pytest.mark.slow

SLOW_NETWORK = """() => {
  const real = window.fetch;
  window.fetch = async (...how) => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    return real(...how);
  };
}"""


@pytest.fixture
def carles(site, cast):
    """Carles at his desk, with a new announcement before him."""
    visitor = site.visitor(cast.carles, DESK)
    visitor.page.goto("/publications?view=own")
    visitor.page.get_by_role("button", name="Write an announcement").click()
    visitor.page.wait_for_url("**/edit")
    yield visitor
    assert visitor.faults == []


def test_one_writes_with_a_picture_and_publishes_and_another_confirms(site, cast, carles):
    page = carles.page
    page.get_by_label("Title of the announcement, Español").fill("Obras en el edificio")
    body = page.get_by_label("Text, Español")
    body.fill("Desde mañana.")
    expect(page.locator("[data-language=es] [data-missing]")).to_be_hidden()
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    image = FilePayload(name="plano.png", mimeType="image/png", buffer=picture().getvalue())
    page.locator(".editor__upload input[type=file]").set_input_files(image)
    words = page.locator("#files").get_by_role("textbox", name="Alternative text")
    words.fill("Plano de la segunda planta.")
    page.get_by_role("button", name="Save the alternative text of").click()
    body.press("Control+End")
    page.get_by_role("button", name="Insert into the text").click()
    expect(body.get_by_role("img", name="Plano de la segunda planta.")).to_be_visible()
    page.locator("#field-asks").check()
    page.get_by_label("Until").first.fill("2099-01-05")
    page.get_by_role("button", name="Review and send").click()
    page.wait_for_url("**/review")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Publish for").click()
    expect(page.get_by_role("img", name="Plano de la segunda planta.")).to_be_visible()

    ana = site.visitor(cast.ana, PHONE)
    ana.page.goto("/publications")
    ana.page.get_by_role("link", name="Read and confirm").first.click()
    expect(ana.page.get_by_role("img", name="Plano de la segunda planta.")).to_be_visible()
    ana.page.get_by_role("button", name="I have read it").click()
    expect(ana.page.get_by_text("You have confirmed reading this text.")).to_be_visible()
    assert axe_findings(ana.page) == []
    assert ana.faults == []


def test_what_is_said_of_pictures_is_kept_by_whatever_is_pressed_next(carles):
    page = carles.page
    page.get_by_label("Title of the announcement, Español").fill("Obras")
    page.get_by_label("Text, Español").fill("Desde mañana.")
    chooser = page.locator(".editor__upload input[type=file]")
    words = page.locator("#files").get_by_role("textbox", name="Alternative text")
    for number in (1, 2):
        name, image = f"{number}.png", picture().getvalue()
        chooser.set_input_files(FilePayload(name=name, mimeType="image/png", buffer=image))
        expect(words).to_have_count(number)
        words.nth(number - 1).fill(f"Planta {number}.")
    expect(words.first).to_have_value("Planta 1.")
    page.get_by_role("button", name="Save the alternative text of 1.png").click()
    expect(page.get_by_text("Describe this picture in a sentence.")).to_have_count(1)
    expect(words.last).to_have_value("Planta 2.")
    page.get_by_role("button", name="Review and send").click()
    page.wait_for_url("**/review")
    expect(page.get_by_role("button", name="Publish for")).to_be_enabled()


def test_what_is_still_on_its_way_is_waited_for(carles):
    page = carles.page
    title = page.get_by_label("Title of the announcement, Español")
    title.fill("Obras")
    page.get_by_label("Text, Español").fill("Desde mañana.")
    image = FilePayload(name="plano.png", mimeType="image/png", buffer=picture().getvalue())
    page.locator(".editor__upload input[type=file]").set_input_files(image)
    page.locator("#files").get_by_role("textbox", name="Alternative text").fill("Plano.")
    page.evaluate(SLOW_NETWORK)
    page.get_by_role("button", name="Save the alternative text of plano.png").click()
    title.fill("Obras en casa")
    page.get_by_role("button", name="Review and send").click()
    page.wait_for_url("**/review")
    expect(page.get_by_text("Obras en casa").first).to_be_visible()
    page.go_back()
    title.fill("Obras en el patio")
    page.get_by_role("button", name="Remove plano.png").click()
    expect(page.get_by_role("button", name="Remove plano.png")).to_have_count(0)
    page.get_by_role("button", name="Review and send").click()
    page.wait_for_url("**/review")
    expect(page.get_by_text("Obras en el patio").first).to_be_visible()


def test_what_cannot_be_brought_back_is_asked_about(carles):
    page = carles.page
    page.get_by_label("Title of the announcement, Español").fill("Obras")
    page.locator(".editor__add summary").click()
    page.get_by_role("button", name="Galego").click()
    title = page.get_by_label("Title of the announcement, Galego")
    title.fill("Obras na rúa")
    expect(page.get_by_role("link", name="Galego")).to_be_in_viewport()
    page.get_by_role("button", name="Remove Galego").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Keep writing").click()
    expect(title).to_have_value("Obras na rúa")
    page.get_by_role("button", name="Remove Galego").click()
    dialog.get_by_role("button", name="Remove Galego").click()
    expect(title).to_have_count(0)

    page.get_by_role("button", name="Discard the draft").click()
    expect(dialog).to_contain_text("cannot be recovered")
    assert axe_findings(page) == []
    dialog.get_by_role("button", name="Discard the draft").click()
    page.wait_for_url("**/publications?view=own")


def test_on_a_phone_what_is_chosen_stands_below_the_text_a_tap_away(site, cast, carles):
    phone = site.visitor(cast.carles, PHONE)
    page = phone.page
    page.goto(carles.page.url)
    page.get_by_label("Title of the announcement, Español").fill("Corte de agua")
    page.get_by_label("Text, Español").fill("Mañana, de 8 a 10.\n" * 60)
    page.get_by_role("link", name=re.compile("will see the announcement")).tap()
    expect(page.get_by_role("heading", name="Audience")).to_be_in_viewport()
    expect(page.get_by_label("Title of the announcement, Español")).to_have_value("Corte de agua")
    page.get_by_label("Ask people to confirm reading").check()
    page.get_by_label("Until").first.fill("2099-01-05")
    page.get_by_role("button", name="Review and send").tap()
    page.wait_for_url("**/review")
    assert phone.faults == []


def test_beside_a_long_text_what_is_chosen_stays_and_all_of_the_text_is_reached(carles):
    page = carles.page
    for width in (1440, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        page.get_by_label("Text, Español").fill("Mañana, de 8 a 10.\n" * 60)
        page.mouse.move(300, 400)
        page.mouse.wheel(0, 9_000)
        expect(page.get_by_role("button", name="Discard the draft")).to_be_in_viewport()
        expect(page.get_by_role("heading", name="Audience")).to_be_in_viewport()


def test_everything_is_reached_by_keyboard_and_another_language_beside_it(carles):
    page = carles.page
    page.get_by_label("Title of the announcement, Español").focus()
    page.keyboard.type("Corte de agua")
    page.keyboard.press("Tab")  # the toolbar is one stop
    page.keyboard.press("Tab")
    page.keyboard.type("De 8 a 10, ")
    page.keyboard.press("Control+b")
    page.keyboard.type("sin agua")
    expect(page.locator("[name=body_es]")).to_have_value("De 8 a 10, **sin agua**")
    page.locator(".editor__add summary").press("Enter")
    page.get_by_role("button", name="Galego").press("Enter")
    expect(page.get_by_label("Title of the announcement, Galego")).to_be_visible()
    expect(page.locator("[data-language=gl] [data-missing]")).to_be_visible()
    page.get_by_role("link", name="Español").press("Enter")
    expect(page.get_by_label("Title of the announcement, Español")).to_have_value("Corte de agua")
