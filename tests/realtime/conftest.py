"""A served house with the cast in it, and clients for its sockets."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from intranet import realtime
from intranet.accounts.access import cookie_name
from intranet.accounts.models import Account, Token
from intranet.accounts.secret import hash_of, new_secret
from intranet.app import create_app
from intranet.config import read_settings
from intranet.core import clock
from intranet.core.errors import Forbidden
from intranet.extensions import db
from intranet.realtime import calls, shut_down
from tests import cast as casting
from tests.realtime.clients import Client, served


def make_app(folder, url, **more):
    settings = read_settings(
        {"INTRANET_DATA_DIR": str(folder), "INTRANET_DATABASE_URL": url, **more}
    )
    return create_app(settings)


@pytest.fixture(scope="session")
def sockets_database(new_database_url, tmp_path_factory):
    """A database with the cast; tests of sockets change nothing in it but sign-ins."""
    url = new_database_url()
    app = make_app(tmp_path_factory.mktemp("building"), url)
    with app.app_context():
        db.create_all()
        ids = casting.build()
        app.extensions["dispatcher"].drain()
        db.session.remove()
        db.engine.dispose()
    return url, ids


@pytest.fixture
def calls_of_tests():
    """Events that exist for tests alone."""
    before = dict(calls._calls)

    @realtime.on("test:nothing", scope="read")
    def nothing(_person, _data):
        return None

    @realtime.on("test:echo", scope="read")
    def echo(person, data):
        return {"person": person.id, "data": data}

    @realtime.on("test:fault")
    def fault(_person, _data):
        raise RuntimeError("secret words")

    @realtime.on("test:forbidden")
    def forbidden(_person, _data):
        raise Forbidden

    yield
    calls._calls.clear()
    calls._calls.update(before)


@pytest.fixture
def house(sockets_database, tmp_path, calls_of_tests):
    """The application."""
    app = make_app(tmp_path, sockets_database[0])
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def address(house):
    """Where it is served."""
    with served(house) as address:
        yield address
        shut_down(house)


@pytest.fixture
def cast(house, sockets_database):
    return casting.Cast(house, sockets_database[1])


@pytest.fixture
def cookie(house):
    """Makes the cookie of a new sign-in of a person."""

    def make(person):
        client = casting.sign_in(house.test_client(), person)
        with house.app_context():
            found = client.get_cookie(cookie_name())
        return f"{found.key}={found.value}"

    return make


@pytest.fixture
def token(house):
    """Makes a personal token of a person."""

    def make(person, *scopes):
        with house.app_context():
            secret = new_secret()
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
            db.session.commit()
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
def pushing(house):
    """Within it, pushes can be made as after a commit."""
    with house.app_context():
        yield
        db.session.remove()
