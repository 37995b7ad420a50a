"""A line for each request, and the id under which a fault is found again."""

import json
import logging
import re
from dataclasses import replace
from html import unescape
from uuid import uuid4

import pytest

from intranet.platform.core.requests_log import HEADER

SECRET = "a-secret-that-leads-in"
LANGUAGES = {
    "es": "Si informas de este error, indica este código: ",
    "ca": "Si ens avises d’aquest error, indica aquest codi: ",
    "gl": "Se informas deste erro, indica este código: ",
    "eu": "Arazo honen berri ematen baduzu, aipatu kode hau: ",
    "en": "If you report this problem, quote this reference: ",
}


def requests_in(lines):
    return [line for line in lines if line["logger"] == "intranet.requests"]


@pytest.fixture
def breaks(app, monkeypatch):
    """Somewhere in the house something is broken: whoever comes to sign in meets it."""

    def broken():
        raise RuntimeError("broken")

    monkeypatch.setitem(app.view_functions, "accounts.sign_in_page", broken)
    monkeypatch.setitem(app.view_functions, "directory_api.agencies", broken)


def test_a_request_is_one_line_with_its_endpoint_and_who_asked(client_of, cast, log_lines):
    client_of(cast.ana).get("/me/settings")

    (line,) = [each for each in requests_in(log_lines) if each["method"] == "GET"]
    assert line["operation"] == "me.settings_page"
    assert line["status"] == 200
    assert line["person"] == str(cast.ana.id)
    assert 0 <= line["milliseconds"] < 60_000
    assert re.fullmatch("[0-9a-f]{12}", line["request_id"])


def test_no_line_holds_an_address_with_what_it_leads_to(client, log_lines):
    client.get(f"/invitation/{SECRET}?q={SECRET}")
    client.post("/signin?q=" + SECRET, data={"email": SECRET, "password": SECRET})
    client.get(f"/{SECRET}")

    told = requests_in(log_lines)
    assert [line["person"] for line in told] == ["none"] * 3
    assert told[-1]["operation"] == "nothing"
    assert SECRET not in json.dumps(log_lines)


def test_each_answer_carries_the_id_of_its_line_and_every_one_has_its_own(client, log_lines):
    given = [client.get("/signin").headers[HEADER] for _ in range(3)]

    assert [line["request_id"] for line in requests_in(log_lines)] == given
    assert len(set(given)) == 3


def test_a_client_does_not_name_its_request(client):
    assert client.get("/signin", headers={HEADER: "mine-and-chosen"}).headers[HEADER] != (
        "mine-and-chosen"
    )


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("short", False),
        ("with a space in it", False),
        ("x" * 65, False),
    ],
)
def test_a_proxy_that_is_believed_names_it_if_the_name_is_one(app, client, given, is_taken):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], trusted_proxies=1)

    assert (client.get("/signin", headers={HEADER: given}).headers[HEADER] == given) is is_taken


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/metrics", "/static/platform/core/code.css"]
)
def test_machines_and_files_of_ours_write_no_line(client, log_lines, path):
    answer = client.get(path, buffered=True)

    assert answer.status_code == 200
    assert requests_in(log_lines) == []
    assert HEADER not in answer.headers


@pytest.mark.both
def test_what_is_kept_on_the_way_has_no_id(client):
    assert HEADER not in client.get("/open").headers


@pytest.mark.parametrize(("language", "words"), LANGUAGES.items())
def test_a_fault_shows_the_id_under_which_the_log_has_it(
    client, breaks, log_lines, language, words
):
    page = client.get(f"/signin?lang={language}")
    fragment = client.get(f"/signin?lang={language}", headers={"HX-Request": "true"})

    for answer in (page, fragment):
        assert answer.status_code == 500
        assert words + answer.headers[HEADER] in unescape(answer.text)
    told = {line["request_id"] for line in log_lines if "RuntimeError: broken" in str(line)}
    assert told == {page.headers[HEADER], fragment.headers[HEADER]}


def test_a_program_gets_the_id_of_a_fault_and_refusals_stay_the_same(client, breaks):
    fault = client.get("/api/v1/agencies")
    refused = client.get(f"/api/v1/messages/{uuid4()}")

    assert fault.json["request_id"] == fault.headers[HEADER]
    assert fault.json["detail"].endswith(fault.headers[HEADER])
    assert refused.status_code == 401
    assert refused.headers[HEADER] not in refused.text


def test_nothing_is_being_done_once_a_request_is_over(client, log_lines):
    client.get("/signin")
    logging.getLogger("intranet.tests").info("afterwards")

    assert "request_id" not in log_lines[-1]


def test_administrators_alone_are_told_what_a_page_costs(client_of, cast):
    told = client_of(cast.dorleta).get("/").headers["Server-Timing"]
    found = re.fullmatch(
        r'python;dur=([\d.]+), database;dur=([\d.]+), statements;desc="(\d+)"', told
    )

    assert found
    assert float(found[1]) > 0
    assert float(found[2]) > 0
    assert 10 < int(found[3]) < 100
    assert "Server-Timing" not in client_of(cast.ana).get("/").headers


def test_nobody_is_told_the_costs_of_who_signs_in(client):
    assert "Server-Timing" not in client.get("/signin").headers
