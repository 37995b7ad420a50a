"""Every page of the demonstration as its people meet it: nothing for axe or the browser to say."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.audits import axe_findings, lighthouse_findings
from tests.browser.demonstration import TOWN, Watch
from tests.browser.links import broken_links
from tests.browser.pages.addresses import (
    ANNOUNCED,
    INITIATIVES,
    OF_ANA,
    OF_CARLES,
    OF_DORLETA,
    OF_ELNA,
    REFUSED,
    SIGNED_OUT,
)
from tests.browser.visitors import DESK, PHONE
from tests.cast import sign_in

pytestmark = pytest.mark.slow

LOOKS = [pytest.param(DESK, id="1440"), pytest.param(PHONE, id="390")]
ADMIN = f"/admin/{TOWN}"
SENT = ["name;email;post_code", "Noa Rey;noa@x.example;none", "=cmd();c@x.example;none"]
OF_COLOUR = ("color-contrast", "link-in-text-block")
FIRST_PAGE_BYTES = 150_000
# A page of twenty kilobytes takes a second.
SLOWLY = {
    "offline": False,
    "latency": 20,
    "downloadThroughput": 20_000,
    "uploadThroughput": 100_000,
}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %

# Before any script of the page: what moves from now on, without somebody having asked for it.
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const moved = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? "text");
      window.shifts.push(`${entry.value.toFixed(4)} ${moved.join(" ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
MOVING = """() => [...document.querySelectorAll("*")]
  .flatMap((element) => [null, "::before", "::after"].map((part) => [element, part]))
  .filter(([element, part]) => {
    const style = getComputedStyle(element, part);
    const isSmooth = style.scrollBehavior === "smooth";
    return parseFloat(style.transitionDuration) || style.animationName !== "none" || isSmooth;
  })
  .map(([element]) => element.outerHTML.slice(0, 120))"""


def settled(visitor):
    """The page as it stays: fonts there, the connection up."""
    visitor.settle()
    visitor.page.evaluate("document.fonts.ready.then(() => {})")


def read_all(visitor, address):
    """Read a conversation to its end, until its number is gone from the list, and close."""
    visitor.page.goto(address)
    settled(visitor)
    visitor.page.locator("message-log").evaluate("(log) => log.toLatest()")
    row = visitor.page.locator(f"conversation-list a[href='{address}']")
    expect(row.locator(".count")).to_be_hidden()
    visitor.page.reload()  # what is shown as read is stored by then
    expect(row.locator(".count")).to_be_hidden()
    visitor.context.close()


def hold(page, pattern):
    """Keep back what is asked for under such addresses; give the list of it."""
    held = []

    def keep(route):
        held.append(route)

    page.route(pattern, keep)
    return held


def look(page, address):
    """What is wrong with the page as it stands, in light, in dark, and where little room is."""
    found = [f"moves by itself: {shift}" for shift in page.evaluate("shifts")]
    found += axe_findings(page)
    found += [f"moves though asked not to: {element}" for element in page.evaluate(MOVING)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {finding}" for finding in axe_findings(page, rules=OF_COLOUR)]
    page.emulate_media(color_scheme="light")
    for size in (page.viewport_size, ZOOMED):
        page.set_viewport_size(size)
        if page.evaluate(TOO_WIDE):
            found.append(f"is wider than {size['width']}")
    return [f"{address}: {finding}" for finding in found]


def walk(visitor, addresses, statuses=None):
    """Look at each of these pages, in Spanish; give everything that was found."""
    page, found = visitor.page, []
    visitor.context.add_init_script(SHIFTS)
    size = page.viewport_size
    watch = Watch(page)
    for address in addresses:
        page.set_viewport_size(size)
        mark = "&" if "?" in address else "?"
        watch.goto(f"{address}{mark}lang=es", (statuses or {}).get(address, 200))
        if page.locator("template#reader").count():
            settled(visitor)
        found += look(page, address)
    visitor.context.close()
    return found + watch.faults


@pytest.mark.parametrize("how", LOOKS)
def test_no_page_has_a_fault_in_any_look(demo, how):
    places = {**demo.places(), "talk": demo.talk("ana", "iria")}
    stranger = demo.visitor("ana", how)
    stranger.context.clear_cookies()
    refused = {address.format(**places): status for address, status in REFUSED.items()}

    found = walk(stranger, SIGNED_OUT)
    ana = demo.visitor("ana", how)
    found += walk(ana, [*(address.format(**places) for address in OF_ANA), *refused], refused)
    dorleta = demo.visitor("dorleta", how)
    managed = [ADMIN + address.format(**places) for address in OF_DORLETA]
    found += walk(dorleta, [*managed, "/admin/import", demo.file_sent("dorleta", *SENT)])

    assert found == []


@pytest.mark.parametrize("how", LOOKS)
def test_no_announcement_has_a_fault_where_it_is_read_and_where_it_is_written(demo, how):
    places = demo.places()
    found = walk(demo.visitor("ana", how), [one.format(**places) for one in ANNOUNCED])
    found += walk(demo.visitor("carles", how), [one.format(**places) for one in OF_CARLES])

    assert found == []


@pytest.mark.parametrize("how", LOOKS)
def test_no_initiative_has_a_fault_where_it_is_read_and_where_it_is_written(demo, how):
    places = demo.places()
    found = walk(demo.visitor("carles", how), [one.format(**places) for one in INITIATIVES])
    found += walk(demo.visitor("elna", how), [one.format(**places) for one in OF_ELNA])

    assert found == []


@pytest.mark.parametrize("how", LOOKS)
def test_nothing_that_opens_in_a_conversation_has_a_fault(demo, how):
    ana = demo.visitor("ana", how)
    ana.context.add_init_script(SHIFTS)
    watch = Watch(ana.page)
    watch.goto(demo.places()["channel"] + "?lang=es")
    settled(ana)
    page, found = ana.page, []
    message = page.locator("message-log .message").last
    message.scroll_into_view_if_needed()

    message.focus()
    message.locator(".message__tools summary").click()
    expect(message.locator(".menu__panel")).to_be_visible()
    found += look(page, "menu")
    page.set_viewport_size(how["viewport"])
    page.keyboard.press("Escape")
    page.locator(".conversation__foot [data-action=emoji]").click()
    expect(page.locator(".emoji-picker__emoji").first).to_be_visible()
    found += look(page, "emoji")
    page.set_viewport_size(how["viewport"])
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#switcher [role=option]").first).to_be_visible()
    found += look(page, "switcher")
    ana.context.close()

    assert found + watch.faults == []


@pytest.mark.parametrize("language", ["es", "ca", "gl", "eu", "en"])
def test_home_has_no_fault_in_any_language(demo, language):
    ana = demo.visitor("ana", PHONE)
    ana.context.add_init_script(SHIFTS)
    watch = Watch(ana.page)
    watch.goto(f"/?lang={language}")
    settled(ana)
    expect(ana.page.locator("html")).to_have_attribute("lang", language)
    found = look(ana.page, language)
    ana.context.close()

    assert found + watch.faults == []


def test_nothing_moves_when_letters_come_late_or_messages_arrive(demo):
    places = demo.places()
    for how in (DESK, PHONE):
        read_all(demo.visitor("ana", DESK), places["channel"])
        ana = demo.visitor("ana", how)
        ana.context.add_init_script(SHIFTS)
        page = ana.page
        held = hold(page, "**/*.woff2")
        demo.says("carles", places["channel"], "Lo primero.")  # one new message, then two, three
        for address in ("/", places["other"], f"/agencies/{TOWN}", places["channel"]):
            page.goto(address, wait_until="domcontentloaded")
            page.evaluate("() => new Promise((seen) => requestAnimationFrame(seen))")
            while held:
                held.pop().continue_()
            settled(ana)
            assert page.evaluate("shifts") == [], address
        page.locator("message-log").evaluate("(log) => log.toLatest()")  # it opens at what is new
        for number in range(4):
            text = f"Nada se mueve, {number}, en {how['viewport']['width']}."
            demo.says("carles", places["channel"], text)
            expect(ana.message(text)).to_be_in_viewport()
        assert page.evaluate("shifts") == []
        ana.context.close()


def test_nothing_moves_while_a_page_is_still_arriving(demo):
    """Stylesheets are there from before and the page comes in pieces: none is shown alone."""
    places = demo.places()
    found = {}
    for how in (DESK, PHONE):
        ana = demo.visitor("ana", how)
        ana.context.add_init_script(SHIFTS)
        ana.page.goto(places["channel"])
        settled(ana)
        wire = ana.context.new_cdp_session(ana.page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOWLY)
        for address in ("/", f"/agencies/{TOWN}", places["channel"]):
            ana.page.goto(address)
            settled(ana)
            if shifts := ana.page.evaluate("shifts"):
                found[how["viewport"]["width"], address] = shifts
        ana.context.close()

    assert found == {}


def _counted(sizes: list[dict[str, Any]], left_out: set[str]) -> list[float]:
    return [one["encodedDataLength"] for one in sizes if one["requestId"] not in left_out]


def test_a_first_page_weighs_less_than_150_kilobytes(demo, capsys):
    places = demo.places()
    weights = {}
    for address in ("/", places["channel"]):
        ana = demo.visitor("ana")  # whose browser has kept nothing
        wire = ana.context.new_cdp_session(ana.page)
        wire.send("Network.enable")
        sizes: list[dict[str, Any]] = []
        wire.on("Network.loadingFinished", lambda event, to=sizes: to.append(event))
        # Only a system without emoji of its own fetches ours, after the page is there.
        drawn: set[str] = set()
        wire.on(
            "Network.requestWillBeSent",
            lambda event, to=drawn: (
                "noto-emoji" in event["request"]["url"] and to.add(event["requestId"])
            ),
        )
        ana.page.goto(f"{address}?lang=es", wait_until="networkidle")
        settled(ana)
        weights[address] = round(sum(_counted(sizes, drawn)))
        ana.context.close()
    with capsys.disabled():
        print(f"\nfirst page: {weights}")

    assert max(weights.values()) <= FIRST_PAGE_BYTES, weights


def test_lighthouse_has_nothing_to_say(demo, capsys):
    places = demo.places()
    wanted = [
        ("ana", ["/", places["channel"], places["other"], f"/agencies/{TOWN}"]),
        ("dorleta", [ADMIN]),
        ("", ["/signin"]),
    ]
    cookies = {"": ""}
    for name in ("ana", "dorleta"):
        visitor = demo.visitor(name)
        (cookie,) = [one for one in visitor.context.cookies() if "sign_in" in one["name"]]
        cookies[name] = f"{cookie['name']}={cookie['value']}"
        visitor.context.close()

    def audit(asked):
        name, addresses = asked
        urls = [demo.house.address + address for address in addresses]
        return zip(addresses, lighthouse_findings(urls, cookie=cookies[name]), strict=True)

    with ThreadPoolExecutor(len(wanted)) as pool:  # it waits, most of the time, for quiet
        found = [one for some in pool.map(audit, wanted) for one in some]

    with capsys.disabled():
        print(*(f"\n{address}: {scores}" for address, (scores, _) in found))
    for address, (scores, faults) in found:
        assert (scores, faults) == ({"accessibility": 100, "best-practices": 100}, []), address


@pytest.mark.parametrize("name", ["ana", "dorleta"])
def test_no_link_leads_nowhere(demo, name):
    client = sign_in(demo.app.test_client(), demo.person(name))

    broken = broken_links(demo.app, client, start="/", most=300)

    assert broken == {}
