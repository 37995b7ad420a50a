"""Writing a long text as it will look: by keyboard, from elsewhere, with pictures and tables."""

import re

import pytest
from playwright.sync_api import FilePayload, Locator, expect
from sqlalchemy import select

from intranet.collaboration.events.models import EventMinutes
from intranet.collaboration.initiatives.models import InitiativeUpdate
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.publishing.publications.models import PublicationText
from tests.audits import axe_findings
from tests.browser.pages.pasted import FROM_WORD, PASTE, big
from tests.browser.visitors import DESK, PHONE, WITHOUT_SCRIPT, Visitor
from tests.delivery.files.samples import picture
from tests.publishing.publications.helpers import draft
from tests.publishing.publications.test_written import looks, written

pytestmark = pytest.mark.slow


@pytest.fixture
def writer(site, cast):
    """Carles at his desk, with a new announcement before him."""
    visitor = site.visitor(cast.carles, DESK)
    visitor.page.goto("/publications?view=own")
    visitor.page.get_by_role("button", name="Write an announcement").click()
    visitor.page.wait_for_url("**/edit")
    yield visitor
    assert visitor.faults == []


def text_of(visitor: Visitor) -> Locator:
    """Where one writes."""
    return visitor.page.get_by_role("textbox", name="Text, Español")


def stored_in(visitor: Visitor) -> Locator:
    """The field of the form."""
    return visitor.page.locator("[name=body_es]")


def test_what_is_typed_looks_as_it_will_be_read_and_is_kept_as_markdown(writer):
    page = writer.page
    text_of(writer).click()
    page.keyboard.type("## Qué cambia\n**Ventanilla** comprueba `cuatro` *papeles*.\n- Uno\nDos\n")
    page.keyboard.press("Tab")
    page.keyboard.type("Dentro\n\n\n1. Primero\n\n> Cita")
    expect(text_of(writer).get_by_role("heading", name="Qué cambia", level=2)).to_be_visible()
    expect(stored_in(writer)).to_have_value(
        "## Qué cambia\n\n**Ventanilla** comprueba `cuatro` _papeles_.\n\n"
        "- Uno\n- Dos\n  - Dentro\n\n1. Primero\n\n> Cita"
    )
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.reload()
    expect(text_of(writer).get_by_role("listitem")).to_have_count(4)
    assert axe_findings(page) == []


def test_the_toolbar_is_one_stop_and_does_what_it_says(writer):
    page = writer.page
    bar = page.get_by_role("toolbar", name="Format")
    text_of(writer).click()
    page.keyboard.type("Aviso")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Alt+F10")
    page.keyboard.press("Home")
    expect(bar.get_by_role("button", name="Undo")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    bold = page.get_by_role("button", name="Bold")
    expect(bold).to_be_focused()
    page.keyboard.press("Enter")
    expect(bold).to_have_attribute("aria-pressed", "true")
    expect(text_of(writer)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Markdown")).to_be_focused()
    page.keyboard.press("Escape")
    expect(text_of(writer)).to_be_focused()
    page.locator("summary", has_text="Paragraph").click()
    page.get_by_role("button", name="Subheading").click()
    expect(stored_in(writer)).to_have_value("### **Aviso**")
    bar.get_by_role("button", name="Undo").click()
    expect(stored_in(writer)).to_have_value("**Aviso**")
    page.keyboard.press("Shift+Tab")
    expect(bar.locator(":focus")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Title of the announcement, Español")).to_be_focused()


def test_a_tool_says_its_name_and_its_keys_where_it_can_be_seen(writer):
    page = writer.page
    bold = page.get_by_role("button", name="Bold")
    assert bold.get_attribute("data-tip") == "Bold · Ctrl+B"
    ordered = page.get_by_role("button", name="Numbered list")
    assert ordered.get_attribute("data-tip") == "Numbered list · Ctrl+Shift+7"

    cut = page.locator(".writing__bar").evaluate(
        "bar => getComputedStyle(bar).overflowX + getComputedStyle(bar).overflowY"
    )
    assert cut == "visiblevisible"
    bold.hover()
    shown = "tool => getComputedStyle(tool, '::after').display"
    assert bold.evaluate(shown) == "block"


def test_a_link_is_set_on_what_is_chosen_and_an_unsafe_one_is_not(writer):
    page = writer.page
    text_of(writer).click()
    page.keyboard.type("la web")
    page.keyboard.press("Shift+Home")
    page.get_by_role("button", name="Link").click()
    address = page.get_by_role("textbox", name="Link address")
    address.fill("javascript:alert(1)")
    address.press("Enter")
    expect(page.get_by_text("Enter a web address such as")).to_be_visible()
    address.fill("monteclaro.es/obras")
    address.press("Enter")
    expect(stored_in(writer)).to_have_value("[la web](https://monteclaro.es/obras)")
    page.keyboard.press("Shift+Home")
    text_of(writer).evaluate(PASTE, {"text": "https://otra.es"})
    expect(stored_in(writer)).to_have_value("[la web](https://otra.es)")


def test_a_slash_offers_what_can_be_put_there(writer):
    page = writer.page
    text_of(writer).click()
    page.keyboard.type("/nothing of this")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("/ta")
    table = page.get_by_role("option", name=re.compile("^Table"))
    expect(table).to_have_attribute("aria-selected", "true")
    chosen = table.get_attribute("id")
    expect(text_of(writer)).to_have_attribute("aria-activedescendant", str(chosen))
    assert axe_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(text_of(writer)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("/tab")
    page.keyboard.press("Enter")
    for words in ("Día", "Hora", "Lugar", "Lunes", "8:00", "Registro", "Martes", "9:00", "Sala"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.type("Por debajo.")
    expect(stored_in(writer)).to_have_value(
        "| Día | Hora | Lugar |\n| --- | --- | --- |\n| Lunes | 8:00 | Registro |\n"
        "| Martes | 9:00 | Sala |\n\nPor debajo."
    )
    page.get_by_role("cell", name="Sala").click()
    page.get_by_label("Table").click()
    page.get_by_role("button", name="Delete this row").click()
    assert axe_findings(page) == []
    page.get_by_label("Table").click()
    page.get_by_role("button", name="Add a column after").click()
    expect(stored_in(writer)).to_have_value(re.compile(r"^\| Día \| Hora \| Lugar \|  ?\|"))
    expect(stored_in(writer)).not_to_have_value(re.compile("Sala"))


def test_people_and_posts_are_named_and_their_readers_reach_them(site, cast, writer):
    page = writer.page
    page.get_by_label("Title of the announcement, Español").fill("Obras")
    text_of(writer).click()
    page.keyboard.type("Pregunta a @ana cas")
    expect(page.get_by_role("option", name="Ana Castro")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("hoy.")
    mention = f"@[{cast.ana.name}](person:{cast.ana.id})"
    expect(stored_in(writer)).to_have_value(f"Pregunta a {mention} hoy.")
    page.get_by_role("button", name="Review and send").click()
    page.wait_for_url("**/review")
    page.get_by_role("button", name="Publish for").click()
    link = page.locator(".article__body a.mention")
    expect(link).to_have_attribute("href", f"/people/{cast.ana.id}")
    expect(link).to_have_text(f"@{cast.ana.name}")


def test_what_comes_from_word_is_clean_and_keeps_its_lists_and_tables(writer):
    text_of(writer).evaluate(PASTE, {"html": FROM_WORD})
    expect(stored_in(writer)).to_have_value(
        "# Obras en el edificio\n\nDesde el **martes** se _trabaja_ en dos plantas\n\n"
        "- La primera\n  - Dentro\n- La segunda\n\nPasos:\n\n"
        "1. Pedir cita\n   1. Por la web\n2. Traer el DNI\n\n"
        "| Día | Hora |\n| --- | :-: |\n| Lunes y martes | 8:00 \\| 9:00 |\n\n"
        "Más en [la web](https://monteclaro.es/obras). R&D <x>"
    )
    expect(writer.page.get_by_text("Pictures left out of the pasted text")).to_be_visible()


def test_five_megabytes_of_word_are_refused_or_taken_without_losing_anything(writer):
    text_of(writer).click()
    writer.page.keyboard.type("Antes.")
    text_of(writer).evaluate(PASTE, {"html": big(31_000, filling=60)})
    expect(writer.page.get_by_text("Not pasted: the text has 403,000 characters")).to_be_visible()
    expect(stored_in(writer)).to_have_value("Antes.")
    text_of(writer).evaluate(PASTE, {"html": big(1_100, filling=4_500)})
    expect(stored_in(writer)).to_have_value(re.compile(r"(Texto de \*\*Word\*\*\s*){1100}"))


def test_a_picture_stands_where_the_cursor_was_with_what_it_shows(writer):
    page = writer.page
    text_of(writer).click()
    page.keyboard.type("Antes.\nDespués.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture", exact=True).click()
    image = FilePayload(name="plano.png", mimeType="image/png", buffer=picture().getvalue())
    chooser.value.set_files(image)
    words = text_of(writer).get_by_role("textbox", name="Alternative text")
    expect(page.get_by_text("Required before publication")).to_be_visible()
    assert axe_findings(page) == []
    words.fill("Plano de la segunda planta.")
    words.press("Enter")
    page.keyboard.type("Debajo. ")
    expect(stored_in(writer)).to_have_value(
        re.compile(
            r"^Antes\.\n\n!\[Plano de la segunda planta\.\]\(file:[0-9a-f-]{36}\)\n\nDebajo\. Des"
        )
    )
    expect(page.locator("#files").get_by_role("textbox", name="Alternative text")).to_have_value(
        "Plano de la segunda planta."
    )
    page.get_by_role("button", name="Remove from the text").click()
    expect(stored_in(writer)).to_have_value("Antes.\n\nDebajo. Después.")
    page.keyboard.press("Control+z")
    expect(text_of(writer).get_by_role("img", name="Plano de la segunda planta.")).to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.reload()
    expect(text_of(writer).get_by_role("img", name="Plano de la segunda planta.")).to_be_visible()


def test_a_text_too_long_is_told_and_stays(writer):
    page = writer.page
    page.get_by_role("button", name="Markdown").click()
    stored_in(writer).evaluate("(field) => { field.value = 'palabra '.repeat(7400); }")
    page.get_by_role("button", name="How the text will look").click()
    text_of(writer).click()
    text_of(writer).evaluate(PASTE, {"text": "palabra " * 200})
    expect(page.get_by_text(re.compile(r"The text is 798 characters too long"))).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("characters too long")).to_have_count(0)


def test_a_text_that_would_change_opens_as_markdown_and_says_why(site, cast, app):
    with app.app_context():
        made = draft(cast.carles, "Con código", "Antes.\n\n" + "> " * 13 + "hondo")
        address = f"/p/{made.id}/edit"
    visitor = site.visitor(cast.carles, DESK)
    visitor.page.goto(address)
    field = visitor.page.get_by_role("textbox", name="Text, Español")
    expect(field).to_have_value("Antes.\n\n" + "> " * 13 + "hondo")
    expect(
        visitor.page.get_by_text("This text is shown as Markdown, because line 1")
    ).to_be_visible()
    assert axe_findings(visitor.page) == []
    field.fill("Antes.")
    visitor.page.get_by_role("button", name="How the text will look").click()
    expect(text_of(visitor)).to_have_text("Antes.")
    assert visitor.faults == []


def test_opening_and_saving_leaves_a_text_to_the_letter(site, cast, app):
    body = "* uno\n* dos\n\nTitulo __negrita__ y *cursiva*  \notra\n\n1) a\n2) b"
    with app.app_context():
        address = f"/p/{draft(cast.carles, 'Igual', body).id}/edit"
    visitor = site.visitor(cast.carles, DESK)
    page = visitor.page
    page.goto(address)
    text_of(visitor).click()
    page.keyboard.type("x")
    expect(stored_in(visitor)).not_to_have_value(body)
    page.keyboard.press("Backspace")
    expect(stored_in(visitor)).to_have_value(body)
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/preview")
    page.go_back()
    expect(stored_in(visitor)).to_have_value(body)
    assert visitor.faults == []


def test_on_a_phone_the_tools_are_one_row(site, cast, writer):
    phone = site.visitor(cast.carles, PHONE)
    phone.page.goto(writer.page.url)
    bar = phone.page.get_by_role("toolbar", name="Format")
    expect(bar).to_be_visible()
    assert bar.bounding_box()["height"] < 60
    text_of(phone).tap()
    phone.page.keyboard.type("Mañana.")
    expect(stored_in(phone)).to_have_value("Mañana.")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe_findings(phone.page) == []
    assert phone.faults == []


def test_without_script_the_field_is_the_form(site, cast, writer):
    plain = site.visitor(cast.carles, WITHOUT_SCRIPT)
    plain.page.goto(writer.page.url)
    plain.page.get_by_label("Text, Español").fill("Sin **script**.")
    plain.page.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain.page.get_by_label("Text, Español")).to_have_value("Sin **script**.")


def test_every_text_of_the_demonstration_looks_the_same_after_opening_and_saving(demo):
    with demo.app.app_context():
        columns = (PublicationText.body, Message.body, EventMinutes.body, InitiativeUpdate.text)
        texts = [
            body
            for column in columns
            for body in db.session.scalars(select(column).distinct())
            if body and body.strip()
        ]
    assert len(texts) > 500

    for text, made in zip(texts, written(texts), strict=True):
        assert made is not None, text
        assert looks(made) == looks(text)
