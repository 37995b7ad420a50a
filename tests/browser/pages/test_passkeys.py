"""A passkey is added and used in a real browser, whose device has a fingerprint that fits."""

import re

import pytest
from playwright.sync_api import expect

from tests.audits import axe_findings
from tests.cast import PASSWORD
from tests.delivery.realtime.clients import served

FINGERPRINT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(app, browser):
    """A page of a browser with an authenticator, at a name: an IP address has no passkeys."""
    with served(app) as address:
        place = address.replace("127.0.0.1", "localhost")
        context = browser.new_context(base_url=place, locale="en-GB", reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(15_000)
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": FINGERPRINT})
        yield page
        context.close()


@pytest.mark.slow
def test_a_passkey_is_added_used_and_asked_for(page, cast):
    page.goto("/signin?lang=en")
    page.get_by_label("E-mail or staff number").fill("ana@monteclaro.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^(Sign in|Entrar)$")).click()
    page.goto("/me/passkeys")
    assert axe_findings(page) == []

    page.get_by_label(re.compile("Name of the device|Nombre del dispositivo")).fill("Portátil")
    page.locator("pass-key button").click()
    page.locator("[name=confirm_password]").fill(PASSWORD)
    page.locator("form:has([name=confirm_password]) .button--primary").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/me/passkeys")
    expect(page.get_by_text("Portátil")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/signin")
    # The browser may offer it by itself in the field; a device that always agrees then is quicker.
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/me/passkeys")
    expect(page.get_by_text("Portátil")).to_be_visible()
