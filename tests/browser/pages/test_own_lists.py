"""What people keep an eye on: what came while they read above, threads, drafts, favourites."""

import pytest
from playwright.sync_api import Route, expect

from intranet.messaging.conversations.operations import add_favourite, start_direct_message
from tests.browser.visitors import PHONE, THREAD_WRITE, WRITE
from tests.collaboration.groups.helpers import group_of
from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.slow

TO_TOP = "document.querySelector('.conversation__log').scrollTop = 0"
PILL = ".jump--latest"


@pytest.fixture
def read_room(says, planning):
    """A conversation of some screens, of which Ana has read everything."""
    for number in range(1, 61):
        says("ana", f"Message number {number}.")
    return planning


def test_what_comes_while_one_reads_above_is_told_and_reached_by_keyboard(
    site, says, cast, read_room
):
    ana = site.visitor(cast.ana).open(read_room)
    expect(ana.message("Message number 60.")).to_be_in_viewport()
    ana.page.evaluate(TO_TOP)
    pill = ana.page.locator(PILL)
    expect(pill).to_have_text("Go to the latest message")

    says("carles", "Come quickly.")
    says("carles", f"@[Ana](person:{cast.ana.id}) as well.")

    expect(pill).to_contain_text("2 new messages since")
    expect(pill).to_contain_text(f"{cast.carles.name} has mentioned you")
    expect(ana.message("Come quickly.")).not_to_be_in_viewport()
    pill.focus()
    ana.page.keyboard.press("Enter")
    expect(ana.message("Come quickly.")).to_be_in_viewport()
    expect(pill).to_be_hidden()
    expect(ana.page.locator(".new-line")).to_have_text("2 new messages")


def test_a_reply_stands_in_its_thread_alone_and_waits_for_who_follows_it(app, site, cast, planning):
    with app.app_context():
        question = say(cast.ana, channel_of(cast.urban_planning), "Is there a model?")
        question_id = question.id
    ana = site.visitor(cast.ana).open(planning)
    threads = ana.page.locator('.own-lists a[href="/messages/threads"] .count')
    expect(ana.message("Is there a model?")).to_be_visible()
    with app.app_context():
        room = channel_of(cast.urban_planning)
        say(cast.carles, room, "There is one.", parent_id=question_id)

    expect(ana.page.locator(".thread-link")).to_contain_text("1 reply")
    expect(ana.message("There is one.")).to_have_count(0)
    expect(threads).to_contain_text("1")
    ana.page.locator(".thread-link").click()
    expect(ana.reply("There is one.")).to_be_visible()
    expect(threads).to_be_hidden()
    following = ana.page.locator(".following button").first
    expect(following).to_have_text("Following")
    following.click()
    expect(following).to_have_text("Follow")
    expect(following).to_be_focused()


def test_words_that_are_sent_while_their_draft_is_on_its_way_stay_no_draft(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    held: list[Route] = []
    ana.page.route("**/draft", lambda route: held.append(route) if not held else route.continue_())
    ana.page.focus(WRITE)
    ana.page.keyboard.type("Reminder on its way")
    with ana.page.expect_request("**/draft"):
        pass
    ana.page.keyboard.press("Enter")
    expect(ana.message("Reminder on its way")).to_be_visible()
    with ana.page.expect_response(lambda answer: '"body":""' in (answer.request.post_data or "")):
        held[0].continue_()
    ana.page.goto("/messages/drafts")
    expect(ana.page.locator("main")).not_to_contain_text("Reminder on its way")


def test_an_answer_follows_its_thread_and_the_button_says_so(app, site, cast, planning):
    with app.app_context():
        question = say(cast.carles, channel_of(cast.urban_planning), "Is there a model?")
        address = f"/c/{planning.id}/m/{question.seq}"
    ana = site.visitor(cast.ana)
    ana.page.goto(address)
    ana.settle()
    following = ana.page.locator(".following button").first
    expect(following).to_have_text("Follow")
    ana.write("There is one.", into=THREAD_WRITE)
    expect(following).to_have_text("Following")


def test_a_draft_is_on_every_device_until_it_is_sent(site, cast, planning):
    desk, phone = site.visitor(cast.ana), site.visitor(cast.ana)
    desk.open(planning)
    phone.page.goto("/messages")
    mark = phone.page.locator(
        f".conversation-link[data-conversation-id='{planning.id}'] .conversation-link__draft"
    )
    expect(mark).to_be_hidden()
    desk.page.fill(WRITE, "Half a thought")
    expect(mark).to_be_visible()

    phone.open(planning)
    expect(phone.page.locator(WRITE)).to_have_value("Half a thought")
    phone.page.locator(WRITE).press("End")
    phone.page.keyboard.type(", and the rest")
    phone.page.locator(WRITE).press("Enter")
    expect(phone.message("Half a thought, and the rest")).to_be_visible()
    drafts = phone.page.locator('.own-lists a[href="/messages/drafts"] .count')
    expect(drafts).to_be_hidden()


def test_a_star_puts_a_conversation_first_on_every_tab(site, cast, planning):
    here, there = site.visitor(cast.ana).open(planning), site.visitor(cast.ana)
    there.page.goto("/messages")
    first = there.page.locator(".conversation-list__heading").first
    expect(first).not_to_have_text("Favourites")
    star = here.page.get_by_role("button", name="Favourite")
    star.focus()
    here.page.keyboard.press("Enter")

    expect(star).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_text("Favourites")


def test_a_message_is_saved_from_its_menu_and_undone(site, says, cast, planning):
    says("carles", "Keep this one.")
    ana = site.visitor(cast.ana).open(planning)
    saved = ana.page.locator('.own-lists a[href="/messages/saved"] .count')
    ana.choose(ana.message("Keep this one."), "save")
    expect(ana.page.locator(".toast")).to_contain_text("Saved for later")
    expect(saved).to_contain_text("1")
    mark = ana.message("Keep this one.").get_by_role("link", name="Saved for later")
    expect(mark).to_have_attribute("href", "/messages/saved")
    ana.page.locator(".toast__undo").click()
    expect(saved).to_be_hidden()
    expect(mark).to_have_count(0)
    ana.choose(ana.message("Keep this one."), "save")
    expect(mark).to_be_visible()
    ana.page.reload()
    expect(mark).to_be_visible()


def test_a_new_message_finds_people_while_one_types(site, cast):
    ana = site.visitor(cast.ana)
    ana.page.goto("/conversations/new")
    ana.settle()
    field = ana.page.get_by_role("combobox", name="To: a person or a post")
    expect(field).to_be_focused()
    for name in ("Carles", "Xoel"):
        ana.page.keyboard.type(name)
        expect(ana.page.get_by_role("option", name=name)).to_have_attribute("aria-selected", "true")
        ana.page.keyboard.press("Enter")
        expect(ana.page.get_by_role("link", name=name)).to_be_visible()
    ana.page.keyboard.press("Backspace")
    expect(ana.page.get_by_role("link", name="Xoel")).to_have_count(0)
    ana.page.keyboard.press("Enter")
    ana.settle()
    expect(ana.page.locator(".conversation__title")).to_contain_text(cast.carles.name)
    expect(ana.page.locator(WRITE)).to_be_focused()


FAVOURITES = "[data-favourites] .conversation-link__name"


@pytest.fixture
def two_favourites(app, cast, planning):
    """The channel of urban planning, and by name after it a talk with Xoel, are favourites."""
    with app.app_context():
        talk = start_direct_message(cast.ana, [cast.xoel])
        say(cast.ana, talk, "Hello.")
        for row in (talk, channel_of(cast.urban_planning)):
            add_favourite(cast.ana, row)


def test_favourites_are_moved_by_keyboard_and_by_dragging_on_every_tab(
    site, cast, planning, two_favourites
):
    here, there = site.visitor(cast.ana), site.visitor(cast.ana)
    for visitor in (here, there):
        visitor.page.goto("/messages")
        visitor.settle()
    names = here.page.locator(FAVOURITES)
    channel, talk = names.all_inner_texts()

    here.page.locator("[data-favourites] a").nth(1).focus()
    here.page.keyboard.press("ContextMenu")
    menu = here.page.get_by_role("dialog", name=talk)
    expect(menu.get_by_role("button").first).to_be_focused()
    expect(menu.get_by_role("button", name="Move down")).to_have_count(0)
    here.page.keyboard.press("ArrowDown")
    here.page.keyboard.press("Enter")
    for visitor in (here, there):
        expect(visitor.page.locator(FAVOURITES)).to_have_text([talk, channel])
    expect(here.page.locator("[data-favourites] a").first).to_be_focused()

    rows = here.page.locator("[data-favourites] li")
    rows.nth(1).drag_to(rows.nth(0), target_position={"x": 60, "y": 2})
    for visitor in (here, there):
        expect(visitor.page.locator(FAVOURITES)).to_have_text([channel, talk])


def test_the_menu_of_a_row_stars_it_and_the_open_conversation_says_so(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    row = ana.page.locator(f".conversation-list a[data-conversation-id='{planning.id}']")
    row.click(button="right")
    ana.page.get_by_role("button", name="Add to favourites").click()
    expect(ana.page.locator(FAVOURITES)).to_have_count(1)
    star = ana.page.get_by_role("button", name="Favourite", exact=True)
    expect(star).to_have_attribute("aria-pressed", "true")
    row.click(button="right")
    expect(ana.page.locator(".row-menu-dialog")).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator(".row-menu-dialog")).to_have_count(0)
    expect(row).to_be_focused()


def test_a_long_press_opens_the_menu_of_a_row_and_lifting_opens_nothing(site, cast, planning):
    ana = site.visitor(cast.ana, PHONE)
    ana.page.goto("/messages")
    ana.settle()
    row = ana.page.locator(f".conversation-list a[data-conversation-id='{planning.id}']")
    box = row.bounding_box()
    finger = {"x": box["x"] + 60, "y": box["y"] + 20}
    touch = ana.context.new_cdp_session(ana.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    menu = ana.page.locator(".row-menu-dialog")
    expect(menu).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    menu.get_by_role("button", name="Add to favourites").tap()
    expect(ana.page.locator(FAVOURITES)).to_have_count(1)
    assert ana.page.url.endswith("/messages")


def test_an_open_channel_is_joined_in_the_list_and_the_list_follows(app, site, cast):
    with app.app_context():
        group_of(cast.elna, "Grupo abierto")
    ana = site.visitor(cast.ana)
    ana.page.goto("/messages/channels")
    ana.settle()
    count = ana.page.locator(".conversation-list a[href='/messages/channels'] .count")
    before = int(count.inner_text().split()[0])
    join = ana.page.get_by_role("button", name="Join Grupo abierto")
    join.focus()
    ana.page.keyboard.press("Enter")
    opens = ana.page.get_by_role("link", name="Open it: Grupo abierto")
    expect(opens).to_be_focused()
    expect(ana.page.locator(".conversation-list").get_by_text("Grupo abierto")).to_be_visible()
    expect(count).to_contain_text(str(before - 1) if before > 1 else "")
    assert ana.page.url.endswith("/messages/channels")
    ana.page.get_by_role("button", name="Leave Grupo abierto").click()
    expect(join).to_be_visible()
    expect(ana.page.locator(".conversation-list").get_by_text("Grupo abierto")).to_have_count(0)
