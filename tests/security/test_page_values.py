"""Pages: rows 33 and 34, ASVS 1.2.4 and 1.2.5. No value in an address or a form is a fault."""

import re

import pytest

from tests.pace import within
from tests.security.doors import DOORS
from tests.security.doors_mine import ASKS_THE_DIRECTORY
from tests.security.knocking import INSIDERS, address_of, doors_of, filled, told

pytestmark = pytest.mark.slow

QUERIES_OF = {
    "conversations.mentions": ("q",),
    "conversations.mentions_anywhere": ("q",),
    "conversations.new": ("q", "person"),
    "search.switcher": ("q",),
    "search.index": ("q", "kind", "in", "by", "since", "until", "before"),
    "search.suggest": ("q",),
    "directory.agency": ("unit", "branch", "open"),
    "directory.photo": ("size",),
    "directory.posts": ("q", "unit", "function", "level", "only", "after", "before"),
    "help.index": ("q",),
    "home.index": ("lang", "theme"),
    "messages.index": ("around_seq", "before_seq", "after_seq"),
    "messages.members": ("q", "cursor", "invite"),
    "admin.appointments": ("q", "when", "after"),
    "admin.audit": ("person", "thing", "act", "from", "to", "before", "check"),
    "admin.new_appointment": ("person", "post"),
    "admin.people": ("q", "access", "before"),
    "admin.posts": ("q", "unit", "vacant"),
    "admin.suggestions": ("q",),
    "admin.units": ("q", "under"),
    "reorganisations.plan": ("q", "side", "day", "seen"),
    "reorganisations.changes": ("only",),
    "reorganisations.new_change": ("kind", "unit", "post", "parent", "from"),
    "reorganisations.consequence": ("from", "as"),
}
VALUES = [
    *("a" * 5000, "%_\\'\"\ufffd𝒜\u202e\u2028{{7*7}}%s%n{0.__class__}\r\nSet-Cookie: a=b"),
    *("*a*a*a*a*a*a*a*a*(a+)+$" + "a" * 60, "NEAR( :* ' OR 1=1 --" + "(" * 2000),
    *("-1", "9" * 5000, "0001-01-01"),
]


@pytest.fixture
def rules(matrix_app):
    return {(rule.endpoint, method): rule for rule, method in doors_of(matrix_app)}


def insider(world, endpoint):
    return world.clients[INSIDERS[DOORS[endpoint].kind]]


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_row_33_every_question_is_answered_within_a_second_and_never_with_a_fault(world, rules):
    for endpoint, names in QUERIES_OF.items():
        rule, door = rules[endpoint, "GET"], DOORS[endpoint]
        path = address_of(rule, door, world.ids).split("?", maxsplit=1)[0]
        for name in names:
            for value in VALUES:
                client = insider(world, endpoint)
                query = {name: value}
                answer = within(1, client.get, path, query_string=query, buffered=True)
                assert answer.status_code in {200, 303, 404, 422}, (endpoint, name, value[:20])
                assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_no_value_in_a_form_is_a_fault(world, rules):
    tried = 0
    for (endpoint, method), rule in rules.items():
        door = DOORS.get(endpoint)
        if door is None or method != "POST" or rule.rule.startswith("/api/") or not door.send:
            continue
        client, where = insider(world, endpoint), address_of(rule, door, world.ids)
        good = filled(door.send, world.ids)
        for name in good:
            for value in (["a", "b"], "\0", "𝒜" * 5_000, "-1", "9" * 5000):
                answer = client.submit(where, {**good, name: value}, buffered=True)
                is_away = endpoint in ASKS_THE_DIRECTORY and answer.status_code == 503
                assert is_away or answer.status_code < 500, (endpoint, name, value[:20])
                tried += 1
    assert tried > 100


@pytest.mark.both
@pytest.mark.parametrize("number", ["0", str(2**31), str(2**63), "9" * 4000, "9" * 5000])
def test_a_place_that_cannot_be_is_not_found(world, number):
    client, room = world.clients["member"], world.ids["room"]

    for part in ("", "/edit", "/delete", "/versions"):
        assert client.get(f"/c/{room}/m/{number}{part}").status_code == 404
    for part in ("/edit", "/delete", "/pin", "/reactions", "/unread"):
        answer = client.submit(f"/c/{room}/m/{number}{part}")
        assert answer.status_code in ({404} if len(number) < 4300 else {404, 405})  # no number


@pytest.mark.both
@pytest.mark.parametrize("sign", ["%", "_", "%%", "____", "\\", "*", '"', "?", "C_stro", "C*stro"])
def test_signs_of_a_pattern_stand_for_no_letters(world, sign):
    outside, administrator = world.clients["stranger"], world.clients["administrator"]
    code = world.ids["code"]

    switcher = outside.get("/switcher", query_string={"q": sign}, headers={"HX-Request": "true"})
    listed = outside.get(f"/agencies/{code}/list", query_string={"q": sign})
    people = administrator.get("/api/v1/admin/people", query_string={"agency": code, "q": sign})

    assert "Castro" not in switcher.text
    assert "Castro" not in listed.text.split("<main", maxsplit=1)[1]
    assert people.json["items"] == []


@pytest.mark.both
@pytest.mark.parametrize(
    ("path", "name"),
    [("units", "unit"), ("posts", "post"), ("people", "clerk"), ("appointments", "appointment")],
)
@pytest.mark.parametrize("edge", ["after", "before"])
def test_a_list_does_not_go_on_after_another_agency_s_row(world, path, name, edge):
    client, code = world.clients["other administrator"], world.ids["other_code"]
    answers = [
        told(client.get(f"/admin/{code}/{path}", query_string={edge: ids[name]}), world)
        for ids in (world.ids, world.nothing)
    ]

    assert answers[0] == answers[1]
    assert answers[0][0] == 200


@pytest.mark.both
@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example"),
        *(
            "javascript:alert(1)",
            "\\\\evil.example",
            "/\t/evil.example",
            "/%0d%0aX: y",
            "evil.example",
        ),
    ],
)
def test_no_form_leads_to_another_site(world, target):
    client, room, seq = world.clients["member"], world.ids["room"], world.ids["seq"]

    for path, sent in (
        (f"/c/{room}/read", {"seq": "1"}),
        (f"/c/{room}/m/{seq}/pin", {"on": "1"}),
        (f"/c/{room}/m/{seq}/reactions", {"emoji": "🎉"}),
        ("/language", {"lang": "es"}),
    ):
        answer = client.submit(path, {**sent, "next": target})
        assert answer.status_code == 303, path
        assert re.match(r"/(?![/\\])[^\t\r\n]*$", answer.location), (path, answer.location)
