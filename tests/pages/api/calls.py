"""Who calls the interface for programs: a browser with its cookie, or a program with a token."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from intranet.organisation.accounts.models import Token
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import sign_in

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"


class Caller:
    """Sends calls; a browser carries a form's token, a program its own."""

    def __init__(self, client, headers):
        self.client = client
        self.headers = headers

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, json=None, **more):
        return self.call("POST", path, json=json, **more)

    def put(self, path, json=None, **more):
        return self.call("PUT", path, json=json, **more)

    def patch(self, path, json=None, **more):
        return self.call("PATCH", path, json=json, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def call(self, method, path, *, headers=None, **more):
        more = {name: value for name, value in more.items() if value is not None}
        every = {**self.headers, **(headers or {})}
        return self.client.open(PREFIX + path, method=method, headers=every, buffered=True, **more)


def browser(app, person):
    """A person's browser, whose writes carry the page's token."""
    client: Any = sign_in(app.test_client(), person)
    return Caller(client, {"X-CSRF-Token": client.token()})


def program(app, person, *scopes):
    """A program with a personal token for these scopes; all if none is named."""
    secret = new_token(app, person, *scopes)
    return Caller(app.test_client(), {"Authorization": f"Bearer {secret}"})


def new_token(app, person, *scopes, days=30):
    """A personal token, as it is shown once."""
    from tests.cast import Cast

    with app.app_context():
        secret = new_secret()
        with unit_of_work() as work:
            work.add(
                Token(
                    account_id=Cast(app, {}).account_of(person).id,
                    name="Test",
                    token_hash=hash_of(secret),
                    scopes=list(scopes or ("read", "write", "admin")),
                    expires_at=clock.now() + timedelta(days=days),
                )
            )
    return secret


def said(body="Hola.", **more):
    """What is sent to post a message."""
    return {"client_id": str(uuid4()), "body": body, **more}


def is_problem(answer, status):
    """Whether a refusal is as RFC 9457 says, in words for a person."""
    told = answer.get_json()
    return (
        answer.status_code == status
        and answer.mimetype == PROBLEM
        and told["status"] == status
        and bool(told["title"] and told["detail"])
    )
