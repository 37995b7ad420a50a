"""A program ties no administrator by an address, and withdraws nothing they asked for."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.operations.sensitive_changes import approve
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.accounts.queries import waiting_changes
from intranet.organisation.agencies.models import Administration
from intranet.organisation.identity.models import ExternalIdentity
from intranet.organisation.identity.operations.tying import Claims, NotLetIn, identity_to_enter
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both
ANA = "ana@monteclaro.example"


def asks(program, user_id, email):
    """Give a person another address."""
    value = {"op": "replace", "path": 'emails[type eq "work"].value', "value": email}
    assert program.patch(user_id, value).status_code == 204


@pytest.mark.slow
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


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_program_does_not_withdraw_what_an_administrator_asked_for(
    app, cast, program, domain, *, carles, is_approved
):
    ana = program.brought("ana", email=ANA)
    asks(program, ana, "a@x.example")
    asks(program, ana, "b@x.example")
    with app.app_context():
        account = cast.account_of(cast.ana)
        assert [each.detail["email"] for each in waiting_changes(account.id)] == ["b@x.example"]
        change_sign_in_names(cast.dorleta, account, email="c@x.example", staff_number=None)
        if is_approved:
            approve(cast.carles, waiting_changes(account.id)[0])
    asks(program, ana, "a@x.example")
    with app.app_context():
        [change] = waiting_changes(cast.account_of(cast.ana).id)
        assert change.detail["email"] == "c@x.example"
        assert (change.holds_at is not None) == is_approved
