"""The doors of signing in, as a browser goes through them."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from intranet.organisation.accounts.operations.accounts import invite_person
from tests.cast import PASSWORD, Browser
from tests.letters import text_of

HOME = "203.0.113.7"


def give(
    client: FlaskClient, name: str, password: str = PASSWORD, *, address: str = HOME, **more: Any
) -> Any:
    """Send the sign-in page's form from an address."""
    assert isinstance(client, Browser)
    data = {"email": name, "password": password, **more}
    return client.submit("/signin", data, environ_overrides={"REMOTE_ADDR": address})


def is_signed_in(client: FlaskClient) -> bool:
    """Whether a page that only people see is shown."""
    answer = client.get("/me/settings")
    if answer.status_code == 303:
        assert urlsplit(answer.location).path == "/signin"
        return False
    assert answer.status_code == 200
    return True


def cookie_of(client: FlaskClient, name: str = "sign_in") -> Any:
    """A cookie as the browser holds it."""
    return client.get_cookie(name)


def link_in(letter):
    """The path of the link in a letter."""
    (path,) = re.findall(r"http://[^/\s]+(/\S+)", text_of(letter))
    return path


def invite(app, cast, name="Sabela Rey", email="sabela@monteclaro.example", **more):
    """Invite somebody to Monteclaro, as Dorleta does."""
    with app.app_context():
        return invite_person(cast.dorleta, cast.monteclaro, name, email=email, **more)
