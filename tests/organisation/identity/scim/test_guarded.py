"""What a program must not do to administrators."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration
from intranet.organisation.identity.models import ExternalIdentity
from intranet.organisation.identity.operations.tying import Claims, NotLetIn, identity_to_enter
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both
ANA = "ana@monteclaro.example"


def test_administrators_of_other_agencies_are_not_tied_by_an_address(app, cast, program, domain):
    with app.app_context(), unit_of_work() as work:
        post_id = current_appointments(cast.ana.id)[0].post_id
        now, altamar = clock.now(), cast.altamar.id
        work.add(Administration(agency_id=altamar, post_id=post_id, accepted_at=now))
    answer = program.bring("ana", email=ANA)
    assert (answer.status_code, answer.json["scimType"]) == (409, "uniqueness")
    with app.app_context():
        with pytest.raises(NotLetIn):
            identity_to_enter(program.provider(), Claims(subject="x", email=ANA))
        assert db.session.scalars(select(ExternalIdentity)).all() == []
