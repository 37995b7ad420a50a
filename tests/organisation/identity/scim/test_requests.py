"""Requests as Entra and Okta word them, and such as no program should send."""

import json
import subprocess
import sys

import pytest

from tests.organisation.identity.scim.program import ENTERPRISE, PATCH, ROOT, USER, person

NORA = "nora@monteclaro.example"


@pytest.fixture
def nora(program):
    """A person."""
    return program.brought(NORA, email=NORA, displayName="Nora Vidal")


def get(program, user_id):
    """A person as the program reads them."""
    return program.ask("GET", f"/Users/{user_id}").json


@pytest.mark.both
def test_entra_changes_people_in_its_own_words(program, nora):
    answer = program.patch(
        nora,
        {"op": "Replace", "path": "displayName", "value": "Nora Pons"},
        {"op": "Add", "path": f"{ENTERPRISE}:employeeNumber", "value": "4711"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "26118915"},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "600 100 200"},
        {"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "Monteclaro"},
        {"op": "Add", "value": {"name.givenName": "Nora", "name.familyName": "Pons"}},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "pons@x.example"},
    )
    assert answer.status_code == 204, answer.text
    kept = get(program, nora)
    assert kept["displayName"] == "Nora Pons"
    assert kept["name"] == {"givenName": "Nora", "familyName": "Pons"}
    assert kept[ENTERPRISE] == {"employeeNumber": "4711"}
    assert kept["phoneNumbers"] == [{"type": "mobile", "value": "600 100 200"}]
    assert kept["emails"][0]["value"] == "pons@x.example"
    assert "addresses" not in kept
    assert (
        program.patch(nora, {"op": "Replace", "path": "active", "value": "False"}).status_code
        == 204
    )
    assert get(program, nora)["active"] is False


def test_okta_creates_looks_up_and_deactivates_in_its_own_words(program):
    assert program.found(f'userName eq "{NORA}"') == []
    created = program.ask(
        "POST",
        "/Users",
        {
            "schemas": [USER],
            "userName": NORA,
            "name": {"givenName": "Nora", "familyName": "Vidal"},
            "emails": [{"primary": True, "value": NORA, "type": "work"}],
            "displayName": "Nora Vidal",
            "locale": "es-ES",
            "externalId": "00ujl29u0le5T6Aj10h7",
            "groups": [],
            "password": "1mz050nq",
            "active": True,
        },
    )
    assert created.status_code == 201, created.text
    assert "1mz050nq" not in created.text
    assert created.headers["Location"].endswith(f"/scim/v2/Users/{created.json['id']}")
    nora = created.json["id"]
    off = program.patch(nora, {"op": "replace", "value": {"active": False}})
    assert off.status_code == 204
    put = {**created.json, "active": True, "displayName": "Nora Pons"}
    assert program.ask("PUT", f"/Users/{nora}", put).json["displayName"] == "Nora Pons"


def test_an_unknown_path_is_refused_with_a_sentence_and_nothing_is_done(program, nora):
    for path in ("shoeSize", "name.shoeSize", "urn:x:y:shoeSize", "emails[shoe eq 1].value", "]["):
        answer = program.patch(
            nora,
            {"op": "replace", "path": "displayName", "value": "Nora Pons"},
            {"op": "replace", "path": path, "value": "44"},
        )
        assert answer.status_code == 400, path
        assert answer.json["detail"]
        assert get(program, nora)["displayName"] == "Nora Vidal"
    answer = program.bring("x", shoeSize=44)
    assert answer.status_code == 400
    read_only = program.patch(nora, {"op": "replace", "path": "id", "value": "x"})
    assert (read_only.status_code, read_only.json["scimType"]) == (400, "mutability")


def test_changes_to_what_is_passed_over_alone_change_nothing(program, nora):
    before = get(program, nora)
    for operation in (
        {"op": "Add", "path": "roles", "value": [{"value": "x"}]},
        {"op": "replace", "value": {"nickName": "N", f"{ENTERPRISE}:costCenter": "7"}},
        {"op": "replace", "path": ENTERPRISE, "value": {"division": "x"}},
        {"op": "remove", "path": "urn:ietf:params:scim:schemas:core:2.0:User:photos"},
    ):
        assert program.patch(nora, operation).status_code == 204, operation
    assert get(program, nora) == before
    many = [{"op": "replace", "path": "displayName", "value": "x"}] * 201
    assert program.patch(nora, *many).status_code == 400
    assert program.patch(nora).status_code == 400, "no operation at all"


def test_a_change_of_an_older_version_is_refused(program, nora):
    version = get(program, nora)["meta"]["version"]
    change = {"op": "replace", "path": "displayName", "value": "Nora Pons"}
    assert program.patch(nora, change, If_Match=version).status_code == 204
    assert program.patch(nora, change, If_Match=version).status_code == 412
    assert program.ask("DELETE", f"/Users/{nora}", If_Match=version).status_code == 412
    assert program.ask("GET", f"/Users/{nora}", If_None_Match=version).status_code == 200
    now = get(program, nora)["meta"]["version"]
    assert program.ask("GET", f"/Users/{nora}", If_None_Match=now).status_code == 304


def test_people_are_found_by_the_attributes_that_are_known(program, nora):
    program.brought("berta", email="berta@x.example", name={"familyName": "Mas"}, externalId="B")
    for condition, names in {
        'displayName co "vid"': [NORA],
        'emails.value ew "X.EXAMPLE" and not (active eq false)': ["berta"],
        'emails[type eq "work" and value sw "nora"]': [NORA],
        'externalId eq "b"': [],
        'externalId eq "B" or name.familyName eq "mas"': ["berta"],
        "externalId pr": ["berta"],
        f'id eq "{nora}"': [NORA],
        'id eq "x"': [],
        'meta.lastModified gt "2020-01-01T00:00:00Z"': ["berta", NORA],
        'userName co "%"': [],
        'userName eq "😀"': [],
        'userName eq "\\" or userName pr or userName eq \\""': [],
    }.items():
        assert program.found(condition) == names, condition


IMPOSSIBLE = [
    'filter=shoeSize eq "x"',
    'filter=title eq "x"',
    'filter=emails.display eq "x"',
    'filter=addresses[type eq "x"]',
    'filter=id sw "x"',
    "filter=userName eq",
    'filter=userName eq "x" or',
    f'filter=userName eq "{"x" * 10_000}"',
    "sortBy=title",
    "sortBy=shoeSize",
    "startIndex=x",
    "count=x",
]
DEEP = [
    f"filter={'(' * 400}userName pr{')' * 400}",
    f"filter={'not (' * 150}userName pr{')' * 150}",
    "startIndex=99999999999999999999",
]


def test_a_search_that_cannot_be_made_is_refused_as_such(program):
    for query in IMPOSSIBLE + DEEP:
        name, _equals, value = query.partition("=")
        answer = program.app.test_client().get(
            f"{ROOT}/Users",
            query_string={name: value},
            headers={"Authorization": f"Bearer {program.secret}"},
        )
        expected = {200, 400} if query in DEEP else {400}
        assert answer.status_code in expected, query
        assert answer.status_code == 200 or answer.json["detail"]


def test_pages_are_of_at_most_two_hundred(program, nora):
    program.brought("berta")
    page = program.ask("GET", "/Users?startIndex=2&count=1").json
    assert (page["totalResults"], page["itemsPerPage"], page["startIndex"]) == (2, 1, 2)
    assert program.ask("GET", "/Users?count=0").json["totalResults"] == 2
    assert program.ask("GET", "/Users?count=1000000&startIndex=-5").json["itemsPerPage"] == 2
    assert program.ask("GET", "/Users?startIndex=1000000").json["itemsPerPage"] == 0


NO_BODIES = [
    (b"{", "application/scim+json", 400),
    (b"", "application/scim+json", 400),
    (b"[]", "application/scim+json", 400),
    (b"null", "application/scim+json", 400),
    (b'{"userName": {"$ne": 1}}', "application/json", 400),
    (b'{"schemas": ["urn:x"], "userName": "x"}', "application/json", 400),
    (b'{"userName": NaN}', "application/json", 400),
    (b"\xff\xfe", "application/scim+json", 400),
    (b"[" * 100_000, "application/scim+json", 400),
    (b"userName=x", "application/x-www-form-urlencoded", 415),
    (b"<User/>", "application/xml", 415),
    (b'{"userName": "' + b"x" * 2 * 1024 * 1024 + b'"}', "application/scim+json", 413),
]


def test_a_body_that_is_none_is_refused(program):
    for body, kind, status in NO_BODIES:
        answer = program.app.test_client().post(
            f"{ROOT}/Users",
            data=body,
            content_type=kind,
            headers={"Authorization": f"Bearer {program.secret}"},
        )
        expected = (status, "application/scim+json")
        assert (answer.status_code, answer.content_type) == expected, body[:40]
        assert answer.json["detail"]


@pytest.mark.slow
@pytest.mark.both
def test_long_and_strange_texts_are_refused_or_kept_as_they_are(program):
    for bad in ("x" * 256, "", "   ", "\0"):
        assert program.bring(bad).status_code == 400, bad
    assert program.bring("a", displayName="x" * 121).status_code == 400
    assert program.bring("a", displayName="x" * 5000).status_code == 400
    emails = [{"value": f"a{each}@x.example"} for each in range(21)]
    assert program.ask("POST", "/Users", {**person("a"), "emails": emails}).status_code == 400
    assert program.bring("a", displayName="Nora 😀 O'Neill <b>").status_code == 201
    assert program.found('displayName co "😀"') == ["a"]


def test_what_is_not_offered_says_so(program, nora):
    config = program.app.test_client().get(f"{ROOT}/ServiceProviderConfig")
    assert config.status_code == 200, "it is of nobody"
    for name, is_there in {"patch": True, "bulk": False, "changePassword": False}.items():
        assert config.json[name]["supported"] is is_there
    assert [each["id"] for each in program.ask("GET", "/ResourceTypes").json["Resources"]] == [
        "User"
    ]
    assert program.app.test_client().get(f"{ROOT}/Schemas").status_code == 401
    assert program.app.test_client().get(f"{ROOT}/nothing").status_code == 401
    assert program.ask("GET", "/Groups").status_code == 404
    assert program.ask("GET", "/nothing/at/all").status_code == 404
    assert program.ask("GET", "/Me").status_code == 501
    bulk = program.ask("POST", "/Bulk", {"schemas": [PATCH], "Operations": []})
    assert bulk.status_code in {413, 501}
    assert program.ask("PUT", "/Users", person("x")).status_code == 405
    assert program.ask("HEAD", f"/Users/{nora}").status_code == 200
    options = program.ask("OPTIONS", "/Users", Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Origin" not in options.headers
    found = program.ask("POST", "/Users/.search", {"filter": "userName pr"})
    assert found.json["totalResults"] == 1


def test_answers_carry_the_headers_of_all_and_no_cookie(program, nora):
    answer = program.ask("GET", f"/Users/{nora}")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-ID"]


def test_no_token_and_no_person_stands_in_the_log(program, caplog):
    caplog.set_level("DEBUG")
    program.brought(NORA, email=NORA, password="a secret of theirs")
    program.bring(NORA, email=NORA)
    program.ask("GET", f'/Users?filter=userName eq "{NORA}"')
    for text in (program.secret, NORA, "a secret of theirs"):
        assert text not in caplog.text
    assert json.dumps(NORA) not in caplog.text


@pytest.mark.slow
def test_a_site_without_a_program_does_not_load_the_library():
    loaded = "import sys, intranet.app; print([m for m in sys.modules if m.startswith('scim2')])"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True)
    assert found.stdout == b"[]\n"
