"""What acts for somebody without their password is made with it, told, and ends with it."""

import json
import re
import subprocess
import sys
import time
from typing import cast as cast_to

import pytest
from alembic import command
from alembic.config import Config

from intranet.platform.core.schema import migrate
from tests.cast import PASSWORD, Browser, sign_in
from tests.delivery.realtime.clients import Client, served
from tests.letters import text_of
from tests.organisation.accounts.doors import give

ANA = "ana@monteclaro.example"
NEW = "lluvia sobre el tejado"
TOKEN: dict[str, str | list[str]] = {"name": "backup", "scopes": ["read", "write"], "days": "30"}
MADE: dict[str, tuple[str, dict[str, str | list[str]], str]] = {
    "token": ("/me/tokens", TOKEN, r"<code>(intranet_[\w-]+)</code>"),
    "calendar": ("/me/calendar", {"has_places": "1"}, r"https?://[^/\s]+(/calendar/[\w-]+\.ics)"),
    "feed": ("/me/notifications/feed", {}, r"https?://[^/\s]+(/feeds/[\w-]+\.atom)"),
}


@pytest.fixture
def ana(app, client_of, cast):
    return client_of(cast.ana)


def make(client, what):
    address, fields, shown = MADE[what]
    return re.findall(shown, client.submit(address, fields).text)[0]


def works(app, what, secret):
    if what == "token":
        headers = {"Authorization": f"Bearer {secret}"}
        return app.test_client().get("/api/v1/me", headers=headers).status_code == 200
    return app.test_client().get(secret).status_code == 200


@pytest.mark.parametrize("what", MADE)
def test_it_is_made_with_the_password_and_its_owner_is_told(app, cast, mail, what):
    client = app.test_client()
    give(client, ANA)
    address, fields, shown = MADE[what]

    page = client.submit(address, fields)
    assert page.status_code == 403
    assert re.findall(shown, page.text) == []
    assert mail() == []
    kept = {**fields, "confirms": "1", "confirm_password": PASSWORD}
    page = client.submit(address, kept)

    (secret,) = set(re.findall(shown, page.text))
    assert works(app, what, secret)
    (letter,) = mail()
    assert letter["To"] == ANA
    assert secret not in text_of(letter)


def by_password(app, ana, cast):
    ana.submit("/me/password", {"old_password": PASSWORD, "new_password": NEW})


def by_reset(app, ana, cast):
    from intranet.organisation.accounts.models import LinkPurpose
    from intranet.organisation.accounts.operations.links import new_link, reset_password

    with app.app_context():
        secret = new_link(LinkPurpose.PASSWORD, cast.account_of(cast.ana).id)
        reset_password(secret, NEW)


def by_closing(app, ana, cast):
    dorleta = sign_in(app.test_client(), cast.dorleta)
    assert isinstance(dorleta, Browser)
    for act in ("close", "open"):
        dorleta.submit(f"/admin/L01990012/people/{cast.ana.id}/account/{act}")


@pytest.mark.slow
@pytest.mark.parametrize("end", [by_password, by_reset, by_closing])
@pytest.mark.parametrize("what", MADE)
def test_it_ends_with_the_password_and_never_revives(app, ana, cast, what, end):
    secret = make(ana, what)
    assert works(app, what, secret)

    end(app, ana, cast)

    assert not works(app, what, secret)
    sign_in(app.test_client(), cast.ana).get("/")
    assert not works(app, what, secret)


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("by", ["cookie", "token"])
def test_a_command_closes_the_sockets_of_the_processes_that_run(app, ana, cast, by):
    """As an operator does it: in another process, which no Redis connects with this one."""
    token = make(ana, "token")
    with app.app_context():
        # The tables of tests are made without migrations.
        command.stamp(cast_to("Config", migrate.get_config()), "head")
    cookie = ana.get_cookie("sign_in")
    with served(app) as address:
        if by == "token":
            client = Client(address, token=token, origin=None)
        else:
            client = Client(address, cookie=f"{cookie.key}={cookie.value}")
        with client:
            database = app.config["SETTINGS"].database_url
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-c", DISABLE, str(app.config["SETTINGS"].data_dir)],
                input=json.dumps({"database": database, "name": ANA}),
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert done.returncode == 0, done.stderr
            took = time.monotonic() - began
            ended = time.monotonic()
            assert "session:ended" in until_ended(client)
            assert time.monotonic() - ended < max(5, took)


DISABLE = """
import json, os, sys
given = json.loads(sys.stdin.read())
os.environ["INTRANET_DATA_DIR"] = sys.argv[1]
os.environ["INTRANET_DATABASE_URL"] = given["database"]
from intranet.cli.accounts import account
account(["disable", given["name"]], standalone_mode=False)
"""


def until_ended(client):
    told = ""
    while "session:ended" not in told:
        told += client.raw()
    return told
