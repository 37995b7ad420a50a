"""What is reported of an error: where and of which class, never words, values or people."""

import gzip
import json
import logging
from dataclasses import replace

import pytest
import sentry_sdk

from intranet.platform.core import error_reports, operation
from tests.platform.core.receivers import receiver

SECRET = "Xoana-Rial-secret"
log = logging.getLogger("intranet.tests")


@pytest.fixture
def service(app):
    """A service that takes reports, and is set."""
    with receiver() as found:
        dsn = found.url.replace("http://", "http://a1b2c3@") + "/7"
        settings = replace(app.config["SETTINGS"], sentry_dsn=dsn)
        error_reports.start(settings, "0.1.0")
        yield found
        sentry_sdk.get_client().close(timeout=1)
        sentry_sdk.get_global_scope().set_client(None)


def reports(service):
    """Each report, as JSON."""
    error_reports.stop()
    found = []
    for _path, body in service.received:
        plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        assert SECRET.encode() not in plain
        found += [json.loads(line) for line in plain.splitlines() if b'"exception"' in line]
    return found


def fail(words):
    raise ValueError(words)


def test_an_error_is_reported_by_its_place_and_class(service):
    with operation.doing("message:post") as doing:
        try:
            fail(SECRET)
        except ValueError:
            log.exception("job %s", SECRET, extra={"fields": {"name": SECRET}})

    (report,) = reports(service)
    (raised,) = report["exception"]["values"]
    assert raised["type"] == "ValueError"
    assert raised["stacktrace"]["frames"][-1]["function"] == "fail"
    assert report["logentry"]["message"] == "job %s"
    assert report["transaction"] == "message:post"
    assert report["tags"]["request_id"] == doing.id


def test_a_request_that_fails_is_reported_without_what_was_asked(service, app, client, monkeypatch):
    monkeypatch.setitem(app.view_functions, "accounts.sign_in_page", lambda: fail(SECRET))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = client.get(f"/signin?q={SECRET}", headers={"Cookie": f"c={SECRET}"})

    assert answer.status_code == 500
    (report,) = reports(service)
    assert report["transaction"] == "accounts.sign_in_page"
    assert not {"request", "user", "breadcrumbs", "extra", "contexts"} & report.keys()


def test_what_is_no_error_is_not_reported(service):
    log.warning("slow %s", SECRET)

    assert reports(service) == []
    assert service.received == []
