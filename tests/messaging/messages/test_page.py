"""What the page of a conversation says to one reader, and not to another."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import add_reaction, edit_message
from intranet.organisation.people.models import Person, Showing
from intranet.organisation.people.operations.status import set_status
from intranet.platform.core import clock
from tests.messaging.messages.helpers import channel_of, say

CAPTION = re.compile(r'class="message__caption">([^<]*)<')


@pytest.fixture
def talk(app, cast):
    """A talk of Ana, of the town, and Bieito, of two villages, in which each said something."""
    with app.app_context():
        made = start_direct_message(cast.ana, [cast.bieito])
        say(cast.ana, made, "Boas.")
        say(cast.bieito, made, "Buenas.")
        return made.id


def first_in(talk):
    """The first message of a conversation."""
    first = select(Message).where(Message.conversation_id == talk, Message.seq == 1)
    return db.session.scalars(first).one()


@pytest.mark.slow
def test_the_agency_is_named_where_it_is_not_the_readers(cast, client_of, talk):
    town = "Administrativo/a · Licencias"
    village = "Secretaría-Intervención"

    at_ana = CAPTION.findall(client_of(cast.ana).get(f"/c/{talk}?lang=es").text)
    at_bieito = CAPTION.findall(client_of(cast.bieito).get(f"/c/{talk}?lang=es").text)

    assert at_ana[:2] == [town, f"{village} · Concello de Vilaverde"]
    assert at_bieito[:2] == [f"{town} · Ayuntamiento de Monteclaro", village]


def test_what_scripts_and_programs_get_names_it_always(cast, client_of, talk):
    page = client_of(cast.ana).get(f"/c/{talk}").text
    said = re.findall(r"data-message='([^']*)'", page)[0]
    message = json.loads(said)

    assert message["author"]["caption"].endswith(" · Ayuntamiento de Monteclaro")
    assert 'data-agency="Ayuntamiento de Monteclaro"' in page


@pytest.mark.slow
def test_the_words_of_reactions_are_the_readers_whoever_came_before(cast, client_of, talk):
    ana = client_of(cast.ana)
    first, then = (ana.get(f"/c/{talk}?lang={language}").text for language in ("es", "en"))

    assert "Lo estoy mirando" in first
    assert "Looking into it" in then
    assert "Lo estoy mirando" not in then


def test_a_message_is_rendered_for_its_reader_whoever_was_shown_it_before(
    app, cast, client_of, talk
):
    with app.app_context():
        add_reaction(cast.bieito, first_in(talk), "👍")
    pages = [client_of(person).get(f"/c/{talk}").text for person in (cast.ana, cast.bieito)]
    articles = [page.split("<article")[1] for page in pages]

    assert ['aria-pressed="true"' in each for each in articles] == [False, True]
    assert ["message--mine" in each for each in articles] == [True, False]


def test_what_changes_is_shown_at_once(app, cast, client_of, talk):
    ana = client_of(cast.ana)
    assert "Boas." in ana.get(f"/c/{talk}").text
    with app.app_context():
        said = first_in(talk)
        edit_message(cast.ana, said, "Bos días.", body_rev=said.body_rev)
        until = clock.now() + timedelta(hours=1)
        set_status(cast.bieito, emoji="☕", text="Agora volvo", until=until)

    page = ana.get(f"/c/{talk}").text

    assert "Bos días." in page
    assert "Boas." not in page
    articles = page.split("<article")
    assert ["Agora volvo" in each for each in articles[1:3]] == [False, True]


def test_letters_of_ours_are_sent_as_they_are(app, cast, client_of):
    with app.app_context():
        say(cast.ana, room := channel_of(cast.licences), "Señalización, añadida.")
        address = f"/c/{room.id}"

    assert '"body":"Señalización, añadida."' in client_of(cast.ana).get(address).text


@pytest.mark.slow
@pytest.mark.both
def test_under_the_box_stands_when_somebody_who_is_not_there_will_see_it(
    app, cast, client_of, talk
):
    def note():
        page = client_of(cast.bieito).get(f"/c/{talk}?lang=en").text
        found = re.search(r'<p class="composer__note">(.*?)</p>', page, re.DOTALL)
        return found and re.sub(r"<[^>]+>|\s+", "", found[1])

    for showing, expected in ((Showing.AWAY, "Away"), (Showing.NOTHING, None)):
        with app.app_context():
            db.session.get_one(Person, cast.ana.id).showing = showing
            db.session.commit()
        assert note() == expected


def test_who_writes_as_one_of_several_posts_reads_of_which_town_each_is(cast, client_of, talk):
    page = client_of(cast.bieito).get(f"/c/{talk}?lang=gl").text
    names = re.findall(r"<option value=[^>]*>([^<]*)</option>", page)

    assert names == [
        "Concello de Vilaverde · Secretaría-Intervención",
        "Concello de Outeiro · Secretaría-Intervención",
    ]


def test_who_works_in_two_towns_counts_as_one_in_a_talk_of_two(cast, client_of, talk):
    page = client_of(cast.bieito).get(f"/c/{talk}?lang=en").text

    assert "People from 2 administrations can read this." in page


@pytest.mark.parametrize(
    ("language", "month", "days"),
    [
        ("es", "noviembre", ["{day} de {month}", "{day} de {month} de {year}"]),
        ("ca", "de novembre", ["{day} {month}", "{day} {month} del {year}"]),
        ("gl", "novembro", ["{day} de {month}", "{day} de {month} de {year}"]),
        ("eu", "azaroa", ["{month}ren {day}(a)", "{year}(e)ko {month}ren {day}(a)"]),
        ("en", "November", ["{day} {month}", "{day} {month} {year}"]),
    ],
)
def test_scripts_get_the_words_of_days_from_the_server(cast, client_of, language, month, days):
    page = client_of(cast.ana).get(f"/messages?lang={language}").text
    months = re.findall(r'data-months="([^"]*)"', page)[0].split("|")

    assert (len(months), months[10]) == (12, month)
    assert re.findall(r'data-word="day(?:-of-year)?">([^<]*)<', page) == days


@pytest.mark.slow
def test_the_page_does_not_load_htmx_and_asks_for_nothing_by_it(cast, client_of, talk):
    page = client_of(cast.ana).get(f"/c/{talk}").text
    attributes = set(re.findall(r"\shx-[\w:-]+(?==)", page))

    assert "htmx.min.js" not in page
    assert attributes <= {" hx-headers:inherited"}, "with these, the page has to load htmx again"
