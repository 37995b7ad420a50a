"""The program of an agency, with a token that its administrator made."""

from collections.abc import Callable
from typing import Any

import pytest

from intranet.extensions import db
from intranet.organisation.identity.scim import brake, tokens
from tests.organisation.identity.scim.program import Program


@pytest.fixture
def make_program(app, cast) -> Callable[..., Program]:
    """Make a program of an agency, of Monteclaro unless another is given."""

    def make(agency: Any = None, administrator: Any = None) -> Program:
        agency, administrator = agency or cast.monteclaro, administrator or cast.dorleta
        with app.app_context():
            agency, administrator = db.session.merge(agency), db.session.merge(administrator)
            token, secret = tokens.create_token(administrator, agency, days=90)
            return Program(app, secret, token.provider_id, token.id)

    return make


@pytest.fixture
def program(make_program):
    """The program of Monteclaro."""
    return make_program()


@pytest.fixture
def unbraked(app, cast, program):
    """The program of Monteclaro, which may end as many people as it does today."""
    with app.app_context():
        brake.allow_ends(cast.dorleta, program.provider(), is_meant=True)
    return program
