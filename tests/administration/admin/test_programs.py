"""REST: an agency's administration for programs, behind the same wall."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from intranet.organisation.agencies.operations.administrations import (
    accept_mandate,
    propose_mandate,
)
from tests.cast import today
from tests.pages.api.calls import browser, is_problem, program

LISTS = ("units", "posts", "appointments", "people", "audit")


@pytest.fixture
def api(app):
    return partial(browser, app)


@pytest.fixture
def dorleta(api, cast):
    return api(cast.dorleta)


def found(caller, path, **query):
    answer = caller.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def test_lists_hold_the_agencys_own_only(dorleta, cast, api):
    guillem = api(cast.guillem)
    for name in LISTS:
        mine = {str(row.get("id") or row["hash"]) for row in found(dorleta, f"/admin/{name}")}
        other = {str(row.get("id") or row["hash"]) for row in found(guillem, f"/admin/{name}")}
        assert mine
        assert other
        assert not mine & other


@pytest.mark.both
@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_walked_by_cursor(dorleta, cast, name):
    whole = found(dorleta, f"/admin/{name}", limit=200)
    rows, cursor = [], None
    for _ in range(60):
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = dorleta.get(f"/admin/{name}", query_string=query).json
        rows += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert rows == whole


def test_who_administers_nothing_finds_nothing(api, cast):
    ana = api(cast.ana)
    for name in LISTS:
        is_problem(ana.get(f"/admin/{name}"), 404)
    is_problem(
        ana.post("/admin/units", {"names": {"es": "x"}, "parent_id": str(uuid.uuid4())}), 404
    )
    is_problem(ana.get("/admin/units?agency=L01990012"), 404)


@pytest.mark.slow
def test_another_agencys_ids_are_like_random_ones(api, cast):
    guillem = api(cast.guillem)
    for name, row in (
        ("units", cast.licences),
        ("posts", cast.officer_post),
        ("people", cast.ana),
    ):
        for some_id in (row.id, uuid.uuid4()):
            is_problem(guillem.get(f"/admin/{name}/{some_id}"), 404)
            is_problem(guillem.patch(f"/admin/{name}/{some_id}", {}), 404)
    new = {"names": {"ca": "x"}, "parent_id": str(cast.licences.id)}
    is_problem(guillem.post("/admin/units", new), 404)
    new = {
        "post_id": str(cast.innovation_post.id),
        "person_id": str(cast.ana.id),
        "starts_on": today().isoformat(),
    }
    is_problem(guillem.post("/admin/appointments", new), 404)


def test_a_token_needs_the_scope(app, cast):
    reader = program(app, cast.dorleta, "read", "write")
    is_problem(reader.get("/admin/units"), 403)
    assert program(app, cast.dorleta, "read", "admin").get("/admin/units").status_code == 200


@pytest.mark.slow
def test_a_unit_is_made_changed_and_ended(dorleta, cast):
    new = {"names": {"es": "Disciplina"}, "parent_id": str(cast.licences.id)}
    made = dorleta.post("/admin/units", new)
    assert made.status_code == 201
    where = f"/admin/units/{made.json['id']}"

    tag = dorleta.get(where).headers["ETag"]
    change = {"names": {"es": "Disciplina urbanística"}, "parent_id": str(cast.procurement.id)}
    changed = dorleta.patch(where, change, headers={"If-Match": tag})
    assert changed.json["names"] == {"es": "Disciplina urbanística"}
    assert changed.json["parent_id"] == str(cast.procurement.id)
    is_problem(dorleta.patch(where, change, headers={"If-Match": tag}), 412)

    yesterday = (today() - timedelta(days=1)).isoformat()
    assert dorleta.patch(where, {"valid_to": yesterday}).json["valid_to"] == yesterday


def test_a_post_is_made_and_changed(dorleta, cast):
    new = {"titles": {"es": "Auxiliar de biblioteca"}, "unit_id": str(cast.systems.id)}
    made = dorleta.post("/admin/posts", new).json
    assert (made["functions"], made["level"]) == (["BIB"], 5)

    change = {"places": 3, "functions": ["BIB", "CUL"]}
    changed = dorleta.patch(f"/admin/posts/{made['id']}", change).json
    assert (changed["places"], changed["functions"]) == (3, ["BIB", "CUL"])
    assert changed["titles"] == made["titles"]


@pytest.mark.slow
@pytest.mark.both
def test_an_appointment_is_made_changed_and_ended(dorleta, cast):
    new = {
        "post_id": str(cast.technician_post.id),
        "person_id": str(cast.xoel.id),
        "starts_on": today().isoformat(),
        "kind": "acting",
    }
    made = dorleta.post("/admin/appointments", new).json
    where = f"/admin/appointments/{made['id']}"
    assert found(dorleta, "/admin/appointments", person=str(cast.xoel.id), post=new["post_id"]) == [
        made
    ]

    last_day = (today() + timedelta(days=9)).isoformat()
    changed = dorleta.patch(where, {"ends_on": last_day}).json
    assert (changed["ends_on"], changed["kind"]) == (last_day, "acting")
    assert dorleta.patch(where, {"ends_on": None}).json["ends_on"] is None
    assert dorleta.patch(where, {"ended": True}).json["ends_on"] == today().isoformat()
    is_problem(dorleta.patch(where, {"ended": True}), 409)


@pytest.mark.slow
def test_a_known_e_mail_is_answered_like_an_unknown_one(dorleta, cast):
    new = {
        "name": "Sabela Novo",
        "post_id": str(cast.technician_post.id),
        "starts_on": today().isoformat(),
        "kind": "acting",
    }
    unknown = dorleta.post("/admin/people", {**new, "email": "sabela@monteclaro.example"})
    known = dorleta.post("/admin/people", {**new, "email": "elna@altamar.example"})

    assert unknown.status_code == known.status_code == 201
    assert {**unknown.json, "email": ""} == {**known.json, "email": ""}


def test_a_repeated_key_invites_once(dorleta, cast):
    new = {
        "name": "Sabela Novo",
        "staff_number": "A-77",
        "post_id": str(cast.technician_post.id),
        "starts_on": today().isoformat(),
        "kind": "acting",
    }
    headers = {"Idempotency-Key": "one"}
    first = dorleta.post("/admin/people", new, headers=headers)
    again = dorleta.post("/admin/people", new, headers=headers)

    assert first.json == again.json
    assert first.json["address"].startswith("http")
    assert len(found(dorleta, "/admin/people", q="Sabela")) == 1


def test_a_person_is_corrected_and_closed(dorleta, cast):
    where = f"/admin/people/{cast.ana.id}"
    change = {"name": "Ana Castro Pena", "staff_number": "77", "account": "disabled"}
    changed = dorleta.patch(where, change).json

    assert changed["name"] == "Ana Castro Pena"
    assert (changed["email"], changed["staff_number"]) == ("ana@monteclaro.example", "77")
    assert changed["account"] == "disabled"


@pytest.mark.parametrize("is_admin", [True, "yes", 1])
def test_what_is_not_offered_is_not_assigned(dorleta, cast, is_admin):
    change = {"is_admin": is_admin, "agency_id": str(cast.altamar.id), "version": 99, "id": "x"}
    before = dorleta.get(f"/admin/people/{cast.ana.id}").json
    refused = dorleta.patch(f"/admin/people/{cast.ana.id}", change)
    assert refused.status_code == 422
    assert {"is_admin", "agency_id", "id"} <= set(refused.json["errors"])
    assert dorleta.get(f"/admin/people/{cast.ana.id}").json == before


WRONG: tuple[object, ...] = ({"$ne": 1}, [], True, "", "a\0b", "\ud800", 2**70, "x" * 5000, -1)


@pytest.mark.parametrize("value", WRONG)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_stored(dorleta, cast, value):
    before = found(dorleta, "/admin/audit")
    post, person = str(cast.technician_post.id), str(cast.xoel.id)
    start = {"starts_on": "2026-01-01"}
    fine: dict[str, dict[str, Any]] = {
        "/admin/units": {"names": {"es": "x"}, "parent_id": str(cast.licences.id)},
        "/admin/posts": {"titles": {"es": "x"}, "unit_id": str(cast.licences.id), "places": 1},
        "/admin/appointments": {"post_id": post, "person_id": person, **start},
        "/admin/people": {"name": "x", "email": "x@y.example", "post_id": post, **start},
    }
    for path, body in fine.items():
        for name in body:
            answer = dorleta.post(path, {**body, name: value})
            if name == "places" and value is True:
                continue
            is_problem(answer, 422)
    if value is not True:
        assert found(dorleta, "/admin/audit") == before


def test_who_administers_several_names_one(app, api, cast):
    with app.app_context():
        mandate = propose_mandate(
            None, cast.vilaverde, cast.assistance_post, last_day=today() + timedelta(days=9)
        )
        accept_mandate(None, mandate)
    guillem = api(cast.guillem)

    is_problem(guillem.get("/admin/units"), 422)
    assert len(found(guillem, "/admin/units", agency=cast.vilaverde.code)) == 1
    is_problem(guillem.get("/admin/units", query_string={"agency": cast.monteclaro.code}), 404)


@pytest.mark.both
def test_the_log_is_filtered_by_act_actor_and_time(dorleta, cast):
    dorleta.patch(f"/admin/people/{cast.ana.id}", {"name": "Ana C."})

    [line] = found(dorleta, "/admin/audit", actor=str(cast.dorleta.id))
    assert line["act"] == "person.rename"
    assert found(dorleta, "/admin/audit", act="person.rename") == [line]
    assert found(dorleta, "/admin/audit", until="2001-01-01T00:00:00Z") == []
    is_problem(dorleta.get("/admin/audit?since=soon"), 422)
    is_problem(dorleta.get("/admin/audit?cursor=x"), 422)
