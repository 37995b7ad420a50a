"""Whose devices are told: one's own, while one is signed in there."""

from datetime import timedelta

import pytest

from intranet.delivery.push.models import PushSubscription
from intranet.delivery.push.operations import forget_lapsed
from intranet.delivery.push.protocol import public_key
from intranet.delivery.push.queries import subscriptions_of
from intranet.extensions import db
from intranet.organisation.accounts.operations import links, signing_in
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.push.conftest import rows, turn_on
from tests.delivery.push.services import Subscription, to_bytes


def test_a_device_is_known_once_however_often_it_says_so(app, cast, ana, device, service):
    assert turn_on(ana, device).status_code == 204
    (row,) = rows(app)
    assert row.person_id == cast.ana.id

    moved = Subscription(f"{service.address}/send/2")
    assert turn_on(ana, moved).status_code == 204
    assert [row.endpoint for row in rows(app)] == [moved.endpoint]
    page = ana.get("/me/notifications").text
    assert page.count("push-actions") == 1
    assert "data-on-server" in page


def test_a_browser_in_which_somebody_else_signs_in_is_theirs(app, cast, client_of, ana, device):
    assert turn_on(client_of(cast.iria), device).status_code == 204
    assert [row.person_id for row in rows(app)] == [cast.iria.id]


def test_who_knows_an_address_and_not_its_keys_takes_it_from_nobody(
    app, cast, client_of, ana, device
):
    answer = turn_on(client_of(cast.iria), Subscription(device.endpoint))
    assert answer.status_code == 422
    assert [row.person_id for row in rows(app)] == [cast.ana.id]


@pytest.mark.both
@pytest.mark.parametrize("end", ["sign out", "new password", "idle", "turn off"])
def test_signing_out_ends_it(app, cast, ana, end):
    later = clock.now()
    with app.app_context():
        account = cast.account_of(cast.ana)
        if end == "new password":
            with unit_of_work() as work:
                links.end_access(work, account)
        elif end == "sign out":
            row = db.session.query(PushSubscription).one()
            signing_in.end_sign_in(account, row.sign_in_id)
        elif end == "idle":
            later += timedelta(days=2)
    if end == "turn off":
        assert ana.submit(f"/me/push/{rows(app)[0].id}/remove").status_code == 303

    with app.app_context(), clock.freeze(later):
        assert list(subscriptions_of([cast.ana.id])) == []
        if end == "idle":  # nobody says that time is over
            forget_lapsed()
    assert rows(app) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"endpoint": "https://127.0.0.1:9/x"},
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://push.example/" + "x" * 1_000},
        {"endpoint": "https://push.example/\0"},
        {"endpoint": 7},
        {"keys": {"p256dh": "ñ", "auth": "c2l4dGVlbiBieXRlcy4uLg"}},
        {"keys": {"p256dh": "BA", "auth": ""}},
        {"keys": None},
    ],
)
def test_what_is_no_subscription_is_refused_with_a_sentence(app, cast, client_of, sent):
    client = client_of(cast.ana)
    device = Subscription("https://push.example/1")

    assert turn_on(client, device, **sent).status_code == 422
    assert rows(app) == []


def test_the_key_of_the_site_follows_from_its_secret_and_is_a_point_on_the_curve(app, cast, ana):
    with app.app_context():
        key = public_key()
    told = ana.get("/me/push").json
    assert told["public_key"] == key
    assert to_bytes(key)[0] == 4
    assert len(to_bytes(key)) == 65


def test_the_site_can_be_installed(client):
    manifest = client.get("/manifest.webmanifest?lang=ca")
    icons = {(icon["sizes"], icon.get("purpose")) for icon in manifest.json["icons"]}

    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json["lang"] == "ca"
    assert manifest.json["display"] == "standalone"
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= icons
    for icon in manifest.json["icons"]:
        with client.get(icon["src"]) as answer:
            assert answer.status_code == 200
    worker = client.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert "no-cache" in worker.headers["Cache-Control"]
    assert 'rel="manifest"' in client.get("/signin").text
