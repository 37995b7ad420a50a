"""One house for a module of the matrix: what is hidden there stays as it is."""

import pytest
from sqlalchemy import update

from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


@pytest.fixture(scope="module")
def matrix_app(template, tmp_path_factory):
    """The application on a database of the module's own."""
    from tests.conftest import make_house

    with make_house(template, tmp_path_factory.mktemp("matrix"), posts_per_10s=100_000) as made:
        yield made


@pytest.fixture(scope="module")
def matrix_cast(matrix_app, template):
    from tests.cast import Cast

    return Cast(matrix_app, template.ids)


@pytest.fixture(scope="module")
def world(matrix_app, matrix_cast):
    """What is hidden there, and from whom."""
    from tests.security.world import build

    return build(matrix_app, matrix_cast)


@pytest.fixture(autouse=True)
def confirmed_just_now(request):
    """Renew what people confirmed with their password: a module takes longer than that is worth."""
    if "world" not in request.fixturenames:
        return
    request.getfixturevalue("world")
    with request.getfixturevalue("matrix_app").app_context(), unit_of_work():
        given = update(SignIn).where(SignIn.confirmed_at.is_not(None))
        db.session.execute(given.values(confirmed_at=clock.now()))
