"""An organisation as on a day: by the log and by the dates that are known now."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.storing import change_posts, change_units
from intranet.organisation.agencies.operations.units import (
    create_unit,
    end_unit,
    move_unit,
    rename_unit,
)
from intranet.organisation.history.as_on import OrganisationOn, holders_on
from intranet.organisation.people.operations.appointments import (
    appoint,
    change_appointment,
    end_appointment,
)
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from tests.cast import LONG_AGO, today

pytestmark = pytest.mark.both


@contextmanager
def in_days(count):
    """It is noon, some days from now."""
    noon = datetime.combine(today() + timedelta(days=count), time(12), ZoneInfo("Europe/Madrid"))
    with clock.freeze(noon):
        yield


def on(cast, count):
    return OrganisationOn(cast.monteclaro, today() + timedelta(days=count))


def names(organisation):
    return [unit.name["es"] for unit in organisation.units.values()]


def test_a_name_and_a_place_are_those_of_the_end_of_the_day(app_context, cast):
    with in_days(10):
        rename_unit(None, cast.licences, Localized(es="Obras menores"))
    with in_days(20):
        move_unit(None, cast.licences, cast.procurement)
    licences = cast.licences.id

    assert on(cast, 9).units[licences].name["es"] == "Licencias"
    assert on(cast, 10).units[licences].name["es"] == "Obras menores"
    assert on(cast, 19).units[licences].parent_id == cast.urban_planning.id
    assert on(cast, 20).units[licences].parent_id == cast.procurement.id
    assert on(cast, 20).units[licences].depth == 2


def test_a_merged_unit_stands_in_the_chart_of_its_time_with_its_posts(app_context, cast):
    with in_days(10):
        end_unit(None, cast.licences, today(), successor=cast.procurement)
    before, after = on(cast, 9), on(cast, 11)

    there = {post.id for post in before.posts[cast.licences.id]}
    assert there == {cast.head_of_licences_post.id, cast.officer_post.id}
    assert before.units[cast.licences.id].successor_id == cast.procurement.id
    assert "Licencias" not in names(after)
    assert there < {post.id for post in after.posts[cast.procurement.id]}


def test_what_came_later_was_not_there_and_what_the_log_began_with_always_was(app_context, cast):
    with in_days(10):
        unit = create_unit(None, cast.urban_planning, Localized(es="Fiestas"))
        create_post(None, PostSpec(unit=unit, title=Localized(es="Programadora")))
        dated = create_unit(
            None, cast.urban_planning, Localized(es="Playas"), valid_from=date(2020, 5, 1)
        )

    assert "Fiestas" not in names(on(cast, 9))
    assert "Fiestas" in names(on(cast, 10))
    assert dated.id in OrganisationOn(cast.monteclaro, date(2020, 5, 1)).units
    assert dated.id not in OrganisationOn(cast.monteclaro, date(2020, 4, 30)).units
    long_ago = OrganisationOn(cast.monteclaro, LONG_AGO)
    assert long_ago.is_before_log
    assert cast.licences.id in long_ago.units


def test_dates_corrected_later_count(app_context, cast):
    change_units({cast.licences.id: {"valid_to": today() - timedelta(days=400)}})
    change_posts({cast.architect_post.id: {"valid_from": today() + timedelta(days=5)}})

    assert cast.licences.id not in on(cast, -1).units
    assert cast.licences.id in on(cast, -400).units
    architects = [post.id for post in on(cast, 4).posts[cast.urban_planning.id]]
    assert cast.architect_post.id not in architects
    assert cast.architect_post.id in [post.id for post in on(cast, 5).posts[cast.urban_planning.id]]


def test_holders_are_those_of_the_day_by_dates_entered_then_or_later(app_context, cast):
    def held(post, count):
        day = today() + timedelta(days=count)
        rows = holders_on([post.id], cast.monteclaro, day).get(post.id, ())
        return {row.person_id for row in rows}

    officers = cast.officer_post
    assert held(officers, -1) == {
        person.id for person in (cast.ana, cast.uxia, cast.eloi, cast.lara)
    }
    assert held(officers, 0) == {person.id for person in (cast.ana, cast.uxia, cast.lara)}
    assert held(officers, 21) == {cast.ana.id, cast.lara.id}
    row = appoint(None, cast.technician_post, cast.xoel, starts_on=today() + timedelta(days=3))
    assert held(cast.technician_post, 3) == {cast.iria.id, cast.xoel.id}
    end_appointment(None, row)  # before it has begun
    assert held(cast.technician_post, 3) == {cast.iria.id}
    (mine,) = holders_on([cast.architect_post.id], cast.monteclaro, today())[cast.architect_post.id]
    change_appointment(
        None,
        mine,
        version=None,
        kind=mine.kind,
        basis="",
        starts_on=date(2021, 1, 1),
        ends_on=None,
    )
    day = date(2020, 12, 31)
    assert holders_on([cast.architect_post.id], cast.monteclaro, day) == {}
