"""A push service of the test's own, and a device of Ana's at it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from intranet.delivery.push.models import PushSubscription
from intranet.delivery.push.sending import send
from intranet.extensions import db
from tests.delivery.push.services import PushService, Subscription


@pytest.fixture
def service(app):
    """A push service on this machine, which the site may reach."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], reaches_inside=True)
    made = PushService()
    yield made
    made.close()


@pytest.fixture
def device(service):
    """A browser's own side of its subscription."""
    return Subscription(f"{service.address}/send/1")


@pytest.fixture
def ana(client_of, cast, device):
    """Ana's browser, in which she has turned it on."""
    client = client_of(cast.ana)
    answer = turn_on(client, device)
    assert answer.status_code == 204, answer.text
    return client


@pytest.fixture
def tell(app):
    """Send something to the only device there is; its outcome."""

    def say(**more):
        with app.app_context():
            row = db.session.scalars(select(PushSubscription)).one()
            told = {"title": "Aviso", "body": "Corte de agua", "url": "/p/1", "tag": "a-1", **more}
            return send(row, **told)

    return say


def turn_on(client, device, **more):
    """As the page does once the browser has subscribed."""
    headers = {"X-CSRF-Token": client.token()}
    return client.post("/me/push", json={**device.as_json(), **more}, headers=headers)


def rows(app):
    """The subscriptions that are known."""
    with app.app_context():
        return list(db.session.scalars(select(PushSubscription)))
