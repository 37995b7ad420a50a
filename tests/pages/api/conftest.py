"""One house for a module of tests: what they write, they write for themselves."""

from collections.abc import Iterator
from functools import partial

import pytest
from flask import Flask

from tests.cast import Cast
from tests.conftest import make_house
from tests.pages.api import calls


@pytest.fixture(scope="module")
def app(template, tmp_path_factory) -> Iterator[Flask]:
    """The application on a database of the module's own, with the cast in it."""
    with make_house(template, tmp_path_factory.mktemp("house"), posts_per_10s=100_000) as made:
        yield made


@pytest.fixture(scope="module")
def cast(app, template) -> Cast:
    """The people, units, posts and agencies by name."""
    return Cast(app, template.ids)


@pytest.fixture
def api(app):
    """Makes a person's browser, which calls the interface by its cookie."""
    return partial(calls.browser, app)


@pytest.fixture
def program(app):
    """Makes a person's program."""
    return partial(calls.program, app)


@pytest.fixture
def licences(app, cast):
    """The channel of the unit where Ana works."""
    from intranet.extensions import db
    from intranet.organisation.agencies.models import Unit
    from tests.messaging.messages.helpers import channel_of

    with app.app_context():
        return str(channel_of(db.session.get_one(Unit, cast.ids["licences"][1])).id)
