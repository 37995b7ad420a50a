"""Reading, posting and what one does with a message, in a browser without JavaScript."""

import pytest
from playwright.sync_api import expect

from intranet.messaging.messages import queries
from tests.browser.visitors import WITHOUT_SCRIPT, WRITE


@pytest.mark.slow
def test_one_reads_posts_and_lands_on_the_new_message(site, says, cast, planning):
    says("carles", "The plans are in.")
    ana = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    ana.goto(f"/c/{planning.id}")
    expect(ana.locator(".message", has_text="The plans are in.")).to_be_visible()
    expect(ana.locator(".new-line")).to_have_text("1 new message")
    ana.fill(WRITE, "Thank you, I have **read** them.")
    ana.get_by_role("button", name="Send", exact=True).first.click()

    expect(ana.locator(".message strong")).to_have_text("read")
    assert ana.url.endswith(f"/c/{planning.id}#m-2")


def test_a_refused_post_keeps_the_text(site, cast, planning):
    ana = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    ana.goto(f"/c/{planning.id}")
    ana.get_by_role("button", name="Send", exact=True).first.click()

    expect(ana.locator(".conversation__foot [role=alert]")).to_be_visible()


@pytest.mark.slow
def test_a_file_goes_with_the_form(site, cast, planning):
    ana = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    ana.goto(f"/c/{planning.id}")
    ana.set_input_files(
        ".conversation__foot .composer__attach",
        [{"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Lift the north wall."}],
    )
    ana.fill(WRITE, "Here.")
    ana.get_by_role("button", name="Send", exact=True).first.click()

    expect(ana.locator(".file-card")).to_contain_text("notes.txt")


@pytest.mark.slow
def test_a_message_has_a_page_with_its_thread_and_everything_one_may_do(
    site, app, cast, planning, says
):
    says("ana", "Which form is valid?")
    ana = site.visitor(cast.ana, WITHOUT_SCRIPT).page
    ana.goto(f"/c/{planning.id}")
    ana.locator("#m-1").get_by_role("link", name="Actions for this message").click()
    ana.get_by_role("button", name="Agree").click()
    ana.goto(f"/c/{planning.id}/m/1")
    expect(ana.locator("#t-1 .reaction[aria-pressed=true]")).to_contain_text("Agree")

    ana.fill("message-thread textarea", "The one of March.")
    ana.locator("message-thread").get_by_role("button", name="Send", exact=True).click()
    expect(ana.locator("message-thread .messages .message")).to_contain_text("The one of March.")

    ana.get_by_role("link", name="Edit").click()
    ana.get_by_label("Text").fill("Which form is valid today?")
    ana.get_by_role("button", name="Save changes").click()
    expect(ana.locator("#t-1")).to_contain_text("valid today?")
    ana.locator("#t-1 .message__edited").click()
    expect(ana.get_by_text("Which form is valid?")).to_be_visible()

    ana.goto(f"/c/{planning.id}/m/1")
    ana.get_by_role("link", name="Delete message").click()
    ana.get_by_role("button", name="Delete message").click()
    expect(ana.locator("#m-1")).to_have_text("Message deleted")
    with app.app_context():
        assert queries.latest(planning.id)[0].body == ""


@pytest.mark.slow
def test_earlier_messages_are_a_link_away(site, says, cast, planning):
    says("carles", *(f"Number {number}." for number in range(60)))
    says("ana", "Mine.")
    carles = site.visitor(cast.carles, WITHOUT_SCRIPT).page
    carles.goto(f"/c/{planning.id}?before_seq=62")
    carles.get_by_role("link", name="Earlier messages").click()

    expect(carles.get_by_text("Number 0.", exact=True)).to_be_visible()
    carles.get_by_role("link", name="Later messages").click()
    expect(carles.get_by_text("Mine.", exact=True)).to_be_visible()
