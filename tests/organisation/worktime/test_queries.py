"""Who is left in peace, out of the tables: calendars, rosters, own choices, many people at once."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from intranet.organisation.people.availability import AvailabilityState
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.worktime.jobs import KEPT_FOR, forget_duties
from intranet.organisation.worktime.models import DayScope, DutyKind, OwnHours
from intranet.organisation.worktime.operations import (
    NewDuty,
    add_day,
    choose_own_hours,
    copy_calendar,
    put_duties,
    remove_day,
    restore_day,
)
from intranet.organisation.worktime.presence import availabilities
from intranet.organisation.worktime.public_holidays import holidays_of
from intranet.organisation.worktime.queries import (
    calendar_of,
    duties_ahead,
    quiet_until,
    when_reached,
)
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.worktime.helpers import let_loosen

EVE = datetime(2026, 11, 26, 19, tzinfo=UTC)  # a Thursday, 20:00 in Madrid
FRIDAY = datetime(2026, 11, 27, 7, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)
HOLIDAY = date(2026, 11, 27)
FEAST = Localized({"es": "Feria"})


def duty_of(person, since, hours, kind=DutyKind.SHIFT):
    until = since + timedelta(hours=hours)
    return NewDuty(person_id=person.id, since=since, until=until, kind=kind)


def test_on_the_eve_of_a_local_holiday_all_wait_but_who_is_on_duty_or_works_elsewhere(
    app_context, cast
):
    add_day(None, cast.monteclaro, HOLIDAY, FEAST)
    add_day(None, cast.vilaverde, HOLIDAY, FEAST)
    on_call = duty_of(cast.xoel, EVE, 2, DutyKind.ON_CALL)
    put_duties(None, cast.monteclaro.id, [on_call, duty_of(cast.rosa, EVE.replace(hour=21), 8)])
    let_loosen(cast)
    choose_own_hours(cast.nadia, is_always=True)
    people = [cast.ana, cast.carles, cast.xoel, cast.rosa, cast.nadia, cast.bieito]
    ids = [person.id for person in people]

    found = quiet_until(ids, EVE)

    assert found == {
        cast.ana.id: MONDAY,
        cast.carles.id: MONDAY,
        cast.rosa.id: EVE.replace(hour=21),
        cast.bieito.id: FRIDAY,  # at Outeiro it is a day like others
    }
    reached = when_reached([*ids, *ids], EVE)
    assert (reached.now, reached.later) == (2, 4)
    assert reached.waves == ((EVE.replace(hour=21), 1), (FRIDAY, 1), (MONDAY, 2))
    assert (reached.first_at, reached.last_at) == (EVE.replace(hour=21), MONDAY)
    assert quiet_until(ids, MONDAY - timedelta(minutes=1)).keys() >= {cast.ana.id, cast.carles.id}
    assert cast.ana.id not in quiet_until(ids, MONDAY)


def test_each_agency_has_its_hours_in_its_own_time_zone(app_context, cast):
    with unit_of_work():
        cast.altamar.time_zone = "Atlantic/Canary"

    found = quiet_until([cast.ana.id, cast.elna.id], EVE)

    assert found == {cast.ana.id: FRIDAY, cast.elna.id: FRIDAY + timedelta(hours=1)}


def test_who_is_away_and_who_is_unknown(app_context, cast):
    set_absence(None, cast.carles, starts_on=HOLIDAY, ends_on=date(2026, 12, 1))

    assert quiet_until([cast.carles.id, uuid4()], FRIDAY) == {
        cast.carles.id: datetime(2026, 12, 2, 7, tzinfo=UTC)
    }
    assert quiet_until([], EVE) == {}
    assert when_reached([], EVE).first_at is None


def test_it_takes_the_same_few_statements_for_one_and_for_all(app_context, cast, count_queries):
    people = [cast.ana, cast.carles, cast.xoel, cast.rosa, cast.nadia, cast.bieito, cast.elna]
    let_loosen(cast)
    for person in people:
        put_duties(None, cast.monteclaro.id, [duty_of(person, FRIDAY, 3)])
        choose_own_hours(person, is_always=True)

    ids = [person.id for person in people]
    with count_queries() as one:
        quiet_until(ids[:1], EVE)
    with count_queries() as many:
        quiet_until(ids, EVE)

    assert len(many) == len(one) <= 6


def test_a_calendar_is_the_official_one_of_the_territory_with_what_the_agency_changed(
    app_context, cast
):
    town = cast.monteclaro  # in Castile and León
    regional, national = date(2026, 4, 23), date(2026, 10, 12)
    before = {each.day: each for each in calendar_of(town, 2026)}
    assert before[regional].scope == DayScope.REGION
    assert before[national].name.text("ca") == "Festa Nacional d'Espanya"

    add_day(cast.dorleta, town, HOLIDAY, FEAST)
    remove_day(cast.dorleta, town, national)
    days = {each.day: each for each in calendar_of(town, 2026)}
    assert days[HOLIDAY].is_holiday
    assert not days[national].is_holiday
    for again in (HOLIDAY, regional):
        with pytest.raises(Conflict):
            add_day(None, town, again, FEAST)
    with pytest.raises(Conflict):
        remove_day(None, town, national)
    with pytest.raises(Invalid):
        add_day(None, town, date(1600, 1, 1), FEAST)
    for act in (remove_day, restore_day):
        with pytest.raises(Forbidden):
            act(cast.guillem, town, regional)

    restore_day(cast.dorleta, town, national)
    remove_day(cast.dorleta, town, HOLIDAY)
    assert {each.day: each for each in calendar_of(town, 2026)} == before


def test_a_copied_calendar_has_the_very_holidays_of_the_other_agency(app_context, cast):
    town, province = cast.monteclaro, cast.altamar  # in Catalonia
    add_day(None, town, HOLIDAY, FEAST)
    remove_day(None, town, date(2026, 10, 12))
    add_day(None, province, date(2026, 9, 24), Localized({"ca": "La Mercè"}))

    assert copy_calendar(cast.guillem, province, town, 2026) == len(holidays(town, 2026))

    assert holidays(province, 2026) == holidays(town, 2026)
    assert holidays(province, 2027) != holidays(town, 2027)
    with pytest.raises(Invalid):
        copy_calendar(None, town, town, 2026)


def test_official_holidays_follow_the_territory_and_where_none_are_known_there_are_none():
    of_village = holidays_of("ES-GA-36057", "Europe/Madrid", 2026)
    assert of_village == holidays_of("ES-GA", "Europe/Madrid", 2026)
    assert of_village[date(2026, 7, 25)].scope == DayScope.REGION
    assert date(2026, 7, 25) not in holidays_of("ES", "Europe/Madrid", 2026)
    assert holidays_of(None, "Atlantic/Canary", 2026) == holidays_of("ES", "Europe/Madrid", 2026)
    assert holidays_of("IE", "Europe/Dublin", 2026) == {}
    assert holidays_of("ES-GA", "Europe/Madrid", 1999) == {}


def test_duties_that_are_long_over_are_forgotten(app_context, cast):
    put_duties(None, cast.monteclaro.id, [duty_of(cast.ana, EVE, 8), duty_of(cast.ana, MONDAY, 8)])

    forget_duties(EVE + timedelta(hours=9) + KEPT_FOR)

    assert [row.since for row in duties_ahead(cast.ana.id, EVE, 9)] == [MONDAY]


def holidays(agency, year):
    return [(each.day, each.name) for each in calendar_of(agency, year) if each.is_holiday]


def test_on_a_holiday_nobody_is_shown_as_available_unless_another_agency_works(app_context, cast):
    with unit_of_work():
        cast.bieito.week = cast.ana.week
    people = [cast.ana, cast.bieito]
    at_ten = datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert {each.state for each in availabilities(people, at_ten).values()} == {
        AvailabilityState.AVAILABLE
    }

    add_day(None, cast.monteclaro, HOLIDAY, FEAST)
    add_day(None, cast.vilaverde, HOLIDAY, FEAST)

    shown = availabilities(people, at_ten)
    assert shown[cast.ana.id].state == AvailabilityState.OFF
    assert shown[cast.bieito.id].state == AvailabilityState.AVAILABLE


def test_what_the_agency_keeps_quiet_is_loosened_by_its_people_only_where_it_lets_them(
    app_context, cast
):
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    early = datetime(2026, 11, 30, 5, tzinfo=UTC)
    for choice in ({"is_always": True}, {"window": (time(5), time(23))}):
        with pytest.raises(Invalid):
            choose_own_hours(cast.nadia, **choice)
    choose_own_hours(cast.nadia, window=(time(9), time(12)))  # narrower is one's own to choose

    with unit_of_work() as work:  # what was chosen while it was allowed
        work.add(OwnHours(person_id=cast.ana.id, is_always=True))
        work.add(OwnHours(person_id=cast.xoel.id, opens="05:00", closes="23:00"))
    ids = [cast.ana.id, cast.xoel.id]
    assert quiet_until(ids, sunday) == dict.fromkeys(ids, MONDAY)
    assert quiet_until([cast.xoel.id], early) == {cast.xoel.id: MONDAY}

    let_loosen(cast)
    assert quiet_until([cast.ana.id], sunday) == {}
    assert quiet_until([cast.xoel.id], early) == {}
    choose_own_hours(cast.nadia, is_always=True)
    assert quiet_until([cast.nadia.id], sunday) == {}
