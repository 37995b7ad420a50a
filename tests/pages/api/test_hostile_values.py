"""REST: rows 21, 33 and 34. What comes where something else was expected is no fault."""

import json
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from intranet.pages.api.openapi import description
from intranet.platform.core import clock
from intranet.publishing.publications.placement import posts_of, spaces_of
from tests.hostile import NOT_TEXT, UNSOUND
from tests.messaging.messages.helpers import space_of
from tests.pace import within
from tests.pages.api.calls import is_problem, said
from tests.stored import everything

pytestmark = pytest.mark.slow

NOBODY = "0192b5c8-0000-7000-8000-000000000001"
NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e400",
    str(2**63),
    str(-(2**63)),
    "-1",
    "9" * 5000,
]
QUERIES = [
    *("\0", "%_\\'\"", "a" * 5000, "\ud7ff\ufffd𝒜\u202e", "{{7*7}}%s%n", "' OR 1=1 --", "½"),
    *("*a*a*a*a*a*a*a*a*", "(a+)+$" + "a" * 60, "NEAR( :* " + "(" * 2000),
    *("-1", str(2**31), str(2**63), "9" * 5000, "NaN"),
]


def event(space_id, post):
    """What plans an event, today."""
    day = clock.today("Europe/Madrid")
    return {
        "space_id": space_id,
        "post_id": str(post.id),
        "visibility": "agency",
        "texts": {"es": {"title": "Reunión"}},
        "starts": f"{day}T10:00",
        "ends": f"{day}T11:00",
        "zone": "Europe/Madrid",
    }


def space_id(cast, unit):
    """The id of the space of a unit."""
    with cast.app.app_context():
        return str(space_of(getattr(cast, unit)).id)


def planned(api, cast):
    """The id of an event that Ana reads: Carles's, who has not planned fifty today."""
    sent = event(space_id(cast, "urban_planning"), cast.head_post)
    return api(cast.carles).post("/events", sent).json["id"]


def bases(cast, licences):
    """A good body of each call that takes one, by the name of its form; and where it is sent."""
    return {
        "MyChange": {"about": "Hola.", "phone": "1", "contact_note": "x"},
        "PostMessage": said(),
        "EditBody": {"body": "Hola.", "body_rev": 1},
        "DescribeFile": {"alternative": "A dot."},
        "BeginUpload": {"name": "film.mp4", "size": 1000},
        "SeeForm": {"seen": True, "ids": []},
        "NewConversation": {"person_ids": [str(cast.elna.id)], "name": "x", "purpose": "x"},
        "NamedPlace": {"seq": 1},
        "ReadPlace": {"seq": 1},
        "Audience": {"any": [{"function": "PRO"}]},
        "NewUnit": {"names": {"es": "Archivo"}, "parent_id": str(cast.systems.id), "code": "ARC"},
        "AgencyChange": {"contact_outside": False},
        "UnitChange": {"names": {"es": "Licencias"}},
        "NewPost": {"titles": {"es": "Mozo/a"}, "unit_id": str(cast.systems.id)},
        "PostChange": {"places": 4},
        "NewAppointment": {
            "post_id": str(cast.technician_post.id),
            "person_id": str(cast.xoel.id),
            "starts_on": "2026-01-01",
        },
        "AppointmentChange": {"basis": "interina"},
        "Invitation": {
            "name": "Brais Lema",
            "email": "brais@monteclaro.example",
            "post_id": str(cast.technician_post.id),
            "starts_on": "2026-01-01",
        },
        "PersonChange": {"name": "Xoel Pardo"},
        "NewPublication": {"texts": {"es": {"title": "Corte", "body": "De agua."}}},
        "ChangePublication": {"edition": 2, "due_on": None},
        "ConfirmForm": {"version": 1},
        "NewGroup": {"name": "Obra menor"},
        "ChangeGroup": {"purpose": "Otro."},
        "PlannedEvent": event(space_id(cast, "licences"), cast.officer_post),
        "AnswerForm": {"answer": "maybe"},
        "NewInitiative": new_initiative(cast),
        "ChangeInitiative": {"stage": "pilot"},
        "UseForm": {"agency": cast.monteclaro.code, "use": "adopted"},
        "SaveMessage": {"remind": "hour"},
        "FavouriteOrder": {"ids": []},
        "FollowThread": {"state": "muted"},
        "ReadThread": {"seq": 1},
        "KeepDraft": {"body": "Hola."},
        "ForwardBody": {"conversation_ids": [licences], "client_id": str(uuid4())},
        "ScheduleMessage": later(),
        "ChangeScheduled": {"body": "Hola."},
        "NewPlan": {"name": "Tras las elecciones"},
        "ChangeSpec": {"kind": "rename", "unit": str(cast.licences.id), "name": {"es": "Obras"}},
        "PlanSchedule": {"day": "2199-01-01"},
    }


def later():
    """What schedules a message, for tomorrow."""
    at = (clock.now() + timedelta(days=1)).isoformat()
    return {"client_id": str(uuid4()), "send_at": at, "body": "Buenos días."}


def new_initiative(cast):
    """A good body of an initiative of Ana's, in the first space she is in."""
    with cast.app.app_context():
        space, post = spaces_of(cast.ana)[0], posts_of(cast.ana)[0]
        place = {"space_id": str(space.id), "post_id": str(post.id), "visibility": "agency"}
    return {**place, "texts": {"es": {"title": "Obra menor", "purpose": "En un día."}}}


@pytest.fixture
def written(app, api, cast, licences):
    """Each call with a body: who calls, method, path, schema of its fields, a good body."""
    ana, carles, dorleta = api(cast.ana), api(cast.carles), api(cast.dorleta)
    held = dorleta.get("/admin/appointments", query_string={"person": str(cast.xoel.id)}).json
    message = ana.post(f"/conversations/{licences}/messages", said()).json["id"]
    waiting = ana.post(f"/conversations/{licences}/scheduled_messages", later()).json["id"]
    file = upload(ana)
    with app.test_request_context():
        told = description(app)
    ids = {
        "conversation_id": licences,
        "message_id": message,
        "scheduled_id": waiting,
        "publication_id": ana.post("/publications", {}).json["id"],
        "event_id": planned(api, cast),
        "file_id": file,
        "unit_id": str(cast.licences.id),
        "post_id": str(cast.officer_post.id),
        "person_id": str(cast.xoel.id),
        "appointment_id": held["items"][0]["id"],
        "plan_id": dorleta.post("/admin/reorganisations", {"name": "Otoño"}).json["id"],
    }
    good = bases(cast, licences)
    group = {"name": f"Obra menor {uuid4()}"}  # of one test: a name is taken once
    ids["space_id"] = carles.post("/groups", group).json["id"]
    initiative = ana.post("/initiatives", good["NewInitiative"]).json["id"]
    calls = []
    for path, methods in told["paths"].items():
        for method, call in methods.items():
            if "requestBody" not in call:
                continue
            name = call["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[
                -1
            ]
            fields = {
                field: schema
                for field, schema in told["components"]["schemas"][name]["properties"].items()
                if "{" + field + "}" not in path  # what the address says wins
            }
            whose = {"admin": dorleta, "groups": carles}
            who = whose.get(path.split("/")[1], ana)
            own = {"publication_id": initiative} if path.startswith("/initiatives") else {}
            calls.append((who, method.upper(), path.format(**{**ids, **own}), fields, good[name]))
    return calls


def upload(ana):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n'
    return ana.call(
        *("POST", "/files"),
        data=head + b"Text.\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    ).json["id"]


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_row_21_what_is_no_text_is_refused_where_a_text_is_expected(app, api, cast, written):
    tried = 0
    before = everything(app)

    for who, method, path, fields, good in written:
        for name in texts_of(fields):
            for value in [value for value in NOT_TEXT if value is not None]:
                answer = who.call(method, path, json={**good, name: value})
                assert is_problem(answer, 422), (method, path, name, value, answer.text)
                tried += 1

    assert tried > 100
    assert everything(app) == before


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_row_34_text_that_cannot_be_stored_or_is_huge_is_refused(app, api, cast, written):
    before = everything(app)

    for who, method, path, fields, good in written:
        for name in fields:
            for value in (*UNSOUND, "x" * 900_000):
                answer = who.call(method, path, json={**good, name: value})
                assert is_problem(answer, 422), (method, path, name, value[:9], answer.text)
            assert is_problem(who.call(method, path, json={**good, name: "x" * 1_100_000}), 413)

    assert everything(app) == before


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_row_34_numbers_that_are_none_are_refused_in_every_field(app, api, cast, written):
    before = everything(app)

    for who, method, path, fields, good in written:
        for name in fields:
            for number in NUMBERS:
                text = json.dumps({**good, name: "?"}).replace('"?"', number)
                answer = who.call(method, path, data=text, content_type="application/json")
                assert is_problem(answer, 422), (method, path, name, number[:20], answer.text)

    assert everything(app) == before


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_row_21_structures_where_none_are_expected_are_never_a_fault(api, cast, written):
    deep: object = 1
    for _ in range(200):
        deep = {"a": [deep]}

    for who, method, path, fields, good in written:
        for name in set(fields) - set(texts_of(fields)):
            for value in (*NOT_TEXT, deep, ["x"] * 100, {str(n): n for n in range(100)}):
                answer = who.call(method, path, json={**good, name: value})
                assert answer.status_code < 500, (method, path, name, value)


@pytest.mark.both
def test_unknown_fields_are_named_and_never_assigned(app, api, cast, licences):
    ana = api(cast.ana)
    forged = {
        "id": NOBODY,
        "seq": 1,
        "author_id": str(cast.carles.id),
        "author": {"id": str(cast.carles.id)},
        "caption": "Alcaldía",
        "html": "<script>alert(1)</script>",
        "created_at": "2001-01-01T00:00:00Z",
        "pinned": True,
        "__class__": "x",
    }
    message = ana.post(f"/conversations/{licences}/messages", said("Mine.", conversation_id=NOBODY))
    assert message.json["author"]["id"] == str(cast.ana.id)
    assert message.json["conversation_id"] == licences  # what the address says wins
    before = everything(app)

    answer = ana.post(f"/conversations/{licences}/messages", said("Mine.", **forged))

    assert is_problem(answer, 422)
    assert set(answer.json["errors"]) == set(forged)
    assert everything(app) == before


@pytest.mark.only_on("postgresql", reason="it refuses all that SQLite refuses, and more")
def test_row_33_every_query_is_answered_within_a_second_and_never_with_a_fault(
    app, api, cast, licences
):
    ana = api(cast.ana)
    message = ana.post(f"/conversations/{licences}/messages", said()).json["id"]
    ids = {
        "conversation_id": licences,
        "message_id": message,
        "publication_id": ana.post("/publications", {}).json["id"],
        "event_id": planned(api, cast),
        "unit_id": str(cast.licences.id),
        "code": "L01990012",
    }
    initiative = ana.post("/initiatives", new_initiative(cast)).json["id"]
    with app.test_request_context():
        paths = description(app)["paths"]
    tried = 0

    for path, methods in paths.items():
        named = [
            each["name"]
            for each in methods.get("get", {}).get("parameters", [])
            if each["in"] == "query"
        ]
        for name in named if not path.startswith("/admin") else ():
            if name == "limit":
                continue
            for value in QUERIES:
                own = {"publication_id": initiative} if "/initiatives" in path else {}
                address = path.format(**{**ids, **own})
                answer = within(1, ana.get, address, query_string={name: value})
                expected = {400} if value == "\0" else {200, 422}
                if name == "post":  # names something by its id or its code
                    expected = {400, 404}
                assert answer.status_code in expected, (path, name, value[:20], answer.text)
                tried += 1

    assert tried > 100


@pytest.mark.both
@pytest.mark.parametrize("value", [*QUERIES, "👍" * 50, "a", "👍\u202e", "<script>", "👍 👍"])
def test_what_is_no_emoji_is_no_reaction(api, cast, licences, value):
    ana = api(cast.ana)
    message = ana.post(f"/conversations/{licences}/messages", said()).json["id"]

    answer = ana.put(f"/messages/{message}/reactions/{quote(value, safe='')}")

    assert is_problem(answer, 422) or is_problem(answer, 404)
    assert ana.get(f"/messages/{message}").json["reactions"] == []


@pytest.mark.both
@pytest.mark.parametrize("code", QUERIES)
def test_a_code_that_is_no_agency_s_is_not_found(api, cast, code):
    answer = api(cast.ana).get(f"/agencies/{quote(code, safe='')}")

    assert is_problem(answer, 404)


def texts_of(fields):
    """Names of the fields that take a text, or perhaps nothing, and nothing else."""
    found = []
    for name, field in fields.items():
        kinds = [kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"]
        if all(kind.get("type") == "string" and "format" not in kind for kind in kinds):
            found.append(name)
    return found
