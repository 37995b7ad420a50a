"""REST: what a call does not know is named and refused, and each answer has the headers it owes."""

import pytest

from intranet.messaging.spaces.models import Posting
from intranet.messaging.spaces.operations import set_posting
from tests.messaging.messages.helpers import space_of
from tests.pages.api.calls import PREFIX, Caller, is_problem, said
from tests.stored import everything

TEXTS = {"es": {"title": "Obra menor", "body": "Desde el martes."}}
SENT = {
    "/publications": {"texts": TEXTS, "publish": True},
    "/groups": {"name": "Costas", "purpose": "Lo mismo.", "publish": True},
    "/initiatives": {"texts": {}, "publish": True},
    "/events": {"texts": TEXTS, "publish": True},
    "/conversations": {"person_ids": [], "publish": True},
    "/audiences/preview": {"any": [], "publish": True},
    "/uploads": {"name": "a.mp4", "size": 10, "publish": True},
}


def test_a_draft_that_is_to_be_published_by_a_field_that_is_none_is_not_made(app, api, cast):
    carles = api(cast.carles)
    carles.get("/me")
    before = everything(app)
    answer = carles.post("/publications", {"texts": TEXTS, "publish": True})

    assert is_problem(answer, 422)
    assert set(answer.json["errors"]) == {"publish"}
    assert everything(app) == before


@pytest.mark.parametrize("path", SENT)
def test_a_field_that_is_not_known_is_named(api, cast, path):
    answer = api(cast.carles).post(path, SENT[path])

    assert is_problem(answer, 422)
    assert "publish" in answer.json["errors"]


def test_so_is_one_within_another_and_one_where_nothing_is_taken(api, cast, licences):
    ana, carles = api(cast.ana), api(cast.carles)
    path = f"/conversations/{licences}"
    inner = carles.post("/publications", {"texts": {"es": {"title": "A", "body": "B", "x": 1}}})
    assert set(inner.json["errors"]) == {"texts.es.x"}
    assert set(ana.put(f"{path}/mute", {"until": "x"}).json["errors"]) == {"until"}
    assert ana.put(f"{path}/mute", {}).status_code == 200
    posted = ana.post(f"{path}/messages", said(silent=True))
    assert set(posted.json["errors"]) == {"silent"}
    message = ana.post(f"{path}/messages", said()).json
    changed = ana.patch(f"/messages/{message['id']}", {"body": "B", "body_rev": 1, "seq": 7})
    assert set(changed.json["errors"]) == {"seq"}
    assert set(ana.patch("/me", {"agency": "x"}).json["errors"]) == {"agency"}


def listing_calls(app):
    for rule in app.url_map.iter_rules():
        described = getattr(app.view_functions[rule.endpoint], "__rest__", None)
        if described and "GET" in rule.methods and not rule.arguments:
            yield rule.rule.removeprefix(PREFIX), described.query


def test_names_in_the_address_that_are_not_known_are_named_at_every_call(app, api, cast):
    dorleta = api(cast.dorleta)
    calls = list(listing_calls(app))
    assert len(calls) > 12
    for path, _query in calls:
        answer = dorleta.get(f"{path}?most=10")
        assert is_problem(answer, 422), path
        assert set(answer.json["errors"]) == {"most"}, path


@pytest.mark.parametrize("value", ["abc", "0", "-1", "1.5", "²", ""])
def test_a_limit_that_is_no_number_is_refused_at_every_list(app, api, cast, value):
    dorleta = api(cast.dorleta)
    lists = [path for path, query in listing_calls(app) if "limit" in query]
    assert len(lists) > 10
    for path in lists:
        answer = dorleta.get(path, query_string={"limit": value})
        assert is_problem(answer, 422), path
        assert set(answer.json["errors"]) == {"limit"}, path
    assert dorleta.get("/agencies?limit=100000").status_code == 200


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/groups?mine=yes", "mine"),
        ("/search?kind=poem&q=a", "kind"),
        ("/search?since=today&q=a", "since"),
        ("/search?by=ana&q=a", "by"),
        ("/publications?view=all", "view"),
        ("/admin/appointments?person=7", "person"),
        ("/admin/audit?actor=me", "actor"),
        ("/conversations/{licences}/messages?after_seq=first", "after_seq"),
        ("/conversations/{licences}/messages?since_rev=-1", "since_rev"),
        ("/conversations/{licences}/messages?cursor=x", "cursor"),
        ("/search?q=hola&kind=message&cursor=-5", "cursor"),
    ],
)
def test_values_in_the_address_that_make_no_sense_are_refused(api, cast, licences, path, name):
    person = cast.dorleta if "admin" in path else cast.ana
    answer = api(person).get(path.format(licences=licences))

    assert is_problem(answer, 422)
    assert set(answer.json["errors"]) == {name}


def test_a_wrong_verb_says_which_are_right_and_an_unknown_address_nothing(api, program, cast):
    for caller in (api(cast.ana), program(cast.ana)):
        answer = caller.delete("/me")
        assert is_problem(answer, 405)
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "PATCH"}
        assert caller.put("/publications", {}).status_code == 405
        assert caller.delete("/poems").status_code == 404


def test_whoever_is_not_signed_in_is_told_how_and_of_no_address(app):
    nobody = Caller(app.test_client(), {})
    for call in (nobody.get("/me"), nobody.delete("/me"), nobody.get("/poems?x=1")):
        assert is_problem(call, 401)
        assert call.headers["WWW-Authenticate"] == 'Bearer realm="intranet"'
    stranger = Caller(app.test_client(), {"Authorization": "Bearer none"})
    said_of_it = stranger.get("/me").headers["WWW-Authenticate"]
    assert said_of_it == 'Bearer realm="intranet", error="invalid_token"'


def test_what_was_made_can_be_changed_by_the_version_in_its_answer(api, cast, licences):
    ana, carles, dorleta = api(cast.ana), api(cast.carles), api(cast.dorleta)
    key = {"Idempotency-Key": "one"}
    path = f"/conversations/{licences}/messages"
    sent = said("One.")
    for made in (ana.post(path, sent, headers=key), ana.post(path, sent, headers=key)):
        assert made.status_code == 201
        assert made.headers["ETag"] == f'"{made.json["body_rev"]}"'
    match = {"If-Match": made.headers["ETag"]}
    assert (
        ana.patch(f"/messages/{made.json['id']}", {"body": "Two."}, headers=match).status_code
        == 200
    )

    draft = carles.post("/publications", {"texts": TEXTS})
    assert draft.headers["ETag"] == f'"{draft.json["draft"]["edition"]}"'
    unit = {"names": {"es": "Archivo"}, "parent_id": str(cast.town_hall.id)}
    assert dorleta.post("/admin/units", unit).headers["ETag"]


@pytest.mark.slow
def test_a_star_matches_whatever_version_there_is(api, cast, licences):
    ana, carles, dorleta = api(cast.ana), api(cast.carles), api(cast.dorleta)
    star = {"If-Match": "*"}
    made = ana.post(f"/conversations/{licences}/messages", said("One.")).json
    assert ana.patch(f"/messages/{made['id']}", {"body": "Two."}, headers=star).status_code == 200
    draft = carles.post("/publications", {"texts": TEXTS}).json
    changed = carles.patch(f"/publications/{draft['id']}", {"topics": []}, headers=star)
    assert changed.status_code == 200, changed.text
    assert ana.patch("/me", {"languages": ["es"]}, headers=star).status_code == 200
    agency = dorleta.patch("/admin/agency", {"in_directory": True}, headers=star)
    assert agency.status_code == 200
    several = {"If-Match": f'"98", {agency.headers["ETag"]}'}
    assert (
        dorleta.patch("/admin/agency", {"in_directory": True}, headers=several).status_code == 200
    )


def test_a_conversation_says_who_may_begin_and_who_answer_in_it(app, api, cast, licences):
    with app.app_context():
        set_posting(cast.carles, space_of(cast.urban_planning), Posting.SPEAKERS)

    def may(person):
        caller = api(person)
        found = {}
        for row in caller.get("/conversations?limit=200").json["items"]:
            one = caller.get(f"/conversations/{row['id']}").json
            assert (one["may_post"], one["may_reply"]) == (row["may_post"], row["may_reply"])
            found[row["title"]] = (row["may_post"], row["may_reply"])
        return found

    ana = may(cast.ana)
    assert set(ana.values()) == {(True, True), (False, True)}
    planning = next(title for title, says in ana.items() if says == (False, True))
    assert may(cast.carles)[planning] == (True, True)


@pytest.mark.parametrize("path", ["/me", "/agencies", "/notifications"])
def test_every_address_may_name_the_language_of_its_sentences(api, cast, path):
    assert api(cast.ana).get(f"{path}?lang=gl").status_code == 200
