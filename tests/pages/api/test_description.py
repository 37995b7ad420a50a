"""REST: the interface describes itself (OpenAPI 3.1), whole, and answers as it says."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pydantic import ValidationError

from intranet.delivery.realtime import client_event_names
from intranet.delivery.realtime.client_events import _registered
from intranet.messaging.conversations import api as conversations_api
from intranet.pages.api.openapi import METHODS
from intranet.platform.core import clock
from intranet.platform.core.responses import NamedResponse, check_answer
from tests.messaging.messages.helpers import space_of
from tests.pages.api.calls import PREFIX, said

NOT_DESCRIBED = {
    "api.openapi": "it is the description",
    "api.docs": "it is the description, as a page",
    "api.nothing": "it answers for what is not there",
}
TYPES = {"string", "integer", "number", "boolean", "array", "object", "null"}


@pytest.fixture
def told(app, api, cast):
    """The description, as a program gets it."""
    return api(cast.ana).get("/openapi.json").json


def test_every_address_of_the_interface_is_described(app, told):
    there = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX)))
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if rule.rule.startswith(f"{PREFIX}/") and rule.endpoint not in NOT_DESCRIBED
        if method.upper() in rule.methods
    }

    assert there == {(method, path) for path, calls in told["paths"].items() for method in calls}
    assert set(NOT_DESCRIBED) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_call_says_in_words_what_it_does_and_what_it_takes_and_gives(told):
    calls = [call for methods in told["paths"].values() for call in methods.values()]

    assert len(calls) > 35
    assert len({call["operationId"] for call in calls}) == len(calls)
    for call in calls:
        assert re.match(r"[A-Z].*\.$", call["summary"]), call["operationId"]
        done, refused = call["responses"].values()
        assert done["description"]
        assert "404" in refused["description"]
        names = [(each["in"], each["name"]) for each in call["parameters"]]
        assert len(set(names)) == len(names)


def test_the_description_is_a_sound_document(told):
    assert told["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(told["info"])
    for path, methods in told["paths"].items():
        assert path.startswith("/")
        in_path = set(re.findall(r"{(\w+)}", path))
        for method, call in methods.items():
            assert method in METHODS
            named = {each["name"] for each in call["parameters"] if each["in"] == "path"}
            assert named == in_path
            assert all(each["required"] for each in call["parameters"] if each["in"] == "path")
            for schema in schemas_of(call):
                resolve(told, schema)
    for schema in told["components"]["schemas"].values():
        check_schema(told, schema)
    schemes = set(told["components"]["securitySchemes"])
    assert {name for way in told["security"] for name in way} == schemes


def test_the_description_can_be_read_as_a_page(api, cast, told):
    page = api(cast.ana).get("/docs")

    assert page.status_code == 200
    assert all(f"{PREFIX}{path}" in page.text for path in told["paths"])


def announced(ana):
    """The id of something that Ana published for her unit."""
    texts = {"es": {"title": "Corte", "body": "De agua."}}
    made = ana.post("/publications", {"texts": texts}).json
    seen = {name: made["draft"][name] for name in ("edition", "audience_version")}
    change = {"state": "published", **seen}
    return ana.patch(f"/publications/{made['id']}", change).json["id"]


def initiative(ana, space_id, post_id):
    """The id of an initiative of Ana's, of which everything is told."""
    place = {"space_id": space_id, "post_id": post_id, "visibility": "agency"}
    texts = {"es": {"title": "Obra menor", "purpose": "En un día.", "problem": "Doce días."}}
    facts = {"figures": [{"value": "1", "label": "día"}], "cost": "0 €", "topics": ["LIC"]}
    made = ana.post("/initiatives", {**place, "texts": texts, **facts}).json
    ana.patch(f"/initiatives/{made['id']}", {"stage": "pilot", "update": "Ya."})
    return made["id"]


def planned(ana, cast):
    """The id of an event that Ana plans in her unit, tomorrow."""
    day = clock.today("Europe/Madrid") + timedelta(days=1)
    sent = {"post_id": str(cast.officer_post.id), "visibility": "agency", "zone": "Europe/Madrid"}
    sent |= {"starts": f"{day}T10:00", "ends": f"{day}T11:00"}
    texts = {"es": {"title": "Reunión"}}
    with cast.app.app_context():
        space_id = str(space_of(cast.licences).id)
    return ana.post("/events", {**sent, "texts": texts, "space_id": space_id}).json["id"]


@pytest.mark.slow
def test_answers_are_as_they_are_described(api, cast, licences, told):
    ana = api(cast.ana)
    first = ana.post(f"/conversations/{licences}/messages", said("First.")).json
    ana.post(f"/conversations/{licences}/messages", said("Reply.", parent_id=first["id"]))
    ana.put(f"/messages/{first['id']}/reactions/👍")
    ana.put(f"/messages/{first['id']}/pin")
    ana.patch(f"/messages/{first['id']}", {"body": "Second.", "body_rev": first["body_rev"]})
    ana.post("/conversations", {"person_ids": [str(cast.bieito.id)]})
    dorleta = api(cast.dorleta)
    space_id = ana.get(f"/conversations/{licences}").json["space_id"]
    made = initiative(ana, space_id, str(cast.officer_post.id))
    at = (clock.now() + timedelta(days=1)).isoformat()
    later = {"client_id": str(uuid4()), "send_at": at, "body": "Buenos días."}
    scheduled = ana.post(f"/conversations/{licences}/scheduled_messages", later).json
    ids = {
        "scheduled_id": scheduled["id"],
        "conversation_id": licences,
        "message_id": first["id"],
        "publication_id": announced(ana),
        "event_id": planned(ana, cast),
        "space_id": api(cast.carles).post("/groups", {"name": "Obra menor"}).json["id"],
        "appointment_id": dorleta.get("/admin/appointments").json["items"][0]["id"],
        "unit_id": str(cast.licences.id),
        "post_id": str(cast.officer_post.id),
        "person_id": str(cast.uxia.id),
        "code": "L01990012",
        "plan_id": dorleta.post("/admin/reorganisations", {"name": "Enero"}).json["id"],
        "upload_id": ana.post("/uploads", {"name": "film.mp4", "size": 9}).json["id"],
    }
    called = 0
    for path, methods in told["paths"].items():
        if "get" not in methods or "{file_id}" in path:
            continue
        own = {"publication_id": made} if path.startswith("/initiatives") else {}
        answer = (dorleta if path.startswith("/admin") else ana).get(path.format(**{**ids, **own}))
        assert answer.status_code == 200, path
        called += 1
    assert called >= 22


def test_an_answer_that_is_not_as_it_is_described_fails_in_tests_and_in_dev(
    api, cast, licences, monkeypatch
):
    monkeypatch.setattr(conversations_api, "title_of", lambda *_: None)
    assert api(cast.ana).get(f"/conversations/{licences}").status_code == 500

    answer = {"items": [{"id": "1", "name": "Ana", "more": True}]}
    with pytest.raises(ValidationError, match="more\n"):
        check_answer(list[NamedResponse], answer)


def test_what_is_sent_is_answered_with_the_status_that_is_described(api, cast, licences, told):
    ana = api(cast.ana)
    file = ana.post("/files", data={"file": (BytesIO(b"Text."), "nota.txt")})
    audience = {"any": [{"agency": str(cast.monteclaro.id)}]}
    answers = {
        ("post", "/files"): file,
        ("delete", "/files/{file_id}"): ana.delete(f"/files/{file.json['id']}"),
        ("post", "/audiences/preview"): ana.post("/audiences/preview", audience),
        ("put", "/conversations/{conversation_id}/mute"): ana.put(
            f"/conversations/{licences}/mute"
        ),
    }
    for (method, path), answer in answers.items():
        described = next(iter(told["paths"][path][method]["responses"]))
        assert str(answer.status_code) == described, path


def test_every_socket_event_says_in_words_what_it_does():
    assert len(client_event_names()) >= 9
    for event in client_event_names():
        assert re.match(r"[A-Z].*\.", _registered[event].handler.__doc__ or ""), event


def schemas_of(call):
    """Every schema that a call names."""
    for part in (call.get("requestBody", {}), *call["responses"].values()):
        for content in part.get("content", {}).values():
            if "schema" in content:
                yield content["schema"]


def resolve(told, schema):
    """The schema itself, wherever it is written."""
    while reference := schema.get("$ref"):
        assert reference.startswith("#/components/schemas/"), reference
        schema = told["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return schema


def test_no_body_takes_fields_that_are_not_described(told):
    calls = [call for methods in told["paths"].values() for call in methods.values()]
    bodies = [
        call["requestBody"]["content"]["application/json"]["schema"]
        for call in calls
        if "requestBody" in call
    ]
    assert len(bodies) > 20
    for body in bodies:
        for schema in objects_in(told, body):
            assert schema["additionalProperties"] is False, schema["title"]


def objects_in(told, schema):
    """A schema and all that are within it, as far as they are objects with named fields."""
    schema = resolve(told, schema)
    if "properties" in schema:
        yield schema
    more = schema.get("additionalProperties")
    within = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    within += [part for part in (schema.get("items"), more) if isinstance(part, dict)]
    for part in within:
        yield from objects_in(told, part)


def check_schema(told, schema):
    """Every part of a schema is one, and what is required is described."""
    schema = schema if "$ref" not in schema else resolve(told, schema) and {}
    kinds = schema.get("type", [])
    assert set([kinds] if isinstance(kinds, str) else kinds) <= TYPES, schema
    properties = schema.get("properties", {})
    assert set(schema.get("required", ())) <= set(properties)
    more = schema.get("additionalProperties")
    parts = [
        *properties.values(),
        *schema.get("anyOf", ()),
        *([more] if isinstance(more, dict) else ()),
    ]
    if "items" in schema:
        parts.append(schema["items"])
    for part in parts:
        check_schema(told, part)
