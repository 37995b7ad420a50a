"""Cards under messages that link to our own pages: for whoever may read what they lead to."""

import io
import re
from uuid import uuid4

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.cards import target_of, targets_in
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import delete_message
from intranet.messaging.spaces.models import Reach
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import withdraw
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.collaboration.polls.helpers import opened
from tests.messaging.messages.helpers import channel_of, read_english, say, shown
from tests.publishing.publications.helpers import published, tomorrow

CARD = re.compile(r'<a class="file-card link-card" href="([^"]+)">(.*?)</a>', re.DOTALL)
TITLE = "Obra menor por declaración responsable"
LICENCES_ONLY = "Solo para Licencias"


@pytest.fixture
def cards_of(app, client_of):
    """What stands under the messages of a conversation for somebody, by address, in English."""

    def read(person, conversation_id):
        read_english(app, person)
        html = client_of(person).get(f"/c/{conversation_id}").get_data(as_text=True)
        log = html[html.index('class="messages"') : html.index('id="message-pattern"')]
        return {href: " ".join(_text(inside).split()) for href, inside in CARD.findall(log)}

    return read


def _text(html):
    return re.sub(r"<[^>]+>", " ", html)


def _asked(cast, **more):
    """An announcement that its readers have to confirm."""
    audience = {"any": [{"unit": str(cast.licences.id)}]}
    return published(cast.carles, TITLE, "Ya.", audience=audience, due_on=tomorrow(), **more)


def test_a_link_to_an_announcement_has_a_card_with_what_the_reader_owes(app, cast, cards_of):
    with app.app_context():
        made = _asked(cast)
        room = channel_of(cast.licences)
        say(cast.ana, room, f"Mirad /p/{made.id} y [esto](http://localhost/p/{made.id}).")
        path, room_id = f"/p/{made.id}", room.id
    cards = cards_of(cast.ana, room_id)
    assert list(cards) == [path]  # the address typed as text is no link; the same page once
    assert TITLE in cards[path]
    assert "Announcement · required reading, confirm by" in cards[path]
    assert "Not confirmed" in cards[path]


@pytest.mark.slow
def test_a_reader_who_may_not_see_it_has_the_bare_address(app, cast, cards_of):
    with app.app_context():
        made = _asked(cast)
        talk = start_direct_message(cast.ana, [cast.iria])
        say(cast.ana, talk, f"http://localhost/p/{made.id}")
        path, talk_id = f"/p/{made.id}", talk.id
    assert TITLE in cards_of(cast.ana, talk_id)[path]
    assert cards_of(cast.iria, talk_id) == {}


def test_what_was_withdrawn_or_deleted_has_no_card_any_more(app, cast, cards_of):
    with app.app_context():
        made = _asked(cast)
        room = channel_of(cast.licences)
        first = say(cast.ana, room, "Lo primero que se dijo.")
        say(
            cast.ana,
            room,
            f"http://localhost/p/{made.id} http://localhost/c/{room.id}/m/{first.seq}",
        )
        made_id, first_id = made.id, first.id
        room_id, there = room.id, f"/c/{room.id}/m/{first.seq}"
    cards = cards_of(cast.ana, room_id)
    assert "Ana Castro: Lo primero que se dijo." in cards[there]
    assert len(cards) == 2
    with app.app_context():
        withdraw(cast.carles, db.session.get_one(Publication, made_id), "Estaba mal.")
        delete_message(cast.ana, db.session.get_one(Message, first_id))
    assert cards_of(cast.ana, room_id) == {}


def test_the_push_says_the_same_to_everybody_and_no_title(app, cast):
    with app.app_context():
        made = _asked(cast)
        said = say(cast.ana, channel_of(cast.licences), f"http://localhost/p/{made.id}")
        assert TITLE not in str(shown(said))


@pytest.mark.slow
def test_each_sort_of_page_has_its_card(app, cast, cards_of):
    with app.app_context():
        group = group_of(cast.ana, "Padrón sin papeles")
        poll = opened(cast.ana, cast.licences, title="¿Martes o jueves?")
        room = channel_of(cast.licences)
        file = store_upload(cast.ana, io.BytesIO(b"plans"), "planos.txt")
        say(cast.ana, room, "Los planos.", file_ids=[file.id])
        wanted = {
            f"/people/{cast.carles.id}": cast.carles.name,
            f"/units/{cast.procurement.id}": "Unit",
            f"/posts/{cast.innovation_post.id}": "Post",
            f"/groups/{group.space_id}": "Padrón sin papeles Group",
            f"/polls/{poll.publication_id}": "¿Martes o jueves? Poll",
            f"/files/{file.id}": "planos.txt File",
            f"/c/{channel_of(cast.urban_planning).id}": "Channel",
        }
        for path in wanted:
            say(cast.ana, room, f"http://localhost{path}", posts_per_10s=100)
        room_id = room.id
    cards = cards_of(cast.ana, room_id)
    assert set(cards) == set(wanted)
    for path, said in wanted.items():
        assert said in cards[path], path
    assert "Voting is open" in cards[f"/polls/{poll.publication_id}"]


@pytest.mark.parametrize("sort", ["group", "file", "room", "message", "unit"])
def test_a_stranger_gets_what_a_random_id_gets(app, cast, client_of, sort):
    with app.app_context():
        group = group_of(cast.elna, "Callado", reach=Reach.AGENCY, is_listed=False)
        inside = main_channel(group)
        file = store_upload(cast.elna, io.BytesIO(b"x"), "callado.txt")
        said = say(cast.elna, inside, "Callado.", file_ids=[file.id])
        paths = {
            "group": f"/groups/{group.space_id}",
            "file": f"/files/{file.id}",
            "room": f"/c/{inside.id}",
            "message": f"/c/{inside.id}/m/{said.seq}",
            "unit": f"/units/{uuid4()}",
        }
    asks = client_of(cast.bieito)
    hidden = asks.get("/cards", query_string={"a": paths[sort]})
    nothing = asks.get(
        "/cards", query_string={"a": re.sub(r"[0-9a-f-]{36}", str(uuid4()), paths[sort])}
    )
    assert hidden.status_code == nothing.status_code == 200
    assert hidden.get_data() == nothing.get_data()
    assert b"link-card" not in hidden.get_data()
    own = client_of(cast.elna).get("/cards", query_string={"a": paths[sort]}).get_data()
    assert (b"link-card" in own) == (sort != "unit")


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_cards(app, cast, client_of, count_queries):
    def link(number):
        with app.app_context():
            room = channel_of(cast.licences)
            for _ in range(number):
                made = published(
                    cast.carles,
                    TITLE,
                    "Ya.",
                    audience={"any": [{"unit": str(cast.licences.id)}]},
                    due_on=tomorrow(),
                )
                said = say(cast.ana, room, "Antes.", posts_per_10s=1000)
                body = f"http://localhost/p/{made.id} http://localhost/c/{room.id}/m/{said.seq}"
                say(cast.ana, room, body, posts_per_10s=1000)
            return room.id

    ana = client_of(cast.ana)
    address = f"/c/{link(2)}"
    ana.get(address)
    with count_queries() as few:
        assert ana.get(address).get_data(as_text=True).count("link-card") >= 4
    link(12)
    with count_queries() as many:
        assert ana.get(address).get_data(as_text=True).count("link-card") >= 20
    assert len(many) <= len(few) + 2


def test_a_message_has_three_cards_at_most_and_a_long_title_whole(app, cast, cards_of):
    with app.app_context():
        room = channel_of(cast.licences)
        made = published(
            cast.carles, "T" * 200, "x", audience={"any": [{"unit": str(cast.licences.id)}]}
        )
        paths = [f"/p/{made.id}", *(f"/people/{cast.carles.id}", f"/people/{cast.xoel.id}")]
        links = " ".join(f"http://localhost{path}" for path in [*paths, f"/people/{cast.ana.id}"])
        say(cast.ana, room, links)
        room_id = room.id
    cards = cards_of(cast.ana, room_id)
    assert list(cards) == paths
    assert "T" * 200 in cards[paths[0]]


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/p/0192b5c8-0000-7000-8000-00000000000a",
        "//elsewhere.example/p/0192b5c8-0000-7000-8000-00000000000a",
        "/p/0192b5c8-0000-7000-8000-00000000000a/versions",
        "/admin/0192b5c8-0000-7000-8000-00000000000a",
        "/p/0192b5c8-0000-7000-8000-00000000000a/m/3",
        "/p/nothing",
        "javascript:alert(1)",
        "http://[",
        "/p/" + "a" * 400,
    ],
)
def test_no_other_address_is_taken_for_ours(app_context, address):
    assert target_of(address) is None


def test_addresses_are_read_out_of_what_the_sanitiser_lets_through(app_context):
    there = "/questions/0192b5c8-0000-7000-8000-00000000000a"
    html = f'<p><a href="http://localhost{there}?x=1&amp;y=2#top" rel="nofollow">x</a></p>'
    assert [target.path for target in targets_in(html)] == [there]


def test_neither_a_mention_nor_the_source_of_a_quotation_has_a_card(app, cast, cards_of):
    with app.app_context():
        room = channel_of(cast.licences)
        carles, xoel = (f"/people/{person.id}" for person in (cast.carles, cast.xoel))
        say(cast.uxia, room, f"@[Ana](person:{cast.ana.id}) mira esto.")
        say(cast.uxia, room, f"> [Xoel](http://localhost{xoel})\n> Mañana no vengo.")
        say(cast.uxia, room, f"Es [Carles](http://localhost{carles}).")
        room_id = room.id
    assert list(cards_of(cast.ana, room_id)) == [carles]
