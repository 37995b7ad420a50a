"""Hostile text on every page that shows it, in a real browser (rows 8, 22, 24, 25, 42; ASVS 1.2.1).

Nothing of it runs, nothing is fetched from elsewhere, and the policy has nothing to forbid.
"""

from io import BytesIO
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import create_channel, start_direct_message
from intranet.messaging.messages.operations import edit_message
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit, rename_unit
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import (
    ProfileContents,
    create_people,
    edit_profile,
)
from intranet.platform.core import clock
from intranet.platform.core.text import one_line
from intranet.platform.core.types import Localized
from tests.hostile import DISTURBING, MARKUP
from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.slow

HOSTILE = [text for text in (*MARKUP, *DISTURBING) if text.strip()]
SHORT = [text for text in HOSTILE if len(text) <= 75 and len(" ".join(text.split())) > 1]
ALIVE = """() => {
  const own = (url) => !url || new URL(url, location).origin === location.origin;
  const runs = ({ name, value }) => /^on/i.test(name)
    || (/^(href|src|action|formaction|data)$/.test(name)
      && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i.test(value));
  const alive = (element) =>
    [...element.attributes].some(runs)
    || /^(iframe|object|embed|base|math|frame|applet|marquee|style)$/i.test(element.tagName)
    || (element.tagName === "SCRIPT" && !(element.src && own(element.src)))
    || (/^(IMG|LINK|VIDEO|AUDIO|SOURCE)$/.test(element.tagName)
      && !own(element.src || element.href))
    || (element.tagName === "FORM" && !own(element.getAttribute("action")));
  return [...document.querySelectorAll("*")]
    .filter(alive).map((element) => element.outerHTML.slice(0, 200));
}"""


@pytest.fixture
def watched(site):
    """Lets somebody in, and notes what runs and what is fetched from elsewhere."""
    happened = []

    def visitor(person, **more):
        one = site.visitor(person, **more)

        def note(dialog):
            happened.append(dialog.message)
            dialog.dismiss()

        def look(request):
            own = request.url.startswith((site.address, "data:", "blob:"))
            if not own:
                happened.append(request.url)

        one.page.on("dialog", note)
        one.page.on("request", look)
        return one

    yield visitor
    assert happened == []


def look_at(visitor, address):
    """Go to a page; nothing of what is shown there is alive."""
    answer = visitor.page.goto(address)
    assert answer.status == 200, address
    assert visitor.page.evaluate(ALIVE) == [], address


def test_messages_are_harmless_when_they_come_and_when_they_are_read_again(
    app, cast, watched, planning
):
    ana = watched(cast.ana).open(planning)
    with app.app_context():
        room = db.session.get_one(Conversation, planning.id)
        sent = [say(cast.carles, room, text, posts_per_10s=1_000) for text in HOSTILE]
        parent = sent[1]
        for text in MARKUP[:20]:
            say(cast.carles, room, text, parent_id=parent.id, posts_per_10s=1_000)
        first = sent[0]
        for number, text in enumerate(MARKUP[:12]):
            first = edit_message(cast.carles, first, f"{number} {text}", body_rev=first.body_rev)
        names = [f"{text}.png" for text in MARKUP[:10]]
        files = [store_upload(cast.carles, BytesIO(b"x"), name, alternative=name) for name in names]
        ids = [file.id for file in files]
        last = say(cast.carles, room, "The last.", file_ids=ids, posts_per_10s=1_000)
        places = [sent[0].seq, parent.seq, sent[len(sent) // 2].seq, last.seq]

    expect(ana.message("The last.")).to_be_visible()
    assert ana.page.evaluate(ALIVE) == []
    for seq in places:
        look_at(ana, f"/c/{planning.id}?around_seq={seq}")
        look_at(ana, f"/c/{planning.id}/m/{seq}")
    look_at(ana, f"/c/{planning.id}/m/{places[0]}/versions")


def test_names_and_what_people_say_of_themselves_are_harmless_on_every_page(app, cast, watched):
    with app.app_context():
        people = create_people(
            None,
            cast.monteclaro,
            [(text, ProfileContents(about=text, ask_about=[text[:60]])) for text in SHORT],
        )
        post = create_post(
            None,
            PostSpec(unit=cast.licences, title=Localized({"es": SHORT[3]}), places=len(SHORT)),
        )
        day = clock.today("Europe/Madrid")
        appoint_all(
            None,
            cast.monteclaro,
            [
                AppointmentSpec(post=post, person=one, starts_on=day, basis=one.name)
                for one in people
            ],
        )
        everything = " · ".join(MARKUP[:18])[:2000]
        edit_profile(
            cast.carles,
            cast.carles,
            ProfileContents(
                about=everything,
                ask_about=[text[:60] for text in MARKUP[:12]],
                phone=MARKUP[0][:40],
                contact_note=MARKUP[39][:300],
            ),
            version=None,
        )
        talk = start_direct_message(cast.ana, people[:8])
        say(people[0], talk, "Hola.", posts_per_10s=1_000)
        room = channel_of(cast.licences)
        for one in people[:30]:
            say(one, room, f"@[{one.name}](person:{one.id}) {one.name}", posts_per_10s=1_000)
        some, rooms = [one.id for one in people[:3]], [room.id, talk.id]
        post_id = post.id
    ana, dorleta = watched(cast.ana), watched(cast.dorleta)

    for address in (
        *(f"/people/{one}" for one in (*some, cast.carles.id)),
        *(f"/c/{rooms[0]}", f"/c/{rooms[0]}/members", f"/c/{rooms[1]}", "/", "/messages"),
        *(f"/units/{cast.licences.id}", f"/posts/{post_id}", "/agencies/L01990012/list"),
        f"/agencies/L01990012?unit={cast.licences.id}",
        f"/conversations/new?person={some[0]}&person={some[1]}",
        *("/switcher?q=img", "/search?q=img", "/search/suggestions?q=from:img"),
    ):
        look_at(ana, address)
    for address in (
        "people",
        f"people/{some[0]}",
        "posts",
        f"posts/{post_id}",
        "appointments",
        "audit",
    ):
        look_at(dorleta, f"/admin/L01990012/{address}")


def test_names_of_units_and_channels_are_harmless_on_every_page(app, cast, watched):
    with app.app_context():
        units = [
            create_unit(None, cast.licences, Localized({"es": text, "en": text}))
            for text in SHORT[:30]
        ]
        rename_unit(None, cast.licences, Localized({"es": SHORT[5], "en": SHORT[0]}))
        space = channel_of(cast.licences).space
        assert space
        channels = [
            create_channel(cast.ana, space, text, purpose=text, language="en")
            # Two that differ by what is not seen alone are one name.
            for text in {one_line(text): text for text in SHORT[30:60]}.values()
        ]
        for channel in channels[:3]:
            say(cast.ana, channel, "Hola.")
        ids = [channel.id for channel in channels[:3]]
        unit = units[0].id
    ana, dorleta = watched(cast.ana), watched(cast.dorleta)

    for address in (
        *("/", "/messages", f"/units/{cast.licences.id}", f"/units/{unit}", "/switcher?q=alert"),
        *(f"/c/{channel}" for channel in ids),
        *(f"/c/{ids[0]}/members", f"/c/{ids[0]}/channels/new", "/agencies/L01990012?open=all"),
        *("/search?q=hola", f"/search?in={ids[0]}"),
    ):
        look_at(ana, address)
    for address in (
        "units",
        f"units?under={cast.licences.id}",
        f"units/{unit}",
        f"units/{unit}/end",
    ):
        look_at(dorleta, f"/admin/L01990012/{address}")


def test_what_is_typed_into_an_address_or_a_form_comes_back_harmless(cast, watched, planning):
    ana = watched(cast.ana)

    for text in MARKUP[::20]:
        for address in (
            *("/switcher?q=", "/search?q=", "/search?kind=file&q="),
            f"/c/{planning.id}/members?q=",
            *("/agencies/L01990012/list?q=", "/directory?q=", "/directory?q=ana&territory="),
        ):
            look_at(ana, address + quote(text, safe=""))
    for number, text in enumerate(MARKUP[1::40]):
        ana.page.goto("/me/edit")
        ana.page.fill("[name=about]", text)
        ana.page.fill("[name=phone]", text[:40])
        ana.page.fill("[name=week_mon_from]", "25:99") if number else None
        ana.page.locator("form:has([name=about]) [type=submit]").last.click()
        ana.page.wait_for_load_state()
        assert ana.page.evaluate(ALIVE) == []
    look_at(ana, f"/people/{cast.ana.id}")


def test_suggestions_while_writing_are_harmless(app, cast, watched, planning):
    with app.app_context():
        people = create_people(
            None, cast.monteclaro, [(f"Zoe {text}"[:120], ProfileContents()) for text in SHORT[:12]]
        )
        post = create_post(
            None, PostSpec(unit=cast.urban_planning, title=Localized({"es": SHORT[0]}), places=20)
        )
        day = clock.today("Europe/Madrid")
        new = [AppointmentSpec(post=post, person=one, starts_on=day) for one in people]
        appoint_all(None, cast.monteclaro, new)
    ana = watched(cast.ana).open(planning)

    ana.page.locator(".conversation__foot textarea").press_sequentially("@zo")
    expect(ana.page.locator("[role=option]").first).to_be_visible()
    assert ana.page.evaluate(ALIVE) == []
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator("message-log .message").last).to_contain_text("Zoe")
    assert ana.page.evaluate(ALIVE) == []
