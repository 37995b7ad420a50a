from datetime import timedelta
from typing import Any

import pytest

from intranet.organisation.people.absence_queries import absences_ahead, absences_on
from intranet.organisation.people.access import get_absence
from intranet.organisation.people.operations.absences import end_absence, set_absence
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.cast import today


def a_week() -> dict[str, Any]:
    return {"starts_on": today(), "ends_on": today() + timedelta(days=7)}


@pytest.mark.parametrize("actor", ["ana", "carles", "dorleta"])
def test_the_person_the_head_and_the_administrator_say_it(app_context, cast, actor):
    absence = set_absence(getattr(cast, actor), cast.ana, stand_in=cast.xoel, **a_week())

    assert absences_on([cast.ana.id], today())[cast.ana.id].stand_in == cast.xoel.name
    end_absence(getattr(cast, actor), absence)
    assert absences_on([cast.ana.id], today()) == {}


@pytest.mark.parametrize("actor", ["xoel", "uxia", "bieito", "guillem", "eloi"])
def test_nobody_else_does(app_context, cast, actor):
    with pytest.raises(Forbidden):
        set_absence(getattr(cast, actor), cast.ana, **a_week())
    absence = set_absence(cast.ana, cast.ana, **a_week())
    with pytest.raises(NotFound):
        get_absence(getattr(cast, actor), absence.id)
    with pytest.raises(Forbidden):
        end_absence(getattr(cast, actor), absence)


def test_a_stand_in_is_somebody_else_who_holds_a_post(app_context, cast):
    for stand_in in (cast.ana, cast.eloi):
        with pytest.raises(Invalid):
            set_absence(cast.ana, cast.ana, stand_in=stand_in, **a_week())


def test_days_lie_in_one_absence(app_context, cast):
    set_absence(cast.ana, cast.ana, **a_week())
    with pytest.raises(Conflict):
        set_absence(cast.ana, cast.ana, **a_week())


def test_the_days_stand_in_order(app_context, cast):
    with pytest.raises(Invalid):
        set_absence(cast.ana, cast.ana, starts_on=today(), ends_on=today() - timedelta(days=1))


@pytest.mark.both
def test_somebody_who_is_back_was_away_until_yesterday(app_context, cast):
    absence = set_absence(
        cast.ana, cast.ana, starts_on=today() - timedelta(days=3), ends_on=today()
    )
    end_absence(cast.ana, absence)

    assert absence.ends_on == today() - timedelta(days=1)
    assert absences_ahead(cast.ana.id, today()) == []
