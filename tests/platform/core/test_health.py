"""What machines ask: is it alive, is it ready, how is it."""

from dataclasses import replace

import pytest

from tests.services import free_port

FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.mark.both
def test_it_is_alive_and_ready(client):
    assert client.get("/health/live").json == {"status": "ok"}
    assert client.get("/health/ready").json == {"status": "ok", "missing": []}


def test_what_is_missing_is_named(app, client):
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"],
        redis_url=f"redis://127.0.0.1:{free_port()}/0",
        data_dir=app.config["SETTINGS"].data_dir / "gone",
    )
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json == {"status": "unready", "missing": ["redis", "files"]}
    assert client.get("/health/live").status_code == 200


@pytest.mark.both
def test_redis_that_answers_is_not_missing(app, client, redis_url):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], redis_url=redis_url)
    assert client.get("/health/ready").json["missing"] == []


def test_figures_are_for_this_machine(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert 'intranet_outbox{state="waiting"} 0' in answer.text
    assert "process_resident_memory_bytes" in answer.text

    assert client.get("/metrics", environ_overrides=FAR).status_code == 404
    forwarded = {"X-Forwarded-For": "127.0.0.1"}
    assert client.get("/metrics", headers=forwarded).status_code == 404


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [
        ("s3cret", "Bearer s3cret", 200),
        ("s3cret", "Bearer other", 404),
        ("s3cret", "", 404),
        ("", "Bearer ", 404),
    ],
)
def test_figures_for_others_need_the_token(app, client, token, given, status):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], metrics_token=token)
    headers = {"Authorization": given} if given else {}
    answer = client.get("/metrics", headers=headers, environ_overrides=FAR)
    assert answer.status_code == status


def test_behind_a_proxy_nearness_means_nothing(app, client):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], trusted_proxies=1)
    assert client.get("/metrics").status_code == 404
