"""A plan at a real browser: by keyboard, by dragging, on a phone, without script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from intranet.administration.reorganisation.models import PlanState
from intranet.administration.reorganisation.queries import changes_of, plans_of
from tests.administration.reorganisation.plans import made
from tests.audits import axe_findings
from tests.browser.pages.test_keyboard import tab_to
from tests.browser.visitors import PHONE, WITHOUT_SCRIPT
from tests.cast import today

pytestmark = pytest.mark.slow

PLANS = "/admin/L01990012/reorganisations"


@pytest.fixture
def plan(site, cast):
    """A plan of every tone: a name changes, a unit is new, one closes and leaves posts behind."""
    with site.app.app_context():
        plan = made(
            cast.dorleta,
            cast.monteclaro,
            {"kind": "rename", "unit": cast.urban_planning.id, "name": {"es": "Ciudad"}},
            {"kind": "found", "name": {"es": "Calidad"}, "parent": cast.urban_planning.id},
            {"kind": "dissolve", "unit": cast.licences.id},
        )
        return f"{PLANS}/{plan.id}"


def states(site, cast):
    with site.app.app_context():
        return [(plan.state, len(changes_of(plan.id))) for plan in plans_of(cast.monteclaro.id)]


def test_nothing_is_said_against_the_pages(site, cast, plan):
    page = site.visitor(cast.dorleta).page
    for address in (
        PLANS,
        plan,
        f"{plan}/changes",
        f"{plan}/changes/new",
        f"{plan}/changes/new?kind=merge&unit={cast.licences.id}",
        f"{plan}/changes/new?kind=split&unit={cast.licences.id}",
        f"{plan}/units/{cast.urban_planning.id}",
        f"{plan}/consequences",
        f"{plan}/file",
        f"{plan}/apply",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert axe_findings(page) == [], address


def test_nothing_is_said_against_them_on_a_phone_in_the_dark(site, cast, plan):
    page = site.visitor(cast.dorleta, PHONE, color_scheme="dark").page
    page.goto(plan)
    page.wait_for_load_state("networkidle")

    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".plan-side--today")).to_be_hidden()
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.locator(".plan-side--today")).to_be_visible()
    expect(page.locator(".plan-side--after")).to_be_hidden()


def test_a_change_is_added_dated_and_scheduled_by_keyboard(site, cast):
    page = site.visitor(cast.dorleta).page
    page.goto(PLANS)
    tab_to(page, page.get_by_label("Name of the plan"))
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")

    tab_to(page, page.locator("summary", has_text="Add change"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Rename a unit"), key="ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Unit to rename"))
    page.keyboard.type("Licencias")
    tab_to(page, page.get_by_label("New name"))
    page.keyboard.type("Licencias y Obras")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The change was added.")).to_be_visible()
    expect(page.locator(".plan-side--after")).to_contain_text("Licencias y Obras")

    tab_to(page, page.get_by_label("Applies on"))
    page.keyboard.type((today() + timedelta(days=40)).strftime("%d%m%Y"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The plan is scheduled.")).to_be_visible()
    assert states(site, cast) == [(PlanState.SCHEDULED, 1)]


def test_a_tree_is_walked_by_keyboard(site, cast, plan):
    page = site.visitor(cast.dorleta).page
    page.goto(plan)
    row = page.locator(".plan-side--today .plan-row", has_text="Urbanismo y Obras").first
    row.focus()
    page.keyboard.press("ArrowLeft")
    licences = page.locator(f'.plan-side--today [data-unit-id="{cast.licences.id}"]')
    expect(row).to_have_attribute("aria-expanded", "true")  # the top level stays open
    page.keyboard.press("ArrowRight")
    page.keyboard.press("l")
    expect(licences).to_be_focused()


def test_a_unit_is_dragged_onto_another_and_that_is_undone(site, cast, plan):
    page = site.visitor(cast.dorleta).page
    page.goto(plan)
    after = page.locator(".plan-side--after")
    dragged = after.locator(f'[data-unit-id="{cast.procurement.id}"]')
    dragged.drag_to(after.locator(f'[data-unit-id="{cast.urban_planning.id}"]'))
    expect(page.get_by_text("The change was added.")).to_be_visible()
    assert states(site, cast) == [(PlanState.DRAFT, 4)]

    page.get_by_role("button", name="Undo my last step").click()
    expect(page.get_by_text("Your last step was undone.")).to_be_visible()
    assert states(site, cast) == [(PlanState.DRAFT, 3)]


def test_the_menu_of_a_unit_has_what_can_be_done_to_it(site, cast, plan):
    page = site.visitor(cast.dorleta).page
    page.goto(plan)
    page.locator(f'.plan-side--after [data-unit-id="{cast.urban_planning.id}"] summary').click()
    page.get_by_role("link", name="Split it").click()
    expect(page.get_by_role("heading", name="Split a unit")).to_be_visible()
    expect(page.locator(".plan-subject")).to_contain_text("Ciudad")


def test_what_is_left_is_resolved_and_scheduled_without_script(site, cast, plan):
    page = site.visitor(cast.dorleta, WITHOUT_SCRIPT).page
    page.goto(plan)
    button = page.get_by_role("button", name=re.compile("Schedule"))
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text(re.compile("Resolve . open points? first"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Move everything to")).click()
    expect(button).not_to_have_attribute("aria-disabled", "true")

    page.get_by_role("link", name="See whom and what it concerns").click()
    expect(page.get_by_role("heading", name="Effects of the plan")).to_be_visible()
    page.goto(plan)
    button.click()
    expect(page.get_by_text("The plan is scheduled.")).to_be_visible()
    page.get_by_role("button", name="Make it a draft again").click()
    assert states(site, cast) == [(PlanState.DRAFT, 3)]
