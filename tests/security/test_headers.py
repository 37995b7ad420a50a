"""What every answer carries (ASVS 3.4, 14.3)."""

import re

import pytest

from intranet.app import create_app
from intranet.extensions import db
from intranet.platform.core.web import settings_of
from tests.cast import Browser
from tests.conftest import close
from tests.organisation.accounts.doors import give

PAGES = ("/signin", "/forgotten", "/nothing/here", "/health/live", "/api/v1/nothing")


@pytest.fixture
def over_tls(app):
    """The application as it is when people reach it by https."""
    from dataclasses import replace

    made = create_app(replace(settings_of(app), base_url="https://intranet.monteclaro.example"))
    made.test_client_class = app.test_client_class
    yield made
    close(made)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_protects_its_reader(client, path):
    headers = client.get(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin" or path == "/forgotten"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_faults_carry_the_same_headers_and_no_insides(app):
    @app.get("/broken")
    def broken():
        raise RuntimeError("SELECT secret FROM /srv/path")

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer.headers
    assert not re.search(r"Traceback|RuntimeError|SELECT|/srv", answer.text)
    assert answer.text.count("<h1>") == 1


def test_a_database_that_is_gone_is_said_so_and_the_page_comes_without_it(app, client_of, cast):
    from sqlalchemy.exc import OperationalError

    client = client_of(cast.ana)
    real = app.view_functions["me.settings_page"]

    def gone(*_args, **_kwargs):
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    app.view_functions["me.settings_page"] = gone
    answer = client.get("/me/settings")
    app.view_functions["me.settings_page"] = real

    assert answer.status_code == 503
    assert "connection refused" not in answer.text
    assert "topbar" not in answer.text


@pytest.mark.both
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_database_that_answers_nothing_at_all_leaves_the_page_that_says_so(
    app, client_of, cast, headers
):
    from sqlalchemy import event
    from sqlalchemy.exc import OperationalError

    client = client_of(cast.ana)

    def gone(*_args):
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", gone)
    try:
        answer = client.get("/publications", headers=headers)
    finally:
        event.remove(engine, "before_cursor_execute", gone)

    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in answer.text
    assert "save" not in answer.text  # who only reads has written nothing
    assert "connection refused" not in answer.text


def test_personal_answers_are_kept_by_nobody_on_the_way(client_of, cast):
    client = client_of(cast.ana)
    for path in ("/me/settings", "/api/v1/openapi.json", "/signin", "/nothing"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "Cookie" in headers["Vary"], path
        assert "ETag" not in headers or path.startswith("/api/"), path


def test_files_of_the_site_are_kept_by_their_content(client):
    page = client.get("/signin").text
    paths = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert paths
    for path in paths:
        assert path.startswith("/static/@")
        answer = client.get(path)
        answer.close()
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    version = re.findall(r"/static/@\w+", paths[0])[0]
    assert "immutable" not in client.get(f"{version}/nothing.css").headers["Cache-Control"]


def test_only_over_tls_browsers_are_told_to_stay_there(client, over_tls):
    assert "Strict-Transport-Security" not in client.get("/signin").headers
    header = over_tls.test_client().get("/signin").headers["Strict-Transport-Security"]
    assert int(re.findall(r"max-age=(\d+)", header)[0]) >= 31_536_000
    assert "includeSubDomains" in header  # ASVS 3.4.1, level 2


def test_cookies_stay_with_us(client, cast):
    answer = give(client, "ana@monteclaro.example", keep="1")
    cookies = {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}

    assert {"sign_in", "device"} <= set(cookies)
    for line in (*cookies.values(), *client.get("/signin?x=1").headers.getlist("Set-Cookie")):
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Path=/" in line
        assert "Domain" not in line


@pytest.mark.slow
def test_over_tls_cookies_are_bound_to_the_host(over_tls, cast):
    client = over_tls.test_client()
    base = {"base_url": "https://intranet.monteclaro.example"}
    page = client.get("/signin", **base)
    token = re.findall(r'name="csrf_token"\s+value="([^"]+)"', page.text)[0]
    fields = {"email": "ana@monteclaro.example", "password": "una frase larga y segura"}
    answer = client.post("/signin", data={**fields, "csrf_token": token}, **base)
    lines = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")

    assert answer.status_code == 303
    assert {line.split("=")[0] for line in lines} >= {"__Host-session", "__Host-sign_in"}
    assert all("Secure" in line for line in lines)
    assert client.get("/me/settings", **base).status_code == 200


@pytest.mark.slow
def test_the_forms_session_holds_no_secret_of_the_sign_in(client, cast):
    from base64 import urlsafe_b64decode

    give(client, "ana@monteclaro.example")
    client.get("/me/settings")
    payload = client.get_cookie("session").value.split(".")[0]
    said = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()

    assert client.get_cookie("sign_in").value not in said
    assert "ana" not in said


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PROPFIND", "CONNECT"])
def test_other_methods_are_refused(client, method):
    answer = client.open("/signin", method=method, headers={"X-Secret": "do not echo"})
    assert answer.status_code == 405
    assert "do not echo" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/var/secret_key",
        "/static/../intranet/config.py",
        "/static/%2e%2e/intranet/config.py",
        "/static/..%2fintranet%2fconfig.py",
        "/intranet.sqlite",
        "/console",
        "/debug",
        "/admin/../.git/HEAD",
        "/server-status",
        "/static/",
        "/backup.zip",
    ],
)
def test_nothing_inside_is_handed_out(client, path):
    answer = client.get(path)
    assert answer.status_code in (303, 308, 401, 404)
    assert "secret" not in answer.text.lower() or answer.status_code == 404


def test_robots_are_told_to_read_the_open_web_and_nothing_else(client):
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[:4] == ["User-agent: *", "Allow: /open", "Allow: /static/", "Disallow: /"]


def test_what_a_client_says_of_its_way_here_is_not_believed(client, cast):
    answer = client.get(
        "/me/settings",
        headers={
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-User": "dorleta@monteclaro.example",
            "X-Original-URL": "/health/live",
            "X-HTTP-Method-Override": "POST",
        },
    )
    assert answer.status_code == 303
    assert answer.location == "/signin?next=/me/settings"


@pytest.mark.slow
def test_the_address_that_failures_count_for_is_not_the_one_a_client_claims(app, cast):
    statuses = []
    for number in range(7):
        client = app.test_client()
        data = {"email": "ana@monteclaro.example", "password": "wrong"}
        headers = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"}
        statuses.append(client.submit("/signin", data, headers=headers).status_code)
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.slow
def test_a_proxy_that_the_settings_count_is_believed_and_no_further(app, cast):
    from dataclasses import replace

    made = create_app(replace(settings_of(app), trusted_proxies=1))
    made.test_client_class = app.test_client_class

    def guess(forwarded):
        client = made.test_client()
        assert isinstance(client, Browser)
        data = {"email": "ana@monteclaro.example", "password": "wrong"}
        headers = {"X-Forwarded-For": forwarded}
        return client.submit("/signin", data, headers=headers).status_code

    from_seven_places = [guess(f"203.0.113.99, 192.0.2.{number}") for number in range(7)]
    from_one = [guess(f"203.0.113.{number}, 192.0.2.0") for number in range(5)]
    close(made)

    assert from_seven_places == [401] * 7
    assert from_one == [401] * 4 + [429]


@pytest.mark.slow
def test_over_tls_every_cookie_is_bound_to_this_host(over_tls, cast):
    """ASVS 3.3.1: none can be set by another host of the domain, none travels without TLS."""
    client = over_tls.test_client()
    client.get("/signin?theme=dark")
    client.submit("/language", {"lang": "gl"})
    with over_tls.app_context():
        email = cast.account_of(cast.ana).email
    assert give(client, email).status_code == 303
    client.get("/me/settings")

    kept = {cookie.key: cookie for cookie in client._cookies.values()}
    assert {name.removeprefix("__Host-") for name in kept} >= {
        "sign_in",
        "session",
        "device",
        "lang",
        "theme",
    }
    for name, cookie in kept.items():
        assert name.startswith("__Host-"), name
        assert cookie.secure, name
        assert cookie.path == "/", name
        assert cookie.origin_only, name
        assert cookie.same_site in {"Lax", "Strict"}, name
        assert cookie.http_only or name == "__Host-theme", name
