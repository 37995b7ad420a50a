"""What one finds in a conversation: its past, its drafts, its people, what is pinned."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitors import DESK, PHONE, WRITE
from tests.delivery.realtime.clients import wait_until

TOP_OF = """(seq) => document.querySelector(`#m-${seq}`).getBoundingClientRect().top"""
AT_REST = """async () => {
  const log = document.querySelector(".conversation__log");
  const isAtEnd = () => log.scrollTop + log.clientHeight >= log.scrollHeight - 2;
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  return isAtEnd();
}"""
UP_AND_DRAWN = """() => {
  document.querySelector(".conversation__log").scrollTop = 400;
  document.querySelector("message-log").feed.dispatchEvent(new CustomEvent("changed"));
}"""
STORE = """() => {
  const { low, high, follows } = document.querySelector("message-log").feed.store;
  return [low, high, follows];
}"""
SEQS = """() => [...document.querySelectorAll("message-log .message")]
  .map((article) => Number(article.dataset.seq))"""


@pytest.fixture
def long_room(says, planning):
    """A conversation with 130 messages, which Xoel has not read."""
    for number in range(1, 131):
        says("carles" if number % 3 else "ana", f"Message number {number}.")
    return planning


@pytest.mark.slow
def test_the_past_comes_above_without_a_jump_and_the_page_stays_small(site, cast, long_room):
    xoel = site.visitor(cast.xoel).open(long_room)
    xoel.page.locator(".jump--latest").click()
    expect(xoel.message("Message number 130.")).to_be_in_viewport()
    wait_until(lambda: xoel.page.evaluate(AT_REST))  # it may still be on its way down
    while xoel.page.evaluate(STORE)[0] > 1:
        low = xoel.page.evaluate(STORE)[0]
        xoel.page.evaluate("document.querySelector('.conversation__log').scrollTop = 400")
        before = xoel.page.evaluate(TOP_OF, low + 5)
        wait_until(lambda low=low: xoel.page.evaluate(STORE)[0] < low)
        assert abs(xoel.page.evaluate(TOP_OF, low + 5) - before) < 2

    seqs = xoel.page.evaluate(SEQS)
    assert seqs == list(range(1, seqs[-1] + 1))
    assert len(seqs) <= 400
    expect(xoel.page.locator(".conversation__start")).to_be_visible()


@pytest.mark.slow
def test_who_goes_up_stays_there_though_something_is_drawn_before_the_browser_tells(
    site, cast, long_room
):
    xoel = site.visitor(cast.xoel).open(long_room)
    xoel.page.locator(".jump--latest").click()
    wait_until(lambda: xoel.page.evaluate(AT_REST))

    xoel.page.evaluate(UP_AND_DRAWN)

    wait_until(lambda: xoel.page.evaluate(STORE)[0] < 81)  # what is above is asked for
    expect(xoel.message("Message number 130.")).not_to_be_in_viewport()


@pytest.mark.slow
def test_the_page_opens_at_what_is_new_and_goes_to_the_latest(site, cast, long_room):
    xoel = site.visitor(cast.xoel).open(long_room)
    expect(xoel.page.locator(".new-line")).to_have_text("130 new messages")
    expect(xoel.message("Message number 1.")).to_be_in_viewport()
    xoel.page.locator(".jump--latest").click()

    expect(xoel.message("Message number 130.")).to_be_in_viewport()
    expect(xoel.page.locator(".jump--latest")).to_be_hidden()
    expect(xoel.page.locator("unread-total .count")).to_be_hidden()


@pytest.mark.slow
def test_who_reads_the_past_is_not_moved_by_what_comes(site, says, cast, long_room):
    xoel = site.visitor(cast.xoel).open(long_room)
    before = xoel.page.evaluate(TOP_OF, 3)
    says("carles", "Come quickly.")
    link = xoel.page.locator(f".conversation-link[data-conversation-id='{long_room.id}']")
    expect(link.locator(".count")).not_to_have_text("")

    assert xoel.page.evaluate(TOP_OF, 3) == before
    xoel.page.locator(".jump--latest").click()
    expect(xoel.message("Come quickly.")).to_be_in_viewport()


@pytest.mark.slow
def test_a_link_to_a_message_lands_on_it(site, cast, long_room):
    ana = site.visitor(cast.ana).open(long_room)
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ana.page.locator(".jump--latest").click()
    ana.choose(ana.message("Message number 125."), "copy-link")
    expect(ana.page.get_by_text("Link copied")).to_be_visible()
    address = ana.page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"/c/{long_room.id}/m/125")
    ana.page.goto(address.replace("/125", "/40"))

    expect(ana.message("Message number 40.")).to_be_in_viewport()
    expect(ana.reply("Message number 40.")).to_be_visible()


@pytest.mark.slow
def test_a_draft_is_kept_per_conversation_over_reload(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.fill(WRITE, "Half a thought")
    ana.page.reload()
    ana.settle()
    expect(ana.page.locator(WRITE)).to_have_value("Half a thought")
    ana.page.locator(".conversation-link", has_text="Licencias").click()
    ana.settle()
    expect(ana.page.locator(WRITE)).to_have_value("")
    link = ana.page.locator(f".conversation-link[data-conversation-id='{planning.id}']")
    expect(link.locator(".conversation-link__draft")).to_be_visible()


@pytest.mark.slow
def test_calling_everybody_says_how_many_it_rings_before_it_does(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.click(WRITE)
    ana.page.keyboard.type("@chan")
    chosen = ana.page.locator(".suggestions .option[aria-selected='true']")
    expect(chosen).to_contain_text("notifies")
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.type("the lift is out of order.")
    ana.page.keyboard.press("Enter")

    dialog = ana.page.get_by_role("dialog", name="Notify everybody?")
    expect(dialog).to_contain_text(re.compile(r"Your message will notify \d+ people"))
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(ana.message("the lift is out of order.").locator("a.mention")).to_be_visible()


@pytest.mark.slow
def test_quoting_puts_the_words_into_the_box(site, says, cast, planning):
    says("carles", "The permit is from **March**.")
    ana = site.visitor(cast.ana).open(planning)
    ana.choose(ana.message("The permit"), "quote")

    source = r"> \*\*\[Carles Roig, \d+:\d\d\]\((/c/[\w-]+/m/\d+)\)\*\*"
    quoted = re.compile(rf"^{source}\n>\n> The permit is from \*\*March\*\*\.\n\n$")
    expect(ana.page.locator(WRITE)).to_have_value(quoted)
    ana.page.press(WRITE, "Control+Enter")
    quotation = ana.message("Carles Roig,").locator("blockquote")
    expect(quotation).to_contain_text("The permit is from March.")
    expect(quotation.locator("a")).to_have_attribute("href", re.compile(r"^/c/[\w-]+/m/\d+$"))


ABOVE_FOOT = """button => button.getBoundingClientRect().bottom
    <= document.querySelector(".conversation__foot").getBoundingClientRect().top"""


@pytest.mark.slow
@pytest.mark.parametrize("how", [DESK, PHONE], ids=["desk", "phone"])
def test_the_arrow_up_opens_the_last_message_with_its_buttons_in_view(
    site, says, cast, planning, how
):
    for number in range(20):
        says("carles", f"Paragraph {number}.")
    ana = site.visitor(cast.ana, how).open(planning)
    ana.page.fill(WRITE, "One line.")
    ana.page.press(WRITE, "Control+Enter")
    expect(ana.message("One line.")).to_have_attribute("data-seq", re.compile(r"\d"))
    ana.page.press(WRITE, "ArrowUp")

    form = ana.page.locator("[data-editing]")
    expect(form.locator("textarea")).to_be_focused()
    for name in ("Cancel", "Save changes"):
        button = form.get_by_role("button", name=name).element_handle()
        ana.page.wait_for_function(ABOVE_FOOT, arg=button)
    for _line in range(6):
        ana.page.keyboard.press("Shift+Enter")
    cancel = form.get_by_role("button", name="Cancel").element_handle()
    ana.page.wait_for_function(ABOVE_FOOT, arg=cancel)


@pytest.mark.slow
def test_the_box_says_that_a_draft_is_kept(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    expect(ana.page.get_by_text("Draft saved")).to_be_hidden()
    ana.page.fill(WRITE, "To be continued")
    expect(ana.page.get_by_text("Draft saved")).to_be_visible()
    ana.page.fill(WRITE, "")
    expect(ana.page.get_by_text("Draft saved")).to_be_hidden()


@pytest.mark.slow
def test_what_the_head_pins_is_found_by_everybody(site, says, cast, planning):
    says("xoel", "Forms are on shelf 4.")
    carles = site.visitor(cast.carles).open(planning)
    ana = site.visitor(cast.ana).open(planning)
    carles.choose(carles.message("shelf 4"), "pin")
    expect(ana.message("shelf 4").locator(".message__pin")).to_be_visible()
    ana.page.get_by_role("link", name="Pinned messages").click()
    expect(ana.page.locator(".sheet__side .message")).to_contain_text("shelf 4")
    ana.page.locator(".sheet__side .message").hover()
    expect(ana.page.locator("[data-action=unpin]:visible")).to_have_count(0)


@pytest.mark.slow
def test_markdown_from_the_toolbar_can_be_undone(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.fill(WRITE, "Important")
    ana.page.press(WRITE, "Control+A")
    ana.page.press(WRITE, "Control+b")
    expect(ana.page.locator(WRITE)).to_have_value("**Important**")
    ana.page.press(WRITE, "Control+z")
    expect(ana.page.locator(WRITE)).to_have_value("Important")


@pytest.mark.slow
def test_the_switcher_finds_people_and_rooms(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.keyboard.press("Control+k")
    expect(ana.page.locator("#switcher [role=option]").first).to_be_visible()
    ana.page.keyboard.type("iri")
    option = ana.page.get_by_role("option", name="Iria Souto")
    expect(option).to_have_attribute("aria-selected", "true")
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url(f"**/people/{cast.iria.id}")


@pytest.mark.slow
def test_new_messages_are_told_to_who_listens_several_at_once(site, says, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    says("carles", "First.", "Second.")

    told = ana.page.locator("#announcer")
    expect(told).to_have_text("2 new messages, the last from Carles Roig")


@pytest.mark.slow
def test_a_paste_of_a_picture_is_uploaded(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    ana.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Lift the wall."], "pasted.txt", { type: "text/plain" }));
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
          document.querySelector(".conversation__foot textarea").dispatchEvent(event);
        }"""
    )
    expect(ana.page.locator(".upload")).to_contain_text("pasted.txt")
    ana.wait_for_files()
    ana.page.press(WRITE, "Enter")
    expect(ana.page.locator("message-log .file-card")).to_contain_text("pasted.txt")


def test_a_file_that_is_refused_says_why_and_can_be_taken_away(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    empty = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    ana.page.set_input_files(".conversation__foot .composer__attach", [empty])
    failed = ana.page.locator(".upload--failed")
    expect(failed).to_contain_text("Not uploaded")
    failed.get_by_role("button", name="Remove this file").click()
    expect(ana.page.locator(".upload")).to_have_count(0)


@pytest.mark.slow
def test_who_writes_before_the_suggestions_came_gets_them(site, cast, planning):
    ana = site.visitor(cast.ana)
    held: list[Route] = []

    def hold(route):
        held.append(route)

    ana.page.route("**/text-expander-element.js", hold)
    ana.open(planning)
    ana.page.click(WRITE)
    ana.page.keyboard.type("@car")
    wait_until(lambda: held or ana.page.evaluate("0"))
    held[0].continue_()
    expect(ana.page.locator(".suggestions .option").first).to_contain_text("Carles Roig")
