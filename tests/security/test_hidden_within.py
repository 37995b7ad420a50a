"""What is hidden is not found by naming it within what is one's own.

Rows 12, 16, 28, 32 and 40.
"""

import json
import re
from uuid import uuid4

import pytest

from tests.pages.api.calls import PREFIX, Caller
from tests.security.door import Kind
from tests.security.doors import DOORS
from tests.security.knocking import address_of, doors_of, filled, told
from tests.security.test_matrix import HIDDEN
from tests.security.world import CHANNEL
from tests.security.world_parts import SECRET
from tests.stored import everything

pytestmark = pytest.mark.slow

NONSENSE = "Exxxxxxxxxs rxxxxxxxxs"


@pytest.fixture
def nadia(matrix_app, matrix_cast, world):
    """A stranger who has a room of her own, as its head."""
    client = world.clients["stranger"]
    return Caller(client, {"X-CSRF-Token": client.token()})


@pytest.fixture
def own_room(matrix_app, matrix_cast):
    """The room of Public Procurement, which Nadia heads."""
    from tests.messaging.messages.helpers import channel_of

    with matrix_app.app_context():
        return str(channel_of(matrix_cast.procurement).id)


WITHIN = [
    ("POST", "/conversations/{own}/messages", {"body": "x", "parent_id": "{message}"}),
    ("POST", "/conversations/{own}/messages", {"body": "x", "parent_id": "{talk_message}"}),
    ("POST", "/conversations/{own}/messages", {"body": "x", "file_ids": ["{file}"]}),
    ("POST", "/conversations/{own}/messages", {"body": "x", "file_ids": ["{upload}"]}),
    ("POST", "/conversations/{own}/messages", {"body": "x", "post_id": "{post}"}),
    ("POST", "/conversations", {"space_id": "{space}", "name": "Copia"}),
    ("PATCH", "/me", {"photo_key": "{key}", "week": {"{key}": None}}),
]


@pytest.mark.both
@pytest.mark.parametrize("within", WITHIN)
def test_an_id_within_a_call_is_answered_like_one_of_nothing(
    matrix_app, world, nadia, own_room, within
):
    method, path, sent = within
    before, answers = everything(matrix_app), []
    for ids in (world.ids, world.nothing):
        body = {"client_id": str(uuid4()), **filled_keys(sent, ids)}
        answer = nadia.call(method, path.format(own=own_room), json=body)
        answers.append(told(answer, world))

    assert answers[0] == answers[1]
    assert answers[0][0] in {404, 422}
    assert everything(matrix_app) == before


@pytest.mark.both
@pytest.mark.parametrize(
    ("event", "sent"),
    [
        ("message:post", {"body": "x", "parent_id": "{message}"}),
        ("message:post", {"body": "x", "file_ids": ["{file}"]}),
        ("message:post", {"body": "x", "post_id": "{post}"}),
    ],
)
def test_an_id_within_an_event_is_answered_like_one_of_nothing(
    matrix_app, world, own_room, event, sent
):
    from intranet.delivery.realtime.client_events import _registered, error
    from intranet.extensions import db
    from intranet.organisation.people.models import Person
    from intranet.platform.core.errors import Problem

    with matrix_app.app_context():
        nadia = db.session.scalars(db.select(Person).where(Person.name == "Nadia Benali")).one()
        answers = []
        for ids in (world.ids, world.nothing):
            body = {"conversation_id": own_room, "client_id": str(uuid4()), **filled(sent, ids)}
            with pytest.raises(Problem) as refused:
                _registered[event].handler(nadia, body)
            answers.append(world.plain(str(error(refused.value))))

    assert answers[0] == answers[1]


@pytest.mark.both
def test_row_16_a_mention_of_or_a_link_to_what_is_hidden_shows_what_was_written_and_no_more(
    world, nadia, own_room
):
    shown = []
    for ids in (world.ids, world.nothing):
        body = (
            "@[x](channel:{room}) @[y](channel:{talk}) /c/{room}/m/{seq} "
            "http://127.0.0.1:8000/files/{file} [z](/files/{file}) ![w](/files/{file})"
        ).format(**ids)
        sent = {"client_id": str(uuid4()), "body": body}
        message = nadia.post(f"/conversations/{own_room}/messages", sent).json
        page = nadia.client.get(f"/c/{own_room}/m/{message['seq']}").text
        parts = {name: message[name] for name in ("html", "body", "mentions", "files")}
        shown.append(world.plain(json.dumps(parts)))
        assert SECRET not in page

    assert shown[0] == shown[1]


@pytest.mark.both
def test_row_12_a_channel_s_hidden_name_is_free_for_others_and_found_by_nobody(
    matrix_app, world, nadia, own_room
):
    space = nadia.get(f"/conversations/{own_room}").json["space_id"]

    for path, before in (("/switcher", ""), ("/search", ""), ("/search/suggestions", "in:")):
        hidden, nonsense = (
            without_tokens(
                re.sub(
                    "|".join((words, *words.split())),
                    "",
                    nadia.client.get(
                        path, query_string={"q": before + words}, headers={"HX-Request": "true"}
                    ).text,
                )
            )
            for words in (CHANNEL, NONSENSE)
        )
        assert hidden == nonsense, path
    made = nadia.post("/conversations", {"space_id": space, "name": CHANNEL})
    assert made.status_code == 201


@pytest.mark.both
@pytest.mark.parametrize("who", HIDDEN)
def test_rows_28_and_40_a_word_that_is_said_only_there_is_found_like_one_that_is_said_nowhere(
    world, who
):
    client = world.clients[who]
    paths = ("/switcher", "/help", "/conversations/new", "/search", f"{PREFIX}/search")
    for path in paths:
        answers = [
            client.get(path, query_string={"q": words})
            for words in (SECRET, "zzyzzyzzyzzyz"[: len(SECRET)])
        ]
        texts = [
            re.sub(r"csrf[^>]*>", "", answer.text).replace(words, "").split("</header>")[-1]
            for answer, words in zip(answers, (SECRET, "zzyzzyzzyzzyz"), strict=True)
        ]
        assert answers[0].status_code == answers[1].status_code
        assert without_tokens(texts[0]) == without_tokens(texts[1]), path


@pytest.mark.parametrize("who", ["stranger", "signed out"])
def test_row_32_no_spelling_of_an_address_is_completed_to_what_is_hidden(matrix_app, world, who):
    client, differing = world.clients[who], []
    for rule, method in doors_of(matrix_app):
        door = DOORS.get(rule.endpoint)
        if door is None or method != "GET" or door.kind is not Kind.ROOM:
            continue
        for spell in (slash, upper, double, dotted):
            answers = [
                told(client.get(spell(address_of(rule, door, ids)), buffered=True), world)
                for ids in (world.ids, world.nothing)
            ]
            statuses = {status for status, _body, _headers in answers}
            if len(statuses) > 1 or statuses - {303, 308, 401, 404} or SECRET in str(answers):
                differing.append((rule.endpoint, spell.__name__, statuses))
    assert differing == []


@pytest.mark.both
def test_an_address_of_another_s_is_nowhere_in_what_colleagues_and_outsiders_see(world):
    for who in ("stranger", "other administrator"):
        client = world.clients[who]
        for path in (
            f"/people/{world.ids['person']}",
            f"{PREFIX}/people/{world.ids['person']}",
            f"{PREFIX}/conversations",
            "/agencies/L01990012/list",
            f"/units/{world.ids['unit']}",
            f"/posts/{world.ids['post']}",
            "/switcher?q=ana",
        ):
            text = client.get(path).text
            assert "ana@monteclaro" not in text, path
            assert "sabela@monteclaro" not in text, path


def filled_keys(value, ids):
    """As `filled`, with names in the place of keys as well."""
    return json.loads(json.dumps(filled(value, ids)).replace("{key}", ids["key"]))


def without_tokens(text):
    return re.sub(r'(value|content)="[^"]*"|"X-CSRF-Token": "[^"]*"|href="[^"]*"', "", text)


def slash(address):
    return address + "/"


def upper(address):
    return address.upper() if "/api/" not in address else address.replace("-", "")


def double(address):
    return "http://localhost/" + address  # without the host its first part would be taken for one


def dotted(address):
    return address.replace("/", "/./", 1)
