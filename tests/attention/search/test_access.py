"""The one access rule at every hit and every count: rows 4, 16, 25, 28, 32, 33, 40."""

import re
from datetime import timedelta
from typing import Any

import pytest

from intranet.attention.search import queries
from intranet.attention.search.queries import SearchFinder
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.messaging.conversations.operations import (
    create_channel,
    decline_direct_message,
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind
from tests.hostile import MARKUP
from tests.messaging.messages.helpers import channel_of, say, space_of

pytestmark = pytest.mark.both

WORD = "zarzaparrilla"
KINDS: tuple[dict[str, str], ...] = ({}, {"kind": "message"}, {"kind": "file"})
ASKED = [
    *(("/search", kind) for kind in KINDS),
    *(("/api/v1/search", kind) for kind in KINDS),
    ("/search/suggestions", {}),
    ("/switcher", {}),
]


@pytest.fixture
def told(app, cast, client_of):
    """What each of some people is told of a query, with what differs by itself taken out."""

    clients: dict[str, Any] = {}

    def tell(person, query):
        client = clients.setdefault(person.name, None) or client_of(person)
        clients[person.name] = client
        answers = []
        for path, narrowed in ASKED:
            answer = client.get(
                path, query_string={"q": query, **narrowed}, headers={"HX-Request": "true"}
            )
            assert answer.status_code == 200
            words = "|".join(map(re.escape, filter(None, (query, *re.split(r"\W+", query)))))
            text = re.sub(words, "", answer.text)
            answers.append(re.sub(r'(href|value)="[^"]*"', "", text))
        return answers

    return tell


@pytest.fixture
def said(app, cast):
    """A word that is said in a room of the licences, in a channel of it and in a talk of Ana's."""
    with app.app_context():
        room = channel_of(cast.licences)
        message = say(cast.ana, room, f"La {WORD} es de aquí")
        inner = create_channel(cast.ana, space_of(cast.licences), f"Plan {WORD}", language="es")
        say(cast.ana, inner, WORD)
        say(cast.ana, start_direct_message(cast.ana, [cast.uxia]), WORD)
        return str(message.conversation_id)


@pytest.mark.slow
def test_whoever_may_not_read_it_is_told_what_they_are_told_of_a_word_nobody_said(
    app, cast, said, told
):
    with app.app_context():
        held = appoint(
            None,
            cast.officer_post,
            cast.iria,
            starts_on=clock.today("Europe/Madrid") - timedelta(days=9),
        )
        end_appointment(None, held)
    strangers = (cast.nadia, cast.iria, cast.eloi, cast.guillem)
    for form in ("{}", "de:ana {}", "in:{}", '-obra "{}"', "in:licencias has:file {}"):
        for person in strangers:
            hidden, nowhere = (told(person, form.format(word)) for word in (WORD, "zzyzzyzzyzzyz"))
            assert hidden == nowhere, (person.name, form)


@pytest.mark.slow
def test_who_reads_it_finds_it_and_counts_only_what_they_read(app, cast, said, client_of):
    counts = {}
    for person in (cast.ana, cast.uxia, cast.nadia):
        items = client_of(person).get(f"/api/v1/search?q={WORD}").json["items"]
        counts[person.name] = len(items)
    assert counts == {"Ana Castro": 3, "Uxía Lema": 3, "Nadia Benali": 0}
    page = client_of(cast.ana).get(f"/search?q={WORD}&in={said}").text
    assert page.count("<mark>") == 1


def test_what_was_opened_is_found_by_all_and_narrowed_again_by_nobody_else(
    app, cast, said, ids_found
):
    space = space_of(cast.licences)
    for visibility, found in (
        (Visibility.NETWORK, (2, 2, 0)),
        (Visibility.AGENCY, (2, 0, 0)),
        (Visibility.MEMBERS, (0, 0, 0)),
    ):
        with unit_of_work() as work:
            work.lock(space)
            space.visibility = visibility
        people = (cast.nadia, cast.guillem, cast.eloi)
        assert tuple(len(ids_found(person, WORD)) for person in people) == found


def test_who_reads_more_rooms_than_fit_into_the_index_s_question_finds_the_same(
    cast, said, ids_found, monkeypatch
):
    found = [ids_found(person, WORD) for person in (cast.ana, cast.uxia, cast.nadia)]
    monkeypatch.setattr(queries, "MAX_CONVERSATIONS", 0)
    assert [ids_found(person, WORD) for person in (cast.ana, cast.uxia, cast.nadia)] == found


def test_who_leaves_a_talk_or_a_post_finds_nothing_of_it_from_then_on(cast, ids_found):
    talk = start_direct_message(cast.ana, [cast.bieito])
    say(cast.ana, talk, WORD)
    assert len(ids_found(cast.bieito, WORD)) == 1
    decline_direct_message(cast.bieito, talk)
    assert ids_found(cast.bieito, WORD) == []

    say(cast.ana, channel_of(cast.licences), WORD)
    assert len(ids_found(cast.uxia, WORD)) == 1
    for held in current_appointments(cast.uxia.id):
        end_appointment(None, held)
    assert ids_found(cast.uxia, WORD) == []


@pytest.mark.slow
def test_of_a_post_s_talk_the_successor_finds_all_and_the_predecessor_what_they_wrote(
    cast, ids_found
):
    talk = start_post_conversation(cast.ana, cast.technician_post)
    asked = say(cast.ana, talk, f"{WORD} pregunta")
    answer = say(cast.iria, talk, f"{WORD} respuesta")
    assert ids_found(cast.iria, WORD) == [answer.id, asked.id]
    for held in current_appointments(cast.iria.id):
        end_appointment(None, held)
    appoint(None, cast.technician_post, cast.nadia, starts_on=clock.today("Europe/Madrid"))
    later = say(cast.ana, talk, f"{WORD} después")
    assert ids_found(cast.iria, WORD) == [answer.id]
    assert ids_found(cast.iria, WORD, conversation_id=talk.id) == [answer.id]
    assert ids_found(cast.nadia, WORD) == [later.id, answer.id, asked.id]


@pytest.mark.slow
def test_beyond_the_newest_whole_words_are_found_and_no_page_leaves_one_out(
    cast, spanish_request, monkeypatch
):
    monkeypatch.setattr(queries, "MAX_PREFIX_DOCUMENTS", 1)
    monkeypatch.setattr(queries, "RECENT_ROWS", 1)
    monkeypatch.setattr("intranet.platform.index.newest.RECENT_ROWS", 1)
    room = channel_of(cast.licences)
    before = [say(cast.ana, room, WORD).id for _time in range(2)]
    talk = start_post_conversation(cast.ana, cast.technician_post)
    kept = say(cast.iria, talk, f"{WORD}s").id
    for held in current_appointments(cast.iria.id):
        end_appointment(None, held)
    appoint(None, cast.officer_post, cast.iria, starts_on=clock.today("Europe/Madrid"))
    after = [say(cast.ana, room, WORD).id for _time in range(3)]

    search = SearchFinder(cast.iria, understand(cast.iria, SearchQuery(text=WORD)))
    pages = [search.newest(DocumentKind.MESSAGE, limit=2)]
    while pages[-1]:
        pages.append(search.newest(DocumentKind.MESSAGE, before=pages[-1][-1].id, limit=2))

    found = [row.subject_id for page in pages for row in page]
    assert found == [*reversed(after), kept, *reversed(before)]


@pytest.mark.slow
def test_row_25_hostile_text_as_query_and_as_hit_is_shown_as_text(app, cast, client_of):
    with app.app_context():
        room = channel_of(cast.licences)
        for text in MARKUP[:60]:
            say(cast.ana, room, f"zarza {text}", posts_per_10s=1000)
    client = client_of(cast.uxia)
    texts = [client.get("/search?q=zarza").text, client.get("/search?q=zarza&kind=message").text]
    texts += [client.get("/search", query_string={"q": text}).text for text in MARKUP[::3]]
    for text in texts:
        main = text.split("<main")[1].split("</main>")[0]
        tags = set(re.findall(r"<([a-z][a-z0-9-]*)", main))
        assert tags <= ALLOWED, tags - ALLOWED
        addresses = re.findall(r'(?:href|src)="([^"]*)"', main)
        assert all(re.match(r"[/#]", address) for address in addresses)


ALLOWED = {
    *("main", "search-box", "header", "h1", "h2", "h3", "form", "div", "label", "svg", "use"),
    *("input", "ul", "ol", "li", "button", "nav", "a", "span", "p", "section", "mark", "time"),
    *("aside", "dialog", "dl", "dt", "dd", "code", "read-only-time"),
}
