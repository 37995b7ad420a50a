"""People with open sockets on a served house."""

from contextlib import ExitStack

import pytest

from intranet.organisation.accounts.access import cookie_name
from tests import cast as casting
from tests.delivery.realtime.clients import Client, served


@pytest.fixture
def address(app):
    with served(app) as address:
        yield address


@pytest.fixture
def connect(app, address):
    """Connects people; what is open at the end is closed."""
    with ExitStack() as opened:

        def client(person):
            browser = casting.sign_in(app.test_client(), person)
            with app.app_context():
                found = browser.get_cookie(cookie_name())
            assert found
            client = Client(address, cookie=f"{found.key}={found.value}")
            opened.callback(client.close)
            client.next("hello")
            return client

        yield client
