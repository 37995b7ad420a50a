"""Who is who at a real browser: walked by keyboard, a portrait cut out."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.visitors import PHONE, WITHOUT_SCRIPT

pytestmark = pytest.mark.slow

MONTECLARO = "/agencies/L01990012"


def focused(page):
    """The name in the row of the tree that has the focus."""
    return page.evaluate("document.activeElement.querySelector('.tree__name')?.textContent.trim()")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_tree_is_walked_by_keyboard(site, cast):
    page = site.visitor(cast.ana).page
    page.goto(MONTECLARO)
    tree = page.locator("org-tree")
    expect(tree.locator('.tree__row[tabindex="0"]')).to_have_count(1)

    tree.locator('.tree__row[tabindex="0"]').focus()
    assert focused(page) == "Licencias"
    press(page, "ArrowLeft")
    assert focused(page) == "Urbanismo y Obras"
    press(page, "ArrowLeft")
    expect(page.locator(".tree__row", has_text="Licencias")).to_be_hidden()
    press(page, "Home")
    assert focused(page) == "Ayuntamiento de Monteclaro"
    press(page, "End")
    assert focused(page) == "Urbanismo y Obras"
    press(page, "ArrowRight", "ArrowRight")
    assert focused(page) == "Licencias"
    press(page, "o")
    assert focused(page) == "Organización y Sistemas"
    press(page, "Space")
    expect(page.locator("#detail")).to_contain_text("Dorleta Aguirre")
    press(page, "Enter")
    page.wait_for_url(f"**/units/{cast.systems.id}")


def test_escape_closes_the_filters_on_a_phone(site, cast):
    page = site.visitor(cast.ana, PHONE).page
    page.goto("/directory")
    page.locator("[data-dialog=filters-dialog]").click()
    expect(page.locator("#filters-dialog")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#filters-dialog")).to_be_hidden()


def test_a_branch_is_fetched_when_it_is_first_opened(site, cast):
    page = site.visitor(cast.elna).page
    page.goto(MONTECLARO)
    row = page.locator(".tree__row", has_text="Urbanismo y Obras")
    expect(page.locator(".tree__row", has_text="Licencias")).to_have_count(0)

    row.locator("a.tree__twist").click()

    expect(page.locator(".tree__row", has_text="Licencias")).to_be_visible()
    expect(row).to_have_attribute("aria-expanded", "true")
    expect(page).to_have_url(re.compile(f"{re.escape(MONTECLARO)}$"))


def test_without_script_the_same_branch_opens_as_a_page(site, cast):
    page = site.visitor(cast.elna, WITHOUT_SCRIPT).page
    page.goto(MONTECLARO)

    page.locator(".tree__row", has_text="Urbanismo y Obras").locator("a.tree__twist").click()

    expect(page.locator(".tree__row", has_text="Licencias")).to_be_visible()


def test_a_portrait_is_cut_out_by_keyboard_and_only_that_part_is_sent(site, cast):
    picture = Image.new("RGB", (800, 400), (20, 90, 200))
    picture.paste((240, 200, 40), (400, 0, 800, 400))
    out = io.BytesIO()
    picture.save(out, "PNG")
    page = site.visitor(cast.ana).page
    page.goto("/me/edit")
    page.set_input_files(
        "#field-photo", {"name": "me.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    across = page.locator("#field-across")
    expect(across).to_be_visible()

    across.focus()
    page.keyboard.press("End")
    page.locator("photo-crop + .form__actions button").press("Enter")
    page.wait_for_selector(".avatar__photo")

    colour = page.evaluate(
        """async () => {
          const image = document.querySelector(".avatar__photo");
          await image.decode();
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 1;
          const drawing = canvas.getContext("2d");
          drawing.drawImage(image, 0, 0, 1, 1);
          return [...drawing.getImageData(0, 0, 1, 1).data];
        }"""
    )
    assert colour[0] > 200
    assert colour[2] < 100


def test_a_talk_is_begun_from_a_profile_in_two_actions(site, cast):
    page = site.visitor(cast.ana).page
    page.goto(f"/people/{cast.bieito.id}")

    page.locator(".profile__actions .button--primary").click()

    page.wait_for_url("**/c/*")
    expect(page.locator(".conversation__title")).to_contain_text("Bieito Lourido")


def test_one_finds_as_one_types_and_opens_by_keyboard(site, cast):
    page = site.visitor(cast.elna).page
    page.goto("/directory?lang=en")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("castr")
    expect(page.locator("[data-result]")).to_have_count(1)
    expect(page.locator("mark")).to_have_text("Castro")
    page.wait_for_url("**/directory?*q=castr*")
    expect(field).to_be_focused()
    press(page, "ArrowDown")
    expect(page.get_by_role("link", name="Ana Castro")).to_be_focused()
    press(page, "Escape")
    expect(field).to_be_focused()
    press(page, "ArrowDown", "Enter")
    page.wait_for_url(f"**/people/{cast.ana.id}*")


def test_on_a_phone_filters_open_and_a_message_is_two_steps_away(site, cast):
    page = site.visitor(cast.elna, {"viewport": {"width": 390, "height": 844}}).page
    page.goto("/directory?lang=en")
    page.get_by_role("link", name="Filters").click()
    dialog = page.locator("#filters-dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Municipality").click()
    page.wait_for_url("**/directory?*kind=municipality*")
    page.get_by_role("searchbox").fill("bieito")
    page.get_by_role("button", name="Write to Bieito Lourido").click()
    page.wait_for_url("**/c/*")


def test_without_script_the_same_box_finds_and_narrows(site, cast):
    page = site.visitor(cast.elna, WITHOUT_SCRIPT).page
    page.goto("/directory?lang=en")
    page.get_by_role("searchbox").fill("licencias")
    page.keyboard.press("Enter")
    page.wait_for_url("**/directory?*q=licencias*")
    page.locator("#filters a", has_text="Section or team lead").click()
    expect(page.locator(".chip", has_text="Section or team lead")).to_be_visible()


def test_a_search_that_has_to_wait_says_so_until_it_is_there(site, cast):
    page = site.visitor(cast.ana).page
    page.goto("/directory")
    words = '<div class="banner banner--attn" role="alert"><p>The service is very busy.</p></div>'
    refusal = {"status": 503, "headers": {"Retry-After": "2"}, "body": words}
    page.route("**/directory?q=*", lambda route: route.fulfill(**refusal))
    with page.expect_response(lambda response: response.status == 503):
        page.locator("main [name=q]").fill("Dorleta")
    expect(page.locator("#banners")).to_contain_text("The service is very busy.")
    with page.expect_response(lambda response: response.status == 503):
        pass  # it asks again by itself
    expect(page.locator("#banners")).to_contain_text("The service is very busy.")

    page.unroute("**/directory?q=*")
    expect(page.locator("#banners")).not_to_contain_text("very busy")
    expect(page.locator("main")).to_contain_text("Dorleta Aguirre")
