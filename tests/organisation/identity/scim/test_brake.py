"""A program that ends many people within a day is stopped, and asks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState
from intranet.organisation.identity.leavers import MAX_UNASKED_PEOPLE
from intranet.organisation.identity.operations.provisioning import provision_all
from intranet.organisation.identity.provisioned_people import ProvidedPerson
from intranet.organisation.identity.scim import brake
from intranet.organisation.identity.scim.models import ScimEnd, ScimStop
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.ldap.helpers import told
from tests.organisation.identity.scim.program import account

pytestmark = pytest.mark.both
STOPPED = "El programa se ha detenido"


def brought(program, count):
    """Some people, by their ids."""
    return [
        program.brought(f"p{each}", email=f"p{each}@monteclaro.example") for each in range(count)
    ]


def end(program, user_id):
    """End a person."""
    return program.patch(user_id, {"op": "replace", "path": "active", "value": False})


@pytest.mark.slow
def test_a_program_is_stopped_asks_once_and_goes_on_for_a_day(app, cast, program, client_of):
    people = brought(program, MAX_UNASKED_PEOPLE + 3)
    for each in people[:MAX_UNASKED_PEOPLE]:
        assert end(program, each).status_code == 204
    for each in people[MAX_UNASKED_PEOPLE:]:
        answer = end(program, each)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "3600"
        assert answer.json["detail"].startswith("Con esto se daría de baja")
    assert program.ask("DELETE", f"/Users/{people[-1]}").status_code == 429
    assert account(app, f"p{MAX_UNASKED_PEOPLE}@monteclaro.example").state == AccountState.INVITED
    assert program.ask("GET", f"/Users/{people[-1]}").json["active"] is True
    with app.app_context():
        assert told(cast.dorleta) == ["account_program"], "once"
        stop = db.session.scalars(select(ScimStop)).one()
        assert stop.ends == MAX_UNASKED_PEOPLE
    with clock.freeze(clock.now() + timedelta(days=2)):
        assert end(program, people[-1]).status_code == 429, "it waits for somebody"
    base = f"/admin/{cast.monteclaro.code}/sign-in/scim"
    dorleta = client_of(cast.dorleta)
    assert STOPPED in dorleta.get(base).text
    dorleta.submit(f"{base}/ends")
    assert end(program, people[-1]).status_code == 429, "nobody said that it is meant"
    dorleta.submit(f"{base}/ends", {"is_meant": "1"})
    assert STOPPED not in dorleta.get(base).text
    for each in people[MAX_UNASKED_PEOPLE:]:
        assert end(program, each).status_code == 204
    with app.app_context(), clock.freeze(clock.now() + timedelta(days=1, minutes=1)):
        provider = program.provider()
        assert not brake.are_ends_allowed(provider)
        assert brake.ends_of_day(provider) == 0
        brake.forget_old()
        assert db.session.scalars(select(ScimEnd)).all() == []


@pytest.mark.slow
def test_one_in_twenty_of_many_people_may_end_in_a_day(app, program):
    with clock.freeze(clock.now() - timedelta(days=2)):
        people = brought(program, 85)  # four of them are one in twenty
    answers = [end(program, each).status_code for each in people[:5]]
    assert answers == [204] * 4 + [429]


def test_people_brought_in_on_the_same_day_do_not_raise_the_limit(app, cast, program):
    with clock.freeze(clock.now() - timedelta(days=2)):
        people = brought(program, MAX_UNASKED_PEOPLE + 1)
    invented = [
        ProvidedPerson(subject=f"x{each}", name="X", staff_number=f"X{each}") for each in range(81)
    ]
    with app.app_context(), unit_of_work() as work:  # with these, four would be few
        provision_all(work, program.provider(), invented, by_id=cast.dorleta.id)
    answers = [end(program, each).status_code for each in people]
    assert answers == [204] * MAX_UNASKED_PEOPLE + [429]


def test_who_returns_and_who_was_ended_by_hand_are_not_counted_as_ends(app, program):
    [nora] = brought(program, 1)
    assert end(program, nora).status_code == 204
    assert end(program, nora).status_code == 204
    assert program.ask("DELETE", f"/Users/{nora}").status_code == 204
    with app.app_context():
        assert brake.ends_of_day(program.provider()) == 1
