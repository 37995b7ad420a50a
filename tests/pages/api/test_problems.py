"""REST: every refusal is problem+json in the reader's words (RFC 9457), and writes nothing."""

from dataclasses import replace

import pytest

from intranet.platform.core.unit_of_work import unit_of_work
from tests.pages.api.calls import PREFIX, PROBLEM, Caller, is_problem, said
from tests.stored import everything

NOBODY = "0192b5c8-0000-7000-8000-000000000001"


@pytest.mark.slow
def test_each_kind_of_refusal_is_said_in_the_same_form(app, api, cast, licences):
    ana, uxia = api(cast.ana), api(cast.uxia)
    path = f"/conversations/{licences}/messages"
    message = ana.post(path, said("First.")).json
    ana.patch(f"/messages/{message['id']}", {"body": "Second.", "body_rev": message["body_rev"]})
    stale = {"body": "Third.", "body_rev": message["body_rev"]}
    before = everything(app)

    refusals = {
        400: ana.post(path, said(), headers={"X-CSRF-Token": "another's"}),
        401: Caller(app.test_client(), {}).get("/me"),
        403: uxia.delete(f"/messages/{message['id']}"),
        404: ana.get(f"/messages/{NOBODY}"),
        409: ana.patch(f"/messages/{message['id']}", stale),
        412: ana.patch(
            f"/messages/{message['id']}", {"body": "Third."}, headers={"If-Match": '"99"'}
        ),
        413: ana.call("POST", path, data=b"x" * (1024 * 1024 + 1), content_type="application/json"),
        415: ana.call("POST", path, data="{}", content_type="text/plain"),
        422: ana.post(path, said("")),
    }

    for status, answer in refusals.items():
        assert is_problem(answer, status), (status, answer.status_code, answer.text)
        assert answer.headers["Cache-Control"] == "no-store"
    assert refusals[422].json["errors"]["body"] == refusals[422].json["detail"]
    assert everything(app) == before


def test_too_many_is_answered_with_when_to_come_back(app, api, cast, licences, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], posts_per_10s=2))
    bieito, talk = api(cast.bieito), {"person_ids": [str(cast.guillem.id)]}
    path = f"/conversations/{bieito.post('/conversations', talk).json['id']}/messages"

    answers = [bieito.post(path, said(str(number))) for number in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert is_problem(answers[-1], 429)
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
    assert answers[-1].json["retry_after"] == int(answers[-1].headers["Retry-After"])


def test_a_fault_tells_nothing_of_itself(app, api, cast, monkeypatch, caplog):
    def broken(*_arguments, **_named):
        raise RuntimeError("SELECT secret FROM /srv/intranet")

    monkeypatch.setitem(app.view_functions, "directory_api.agencies", broken)

    answer = api(cast.ana).get("/agencies")

    assert is_problem(answer, 500)
    assert "SELECT" not in answer.text
    assert "Traceback" not in answer.text
    assert "SELECT secret" in caplog.text


def test_a_refusal_speaks_the_reader_s_language(app, api, cast):
    with app.app_context(), unit_of_work() as work:
        account = cast.account_of(cast.elna)
        account.locale = "en"
        work.add(account)

    assert api(cast.elna).get(f"/people/{NOBODY}").json["title"] == "Page not found"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/nothing", "/", "/admin", "/admin/x", "/conversations/x"])
def test_an_address_that_is_none_is_answered_as_what_may_not_be_seen(api, cast, method, path):
    ana = api(cast.ana)

    answer = ana.call(method, path)

    assert is_problem(answer, 404)
    assert answer.json == ana.get(f"/messages/{NOBODY}").json


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "X"])
def test_another_method_is_refused(api, cast, method):
    assert api(cast.ana).call(method, "/me").status_code in {400, 404, 405, 501}


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'"a"', b"1", b"null", b"\xff\xfe", b"{'a':1}", b"[" * 100_000, b"\0"],
)
def test_a_body_that_is_no_object_is_refused(api, cast, licences, data):
    ana = api(cast.ana)

    for method, path in (
        ("POST", f"/conversations/{licences}/messages"),
        ("PUT", f"/conversations/{licences}/read"),
        ("PATCH", "/me"),
        ("POST", "/audiences/preview"),
    ):
        answer = ana.call(method, path, data=data, content_type="application/json")
        assert is_problem(answer, 422), (method, path, answer.text)


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "text/json", "application/x-www-form-urlencoded", "application/xml", "x", ""],
)
def test_json_under_another_name_is_refused(api, cast, licences, media_type):
    answer = api(cast.ana).call(
        "POST",
        f"/conversations/{licences}/messages",
        data=b'{"client_id":"0192b5c8-0000-7000-8000-000000000001","body":"x"}',
        content_type=media_type,
    )

    assert is_problem(answer, 415)


def test_a_file_over_the_limit_is_refused(app, api, cast, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 2 * 1024 * 1024)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n'
    large = head + b"x" * (2 * 1024 * 1024 + 1) + b"\r\n--x--\r\n"

    answer = api(cast.ana).call(
        "POST", "/files", data=large, content_type="multipart/form-data; boundary=x"
    )

    assert is_problem(answer, 413)


def test_signed_out_every_call_is_answered_alike(app):
    nobody = app.test_client()
    answers = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(PREFIX):
            continue
        names = {name: 1 if name == "number" else NOBODY for name in rule.arguments}
        path = rule.build(names)[1] if rule.arguments else rule.rule
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if method in {"GET", "HEAD"}:
                answer = nobody.open(path, method=method)
                answers.add((answer.status_code, answer.mimetype, answer.text))

    assert len(answers) == 1
    assert {(status, kind) for status, kind, _text in answers} == {(401, PROBLEM)}
