"""REST: conversations, one's place in them, who is in them, audiences."""

import pytest

from tests.pages.api.calls import is_problem, said


def test_one_sees_the_conversations_in_which_one_takes_part(api, cast, licences):
    items = api(cast.ana).get("/conversations").json["items"]

    found = {item["id"]: item for item in items}
    assert found[licences]["unit_id"] == str(cast.licences.id)
    assert found[licences]["kind"] == "channel"
    assert found[licences]["is_main"] is True
    of_nadia = api(cast.nadia).get("/conversations").json["items"]
    assert licences not in {item["id"] for item in of_nadia}


def test_one_conversation_says_where_one_is_in_it(api, cast, licences):
    shown = api(cast.ana).get(f"/conversations/{licences}").json

    assert shown["agency"] == "L01990012"
    assert {"last_seq", "rev", "read_seq", "unread_from", "unread", "muted"} <= set(shown)


def test_a_talk_is_begun_once_with_exactly_these_people(api, cast):
    ana, people = api(cast.ana), [str(cast.bieito.id), str(cast.elna.id)]

    first = ana.post("/conversations", {"person_ids": people})
    again = ana.post("/conversations", {"person_ids": people[::-1]})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert set(first.json["people_ids"]) == {*people, str(cast.ana.id)}
    assert first.json["kind"] == "direct"
    assert api(cast.bieito).get(f"/conversations/{first.json['id']}").status_code == 200


def test_the_head_opens_a_channel_and_another_member_may_not(api, cast, licences):
    space = api(cast.ana).get(f"/conversations/{licences}").json["space_id"]

    made = api(cast.ana).post("/conversations", {"space_id": space, "name": "Obras menores"})
    refused = api(cast.uxia).post("/conversations", {"space_id": space, "name": "Cafés"})

    assert made.status_code == 201
    assert made.json["title"] == "Obras menores"
    assert made.json["is_main"] is False
    assert is_problem(refused, 403)


def test_a_mark_of_reading_rises_and_never_sinks(api, cast, licences):
    ana = api(cast.ana)
    last = [ana.post(f"/conversations/{licences}/messages", said()).json["seq"] for _ in range(3)][
        -1
    ]
    uxia = api(cast.uxia)

    up = uxia.put(f"/conversations/{licences}/read", {"seq": last})
    down = uxia.put(f"/conversations/{licences}/read", {"seq": last - 2})

    assert (up.json["read_seq"], up.json["unread"]) == (last, 0)
    assert down.json["read_seq"] == last


def test_what_is_marked_unread_counts_as_unread_until_the_mark_is_taken_away(api, cast, licences):
    last = api(cast.ana).post(f"/conversations/{licences}/messages", said()).json["seq"]
    uxia = api(cast.uxia)
    uxia.put(f"/conversations/{licences}/read", {"seq": last})

    marked = uxia.put(f"/conversations/{licences}/unread_from", {"seq": last}).json
    cleared = uxia.put(f"/conversations/{licences}/unread_from", {"seq": None}).json

    assert (marked["unread_from"], marked["unread"]) == (last, 1)
    assert (cleared["unread_from"], cleared["unread"]) == (None, 0)


def test_a_conversation_is_muted_and_heard_again(api, cast, licences):
    uxia = api(cast.uxia)

    assert uxia.put(f"/conversations/{licences}/mute").json["muted"] is True
    assert uxia.delete(f"/conversations/{licences}/mute").json["muted"] is False


def test_members_are_named_with_what_each_may_do(api, cast, licences):
    ana = api(cast.ana)

    members = {
        row["name"]: row for row in ana.get(f"/conversations/{licences}/members").json["items"]
    }
    found = ana.get(f"/conversations/{licences}/members?q=ux").json["items"]

    assert members["Ana Castro"]["role"] == "head"
    assert members["Uxía Lema"]["role"] == "member"
    assert "Eloi Bastida" not in members
    assert [row["name"] for row in found] == ["Uxía Lema"]


@pytest.mark.both
def test_an_audience_is_counted_named_and_said_in_words(api, cast):
    audience = {"any": [{"unit": str(cast.urban_planning.id), "subtree": True}]}

    told = api(cast.carles).post("/audiences/preview", audience)

    assert told.status_code == 200
    assert told.json["count"] >= 4
    assert told.json["outside"] == 0
    assert told.json["sentence"]
    assert {"id", "name", "caption"} == set(told.json["sample"][0])
    elsewhere = api(cast.bieito).post("/audiences/preview", audience).json
    assert elsewhere["count"] == 0
    assert [row["reason"] for row in elsewhere["excluded"]] == ["elsewhere"]
    assert elsewhere["excluded"][0]["count"] == told.json["count"]


def test_who_holds_no_post_previews_no_audience(api, cast):
    audience = {"any": [{"unit": str(cast.licences.id)}]}

    assert is_problem(api(cast.eloi).post("/audiences/preview", audience), 404)
