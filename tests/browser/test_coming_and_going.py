"""Who loses a post loses its rooms on the screen; who gains one sees them, without a reload."""

import re

import pytest
from playwright.sync_api import expect

from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from tests.messaging.messages.helpers import channel_of

pytestmark = pytest.mark.slow


def test_an_open_room_is_closed_with_a_sentence_when_its_post_ends(site, app, cast):
    with app.app_context():
        room = channel_of(cast.procurement)
    iria = site.visitor(cast.iria).open(room)
    link = iria.page.locator(f".conversation-link[data-conversation-id='{room.id}']")
    expect(link).to_be_visible()
    with app.app_context():
        for appointment in current_appointments(cast.iria.id):
            end_appointment(None, appointment)

    expect(iria.page.locator(".banner")).to_contain_text("You are no longer in this conversation")
    expect(iria.page.locator("message-log")).to_have_count(0)
    expect(link).to_have_count(0)
    expect(iria.page).to_have_url(re.compile("/messages$"))


def test_a_new_post_brings_its_room_into_the_list(site, app, cast, planning):
    with app.app_context():
        room = channel_of(cast.procurement)
    xoel = site.visitor(cast.xoel).open(planning)
    link = xoel.page.locator(f".conversation-link[data-conversation-id='{room.id}']")
    expect(link).to_have_count(0)
    with app.app_context():
        day = clock.today(cast.monteclaro.time_zone)
        appoint(None, cast.technician_post, cast.xoel, starts_on=day)

    expect(link).to_contain_text("Contratación Pública")


def test_the_head_invites_names_a_speaker_and_takes_it_back(site, app, cast, planning):
    carles = site.visitor(cast.carles).open(planning)
    iria = site.visitor(cast.iria)
    iria.page.goto("/messages")
    iria.settle()
    link = iria.page.locator(f".conversation-link[data-conversation-id='{planning.id}']")
    expect(link).to_have_count(0)

    page = carles.page
    page.locator(".conversation__tools summary").click()
    page.locator(".menu__panel").get_by_role("link", name="People").click()
    page.get_by_placeholder("Person’s name").fill("iri")
    page.get_by_placeholder("Person’s name").press("Enter")
    page.get_by_role("button", name="Invite Iria Souto").click()
    expect(link).to_be_visible()

    row = page.locator(".people > li", has_text="Iria Souto")
    expect(row).to_contain_text("Invited")
    row.locator("summary").click()
    page.get_by_role(
        "button", name="Let this person post, pin messages and mention everybody"
    ).click()
    expect(row).to_contain_text("Can post messages")
    row.locator("summary").click()
    page.get_by_role("button", name="Remove this permission").click()
    expect(row).to_have_count(0)
    expect(link).to_have_count(0)
