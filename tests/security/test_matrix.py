"""The matrix (acceptance 5): what is hidden is answered at every door like what does not exist.

Rows 5, 12, 28, 32 and 39: not a sample, every route and method.
"""

import re

import pytest

from tests.security.door import Kind
from tests.security.doors import DOORS
from tests.security.knocking import doors_of, knock, told
from tests.security.parts import PARTS
from tests.security.public import PUBLIC
from tests.security.world import CHANNEL
from tests.security.world_parts import SECRET
from tests.stored import everything

pytestmark = pytest.mark.slow

HIDDEN = ("stranger", "former member", "without a post", "other administrator")
ONE_EACH = {
    who: pytest.mark.only_on(database, reason="the rule is the same for each who is outside")
    for who, database in zip(HIDDEN, ("postgresql", "sqlite", "sqlite", "sqlite"), strict=True)
}
FIRST = "a message of the room"
WITHIN = "within one's own"
ROOMS = {
    FIRST: {},
    "what the former member wrote": {"message": "own_message", "file": "own_file"},
    "a further channel": {"room": "channel", "message": "channel_message"},
    "a direct talk": {"room": "talk", "message": "talk_message", "file": "talk_file"},
    "the talk of a post": {
        "room": "post_talk",
        "message": "post_talk_message",
        "file": "post_talk_file",
    },
    "a publication": {"file": "published_file"},
    "a draft": {"file": "draft_file"},
}


@pytest.mark.both
def test_every_route_is_a_door_of_the_matrix_or_public_with_a_reason(matrix_app):
    routes = {rule.endpoint for rule, _method in doors_of(matrix_app)}

    assert routes - set(DOORS) - set(PUBLIC) == set(), "a route that is not in the matrix"
    assert (set(DOORS) | set(PUBLIC)) - routes == set(), "a door that leads nowhere any more"
    assert set(DOORS) & set(PUBLIC) == set()


@pytest.mark.both
@pytest.mark.parametrize("who", [pytest.param(who, marks=ONE_EACH[who]) for who in HIDDEN])
def test_what_is_hidden_is_answered_like_what_does_not_exist(matrix_app, world, who):
    client, before, tried = world.clients[who], everything(matrix_app), 0
    differing = []
    for rule, method in doors_of(matrix_app):
        door = DOORS.get(rule.endpoint)
        if door is None or who not in door.kind.value:
            continue
        missing = {}  # what is said where nothing is: asked once a door
        for what, seen in worlds(world, rule, door, who):
            parts = method == "GET" and "/api/" not in rule.rule and what in {"", FIRST}
            for fragment in (False, True) if parts else (False,):
                there = told(knock(client, rule, method, door, seen.ids, fragment=fragment), seen)
                asked = (seen.nothing["code"], fragment)
                if asked not in missing:
                    answer = knock(client, rule, method, door, seen.nothing, fragment=fragment)
                    missing[asked] = told(answer, seen)
                nowhere = missing[asked]
                tried += 1
                refusal = door.refusal_within if what == WITHIN else door.refusal
                if there != nowhere or there[0] != refusal:
                    differing.append((rule.endpoint, method, what, there[0], nowhere[0]))
            with client.session_transaction() as session:
                session.pop("_flashes", None)  # what the door said; the next page would show it
    assert differing == []
    assert tried > 15
    assert everything(matrix_app) == before


@pytest.mark.parametrize("who", ["disabled", "signed out"])
def test_who_is_not_signed_in_is_answered_alike_for_everything(matrix_app, world, who):
    client, before = world.clients[who], everything(matrix_app)
    differing = []
    for rule, method in doors_of(matrix_app):
        door = DOORS.get(rule.endpoint)
        if door is None:
            continue
        there, nowhere = (
            told(knock(client, rule, method, door, ids), world)
            for ids in (world.ids, world.nothing)
        )
        leads_to_sign_in = method == "GET" and "/api/" not in rule.rule
        if there != nowhere or there[0] != (303 if leads_to_sign_in else 401):
            differing.append((rule.endpoint, method, there[0], nowhere[0]))
    assert differing == []
    assert everything(matrix_app) == before


@pytest.mark.both
def test_signed_out_every_call_of_programs_says_the_very_same(matrix_app, world):
    client, answers = world.clients["signed out"], set()
    for rule, method in doors_of(matrix_app):
        if rule.rule.startswith("/api/"):
            answer = knock(client, rule, method, DOORS[rule.endpoint], world.ids)
            answers.add((answer.status_code, answer.mimetype, answer.text))
    assert len(answers) == 1
    assert answers.pop()[:2] == (401, "application/problem+json")


@pytest.mark.parametrize("who", HIDDEN)
def test_no_page_of_one_s_own_tells_of_what_is_hidden(matrix_app, world, who):
    hidden = {
        name: world.ids[name]
        for name in (
            "room",
            "talk",
            "post_talk",
            "channel",
            "message",
            "own_message",
            "file",
            "space",
            "publication",
            "draft",
            "published_file",
            "draft_file",
            "initiative",
            *("box", "idea", "poll"),
        )
    }
    client, telling = world.clients[who], []
    for rule, method in doors_of(matrix_app):
        door = DOORS.get(rule.endpoint)
        if method != "GET" or door is None or door.kind not in {Kind.MINE, Kind.ORGANISATION}:
            continue
        text = knock(client, rule, method, door, world.ids).get_data().decode(errors="replace")
        found = [name for name, row_id in hidden.items() if row_id in text]
        words = [SECRET, CHANNEL, *(["Castro"] if who == "without a post" else [])]
        found += [word for word in words if word in text]
        if found:
            telling.append((rule.endpoint, found))
    assert telling == []


def worlds(world, rule, door, who):
    """The objects with which a door is tried."""
    if door.kind is Kind.ROOM:
        led_to = {PARTS.get(part, part) for part in rule.arguments}
        return [
            (what, world.called(**names))
            for what, names in ROOMS.items()
            if what == FIRST or led_to & set(names)
        ]
    if door.kind is Kind.ADMINISTRATION and who == "other administrator":
        own = [(WITHIN, within_own(world))] if carries_ids(rule, door) else []
        return [("the code of the agency you mean", world), *own]
    return [("", world)]


def carries_ids(rule, door):
    """Whether a door of administration is about an object, not only about an agency."""
    named = set(re.findall(r"{(\w+)}", str((door.send, door.query))))
    return bool((rule.arguments | named) - {"code", "kind", "version", "day", "statement"})


def within_own(world):
    """The ids of Monteclaro under the code of the administrator's own agency."""
    from dataclasses import replace

    own = {"code": world.ids["other_code"]}
    return replace(world, ids={**world.ids, **own}, nothing={**world.nothing, **own})
