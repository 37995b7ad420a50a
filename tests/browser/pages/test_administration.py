"""Administration at a real browser: searched while typing, suggested, ended live."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.models import Appointment
from tests.browser.visitors import DESK, WITHOUT_SCRIPT

pytestmark = pytest.mark.slow

TOWN = "/admin/L01990012"


def test_a_list_is_searched_while_typing(site, cast):
    page = site.visitor(cast.dorleta).page
    page.goto(f"{TOWN}/people")
    expect(page.get_by_role("link", name="Carles Roig")).to_be_visible()

    page.get_by_label("Search people by name, e-mail or staff number").press_sequentially("uxi")

    expect(page.get_by_role("link", name="Carles Roig")).to_have_count(0)
    expect(page.get_by_role("link", name="Uxía Lema")).to_be_visible()
    page.wait_for_url("**q=uxi*")


def test_a_search_keeps_the_filter(site, cast):
    page = site.visitor(cast.dorleta).page
    page.goto(f"{TOWN}/people?access=disabled")

    page.get_by_role("searchbox").press_sequentially("a")

    page.wait_for_url("**access=disabled*")
    expect(page.get_by_role("link", name="Lara Nieto")).to_be_visible()
    expect(page.get_by_role("link", name="Ana Castro")).to_have_count(0)


def test_units_are_suggested_while_typing(site, cast):
    page = site.visitor(cast.dorleta).page
    page.goto(f"{TOWN}/posts/new")

    page.get_by_label("Unit", exact=True).press_sequentially("lice")

    option = page.locator("#unit-options option")
    expect(option).to_have_count(1)
    expect(option).to_have_attribute("value", "Licencias (URB-LIC)")


def test_what_is_wrong_is_listed_and_takes_the_focus(site, cast):
    page = site.visitor(cast.dorleta).page
    page.goto(f"{TOWN}/units/new")
    page.get_by_role("textbox", name="Name", exact=True).fill("Disciplina")
    page.get_by_label("Parent unit").fill("Nothing like it")
    page.get_by_role("button", name="Create unit").click()

    expect(page.locator("error-summary")).to_be_focused()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Disciplina")
    page.locator("error-summary a").click()
    expect(page.get_by_label("Parent unit")).to_be_focused()


@pytest.mark.parametrize("how", [DESK, WITHOUT_SCRIPT], ids=["script", "plain"])
def test_an_appointment_is_made_and_ended(app, site, cast, how):
    page = site.visitor(cast.dorleta, how).page
    page.goto(f"{TOWN}/people")
    page.get_by_role("link", name="Xoel Pardo").click()
    page.get_by_role("link", name="Appoint", exact=True).click()
    page.get_by_role("combobox", name="Post", exact=True).fill("Técnico/a de Contratación")
    page.get_by_role("button", name="Appoint", exact=True).click()
    expect(page.get_by_text("Xoel Pardo has been appointed.")).to_be_visible()

    name = "End appointment as Técnico/a de Contratación"
    page.get_by_role("link", name=name).click()
    expect(page.get_by_text("Contratación Pública").first).to_be_visible()
    page.get_by_role("button", name="End appointment").click()

    expect(page.get_by_role("link", name=name)).to_have_count(0)
    with app.app_context():
        row = db.session.scalars(
            select(Appointment).where(
                Appointment.person_id == cast.xoel.id,
                Appointment.post_id == cast.technician_post.id,
            )
        ).one()
        assert row.ends_on is not None
