"""Forms in a browser: fields that refuse in the page's language, who will be asked, the report."""

import pytest
from playwright.sync_api import expect

from tests.audits import axe_findings
from tests.browser.visitors import DESK, PHONE
from tests.collaboration.questions.helpers import FUNCTION, expert, town
from tests.publishing.announcements.helpers import announce

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Rellena este campo."),
        ("ca", "Omple aquest camp."),
        ("gl", "Cubre este campo."),
        ("eu", "Bete eremu hau."),
        ("en", "Fill in this field."),
    ],
)
def test_a_required_field_says_so_in_the_pages_language(site, cast, language, words):
    page = site.visitor(cast.ana, DESK).page
    page.goto(f"/polls/new?lang={language}")
    page.locator("main button[value=review]").press("Enter")
    title = page.locator("#field-title")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description(words)
    expect(title).to_have_attribute("aria-invalid", "true")
    assert axe_findings(page) == []
    title.fill("¿Qué día?")
    expect(page.locator("#field-title-invalid")).to_have_count(0)
    expect(title).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-options-invalid")).to_have_count(1)


def test_the_form_of_a_question_names_who_will_be_asked_while_it_is_written(app, site, cast):
    with app.app_context():
        expert(town("Marín", "L01990101", "ES-GA-36"), "Sabela Rial", function=FUNCTION)
    page = site.visitor(cast.ana, PHONE).page
    page.goto("/questions/new?lang=en")
    asked = page.locator("#asked")
    page.get_by_label("People with the function chosen below").check()
    page.locator("#field-function").select_option(FUNCTION)
    page.get_by_label("Everyone in the network").check()
    page.locator("#field-title").fill("Pódese prorrogar?")
    expect(asked).to_contain_text("Sabela Rial")
    expect(asked).to_contain_text("Marín")
    page.get_by_label("Only the people in the space chosen above").check()
    expect(asked).not_to_contain_text("Sabela Rial")
    page.get_by_label("Everyone in the network").check()
    expect(asked).to_contain_text("Sabela Rial")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Ask this question").click()
    page.wait_for_url("**/questions/*-*")


def test_the_reports_main_button_is_for_all_until_some_are_chosen(app, site, cast):
    with app.app_context():
        there = announce(cast.rosa).id
    page = site.visitor(cast.rosa, DESK).page
    page.goto(f"/p/{there}/report?lang=en")
    all_of_them = page.get_by_role("button", name="Remind 8 people")
    only = page.get_by_role("button", name="Remind only")
    expect(all_of_them).to_have_class("button button--primary")
    expect(only).to_be_hidden()
    page.locator("[name=person]").first.check()
    expect(page.get_by_role("button", name="Remind only 1 person")).to_have_class(
        "button button--primary"
    )
    expect(all_of_them).to_have_class("button button--normal")
    assert axe_findings(page) == []
    page.locator("[name=person]").first.uncheck()
    all_of_them.click()
    expect(page.locator(".toast, .banner").first).to_contain_text("8 people reminded")
