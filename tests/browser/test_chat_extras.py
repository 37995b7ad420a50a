"""What only a browser shows: names behind reactions, cards, forwarding, statuses, tables, emoji."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import add_reaction, pin_message
from intranet.organisation.people.operations.status import set_status
from intranet.platform.core import clock
from tests.browser.visitors import DESK, PHONE
from tests.messaging.messages.helpers import say
from tests.publishing.publications.helpers import published

pytestmark = pytest.mark.slow

TABLE = """| Expediente | Responsable | Observaciones | Vencimiento |
|---|---|---|---|
| LIC-2026-0341 | Marta Ledo | Pendiente de autorización autonómica | 4 de diciembre |"""
BROKEN_WORDS = """box => {
  const broken = [];
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const found of walker.currentNode.data.matchAll(/\\p{L}+/gu)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      if (range.getClientRects().length > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
SHIFT = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => { sum += one.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 600);
})"""


@pytest.fixture
def asked(app, cast, planning):
    """A message to which three people reacted."""
    with app.app_context():
        said = say(cast.ana, planning, "¿Os parece bien?")
        for person in (cast.xoel, cast.carles, cast.ana):
            add_reaction(person, said, "👍")
    return said


def test_a_reaction_says_by_name_who_reacted_to_pointer_and_keyboard(site, cast, planning, asked):
    ana = site.visitor(cast.ana).open(planning)
    agree = ana.message("bien").locator(".message__reactions [data-emoji='👍']")
    agree.hover()
    tip = ana.page.get_by_role("tooltip")
    expect(tip).to_contain_text(f"{cast.xoel.name}, {cast.carles.name} and you")
    expect(tip).to_contain_text("Agree")
    ana.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    ana.page.locator(".conversation__foot textarea").hover()
    ana.page.keyboard.press("Shift+Tab")
    for _step in range(40):
        if agree.evaluate("button => button === document.activeElement"):
            break
        ana.page.keyboard.press("Shift+Tab")
    expect(agree).to_have_accessible_description(re.compile(cast.carles.name))


def test_a_long_press_on_a_phone_says_so_and_does_not_react(site, cast, planning, asked):
    ana = site.visitor(cast.ana, PHONE).open(planning)
    agree = ana.message("bien").locator(".message__reactions [data-emoji='👍']")
    box = agree.bounding_box()
    session = ana.page.context.new_cdp_session(ana.page)
    point = [{"x": box["x"] + 20, "y": box["y"] + 10}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    expect(ana.page.get_by_role("tooltip")).to_contain_text(cast.xoel.name)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    ana.page.wait_for_timeout(300)
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(ana.page.locator("#message-sheet")).to_be_hidden()


def test_a_link_that_arrives_becomes_a_card_for_who_may_read_it(app, site, cast, planning):
    with app.app_context():
        audience = {"any": [{"person": str(cast.xoel.id)}]}
        made = published(cast.carles, "Solo para Xoel", "Ya.", audience=audience)
        path = f"/p/{made.id}"
    xoel, ana = site.visitor(cast.xoel).open(planning), site.visitor(cast.ana).open(planning)
    with app.app_context():
        say(cast.carles, planning, f"Mira {site.address}{path}")
    card = xoel.message("Mira").locator(".link-card")
    expect(card).to_contain_text("Solo para Xoel")
    expect(card).to_have_attribute("href", path)
    expect(ana.message("Mira")).to_be_visible()
    expect(ana.message("Mira").locator(".message__cards")).to_have_count(0)
    expect(ana.page.locator("body")).not_to_contain_text("Solo para Xoel")
    with app.app_context():  # a reaction draws it anew: the card stays
        said = say(cast.carles, planning, f"Otra vez {site.address}{path}")
        expect(xoel.message("Otra vez").locator(".link-card")).to_have_count(1)
        add_reaction(cast.ana, said, "👍")
    expect(xoel.message("Otra vez").locator(".message__reactions")).to_be_visible()
    expect(xoel.message("Otra vez").locator(".link-card")).to_contain_text("Solo para Xoel")


@pytest.mark.parametrize("how", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_with_cards_stands_still(app, site, cast, planning, how):
    with app.app_context():
        audience = {"any": [{"unit": str(cast.urban_planning.id)}]}
        made = published(cast.carles, "Título " * 25, "Ya.", audience=audience)
        for number in range(12):
            say(cast.carles, planning, f"{number} {site.address}/p/{made.id}", posts_per_10s=99)
    xoel = site.visitor(cast.xoel, how).open(planning)
    expect(xoel.page.locator("message-log .link-card")).to_have_count(12)
    assert xoel.page.evaluate(SHIFT) < 0.001
    width = "document.documentElement.scrollWidth - innerWidth"
    assert xoel.page.evaluate(width) <= 0


def test_a_message_is_forwarded_by_keyboard_after_a_warning(app, site, cast, planning):
    with app.app_context():
        talk = start_direct_message(cast.carles, [cast.ana])
        say(cast.carles, talk, "Entre nosotros: mañana sin licencia.")
    ana, xoel = site.visitor(cast.ana).open(talk), site.visitor(cast.xoel).open(planning)
    carles = site.visitor(cast.carles).open(planning)
    ana.choose(ana.message("Entre nosotros"), "forward")
    dialog = ana.page.get_by_role("dialog", name="Forward message")
    expect(dialog.get_by_label("Conversation or person")).to_be_focused()
    ana.page.keyboard.type("urban")
    ana.page.keyboard.press("Enter")
    expect(dialog.get_by_role("checkbox", name=re.compile("Urbanismo"))).to_be_checked()
    expect(dialog).to_contain_text(
        re.compile(r"\d+ more (person|people) will be able to read this message")
    )
    dialog.get_by_label(re.compile("Comment")).fill("Para todos:")
    dialog.get_by_role("button", name="Forward").click()
    expect(dialog).to_be_hidden()
    arrived = xoel.message("Para todos:")
    expect(arrived.locator("blockquote")).to_have_text("Entre nosotros: mañana sin licencia.")
    expect(arrived.locator(".message__carried")).to_contain_text(cast.carles.name)
    way = carles.message("Para todos:").locator(".message__carried a")
    expect(way).to_have_attribute("href", f"/c/{talk.id}/m/1")
    xoel.page.wait_for_load_state("networkidle")
    assert xoel.faults == []
    expect(arrived.locator(".message__carried a[href]")).to_have_count(0)
    xoel.page.reload()
    xoel.settle()
    expect(xoel.message("Para todos:").locator(".message__carried a[href]")).to_have_count(0)


def test_a_status_appears_beside_the_name_and_goes_at_its_end(app, site, cast, planning):
    with app.app_context():
        say(cast.carles, planning, "Buenos días.")
    ana, carles = site.visitor(cast.ana).open(planning), site.visitor(cast.carles)
    carles.page.goto(f"/c/{planning.id}")
    carles.page.locator(".topbar__account").click()
    carles.page.get_by_text("Set a status").click()
    dialog = carles.page.get_by_role("dialog", name="Your status")
    dialog.get_by_label("Status", exact=True).fill("En ventanilla")
    dialog.get_by_role("button", name="Set status").click()
    expect(carles.message("Buenos").locator(".status")).to_contain_text("En ventanilla until")
    expect(ana.message("Buenos").locator(".status")).to_contain_text("En ventanilla until")
    with app.app_context():
        set_status(cast.carles, emoji="🎧", text="", until=clock.now() + timedelta(seconds=4))
    status = ana.message("Buenos").locator(".status")
    expect(status).to_contain_text("🎧")
    with app.app_context():
        say(cast.carles, planning, "Otra cosa, más tarde.")
    expect(status).to_have_count(0)


def test_an_end_on_a_later_day_is_said_at_once_as_the_server_says_it(app, site, cast, planning):
    with app.app_context():
        say(cast.carles, planning, "Buenos días.")
    ana = site.visitor(cast.ana).open(planning)
    shown = ana.message("Buenos").locator(".status")
    for days in (1, 20, 300):
        with app.app_context():
            until = clock.now() + timedelta(days=days)
            set_status(cast.carles, emoji="", text=f"Fuera {days}", until=until)
        expect(shown).to_contain_text(f"Fuera {days}")
        live = shown.inner_text()
        assert re.search(r"until .*\d", live)
        ana.page.reload()
        ana.watch()
        assert shown.inner_text().split() == live.split()


def test_a_status_that_came_with_the_list_ends_without_reload(app, site, cast, planning):
    with app.app_context():
        talk = start_direct_message(cast.ana, [cast.carles])
        say(cast.ana, talk, "Hola.")
    ana = site.visitor(cast.ana)
    ana.page.clock.install()
    ana.page.goto("/messages")
    ana.settle()
    status = ana.page.locator(".conversation-list .status")
    with app.app_context():
        set_status(cast.carles, emoji="🎧", text="", until=clock.now() + timedelta(days=2))
        say(cast.carles, start_direct_message(cast.carles, [cast.ana, cast.xoel]), "Lista nueva.")
    ana.page.clock.run_for(1_000)
    expect(status).to_have_count(1)
    ana.page.clock.fast_forward("49:00:00")
    expect(status).to_have_count(0)
    expect(ana.page.locator(".conversation-list .conversation-link__note:empty")).to_have_count(0)


def test_the_picker_says_that_it_is_open_and_hides_the_name(site, cast, planning):
    ana = site.visitor(cast.ana).open(planning)
    button = ana.page.locator(".conversation__foot [data-action=emoji]")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(ana.page.get_by_role("dialog", name="Emoji")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert button.evaluate("one => getComputedStyle(one, '::after').display") == "none"
    ana.page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("how", [DESK, PHONE], ids=["desk", "phone"])
def test_a_pinned_table_breaks_no_word_and_scrolls_in_its_box(app, site, cast, planning, how):
    with app.app_context():
        pin_message(cast.carles, say(cast.carles, planning, TABLE))
    ana = site.visitor(cast.ana, how)
    ana.page.goto(f"/c/{planning.id}/pins")
    table = ana.page.locator(".thread table")
    assert table.evaluate(BROKEN_WORDS) == []
    assert ana.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_emoji_are_drawn_from_a_part_that_is_fetched_only_where_they_occur(
    app, site, cast, planning
):
    ana = site.visitor(cast.ana)
    fetched = []
    ana.page.on("request", lambda one: fetched.append(one.url) if "noto-emoji" in one.url else None)
    with app.app_context():
        say(cast.carles, planning, "Sin dibujos: → ✓ ★ 1 © ñ.")
    ana.open(planning)
    ana.page.wait_for_load_state("networkidle")
    assert fetched == []
    with app.app_context():
        add_reaction(cast.xoel, say(cast.carles, planning, "¿Vale?"), "👍")
    ana.page.locator(".message__reactions").wait_for()
    ana.page.wait_for_load_state("networkidle")
    assert [re.findall(r"noto-emoji-(\w+)", url) for url in fetched] == [["named"]]
