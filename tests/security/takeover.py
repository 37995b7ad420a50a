"""An administrator with bad intentions, the second administrator, and what waits for Ana."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import schedule
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.queries import waiting_changes
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.platform.core import clock
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.organisation.accounts.doors import give
from tests.organisation.accounts.test_second_factor import set_up

TOWN = "/admin/L01990012"
DORLETA = "dorleta@monteclaro.example"
ANA = "ana@monteclaro.example"
THEIRS = "dorleta.private@mail.example"
NEW = "lluvia sobre el tejado"
A_DAY = timedelta(hours=25)


@pytest.fixture
def dorleta(app, cast):
    """Dorleta at a browser where she has only signed in."""
    client = app.test_client()
    give(client, DORLETA)
    return client


def confirmed(client, address, fields=None, **given):
    """Send a form, and then password and code on the page that asks for them, as a browser does."""
    page = client.submit(address, fields)
    assert page.status_code == 403
    assert "confirm_password" in page.text
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    kept = {name: value for name, value in found if name != "csrf_token"}
    return client.submit(address, {**kept, "confirm_password": PASSWORD, **given})


def change(client, cast, email=THEIRS, **more):
    fields = {"name": "Ana Castro", "email": email, "staff_number": "", "version": "1", **more}
    return confirmed(client, f"{TOWN}/people/{cast.ana.id}", fields)


def go_by(app, days=A_DAY):
    """What the clock does when a day has passed."""
    with clock.freeze(clock.now() + days), app.app_context():
        for job in schedule.JOBS:
            if job.name == "apply account changes":
                job.run()


def links_to(letters, address):
    return [
        letter for letter in letters if letter["To"] == address and "/reset/" in text_of(letter)
    ]


def reset_leads_to(app, mail, name):
    """Where a link for a new password goes to, if somebody asks for one by this name."""
    mail()
    app.test_client().submit("/forgotten", {"email": name})
    return [letter["To"] for letter in mail() if "/reset/" in text_of(letter)]


@pytest.fixture
def nadia(app, cast, client_of):
    """Nadia, the second administrator of Monteclaro, at a browser of hers."""
    with app.app_context():
        make_administrator(None, cast.monteclaro, cast.head_of_procurement_post)
    return client_of(cast.nadia)


def accounts(app):
    """Who signs in with what."""
    with app.app_context():
        rows = db.session.execute(
            select(Account.person_id, Account.email, Account.staff_number).order_by(Account.id)
        )
        return [tuple(row) for row in rows]


def waiting(app, cast, person=None):
    with app.app_context():
        account = cast.account_of(person or cast.ana)
        return [change.id for change in waiting_changes(account.id)]


def answer(app, client, cast, do, person=None):
    """Press a button beside the one change that waits."""
    (change_id,) = waiting(app, cast, person)
    return client.submit(f"{TOWN}/approvals/{change_id}", {"do": do})


def printed(page):
    assert page.status_code == 200
    (code,) = re.findall(r"<code[^>]*>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>", page.text)
    return code


@pytest.fixture
def protected(client_of, cast):
    """Ana's phone and recovery codes, which she set up some minutes ago."""
    with clock.freeze(clock.now() - timedelta(minutes=5)):
        return set_up(client_of(cast.ana))
