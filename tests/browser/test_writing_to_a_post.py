"""The talk with a post at real browsers: its holder changes, and a post that was named in vain."""

import pytest
from playwright.sync_api import expect

from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from tests.audits import axe_findings
from tests.browser.visitors import PHONE, WRITE

pytestmark = pytest.mark.slow


def test_a_talk_changes_hands_while_it_is_open(app, site, cast):
    with app.app_context():
        today = clock.today("Europe/Madrid")
        appoint(None, cast.technician_post, cast.xoel, starts_on=today)
    bieito, xoel, nadia = (
        site.visitor(cast.bieito),
        site.visitor(cast.xoel),
        site.visitor(cast.nadia, PHONE),
    )
    nadia.page.goto("/messages")
    nadia.settle()
    bieito.page.goto("/conversations/new?q=arquitecto-a-municipal@monteclaro")
    bieito.page.get_by_role("option", name="Arquitecto/a municipal").click()
    expect(bieito.page.get_by_text("Xoel Pardo holds this post")).to_be_visible()
    assert axe_findings(bieito.page) == []
    bieito.page.get_by_role("button", name="Write to the post").click()
    bieito.settle()
    expect(
        bieito.page.get_by_text("To the post: its future holders can read this too")
    ).to_be_visible()
    bieito.write("Who keeps the plans?")
    xoel.page.goto("/messages")
    xoel.page.get_by_role("link", name="Bieito Lourido").click()
    xoel.settle().write("I do.")
    expect(bieito.message("I do.").locator(".message__author")).to_have_text("Xoel Pardo")

    with app.app_context():
        for held in current_appointments(cast.xoel.id):
            if held.post_id == cast.architect_post.id:
                end_appointment(None, held)
        appoint(None, cast.architect_post, cast.nadia, starts_on=today)

    left = xoel.page.locator(".banner", has_text="You are no longer in this conversation")
    expect(left).to_be_visible()
    nadia.page.get_by_role("link", name="Bieito Lourido").click()
    nadia.settle().page.fill(WRITE, "From now on I do.")
    nadia.page.click(".conversation__foot .composer__send:not(.composer__later)")
    expect(bieito.message("From now on").locator(".message__author")).to_have_text("Nadia Benali")
    talk = bieito.page.url
    xoel.page.goto(talk)
    expect(xoel.page.get_by_role("heading", level=1)).to_have_text(
        "Your messages on behalf of Arquitecto/a municipal"
    )
    expect(xoel.page.get_by_text("I do.")).to_have_count(1)
    assert axe_findings(xoel.page) == []
    assert axe_findings(nadia.page) == []


def test_a_post_that_cannot_read_the_room_is_sent_the_message_in_one_click(site, cast, planning):
    carles = site.visitor(cast.carles).open(planning)
    carles.page.fill(WRITE, "@secretaria-intervencion@vilaverde may know.")
    carles.page.press(WRITE, "Enter")
    offer = carles.page.locator(".missed-post")
    expect(offer).to_contain_text("cannot read this conversation and was not notified")
    assert axe_findings(carles.page) == []

    offer.get_by_role("button", name="Send the message to the post").click()

    expect(carles.page.get_by_role("heading", level=1).first).to_contain_text("Secretaría")
    expect(carles.message("may know.")).to_contain_text("Original conversation")
