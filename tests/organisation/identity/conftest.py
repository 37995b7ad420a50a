"""A house that may reach providers on this machine, with one set up for Monteclaro."""

import threading
from collections.abc import Iterator

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.identity.operations.domains import prove_by_operator
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import Browser, Cast
from tests.conftest import make_house
from tests.organisation.identity import openid
from tests.services import free_port


@pytest.fixture(scope="session")
def app_port() -> int:
    """The port at which the house answers to providers."""
    return free_port()


@pytest.fixture
def app(template, tmp_path, app_port) -> Iterator[Flask]:
    """The house; it may reach this machine, as an operator allows for hosts inside."""
    address = f"http://127.0.0.1:{app_port}"
    with make_house(template, tmp_path, base_url=address, reaches_inside=True) as made:
        yield made


@pytest.fixture
def served(app, app_port) -> Iterator[str]:
    """The house is also reached over HTTP, as a provider does to announce sign-outs."""
    server = make_server("127.0.0.1", app_port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{app_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def certified(app_port) -> Iterator[str]:
    """The issuer of the certified provider."""
    with openid.provider(f"http://127.0.0.1:{app_port}") as issuer:
        yield issuer


@pytest.fixture
def domain(app, cast: Cast) -> str:
    """Monteclaro has proven its domain."""
    with app.app_context():
        return prove_by_operator(cast.monteclaro, "monteclaro.example").domain


@pytest.fixture
def carles(app, client_of, cast) -> Browser:
    """The second administrator's browser."""
    with app.app_context(), unit_of_work():
        make_administrator(None, cast.monteclaro, cast.head_post)
    client: Browser = client_of(cast.carles)
    client.submit("/language", {"lang": "en"})
    return client


@pytest.fixture
def visitor() -> Iterator[openid.Visitor]:
    """A browser that was never at the provider."""
    with requests.Session() as session:
        yield openid.Visitor(session)
