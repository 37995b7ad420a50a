"""A served house with the cast in it, and clients for its sockets."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import exc

from intranet.delivery import realtime
from intranet.delivery.realtime import client_events
from intranet.extensions import db
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.accounts.models import Account, Token
from intranet.organisation.accounts.random_secrets import hash_of, new_secret
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as casting
from tests.delivery.realtime.clients import Client, PollingClient, served
from tests.services import Redis


@pytest.fixture
def calls_of_tests():
    """Events that exist for tests alone."""
    before = dict(client_events._registered)

    @realtime.on("test:nothing", scope="read")
    def nothing(_person, _data):
        return None

    @realtime.on("test:echo", scope="read")
    def echo(person, data):
        return {"person": person.id, "data": data}

    @realtime.on("test:fault")
    def fault(_person, _data):
        raise RuntimeError("secret words")

    @realtime.on("test:gone")
    def gone(_person, data):
        raise getattr(exc, data["as"])("no connection", None, RuntimeError())

    @realtime.on("test:forbidden")
    def forbidden(_person, _data):
        raise Forbidden

    yield
    client_events._registered.clear()
    client_events._registered.update(before)


@pytest.fixture
def address(app, calls_of_tests):
    """Where the house is served, with the events of tests."""
    with served(app) as address:
        yield address


@pytest.fixture
def used_database(app):
    """The URL of the test's database, for processes beside this one."""
    return app.config["SETTINGS"].database_url


@pytest.fixture
def cookie(app):
    """Makes the cookie of a new sign-in of a person."""

    def make(person):
        client = casting.sign_in(app.test_client(), person)
        with app.app_context():
            found = client.get_cookie(cookie_name())
        assert found
        return f"{found.key}={found.value}"

    return make


@pytest.fixture
def token(app):
    """Makes a personal token of a person."""

    def make(person, *scopes):
        secret = new_secret()
        with app.app_context(), unit_of_work():
            account = db.session.scalars(
                db.select(Account).where(Account.person_id == person.id)
            ).one()
            db.session.add(
                Token(
                    account_id=account.id,
                    name="test",
                    token_hash=hash_of(secret),
                    scopes=list(scopes),
                    expires_at=clock.now() + timedelta(hours=1),
                )
            )
        return secret

    return make


@pytest.fixture
def connect(address, cookie):
    """Connects people; what is open at the end is closed."""
    with ExitStack() as opened:

        def client(person, **options):
            client = Client(address, cookie=cookie(person), **options)
            opened.callback(client.close)
            return client

        yield client


@pytest.fixture
def ana(address, cast, cookie):
    with PollingClient(address, cookie=cookie(cast.ana)) as client:
        client.next("hello")
        yield client


@pytest.fixture
def bell():
    """A Redis that the test may stop."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def pushing(app):
    """Within it, pushes can be made as after a commit."""
    with app.app_context():
        yield
        db.session.remove()
