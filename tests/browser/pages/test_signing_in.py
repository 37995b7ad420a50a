"""Signing in and looking after one's account, in a real browser, by keyboard and without script."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from intranet.organisation.accounts.models import LinkPurpose
from intranet.organisation.accounts.operations.accounts import invite_person
from intranet.organisation.accounts.operations.agencies import new_first_agency_link
from intranet.organisation.accounts.operations.links import new_link
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from tests.audits import axe_findings
from tests.cast import PASSWORD
from tests.delivery.realtime.clients import served, wait_until

WIDTHS = {"1440": 1440, "390": 390}
NARROWEST = 320


@pytest.fixture
def site(app):
    """The address at which the house is served."""
    with served(app) as address:
        yield address


@pytest.fixture
def open_page(browser, site):
    """Open a browser of somebody who is not signed in."""
    contexts = []

    def make(width=1440, **options):
        options = {"base_url": site, "locale": "en-GB", "reduced_motion": "reduce"} | options
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()


def sign_in(page, name="ana@monteclaro.example"):
    page.goto("/signin")
    page.get_by_label("E-mail or staff number").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^(Sign in|Entrar)$")).click()
    page.wait_for_url(re.compile(r"/$"))


def fits(page):
    """Whether nothing has to be scrolled sideways, on the narrowest screen either."""
    size = page.viewport_size
    page.set_viewport_size({**size, "width": NARROWEST})
    needed = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(size)
    return needed <= NARROWEST


def axe_findings_in_both(page):
    """Faults that axe finds on the page in light, and in dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {finding}" for finding in axe_findings(page)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing(app, cast, open_page, width):
    with app.app_context():
        invited = invite_person(
            cast.dorleta, cast.monteclaro, "Sabela Rey", email=None, staff_number="77"
        )
        reset = new_link(LinkPurpose.PASSWORD, cast.account_of(cast.ana).id)
        first = new_first_agency_link()
    links = [
        address.removeprefix("http://127.0.0.1:8000") for address in (invited.address or "", first)
    ]
    page = open_page(width)
    for path in ("/signin", "/forgotten", "/handed-code", f"/reset/{reset}", *links, "/nothing"):
        page.goto(path)
        assert axe_findings_in_both(page) == [], path
        assert fits(page), path
    page.goto("/signin")
    page.get_by_label("E-mail or staff number").fill("nobody@x.example")
    page.get_by_label("Password", exact=True).fill("nothing")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The sign-in name or password is wrong")
    assert axe_findings_in_both(page) == []
    sign_in(page)
    with app.app_context():
        change_sign_in_names(
            cast.dorleta, cast.account_of(cast.ana), email="new@monteclaro.example", staff_number=""
        )
    own = ("settings", "sign-ins", "password", "second-factor", "tokens", "confirm", "waiting")
    for path in own:
        page.goto(f"/me/{path}")
        assert axe_findings_in_both(page) == [], path
        assert fits(page), path


@pytest.mark.slow
def test_by_keyboard_alone_one_signs_in(cast, open_page):
    page = open_page()
    page.goto("/signin")
    expect(page.get_by_label("E-mail or staff number")).to_be_focused()
    page.keyboard.type("ana@monteclaro.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Keep me signed in")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator(".topbar__account")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_second_step_from_setting_up_to_signing_in(cast, open_page, script):
    page = open_page(java_script_enabled=script)
    sign_in(page)
    page.goto("/me/second-factor")
    page.get_by_label(re.compile("Enter your password|Vuelve a escribir")).fill(PASSWORD)
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("img.qr")).to_be_visible()
    wait_until(lambda: page.evaluate("document.querySelector('img.qr').naturalWidth") > 100)
    page.locator("main details summary").click()
    phone = pyotp.TOTP(page.locator("code.key").inner_text().replace(" ", ""))
    page.locator("[name=code]").fill(phone.now())
    page.locator("main form button[type=submit]").last.click()
    shown = page.locator(".codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()

    other = open_page(java_script_enabled=script)
    other.goto("/signin")
    other.get_by_label("E-mail or staff number").fill("ana@monteclaro.example")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(re.compile("/signin/code"))
    if script:
        assert axe_findings(other) == []
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(re.compile(r"/$"))


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_confirming_repeats_the_form_that_needed_it(cast, open_page, script):
    page = open_page(390, java_script_enabled=script)
    sign_in(page, "dorleta@monteclaro.example")
    page.goto(f"/admin/{cast.monteclaro.code}/people/{cast.ana.id}?lang=en")
    page.get_by_label(re.compile("E-mail|Correo")).fill("new@monteclaro.example")
    page.locator("form:has([name=email]) button[type=submit]").click()

    expect(page.locator("[name=confirm_password]")).to_be_focused()
    if script:
        assert axe_findings(page) == []
        assert fits(page)
    page.locator("[name=confirm_password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()

    page.wait_for_url(re.compile(f"/people/{cast.ana.id}"))
    expect(page.locator("main")).to_contain_text("new@monteclaro.example")


@pytest.mark.slow
def test_the_language_menu_and_signing_out_work_without_script(cast, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/signin")
    page.locator(".signed-out__top summary").first.click()
    page.get_by_role("button", name="Galego").click()
    expect(page.locator("html")).to_have_attribute("lang", "gl")
    page.locator("#field-email").fill("ana@monteclaro.example")
    page.locator("#field-password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/$"))
    page.locator(".topbar__account").click()
    page.locator("form[action='/signout'] button").click()
    page.wait_for_url(re.compile("/signin"))
    page.goto("/me/settings")
    page.wait_for_url(re.compile("/signin"))


@pytest.mark.slow
def test_after_signing_out_going_back_shows_nothing(cast, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/me/settings")
    page.locator(".topbar__account").click()
    page.locator("form[action='/signout'] button").click()
    page.wait_for_url(re.compile("/signin"))
    page.go_back()
    page.wait_for_url(re.compile("/signin"))
    expect(page.locator("#field-password")).to_be_visible()


@pytest.mark.slow
def test_an_error_takes_the_reader_to_its_field(cast, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/me/password")
    page.locator("[name=old_password]").fill("wrong")
    page.locator("[name=new_password]").fill("lluvia sobre el tejado")
    page.locator("main form button[type=submit]").click()
    summary = page.locator("error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("[name=old_password]")).to_be_focused()
    expect(page.locator("[name=old_password]")).to_have_attribute("aria-invalid", "true")
    assert axe_findings(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_a_theme_that_was_chosen_is_kept_for_the_next_page(cast, open_page, script):
    page = open_page(java_script_enabled=script)
    page.goto("/signin")
    page.locator(".signed-out__top summary").last.click()
    page.get_by_role("link", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/forgotten")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["theme"] == "dark"
