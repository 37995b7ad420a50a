"""A title of 300 characters, with and without spaces, widens no list, card or page."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import (
    add_favourite,
    create_channel,
    start_direct_message,
)
from intranet.messaging.messages.saving import save_message
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.operations.status import set_status
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import PublicationVersion
from tests.browser.visitors import DESK, PHONE
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.collaboration.initiatives.helpers import started
from tests.collaboration.polls.helpers import opened
from tests.collaboration.questions.helpers import answer, asked
from tests.messaging.messages.helpers import say, space_of
from tests.publishing.publications.helpers import published

WORDS = ("Rehabilitación energética de edificios ñ l·l ß 🚲 O'Neill " * 6)[:300]
UNBROKEN = ("Rehabilitaciónenergética" * 13)[:300]
SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}
PAGES = (
    *("/", "/messages", "/messages/channels", "/messages/mentions", "/messages/threads"),
    *("/messages/saved", "/notifications", "/groups", "/participate", "/initiatives"),
    *("/announcements", "/search?q=Rehabilitaci%C3%B3n", "{channel}", "{group}", "{question}"),
    *("{announcement}", "{poll}", "{initiative}", "{thread}", "{menu}"),
)
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  const over = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility() && box.width && box.right > width + 1 && box.left < width
      && !one.closest(".visually-hidden, .skip, svg, [hidden]");
  });
  const inScroller = (one) => {
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true;
    }
    return false;
  };
  return [
    Math.max(0, document.documentElement.scrollWidth - width),
    ...over.filter((one) => !inScroller(one)).map((one) => `${one.tagName}.${one.className}`),
  ];
}"""


@pytest.fixture
def addresses(app, cast, planning):
    """One of each thing under such a title; the program takes none, older data may have them."""
    with app.app_context():
        channel = create_channel(
            cast.carles, space_of(cast.urban_planning), "Corto", purpose=WORDS, language="es"
        )
        group = group_of(cast.ana, "Grupo")
        room = main_channel(group)
        things = {
            "question": asked(cast.ana, "Pregunta").publication_id,
            "announcement": published(cast.carles, "Comunicado", "Texto").id,
            "poll": opened(cast.carles, cast.urban_planning).publication_id,
            "initiative": started(cast.ana).publication_id,
        }
        titles = {
            publication_id: (WORDS, UNBROKEN)[number % 2]
            for number, publication_id in enumerate(things.values())
        }
        question = asked(cast.ana, "Otra")
        titles[question.publication_id] = UNBROKEN
        answer(cast.carles, question, "Sí.")
        for where in (channel, room):
            say(cast.ana, where, UNBROKEN)
            say(cast.ana, where, f"http://127.0.0.1:8000/p/{things['announcement']}")
        said = say(cast.carles, channel, f"@[Ana](person:{cast.ana.id}) {WORDS}")
        thread = say(cast.ana, channel, WORDS)
        say(cast.carles, channel, UNBROKEN, parent_id=thread.id)
        save_message(cast.ana, said)
        add_favourite(cast.ana, channel)
        with unit_of_work():
            db.session.execute(
                update(Conversation)
                .where(Conversation.id == channel.id)
                .values(name=Localized(es=WORDS))
            )
            db.session.execute(
                update(Space).where(Space.id == group.space_id).values(name=Localized(es=UNBROKEN))
            )
            for publication_id, title in titles.items():
                wanted = PublicationVersion.publication_id == publication_id
                for version in db.session.scalars(select(PublicationVersion).where(wanted)):
                    version.title = Localized(es=title)
        while run_due():
            pass
        return {
            "channel": f"/c/{channel.id}",
            "thread": f"/c/{channel.id}/m/{thread.seq}",
            "menu": f"/c/{channel.id}/menu",
            "group": f"/groups/{group.space_id}",
            **{name: f"/p/{publication_id}" for name, publication_id in things.items()},
        }


@pytest.mark.slow
@pytest.mark.parametrize("how", [DESK, PHONE, SMALL], ids=["1440", "390", "320"])
def test_a_title_of_the_longest_widens_no_page(site, cast, addresses, how):
    ana = site.visitor(cast.ana, how)
    wide = {}
    for pattern in PAGES:
        ana.page.goto(pattern.format(**addresses))
        ana.settle()
        if (found := ana.page.evaluate(WIDER)) != [0]:
            wide[pattern] = found[:6]
    assert wide == {}


EMOJI = {
    "families": "👨‍👩‍👧‍👦" * 11,
    "flags": "🇪🇸" * 40,
    "faces": "😀" * 80,
}


@pytest.mark.slow
@pytest.mark.parametrize("how", [DESK, PHONE, SMALL], ids=["1440", "390", "320"])
def test_a_status_of_emoji_alone_widens_no_page(app, site, cast, planning, how):
    ana = site.visitor(cast.ana, how)
    with app.app_context():
        say(cast.carles, planning, "Buenos días.")
        say(cast.carles, start_direct_message(cast.carles, [cast.ana]), "Hola.")
    wide = {}
    for name, text in EMOJI.items():
        with app.app_context():
            set_status(cast.carles, emoji="", text=text, until=clock.now() + timedelta(hours=3))
        for address in ("/messages", f"/c/{planning.id}", f"/people/{cast.carles.id}"):
            ana.page.goto(address)
            ana.settle()
            if (found := ana.page.evaluate(WIDER)) != [0]:
                wide[name, address] = found[:4]
            if address != "/messages":
                assert text in ana.page.locator("main").inner_text()
    assert wide == {}
