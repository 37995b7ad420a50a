"""Reminders: before and after the due day, each once, whatever the program missed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intranet.extensions import db
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.events import bus
from intranet.publishing.announcements import workdays
from intranet.publishing.announcements.access import get_scope
from intranet.publishing.announcements.events import Reminded
from intranet.publishing.announcements.jobs import remind_due
from intranet.publishing.announcements.operations.reminding import (
    count_to_remind,
    remind,
    remind_all,
)
from intranet.publishing.announcements.queries import UnconfirmedFilter, missing_ids
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.publishing import withdraw
from tests.publishing.announcements.helpers import announce

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = date(2027, 10, 25)
FRIDAY = date(2027, 10, 29)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MADRID)


@pytest.fixture
def told():
    """What was said of reminders, in order."""
    heard: list[Reminded] = []
    before = {kind: list(found) for kind, found in bus._within.items()}
    bus.within(Reminded, heard.append)
    yield heard
    bus._within.clear()
    bus._within.update(before)


def test_people_are_reminded_on_the_working_day_before_and_after(app_context, cast, told):
    with clock.freeze(at(MONDAY, 8)):
        publication = announce(cast.carles, due_on=FRIDAY)
        acknowledge(cast.ana, publication, version=1)
    for moment, kinds in (
        (at(date(2027, 10, 28), 8, 59), []),
        (at(date(2027, 10, 28), 9), ["before"]),
        (at(date(2027, 10, 28), 9, 1), ["before"]),
        (at(date(2027, 10, 30), 12), ["before"]),
        (at(date(2027, 11, 1), 9), ["before"]),  # a holiday, on the other side of the change
        (at(date(2027, 11, 2), 9), ["before", "after"]),
        (at(date(2027, 11, 3), 9), ["before", "after"]),
    ):
        with clock.freeze(moment):
            remind_due()
        assert [event.kind for event in told] == kinds
    rest = {cast.xoel.id, cast.lara.id}  # Carles sends it
    assert [set(event.person_ids) for event in told] == [rest, rest]


def test_what_was_missed_is_caught_up_with_but_no_before_after_the_day(app_context, cast, told):
    with clock.freeze(at(MONDAY, 8)):
        late = announce(cast.carles, due_on=FRIDAY)
        withdrawn = announce(cast.carles, due_on=FRIDAY, title="Retirado")
        withdraw(cast.carles, withdrawn, "Era un error.")
    with clock.freeze(at(date(2027, 11, 9), 3)):
        remind_due()
        remind_due()
    assert [(event.publication_id, event.kind) for event in told] == [(late.id, "after")]

    with clock.freeze(at(date(2027, 10, 28), 12)):
        announce(cast.carles, due_on=FRIDAY, title="Con prisa")
        remind_due()
    assert len(told) == 2  # the first one, whose day was not over yet; not who was just told
    assert told[1].kind == "before"


@pytest.mark.slow
@pytest.mark.both
def test_who_joined_is_reminded_where_newcomers_count(app_context, cast, told):
    with clock.freeze(at(MONDAY, 8)):
        announce(cast.carles, due_on=FRIDAY, counts_newcomers=True)
        announce(cast.carles, due_on=FRIDAY, title="Otro")
        appoint(None, cast.officer_post, cast.iria, starts_on=MONDAY)
    with clock.freeze(at(date(2027, 10, 28), 9)):
        remind_due()
    assert [cast.iria.id in event.person_ids for event in told] == [True, False]


def test_by_hand_nobody_is_reminded_twice_a_day(app_context, cast, told):
    publication = announce(cast.carles)
    acknowledge(cast.ana, publication, version=1)
    people = [cast.ana.id, cast.xoel.id, cast.elna.id]

    assert remind(cast.carles, publication, people) == 1
    assert remind(cast.carles, publication, [*people, cast.uxia.id]) == 1
    with clock.freeze(clock.now() + timedelta(hours=20)):
        assert remind(cast.carles, publication, [*people, cast.uxia.id]) == 2
    assert [set(event.person_ids) for event in told] == [
        {cast.xoel.id},
        {cast.uxia.id},
        {cast.xoel.id, cast.uxia.id},
    ]
    with pytest.raises(Invalid):
        remind(cast.carles, publication, [])


@pytest.mark.slow
@pytest.mark.both
def test_all_who_are_missing_are_reminded_but_who_is_away_or_was_today(app_context, cast, told):
    publication = announce(cast.carles)
    acknowledge(cast.ana, publication, version=1)
    today = clock.today("Europe/Madrid")
    set_absence(
        cast.uxia, cast.uxia, starts_on=today, ends_on=today + timedelta(days=3), stand_in=None
    )
    everybody = set(readers_missing(cast.carles, publication))
    assert {cast.xoel.id, cast.uxia.id, cast.lara.id} <= everybody

    assert (
        remind_all(cast.carles, publication, UnconfirmedFilter(cast.licences.id))
        == len(told[0].person_ids)
        > 0
    )
    assert remind_all(cast.carles, publication) == len(told[1].person_ids) > 0
    reminded = [*told[0].person_ids, *told[1].person_ids]
    assert len(set(reminded)) == len(reminded)
    assert set(reminded) == everybody - {cast.uxia.id}
    assert remind_all(cast.carles, publication) == 0
    with pytest.raises(NotFound):
        remind_all(cast.elna, publication)


def readers_missing(person, publication):
    return db.session.scalars(missing_ids(get_scope(person, publication.id)))


def test_working_days_skip_weekends_and_holidays_by_the_clock_of_the_agency(app_context, cast):
    agency = cast.monteclaro
    assert workdays.before(MONDAY, agency) == at(date(2027, 10, 22), 9)
    assert workdays.after(FRIDAY, agency) == at(date(2027, 11, 2), 9)


@pytest.mark.slow
@pytest.mark.both
def test_what_is_filtered_is_reminded_on_all_pages_and_nobody_else(app_context, cast, told):
    publication = announce(cast.carles)
    today = clock.today("Europe/Madrid")
    set_absence(
        cast.uxia, cast.uxia, starts_on=today, ends_on=today + timedelta(days=3), stand_in=None
    )
    scope = get_scope(cast.carles, publication.id)
    by_name, absent = UnconfirmedFilter(words="lara"), UnconfirmedFilter(only_absent=True)
    for wanted, people in ((by_name, [cast.lara.id]), (absent, [cast.uxia.id])):
        assert count_to_remind(scope, wanted, clock.now()) == 1
        assert remind_all(cast.carles, publication, wanted) == 1
        assert list(told[-1].person_ids) == people
        assert count_to_remind(scope, wanted, clock.now()) == 0
    rest = count_to_remind(scope, UnconfirmedFilter(), clock.now())
    assert rest == remind_all(cast.carles, publication) > 0
    assert not {cast.lara.id, cast.uxia.id} & set(told[-1].person_ids)
