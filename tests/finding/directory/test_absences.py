"""Who is away and who stands in: said by the person, the head or the administrator."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.models import Absence
from intranet.platform.core import clock


def days(first, last):
    today = clock.today("Europe/Madrid")
    return {
        "starts_on": (today + timedelta(days=first)).isoformat(),
        "ends_on": (today + timedelta(days=last)).isoformat(),
    }


@pytest.fixture
def say(client_of):
    def send(actor, person, **fields):
        return client_of(actor).submit(f"/people/{person.id}/absences?lang=en", fields)

    return send


@pytest.fixture
def said(app):
    def read(person):
        with app.app_context():
            return db.session.scalars(select(Absence).where(Absence.person_id == person.id)).all()

    return read


@pytest.mark.slow
@pytest.mark.parametrize("actor", ["ana", "carles", "dorleta"])
def test_the_person_the_head_and_the_administrator_say_it(cast, say, said, page_of, actor):
    answer = say(getattr(cast, actor), cast.ana, **days(0, 4), stand_in_id=str(cast.uxia.id))

    assert answer.status_code == 303
    assert [row.stand_in_id for row in said(cast.ana)] == [cast.uxia.id]
    assert "substitute: Uxía Lema" in page_of(cast.bieito, f"/people/{cast.ana.id}")


@pytest.mark.slow
@pytest.mark.parametrize("actor", ["xoel", "nadia", "bieito", "guillem"])
def test_others_see_the_person_and_may_not_say_it(cast, say, said, client_of, actor):
    person = getattr(cast, actor)

    assert client_of(person).get(f"/people/{cast.ana.id}/absences").status_code == 403
    assert say(person, cast.ana, **days(0, 4)).status_code == 403
    assert said(cast.ana) == []
    assert (
        f"/people/{cast.ana.id}/absences"
        not in client_of(person).get(f"/people/{cast.ana.id}").text
    )


def test_who_holds_no_post_finds_nothing_there(cast, say):
    assert say(cast.eloi, cast.ana, **days(0, 4)).status_code == 404


@pytest.mark.both
def test_days_that_cannot_be_are_said_beside_the_field_and_stay_typed(cast, say, said):
    backwards = say(cast.ana, cast.ana, **days(4, 2))
    assert backwards.status_code == 422
    assert 'href="#field-ends_on"' in backwards.text
    assert days(4, 2)["starts_on"] in backwards.text
    nothing = say(cast.ana, cast.ana, starts_on="", ends_on="soon")
    assert nothing.status_code == 422
    assert said(cast.ana) == []


def test_a_stand_in_is_somebody_else_who_is_there(cast, say, said):
    assert say(cast.ana, cast.ana, **days(0, 1), stand_in_id=str(cast.ana.id)).status_code == 422
    assert say(cast.ana, cast.ana, **days(0, 1), stand_in_id=str(cast.eloi.id)).status_code == 422
    assert say(cast.ana, cast.ana, **days(0, 1), stand_in_id="nobody").status_code == 422
    assert said(cast.ana) == []


@pytest.mark.both
def test_two_absences_on_the_same_days_are_refused(cast, say, said):
    say(cast.ana, cast.ana, **days(0, 4))

    again = say(cast.carles, cast.ana, **days(2, 6))

    assert again.status_code == 409
    assert days(2, 6)["ends_on"] in again.text
    assert len(said(cast.ana)) == 1


@pytest.mark.slow
def test_it_is_ended_by_who_may_say_it_and_by_nobody_else(cast, say, said, client_of):
    say(cast.ana, cast.ana, **days(1, 4))
    address = f"/absences/{said(cast.ana)[0].id}/end"

    assert client_of(cast.xoel).submit(address).status_code == 404
    assert len(said(cast.ana)) == 1
    assert client_of(cast.carles).submit(address).status_code == 303
    assert said(cast.ana) == []
